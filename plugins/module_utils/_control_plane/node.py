# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The phases after etcd has joined, as one change: kubelet-wait-bootstrap, control-plane-join and wait-control-plane."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from .._api.kubeapi import KubeApi
from .._api.node import ConnectAsNode
from .._config.taint import parse_taint
from .._core.change import Change, Resources, in_phase, join_changes
from .._core.clock import Clock
from .._core.defaults import ADMIN_CONF, API_CALL_TIMEOUT, API_SERVER_PORT, COMPONENT_TIMEOUT, NODE_TIMEOUT
from .._core.objects import render_taint
from .._discovery.cluster import Cluster
from .._host.advertise_address import choose_advertise_address
from .._host.kubelet_unit import read_kubelet_unit
from .._host.machine import Host
from .._host.node_name import settle_node_name
from .._kubelet.wait import WAIT_PHASE, KubeletWaitSpec, plan_kubelet_wait
from .cluster_status import keeps_cluster_status, plan_update_status
from .health import HEALTH_ENDPOINTS, Ask, plan_health
from .local_node import ControlPlaneNode
from .mark import LABELS, plan_mark

__all__ = ("JOIN_PHASES", "ControlPlaneNodeSpec", "plan_control_plane_node")

_KUBELET, _STATUS, _MARK, _WAIT = JOIN_PHASES = (
    WAIT_PHASE,
    "control-plane-join/update-status",
    "control-plane-join/mark-control-plane",
    "wait-control-plane",
)


@dataclass(frozen=True)
class ControlPlaneNodeSpec:
    """The desired state of a control plane's Node, as far as ``phases`` cover it.

    ``node_name``, ``cri_socket`` and ``advertise_address`` default to those of this host. ``wait_for`` and
    ``wait_timeout`` are those of `KubeletWaitSpec`. ``taints`` have the form `key=value:Effect`. ``timeout`` limits the wait
    for a Node that can be marked, ``health_timeout`` the wait for the components, in seconds. The configuration of
    ``cluster`` determines whether it is older than 1.22 and keeps a ClusterStatus; an empty one does not.
    """

    cluster: Cluster
    phases: tuple[str, ...] = JOIN_PHASES
    node_name: str = ""
    cri_socket: str = ""
    wait_for: str = "ready"
    wait_timeout: float = NODE_TIMEOUT
    taints: tuple[str, ...] = ()
    timeout: float = API_CALL_TIMEOUT
    health_timeout: float = COMPONENT_TIMEOUT
    advertise_address: str = ""
    bind_port: int = API_SERVER_PORT


def plan_control_plane_node(
    host: Host,
    spec: ControlPlaneNodeSpec,
    *,
    clock: Clock,
    connect: t.Callable[[], KubeApi],
    connect_as_node: ConnectAsNode,
    probe: t.Callable[[], Ask],
) -> Change:
    """Plan the wait for the Node, the entry of the API server in an old cluster, the marks of the Node and the wait for the components.

    ``connect`` connects to the cluster as its administrator, ``connect_as_node`` as this node, ``probe`` to the components.
    Before control-plane-prepare, planning sends no request, so that check mode can continue. Raises the errors of
    `plan_kubelet_wait`, `plan_update_status`, `plan_mark` and `plan_health`, and ``advertise_address_unusable``.
    """
    unit = read_kubelet_unit(host, host.hostname())
    name = settle_node_name(host, spec.node_name, unit=unit)
    taints = [parse_taint(text) for text in spec.taints]
    plans = {
        _STATUS: lambda: _plan_status(host, spec, name, clock=clock, connect=connect),
        _MARK: lambda: plan_mark(connect(), name, taints, clock=clock, timeout=spec.timeout),
        _WAIT: lambda: plan_health(host, ask=probe(), clock=clock, timeout=spec.health_timeout),
    }
    chosen = [phase for phase in plans if phase in spec.phases]

    def plan() -> Change:
        return join_changes([in_phase(phase, plans[phase]) for phase in chosen])

    start = Change({}, {}, resources={"node": {"name": name}, "components": {name: {} for name in HEALTH_ENDPOINTS}})
    wait = Change({}, {})
    if _KUBELET in spec.phases:
        node = KubeletWaitSpec(spec.cluster, name, spec.cri_socket, spec.wait_for, spec.wait_timeout, unit)
        wait = plan_kubelet_wait(host, node, clock=clock, connect=connect_as_node)
    if not chosen:
        return join_changes([start, wait])
    if host.read(ADMIN_CONF) is not None:
        rest = plan()
    else:
        thing = f"control plane {name}"
        resources = _expect(chosen, taints)
        rest = Change({thing: "absent"}, {thing: "joined"}, lambda: plan().apply(), resources=resources)
    whole = join_changes([start, wait, rest])
    if not wait.changed:
        return whole

    def apply() -> None:
        wait.apply()
        plan().apply()  # plan again, because the wait may have taken minutes

    return replace(whole, apply=apply)


def _expect(phases: t.Collection[str], taints: t.Sequence[t.Mapping[str, str]]) -> Resources:
    """What is known beforehand of the Node and the components of a host that is not a control plane yet."""
    expected: dict[str, dict[str, t.Any]] = {}
    if _MARK in phases:
        expected["node"] = {"labels": dict.fromkeys(LABELS, ""), "taints": [render_taint(taint) for taint in taints]}
    if _WAIT in phases:
        expected["components"] = {name: {"healthy": True} for name in HEALTH_ENDPOINTS}
    return expected


def _plan_status(
    host: Host, spec: ControlPlaneNodeSpec, name: str, *, clock: Clock, connect: t.Callable[[], KubeApi]
) -> Change:
    configuration = spec.cluster.cluster_configuration
    if not configuration or not keeps_cluster_status(configuration):
        return Change({}, {})
    node = ControlPlaneNode(name, choose_advertise_address(host, spec.advertise_address), spec.bind_port)
    return plan_update_status(connect(), node, clock=clock, timeout=spec.timeout)
