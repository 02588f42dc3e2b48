# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The kubelet's service during a wait: whether the wait can still succeed, and its last log lines."""

from __future__ import annotations

from .._host.machine import Services

__all__ = ("KubeletWatch",)

#: The kubelet may exit once, if it starts before the container runtime. A second exit indicates a problem.
PATIENCE = 2


#: The number of log lines to report: two exits and restarts, including systemd's messages.
LINES = 12


class KubeletWatch:
    """Implements `_api.node.Watch` for the kubelet of a host. The watch starts with the creation of the object."""

    def __init__(self, host: Services) -> None:
        self._host = host
        self._restarts = host.unit("kubelet").restarts

    def give_up(self) -> str | None:
        """The reason for giving up, if the kubelet exits repeatedly; None otherwise."""
        unit = self._host.unit("kubelet")
        if unit.restarts - self._restarts < PATIENCE:
            return None
        return f"the kubelet exits repeatedly, now {unit.state}"

    def last_words(self) -> str:
        """Its last log lines."""
        return self._host.unit_log("kubelet", LINES)
