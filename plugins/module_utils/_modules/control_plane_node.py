# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The module control_plane_node, whose documentation is in the file of the module."""

from __future__ import annotations

import functools
import typing as t

from .._ansible.control_plane import LOCAL_API_OPTIONS
from .._ansible.module import CLUSTER_OPTIONS, converge, phases_option
from .._control_plane.node import (
    JOIN_PHASES,
    ControlPlaneNodeSpec,
    plan_control_plane_node,
)
from .._core.change import Change
from .._core.clock import SystemClock
from .._core.defaults import ADMIN_CONF, API_CALL_TIMEOUT, COMPONENT_TIMEOUT, NODE_TIMEOUT, WAIT_LEVELS
from .._discovery.cluster import Cluster
from .._system.connections import connect_as_admin
from .._system.control_plane_connections import health_probe
from .._system.host import LocalHost
from .._system.node_connection import connect_as_node

__all__ = ("main",)


def plan(params: t.Mapping[str, t.Any], host: LocalHost) -> Change:
    spec = ControlPlaneNodeSpec(
        cluster=Cluster.from_mapping(params["cluster"]),
        phases=tuple(params["phases"]),
        node_name=params["node_name"] or "",
        cri_socket=params["cri_socket"] or "",
        wait_for=params["wait_for"],
        wait_timeout=params["wait_timeout"],
        taints=tuple(params["taints"]),
        timeout=params["timeout"],
        health_timeout=params["health_timeout"],
        advertise_address=params["apiserver_advertise_address"] or "",
        bind_port=params["apiserver_bind_port"],
    )
    kubeconfig, authority = params["kubeconfig"], params["cluster"]["certificate_authority"]
    connect = functools.partial(connect_as_admin, kubeconfig, host.run, timeout=params["timeout"])
    probe = functools.partial(health_probe, kubeconfig, authority, host.run)
    return plan_control_plane_node(
        host, spec, clock=SystemClock(), connect=connect, connect_as_node=connect_as_node, probe=probe
    )


def main() -> None:
    converge(
        plan,
        returns=("cluster_status", "components", "node"),
        argument_spec={
            "cluster": CLUSTER_OPTIONS,
            "kubeconfig": {"type": "path", "default": ADMIN_CONF},
            "phases": phases_option(JOIN_PHASES),
            "node_name": {"type": "str"},
            **LOCAL_API_OPTIONS,
            "cri_socket": {"type": "str"},
            "taints": {
                "type": "list",
                "elements": "str",
                "default": ["node-role.kubernetes.io/control-plane:NoSchedule"],
            },
            "timeout": {"type": "float", "default": API_CALL_TIMEOUT},
            "health_timeout": {"type": "float", "default": COMPONENT_TIMEOUT},
            "wait_for": {"type": "str", "choices": list(WAIT_LEVELS), "default": "ready"},
            "wait_timeout": {"type": "int", "default": NODE_TIMEOUT},
        },
    )
