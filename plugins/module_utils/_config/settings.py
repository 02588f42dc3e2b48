# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""What every node goes by of the ClusterConfiguration that ConfigMap kubeadm-config holds."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._core.defaults import CERTIFICATES_DIR
from .._core.errors import JoinError
from .._core.version import KubernetesVersion, parse_kubernetes_version
from .._formats.cluster_fields import cluster_fields
from .._formats.go_structs import Problem
from .._formats.typed_documents import TypedDocument, parse_typed_document

__all__ = ("ClusterSettings", "parse_cluster_settings", "read_cluster_configuration")

_API_VERSIONS = ("kubeadm.k8s.io/v1beta3", "kubeadm.k8s.io/v1beta4")


@dataclass(frozen=True)
class ClusterSettings:
    """The part of kubeadm's ClusterConfiguration that every node needs, kubeadm's defaults filled in.

    ``service_subnet`` is one CIDR, or two separated by a comma.
    """

    kubernetes_version: KubernetesVersion
    certificates_dir: str
    image_repository: str
    dns_domain: str
    service_subnet: str
    feature_gates: t.Mapping[str, bool]


def parse_cluster_settings(text: str) -> ClusterSettings:
    """Read the key ClusterConfiguration of ConfigMap kubeadm-config. Raises what `read_cluster_configuration` raises."""
    return read_cluster_configuration(text)[1]


def read_cluster_configuration(text: str) -> tuple[dict[str, t.Any], ClusterSettings]:
    """A ClusterConfiguration (kubeadm.k8s.io/v1beta3 or v1beta4) as its type has it, and the settings in it.

    Raises ``invalid_cluster_configuration`` for what is not YAML, of another kind or version, or has values of a wrong type.
    """
    document = parse_typed_document(
        text,
        what="the configuration of the cluster (ConfigMap kube-system/kubeadm-config, key ClusterConfiguration)",
        code="invalid_cluster_configuration",
        remedy="correct it with `kubectl -n kube-system edit configmap kubeadm-config`",
    )
    document.expect("kind", "ClusterConfiguration")
    version = document.expect("apiVersion", *_API_VERSIONS).rpartition("/")[2]
    value = document.read(cluster_fields(version))
    networking = value["networking"]
    return value, ClusterSettings(
        kubernetes_version=_version(document),
        certificates_dir=value.get("certificatesDir", CERTIFICATES_DIR),
        image_repository=value.get("imageRepository", "registry.k8s.io"),
        dns_domain=networking.get("dnsDomain", "cluster.local"),
        service_subnet=networking.get("serviceSubnet", "10.96.0.0/12"),
        feature_gates=value.get("featureGates", {}),
    )


def _version(document: TypedDocument) -> KubernetesVersion:
    text = document.value.get("kubernetesVersion") or ""
    try:
        return parse_kubernetes_version(text)
    except JoinError as exc:
        # kubeadm always stores the exact version, never a label such as stable-1 that it would have to look up.
        raise document.refusal(Problem(("kubernetesVersion",), text, "an exact version such as v1.37.2")) from exc
