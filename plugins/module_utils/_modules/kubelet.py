# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The module kubelet, whose documentation is in the file of the module."""

from __future__ import annotations

import typing as t

from .._ansible.bootstrap_credentials import FILE_OPTIONS, bootstrap_connection
from .._ansible.control_plane import CONTROL_PLANE_OPTIONS, own_api_server
from .._ansible.module import CLUSTER_OPTIONS, converge, phases_option
from .._ansible.patch_files import PATCH_OPTIONS, patch_files
from .._core.change import Change
from .._core.clock import SystemClock
from .._core.defaults import NODE_TIMEOUT, TLS_BOOTSTRAP_TIMEOUT, WAIT_LEVELS
from .._core.retry import Patience
from .._credentials.token import parse_token
from .._discovery.cluster import Cluster
from .._host.machine import CA_FILE
from .._kubelet.kubelet import (
    KUBELET_PHASES,
    KubeletSpec,
    plan_kubelet,
)
from .._kubelet.wait import find_stopped_kubelet
from .._system.host import LocalHost
from .._system.node_connection import connect_as_node

__all__ = ("main",)


def plan(params: t.Mapping[str, t.Any], host: LocalHost) -> Change:
    cluster = Cluster.from_mapping(params["cluster"])
    spec = KubeletSpec(
        cluster=cluster,
        phases=tuple(params["phases"]),
        ca_cert_path=params["ca_cert_path"],
        node_name=params["node_name"] or "",
        cri_socket=params["cri_socket"] or "",
        kubelet_version=params["kubelet_version"] or "",
        taints=tuple(params["taints"]),
        extra_args=tuple((arg["name"], arg["value"]) for arg in params["kubelet_extra_args"]),
        token=parse_token(params["token"]) if params["token"] else None,
        bootstrap=bootstrap_connection(params, cluster, host.run, Patience(SystemClock(), params["timeout"])),
        patches=params["patches"] or "",
        patch_files=patch_files(params),
        timeout=params["timeout"],
        wait_for=params["wait_for"],
        wait_timeout=params["wait_timeout"],
        local_server=own_api_server(params, host),
    )
    return plan_kubelet(host, spec, clock=SystemClock(), connect=connect_as_node)


def main() -> None:
    converge(
        plan,
        returns=("certificate", "files", "node", "service"),
        cause=find_stopped_kubelet,
        argument_spec={
            "cluster": CLUSTER_OPTIONS,
            "phases": phases_option(KUBELET_PHASES),
            **CONTROL_PLANE_OPTIONS,
            "ca_cert_path": {"type": "path", "default": CA_FILE},
            "token": {"type": "str", "no_log": True},
            **FILE_OPTIONS,
            "node_name": {"type": "str"},
            "cri_socket": {"type": "str"},
            "kubelet_version": {"type": "str"},
            "rootfs": {"type": "path"},
            "taints": {"type": "list", "elements": "str", "default": []},
            "kubelet_extra_args": {
                "type": "list",
                "elements": "dict",
                "default": [],
                "options": {"name": {"type": "str", "required": True}, "value": {"type": "str", "required": True}},
            },
            **PATCH_OPTIONS,
            "timeout": {"type": "float", "default": TLS_BOOTSTRAP_TIMEOUT},
            "wait_for": {"type": "str", "choices": list(WAIT_LEVELS), "default": "ready"},
            "wait_timeout": {"type": "int", "default": NODE_TIMEOUT},
        },
    )
