# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""control-plane-join and wait-control-plane: what is left once etcd and the kubelet have joined, as one change."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._advertise_address import choose_advertise_address
from ._change import Change, join_changes
from ._clock import Clock
from ._cluster_status import keeps_cluster_status, plan_update_status
from ._control_plane_health import Ask, plan_health
from ._control_plane_mark import plan_mark
from ._control_plane_node import ControlPlaneNode
from ._etcd_join import ADMIN_CONF
from ._host import Host
from ._kubeapi import KubeApi
from ._taint import parse_taint

__all__ = ("JOIN_PHASES", "ControlPlaneNodeWish", "plan_control_plane_node")

_STATUS, _MARK, _WAIT = JOIN_PHASES = (
    "control-plane-join/update-status",
    "control-plane-join/mark-control-plane",
    "wait-control-plane",
)


@dataclass(frozen=True)
class ControlPlaneNodeWish:
    """What the Node of a control plane shall be, as far as ``phases`` are about it.

    ``node_name`` may be empty: then it is this host's own. ``taints`` are written `key=value:Effect`. ``timeout`` bounds
    the wait for the Node, ``health_timeout`` that for the components, in seconds. ``cluster_configuration`` tells whether
    the cluster is one of before 1.22, which keeps where its API servers are: not if it is empty. An empty
    ``advertise_address`` is this host's own.
    """

    phases: tuple[str, ...] = JOIN_PHASES
    node_name: str = ""
    taints: tuple[str, ...] = ()
    timeout: float = 60.0
    health_timeout: float = 240.0
    cluster_configuration: str = ""
    advertise_address: str = ""
    bind_port: int = 6443


def plan_control_plane_node(
    host: Host,
    wish: ControlPlaneNodeWish,
    *,
    clock: Clock,
    connect: t.Callable[[], KubeApi],
    asker: t.Callable[[], Ask],
) -> Change:
    """Plan the entry of the API server in an old cluster, the marks of the Node and the wait for the components.

    ``connect`` speaks with the cluster as its administrator, ``asker`` with the components. Before
    control-plane-prepare nobody is asked: in check mode a join goes on. Raises what `plan_update_status`, `plan_mark` and
    `plan_health` raise, and ``advertise_address_unusable``.
    """
    name = wish.node_name or host.hostname()
    taints = [parse_taint(text) for text in wish.taints]
    if not set(JOIN_PHASES) & set(wish.phases):
        return Change({}, {})

    def plan() -> Change:
        changes: list[Change] = []
        configuration = wish.cluster_configuration if _STATUS in wish.phases else ""
        if configuration and keeps_cluster_status(configuration):
            node = ControlPlaneNode(name, choose_advertise_address(host, wish.advertise_address), wish.bind_port)
            changes.append(plan_update_status(connect(), node, clock=clock, timeout=wish.timeout))
        if _MARK in wish.phases:
            changes.append(plan_mark(connect(), name, taints, clock=clock, timeout=wish.timeout))
        if _WAIT in wish.phases:
            changes.append(plan_health(host, ask=asker(), clock=clock, timeout=wish.health_timeout))
        return join_changes(changes)

    if host.read(ADMIN_CONF) is not None:
        return plan()
    thing = f"control plane {name}"
    return Change({thing: "not there"}, {thing: "joined"}, lambda: plan().apply())
