# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Discovery with a token, and the description of the cluster that all discovery methods share."""

from __future__ import annotations

import typing as t

from .._api.kubeapi import KubeApi
from .._api.proxy import render_proxy
from .._core.clock import Clock
from .._credentials.pin import parse_pins
from .._credentials.token import parse_token
from .._discovery.by_token import discover_by_token, read_configuration
from .._discovery.cluster import Cluster

if t.TYPE_CHECKING:
    from .module import Params

__all__ = ("describe", "discover_with_token")


def discover_with_token(params: Params, clock: Clock) -> dict[str, t.Any]:
    """Discover the cluster at ``endpoint`` with its token and pins, and return it in the format of `describe`."""
    reader = parse_token(params["tls_bootstrap_token"] or params["token"])
    pins = parse_pins(params["ca_cert_hashes"], may_be_empty=params["unsafe_skip_ca_verification"])
    endpoint = params["endpoint"] or ""
    cluster = discover_by_token(endpoint, parse_token(params["token"]), pins, clock=clock, timeout=params["timeout"])
    api = cluster.connect(bearer=reader.bearer)
    return describe(cluster, api, params, clock, warnings=[] if pins else [_unpinned(endpoint)])


def describe(
    cluster: Cluster,
    api: KubeApi,
    params: Params,
    clock: Clock,
    *,
    notes: t.Sequence[str] = (),
    etcd_images: t.Sequence[str] = (),
    ready_nodes: t.Sequence[str] = (),
    invitations: t.Sequence[t.Mapping[str, t.Any]] = (),
    warnings: t.Sequence[str] = (),
) -> dict[str, t.Any]:
    """Return a trusted cluster with its configuration, its Ready nodes and invitations if they are known, and notes and warnings."""
    reported = [*notes]
    if api.proxy:
        reported.append(
            f"{api.server} is accessed through the proxy {render_proxy(api.proxy)}, which is set in HTTPS_PROXY."
        )
    described = read_configuration(
        api, cluster, clock=clock, timeout=params["api_call_timeout"], etcd_images=etcd_images
    )
    return {
        "cluster": described.to_mapping(),
        "ready_nodes": [*ready_nodes],
        "invitations": [*invitations],
        "notes": reported,
        "warnings": [*warnings],
    }


def _unpinned(endpoint: str) -> str:
    return (
        f"The CA of {endpoint} is trusted by the token's signature alone, because no pin is set: anyone who knows the token can "
        "impersonate this control plane. Set ca_cert_hashes to the value in the output of `kubeadm token create --print-join-command`."
    )
