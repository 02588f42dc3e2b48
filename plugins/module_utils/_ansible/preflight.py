# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The options of preflight_info for a host that has not joined: its checks, and discovery after them."""

from __future__ import annotations

import dataclasses
import os
import typing as t

from .._config.facts import ClusterFacts
from .._core.clock import SystemClock
from .._core.errors import JoinError
from .._credentials.pin import parse_pin
from .._preflight.checks import PreflightSpec, observe_preflight, refuse_errors
from .._system.host import LocalHost

if t.TYPE_CHECKING:
    from .._preflight.control_plane import LocalApi

__all__ = ("check",)


def check(params: t.Mapping[str, t.Any], host: LocalHost, *, can_discover: bool) -> dict[str, t.Any]:
    """Return the findings of the checks, and the cluster if discovery is requested and possible, for the module's result.

    Unknown values are None. Raises the errors of `refuse_errors`.
    """
    spec = PreflightSpec(
        node_name=params["node_name"] or "",
        cri_socket=params["cri_socket"] or "",
        ca_cert_path=params["ca_cert_path"],
        pins=tuple(parse_pin(pin) for pin in params["ca_cert_hashes"]),
        endpoint=params["endpoint"] or "",
        cluster=ClusterFacts.from_mapping(params["cluster"]) if params["cluster"] else None,
        environ=os.environ,
        checks=params["checks"],
        control_plane=_local_api(params) if params["control_plane"] else None,
    )
    found = refuse_errors(observe_preflight(host, spec), ignored=params["ignore_preflight_errors"])
    answers = not any(finding.check == "Endpoint" for finding in found.findings)
    discovered = _discover(params) if params["discovery"] and can_discover and answers else {}
    names = {"cri_socket": found.cri_socket or None, "kubelet_version": found.kubelet_version or None}
    return {"findings": [dataclasses.asdict(finding) for finding in found.findings], **names, **discovered}


def _discover(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Try token discovery once. A failure is ignored: the later call that waits for the cluster reports it."""
    # Only here: it needs libraries, and hosts that are invited or have a discovery file do not need it.
    from .token_discovery import discover_with_token

    by = {name: params[name] for name in ("endpoint", "ca_cert_hashes")}
    try:
        found = discover_with_token({**by, **params["discovery"], "timeout": 0, "api_call_timeout": 0}, SystemClock())
        return {name: value for name, value in found.items() if name != "ready_nodes"}
    except JoinError:
        return {}


def _local_api(params: t.Mapping[str, t.Any]) -> LocalApi:
    # Only here: a worker does not need this code.
    from .._preflight.control_plane import LocalApi

    return LocalApi(
        params["apiserver_advertise_address"] or "", params["apiserver_bind_port"], params["image_pull_policy"]
    )
