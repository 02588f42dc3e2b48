# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The module preflight_info, whose documentation is in the file of the module."""

from __future__ import annotations

import typing as t

from .._ansible.local_api import CONTROL_PLANE_OPTIONS
from .._ansible.module import CLUSTER_OPTIONS, answer
from .._core.clock import SystemClock
from .._core.defaults import WAIT_LEVELS
from .._credentials.pin import parse_pin
from .._host.machine import CA_FILE
from .._host.state import observe_node_state
from .._system.host import LocalHost
from .._system.requirements import missing_packages

__all__ = ("main",)

if t.TYPE_CHECKING:
    from .._api.kubeapi import KubeApi

UNKNOWN: dict[str, t.Any] = {"findings": [], "cri_socket": None, "kubelet_version": None, "cluster": None, "notes": []}


def connect(server: str, certificate_authority: str) -> KubeApi:
    # Only here: a host that has not joined needs no libraries for its checks.
    from .._system.node_connection import connect_as_node

    return connect_as_node(server, certificate_authority, timeout=0)


def observe(params: t.Mapping[str, t.Any], host: LocalHost) -> dict[str, t.Any]:
    missing = missing_packages()
    state = observe_node_state(
        host,
        node_name=params["node_name"] or "",
        pins=[parse_pin(pin) for pin in params["ca_cert_hashes"]],
        level=params["wait_for"],
        clock=SystemClock(),
        connect=connect,
        can_connect=not missing,
        control_plane=params["control_plane"],
    )
    return {
        **UNKNOWN,
        **state.result(),
        **({} if state.joined else check(params, host, can_discover=not missing)),
        "joined": state.joined,
        "missing_packages": missing,
    }


def check(params: t.Mapping[str, t.Any], host: LocalHost, *, can_discover: bool) -> dict[str, t.Any]:
    # Only here: a joined host does not need it.
    from .._ansible import preflight

    return preflight.check(params, host, can_discover=can_discover)


def main() -> None:
    answer(
        observe,
        libraries=(),
        argument_spec={
            "node_name": {"type": "str"},
            "ca_cert_hashes": {"type": "list", "elements": "str", "default": []},
            "wait_for": {"type": "str", "choices": list(WAIT_LEVELS), "default": "ready"},
            "ca_cert_path": {"type": "path", "default": CA_FILE},
            "cluster": {**CLUSTER_OPTIONS, "required": False},
            "endpoint": {"type": "str"},
            "cri_socket": {"type": "str"},
            "checks": {"type": "bool", "default": True},
            **CONTROL_PLANE_OPTIONS,
            "image_pull_policy": {
                "type": "str",
                "choices": ["Always", "IfNotPresent", "Never"],
                "default": "IfNotPresent",
            },
            "discovery": {
                "type": "dict",
                "options": {
                    "token": {"type": "str", "required": True, "no_log": True},
                    "tls_bootstrap_token": {"type": "str", "no_log": True},
                    "unsafe_skip_ca_verification": {"type": "bool", "default": False},
                },
            },
            "rootfs": {"type": "path"},
            "ignore_preflight_errors": {"type": "list", "elements": "str", "default": []},
        },
    )
