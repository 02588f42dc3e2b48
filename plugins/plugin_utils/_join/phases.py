# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""The phases of `kubeadm join` by kubeadm's names, and which of them a run goes through."""

from __future__ import annotations

import typing as t

from ...module_utils._core.errors import JoinError
from .display import displayable

__all__ = ("CONTROL_PLANE_PHASES", "MODULE_PHASES", "PHASES", "WORKER_PHASES", "phases_by_module", "select_phases")

#: Every phase of `kubeadm join` of the supported minor versions in the order of execution, children after their parent; and
#: update-status, which did something up to 1.21 and was there up to 1.30.
PHASES = (
    "preflight",
    "control-plane-prepare",
    "control-plane-prepare/download-certs",
    "control-plane-prepare/certs",
    "control-plane-prepare/kubeconfig",
    "control-plane-prepare/control-plane",
    "check-etcd",
    "kubelet-start",
    "etcd-join",
    "kubelet-wait-bootstrap",
    "control-plane-join",
    "control-plane-join/etcd",
    "control-plane-join/update-status",
    "control-plane-join/mark-control-plane",
    "wait-control-plane",
)

#: Those that do something on a worker.
WORKER_PHASES = ("preflight", "kubelet-start", "kubelet-wait-bootstrap")

#: Parents, which mean their children, and one that kubeadm no longer has.
_IDLE = ("control-plane-prepare", "control-plane-join", "control-plane-join/etcd")

#: Those that do something on a control plane.
CONTROL_PLANE_PHASES = tuple(phase for phase in PHASES if phase not in _IDLE)


#: The phases that each module does, by the name of the module.
MODULE_PHASES = {
    "control_plane_files": (
        "control-plane-prepare/download-certs",
        "control-plane-prepare/certs",
        "control-plane-prepare/kubeconfig",
        "control-plane-prepare/control-plane",
        "check-etcd",
    ),
    "kubelet": ("kubelet-start", "kubelet-wait-bootstrap"),
    "control_plane_node": (
        "kubelet-wait-bootstrap",
        "control-plane-join/update-status",
        "control-plane-join/mark-control-plane",
        "wait-control-plane",
    ),
}


def phases_by_module(phases: t.Collection[str], *, control_plane: bool) -> dict[str, list[str]]:
    """Which of the selected phases each module does. The kubelet of a control plane is not ready before etcd has joined."""
    own = {**MODULE_PHASES, "kubelet": ("kubelet-start",)} if control_plane else {"kubelet": MODULE_PHASES["kubelet"]}
    return {module: [name for name in own.get(module, ()) if name in phases] for module in MODULE_PHASES}


def select_phases(
    flow: t.Sequence[str], *, skip: t.Collection[str] = (), only: t.Collection[str] = (), start_at: str = ""
) -> tuple[str, ...]:
    """The phases of ``flow`` that are run: all, or those in ``only``, from ``start_at`` on, without ``skip``.

    The name of a parent includes its children. Raises ``unknown_phase`` for a name that kubeadm does not have. A phase of
    another flow is not an error, as in kubeadm, where the same list is for workers and control planes.
    """
    for name in (*skip, *only, *filter(None, [start_at])):
        if name not in PHASES:
            raise JoinError(
                "unknown_phase",
                f"Cannot choose the phases: {displayable(name)!r} is not a phase of kubeadm, only {', '.join(PHASES)}.",
                phase=displayable(name),
                phases=list(PHASES),
            )
    first = PHASES.index(start_at) if start_at else 0
    return tuple(
        phase
        for phase in flow
        if PHASES.index(phase) >= first and not _named(phase, skip) and (not only or _named(phase, only))
    )


def _named(phase: str, names: t.Collection[str]) -> bool:
    return phase in names or phase.split("/")[0] in names
