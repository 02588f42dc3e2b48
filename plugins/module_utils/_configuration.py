# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""What kubeadm knows of a cluster: its versions, and the ClusterConfiguration that ConfigMap kubeadm-config holds."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._errors import JoinError
from ._version import KubernetesVersion, parse_kubernetes_version
from ._yaml import parse_yaml

__all__ = ("ClusterConfiguration", "KubernetesVersion", "parse_cluster_configuration", "parse_kubernetes_version")

_CODE = "invalid_cluster_configuration"
_WHAT = "the configuration of the cluster (ConfigMap kube-system/kubeadm-config, key ClusterConfiguration)"
_API_VERSIONS = ("kubeadm.k8s.io/v1beta3", "kubeadm.k8s.io/v1beta4")


@dataclass(frozen=True)
class ClusterConfiguration:
    """The part of kubeadm's ClusterConfiguration that joining nodes need, kubeadm's defaults filled in.

    ``control_plane_endpoint`` is `host[:port]` or empty; ``service_subnet`` one CIDR, or two separated by a comma.
    """

    cluster_name: str
    kubernetes_version: KubernetesVersion
    certificates_dir: str
    control_plane_endpoint: str
    image_repository: str
    dns_domain: str
    service_subnet: str
    feature_gates: t.Mapping[str, bool]


def parse_cluster_configuration(text: str) -> ClusterConfiguration:
    """Read the key ClusterConfiguration of ConfigMap kubeadm-config (kubeadm.k8s.io/v1beta3 or v1beta4).

    Raises ``invalid_cluster_configuration`` for what is not YAML, of another kind or version, or has values of a wrong
    type.
    """
    value = parse_yaml(text, what=_WHAT, code=_CODE)
    if not isinstance(value, dict):
        raise _wrong("", value, "a mapping")
    if value.get("kind") != "ClusterConfiguration":
        raise _wrong("kind", value.get("kind"), "ClusterConfiguration")
    if value.get("apiVersion") not in _API_VERSIONS:
        raise _wrong("apiVersion", value.get("apiVersion"), " or ".join(_API_VERSIONS))
    networking = value.get("networking") or {}
    if not isinstance(networking, dict):
        raise _wrong("networking", networking, "a mapping")
    return ClusterConfiguration(
        cluster_name=_text(value, "clusterName", "kubernetes"),
        kubernetes_version=_version(value),
        certificates_dir=_text(value, "certificatesDir", "/etc/kubernetes/pki"),
        control_plane_endpoint=_text(value, "controlPlaneEndpoint", ""),
        image_repository=_text(value, "imageRepository", "registry.k8s.io"),
        dns_domain=_text(networking, "dnsDomain", "cluster.local", prefix="networking."),
        service_subnet=_text(networking, "serviceSubnet", "10.96.0.0/12", prefix="networking."),
        feature_gates=_feature_gates(value),
    )


def _version(value: dict[str, t.Any]) -> KubernetesVersion:
    text = _text(value, "kubernetesVersion", "")
    try:
        return parse_kubernetes_version(text)
    except JoinError as exc:
        # kubeadm always stores the exact version, never a label such as stable-1 that it would have to look up.
        raise _wrong("kubernetesVersion", text, "an exact version such as v1.37.2") from exc


def _feature_gates(value: dict[str, t.Any]) -> dict[str, bool]:
    gates = value.get("featureGates") or {}
    if not isinstance(gates, dict):
        raise _wrong("featureGates", gates, "a mapping")
    for name, state in gates.items():
        if not isinstance(state, bool):
            raise _wrong(f"featureGates.{name}", state, "true or false")
    return gates


def _text(mapping: dict[str, t.Any], key: str, default: str, *, prefix: str = "") -> str:
    value = mapping.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise _wrong(prefix + key, value, "a text")
    return value or default


def _wrong(field: str, value: t.Any, expected: str) -> JoinError:
    return JoinError(
        _CODE,
        f"Cannot use {_WHAT}: {field or 'the whole'} is {value!r}, expected {expected}; correct it with "
        "`kubectl -n kube-system edit configmap kubeadm-config`.",
        field=field,
        expected=expected,
    )
