# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The phase update-status: API endpoints of control planes in the ConfigMap kubeadm-config, used by kubeadm before 1.22."""

from __future__ import annotations

import typing as t

from .._api.kubeapi import ApiConflictError, KubeApi
from .._core.change import Change
from .._core.clock import Clock
from .._core.errors import JoinError
from .._core.objects import mapping_at, text_at
from .._core.releases import has_cluster_status
from .._core.retry import retry
from .._core.version import parse_kubernetes_version
from .._formats.yaml_reader import parse_yaml
from .._formats.yaml_writer import render_yaml
from .local_node import ControlPlaneNode

__all__ = ("keeps_cluster_status", "plan_update_status")

_PATH = "/api/v1/namespaces/kube-system/configmaps/kubeadm-config"
_KEY = "ClusterStatus"
_API_VERSIONS = ("kubeadm.k8s.io/v1beta1", "kubeadm.k8s.io/v1beta2")
_CODE = "invalid_cluster_configuration"

Status = t.Dict[str, t.Any]


def keeps_cluster_status(configuration: str) -> bool:
    """Whether a cluster with this ClusterConfiguration is older than 1.22. The configuration may have any API version.

    Raises ``invalid_cluster_configuration``.
    """
    what = "the configuration of the cluster (ConfigMap kube-system/kubeadm-config, key ClusterConfiguration)"
    version = text_at(parse_yaml(configuration, what=what, code=_CODE), "kubernetesVersion")
    try:
        found = parse_kubernetes_version(version)
    except JoinError:
        raise JoinError(
            _CODE,
            f"Cannot use {what}: kubernetesVersion is not an exact version such as v1.37.2; correct it with "
            "`kubectl -n kube-system edit configmap kubeadm-config`.",
            field="kubernetesVersion",
            expected="an exact version such as v1.37.2",
        ) from None
    return has_cluster_status(found)


def plan_update_status(api: KubeApi, node: ControlPlaneNode, *, clock: Clock, timeout: float) -> Change:
    """Plan the entry of a node. Entries of other nodes are kept, including those written at the same time.

    Raises ``invalid_cluster_configuration`` for an invalid ClusterStatus, and on applying ``api_conflict`` if conflicts with
    other writers last for ``timeout`` seconds.
    """
    thing = f"ClusterStatus of {node.name}"
    endpoint = {"advertiseAddress": node.address, "bindPort": node.bind_port}
    before = mapping_at(_parse(api.get(_PATH)), "apiEndpoints").get(node.name, "absent")

    def apply() -> None:
        def patch(_left: float) -> dict[str, t.Any]:
            return api.patch(_PATH, _patch(api.get(_PATH), node.name, endpoint))

        retry(patch, clock=clock, timeout=timeout, also=(ApiConflictError,))

    status = {"advertise_address": node.address, "bind_port": node.bind_port}
    return Change({thing: before}, {thing: endpoint}, apply, resources={"cluster_status": status})


def _parse(config_map: t.Mapping[str, t.Any]) -> Status:
    text = text_at(config_map, "data", _KEY)
    status = parse_yaml(text, what=f"ConfigMap kube-system/kubeadm-config, key {_KEY}", code=_CODE)
    problem = ""
    if not isinstance(status, dict) or not mapping_at(status, "apiEndpoints"):
        problem = "apiEndpoints is empty, expected the existing control planes"
    elif status.get("kind") != _KEY or status.get("apiVersion") not in _API_VERSIONS:
        problem = f"it is a {status.get('kind')} of {status.get('apiVersion')}, expected a {_KEY} of {' or '.join(_API_VERSIONS)}"
    if problem:
        raise JoinError(
            _CODE,
            f"Cannot add this control plane to {_KEY} in ConfigMap kube-system/kubeadm-config: {problem}; correct it with "
            "`kubectl -n kube-system edit configmap kubeadm-config`.",
            field=_KEY,
            expected="apiEndpoints by the names of control planes",
        )
    return t.cast("Status", status)


def _patch(config_map: t.Mapping[str, t.Any], name: str, endpoint: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The patch includes the version that was read, because other nodes write entries to the same key."""
    status = _parse(config_map)
    endpoints = {**mapping_at(status, "apiEndpoints"), name: dict(endpoint)}
    version = text_at(config_map, "metadata", "resourceVersion")
    return {
        "metadata": {"resourceVersion": version},
        "data": {_KEY: render_yaml({**status, "apiEndpoints": endpoints})},
    }
