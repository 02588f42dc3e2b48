# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The options of preflight_info that are about the checks of a host that has not joined."""

from __future__ import annotations

import dataclasses
import os
import typing as t

from .._known_cluster import parse_known_cluster
from .._pin import parse_pin
from .._preflight import PreflightWish, observe_preflight, refuse_errors
from .._preflight_control_plane import LocalApi
from .host import LocalHost

__all__ = ("check",)


def check(params: t.Mapping[str, t.Any], host: LocalHost) -> dict[str, t.Any]:
    """What the checks have found, as a part of the module's result. Raises what `refuse_errors` raises."""
    wish = PreflightWish(
        node_name=params["node_name"] or "",
        cri_socket=params["cri_socket"] or "",
        ca_cert_path=params["ca_cert_path"],
        pins=tuple(parse_pin(pin) for pin in params["ca_cert_hashes"]),
        endpoint=params["endpoint"] or "",
        cluster=parse_known_cluster(params["cluster"]) if params["cluster"] else None,
        environ=os.environ,
        checks=params["checks"],
        control_plane=_local_api(params) if params["control_plane"] else None,
    )
    found = observe_preflight(host, wish)
    return dataclasses.asdict(refuse_errors(found, ignored=params["ignore_preflight_errors"]))


def _local_api(params: t.Mapping[str, t.Any]) -> LocalApi:
    return LocalApi(
        params["apiserver_advertise_address"] or "", params["apiserver_bind_port"], params["image_pull_policy"]
    )
