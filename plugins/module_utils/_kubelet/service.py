# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The kubelet's service while a node waits for it: whether it still makes sense to wait, and what it has said."""

from __future__ import annotations

from .._host.machine import Host

__all__ = ("KubeletWatch",)

#: A kubelet may end once, when it was quicker than the container runtime; then it stays up or something is wrong.
PATIENCE = 2


#: How many of its last lines are evidence: two rounds of ending and being started again, as systemd tells of it, too.
LINES = 12


class KubeletWatch:
    """Implements ``_node.Watch`` for the kubelet of a host, from the moment on at which it is made."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._restarts = host.unit("kubelet").restarts

    def give_up(self) -> str | None:
        """Why the kubelet keeps ending; None while it does not."""
        unit = self._host.unit("kubelet")
        if unit.restarts - self._restarts < PATIENCE:
            return None
        return f"the kubelet ends again and again, now {unit.state}"

    def last_words(self) -> str:
        """What it has logged last, a line each."""
        return self._host.unit_log("kubelet", LINES)
