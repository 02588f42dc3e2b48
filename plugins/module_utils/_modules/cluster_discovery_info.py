# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The module cluster_discovery_info, whose documentation is in the file of the module."""

from __future__ import annotations

import typing as t

from .._ansible.bootstrap_credentials import FILE_OPTIONS
from .._ansible.cluster_discovery import discover, expect_control_plane
from .._ansible.module import answer
from .._core.clock import SystemClock
from .._core.defaults import API_CALL_TIMEOUT, DISCOVERY_TIMEOUT
from .._system.host import LocalHost
from .._system.requirements import LIBRARIES, require

__all__ = ("main",)


def observe(params: t.Mapping[str, t.Any], host: LocalHost) -> dict[str, t.Any]:
    clock = SystemClock()
    if params["control_plane"]:
        expect_control_plane(params, host, clock)
    require(LIBRARIES)
    return discover(params, clock, host.run)


def main() -> None:
    answer(
        observe,
        libraries=(),  # a host without a kubeconfig needs none
        argument_spec={
            "endpoint": {"type": "str"},
            "token": {"type": "str", "no_log": True},
            "tls_bootstrap_token": {"type": "str", "no_log": True},
            "ca_cert_hashes": {"type": "list", "elements": "str", "default": []},
            "unsafe_skip_ca_verification": {"type": "bool", "default": False},
            "timeout": {"type": "float", "default": DISCOVERY_TIMEOUT},
            "api_call_timeout": {"type": "float", "default": API_CALL_TIMEOUT},
            "kubeconfig": {"type": "path"},
            "control_plane": {"type": "bool", "default": False},
            **FILE_OPTIONS,
        },
        required_by={"token": ("endpoint",)},
        required_if=[("control_plane", True, ("kubeconfig",))],
    )
