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
from .._formats.fields import Fields
from .._formats.yaml_reader import parse_yaml

__all__ = ("ClusterSettings", "open_cluster_configuration", "parse_cluster_settings", "read_cluster_settings")

_CODE = "invalid_cluster_configuration"
_WHAT = "the configuration of the cluster (ConfigMap kube-system/kubeadm-config, key ClusterConfiguration)"
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
    """Read the key ClusterConfiguration of ConfigMap kubeadm-config. Raises what `open_cluster_configuration` raises."""
    return read_cluster_settings(open_cluster_configuration(text))


def open_cluster_configuration(text: str) -> Fields:
    """The fields of a ClusterConfiguration (kubeadm.k8s.io/v1beta3 or v1beta4).

    Raises ``invalid_cluster_configuration`` for what is not YAML or of another kind or version, and whenever a field is read
    whose value is of a wrong type.
    """
    fields = Fields(parse_yaml(text, what=_WHAT, code=_CODE), _wrong)
    if fields.raw("kind") != "ClusterConfiguration":
        raise _wrong("kind", fields.raw("kind"), "ClusterConfiguration")
    if fields.raw("apiVersion") not in _API_VERSIONS:
        raise _wrong("apiVersion", fields.raw("apiVersion"), " or ".join(_API_VERSIONS))
    return fields


def read_cluster_settings(fields: Fields) -> ClusterSettings:
    """The settings among the fields of a ClusterConfiguration."""
    networking = fields.struct("networking")
    return ClusterSettings(
        kubernetes_version=_version(fields),
        certificates_dir=fields.text("certificatesDir", CERTIFICATES_DIR),
        image_repository=fields.text("imageRepository", "registry.k8s.io"),
        dns_domain=networking.text("dnsDomain", "cluster.local"),
        service_subnet=networking.text("serviceSubnet", "10.96.0.0/12"),
        feature_gates=fields.flags("featureGates"),
    )


def _version(fields: Fields) -> KubernetesVersion:
    text = fields.text("kubernetesVersion")
    try:
        return parse_kubernetes_version(text)
    except JoinError as exc:
        # kubeadm always stores the exact version, never a label such as stable-1 that it would have to look up.
        raise _wrong("kubernetesVersion", text, "an exact version such as v1.37.2") from exc


def _wrong(field: str, value: t.Any, expected: str) -> JoinError:
    return JoinError(
        _CODE,
        f"Cannot use {_WHAT}: {field or 'the whole'} is {value!r}, expected {expected}; correct it with "
        "`kubectl -n kube-system edit configmap kubeadm-config`.",
        field=field,
        expected=expected,
    )
