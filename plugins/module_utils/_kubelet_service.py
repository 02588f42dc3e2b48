# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The kubelet's service while a node waits for it: whether it still makes sense to wait."""

from __future__ import annotations

import typing as t

from ._host import Host

__all__ = ("watch_kubelet",)

#: A kubelet may end once, when it was quicker than the container runtime; then it stays up or something is wrong.
PATIENCE = 2


def watch_kubelet(host: Host) -> t.Callable[[], str | None]:
    """A question to ask again and again: why the kubelet keeps ending, with its last words; None while it does not."""
    restarts = host.unit("kubelet").restarts

    def why() -> str | None:
        unit = host.unit("kubelet")
        if unit.restarts - restarts < PATIENCE:
            return None
        return f"the kubelet ends again and again, now {unit.state}; it says: {host.unit_log('kubelet', 5)}"

    return why
