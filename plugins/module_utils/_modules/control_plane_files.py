# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The module control_plane_files, whose documentation is in the file of the module."""

from __future__ import annotations

import functools
import os
import typing as t

from .._ansible.bootstrap_credentials import (
    FILE_OPTIONS,
    bootstrap_connection,
)
from .._ansible.control_plane import LOCAL_API_OPTIONS
from .._ansible.module import CLUSTER_OPTIONS, converge, phases_option
from .._ansible.patches import (
    KUSTOMIZE_OPTIONS,
    PATCH_OPTIONS,
    patch_sources,
)
from .._control_plane.files import (
    FILE_PHASES,
    ControlPlaneSpec,
    plan_control_plane_files,
)
from .._core.change import Change
from .._core.clock import SystemClock
from .._core.defaults import ADMIN_CONF, API_CALL_TIMEOUT, COMPONENT_TIMEOUT, KUBEADM_CERTS
from .._core.retry import Patience
from .._credentials.token import parse_token
from .._discovery.cluster import Cluster
from .._system.connections import connect_as_admin
from .._system.control_plane_connections import connect_to_etcd
from .._system.host import LocalHost

__all__ = ("main",)


def plan(params: t.Mapping[str, t.Any], host: LocalHost) -> Change:
    cluster = Cluster.from_mapping(params["cluster"])
    patience = Patience(SystemClock(), params["api_call_timeout"])
    connect = bootstrap_connection(params, cluster, host.run, patience)
    if params["token"]:
        connect = functools.partial(cluster.connect, parse_token(params["token"]).bearer, patience)
    spec = ControlPlaneSpec(
        cluster=cluster,
        phases=tuple(params["phases"]),
        node_name=params["node_name"] or "",
        advertise_address=params["apiserver_advertise_address"] or "",
        bind_port=params["apiserver_bind_port"],
        certificate_key=params["certificate_key"] or "",
        uploaded_to=params["uploaded_to"],
        provided={name: str(content).encode("utf-8") for name, content in params["shared_certificates"].items()},
        connect=connect,
        environment=os.environ,
        health_timeout=params["health_timeout"],
        patch_sources=patch_sources(params),
    )
    connect_admin = functools.partial(connect_as_admin, ADMIN_CONF, host.run, timeout=params["api_call_timeout"])
    return plan_control_plane_files(
        host, spec, clock=SystemClock(), connect=connect_admin, connect_etcd=connect_to_etcd
    )


def main() -> None:
    converge(
        plan,
        returns=("api_endpoint", "certificates", "files"),
        argument_spec={
            "cluster": CLUSTER_OPTIONS,
            "phases": phases_option(FILE_PHASES),
            "certificate_key": {"type": "str", "no_log": True},
            "uploaded_to": {"type": "str", "default": KUBEADM_CERTS},
            "shared_certificates": {"type": "dict", "default": {}, "no_log": True},
            "token": {"type": "str", "no_log": True},
            **FILE_OPTIONS,
            "node_name": {"type": "str"},
            **LOCAL_API_OPTIONS,
            "health_timeout": {"type": "float", "default": COMPONENT_TIMEOUT},
            "api_call_timeout": {"type": "float", "default": API_CALL_TIMEOUT},
            **PATCH_OPTIONS,
            **KUSTOMIZE_OPTIONS,
        },
    )
