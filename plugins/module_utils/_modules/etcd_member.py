# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The module etcd_member, whose documentation is in the file of the module."""

from __future__ import annotations

import functools
import typing as t

from .._ansible.module import CLUSTER_OPTIONS, converge
from .._ansible.patches import (
    KUSTOMIZE_OPTIONS,
    PATCH_OPTIONS,
    patch_sources,
)
from .._control_plane.etcd_member import (
    EtcdMemberSpec,
    plan_etcd_member,
)
from .._core.change import Change
from .._core.clock import SystemClock
from .._core.defaults import (
    ADMIN_CONF,
    API_CALL_TIMEOUT,
    COMPONENT_TIMEOUT,
    ETCD_CALL_TIMEOUT,
    LOCK_TIMEOUT,
)
from .._discovery.cluster import Cluster
from .._system.connections import (
    connect_as_admin,
)
from .._system.control_plane_connections import connect_to_etcd
from .._system.host import LocalHost

__all__ = ("main",)


def plan(params: t.Mapping[str, t.Any], host: LocalHost) -> Change:
    spec = EtcdMemberSpec(
        cluster=Cluster.from_mapping(params["cluster"]),
        node_name=params["node_name"] or "",
        advertise_address=params["apiserver_advertise_address"] or "",
        health_timeout=params["health_timeout"],
        timeout=params["timeout"],
        api_call_timeout=params["api_call_timeout"],
        lock_timeout=params["lock_timeout"],
        patch_sources=patch_sources(params),
    )
    connect = functools.partial(connect_as_admin, params["kubeconfig"], host.run, timeout=params["api_call_timeout"])
    return plan_etcd_member(host, spec, clock=SystemClock(), connect=connect, connect_etcd=connect_to_etcd)


def main() -> None:
    converge(
        plan,
        returns=("files", "member"),
        argument_spec={
            "cluster": CLUSTER_OPTIONS,
            "kubeconfig": {"type": "path", "default": ADMIN_CONF},
            "node_name": {"type": "str"},
            "apiserver_advertise_address": {"type": "str"},
            "health_timeout": {"type": "float", "default": COMPONENT_TIMEOUT},
            "timeout": {"type": "float", "default": ETCD_CALL_TIMEOUT},
            "api_call_timeout": {"type": "float", "default": API_CALL_TIMEOUT},
            "lock_timeout": {"type": "float", "default": LOCK_TIMEOUT},
            **PATCH_OPTIONS,
            **KUSTOMIZE_OPTIONS,
        },
    )
