# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""What kubeadm knows of a cluster: its versions, and the ClusterConfiguration that ConfigMap kubeadm-config holds."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

from ._configuration_fields import Fields
from ._errors import JoinError
from ._version import KubernetesVersion, parse_kubernetes_version
from ._yaml import parse_yaml

__all__ = (
    "ClusterConfiguration",
    "Component",
    "ExternalEtcd",
    "ExtraVolume",
    "KubernetesVersion",
    "LocalEtcd",
    "parse_cluster_configuration",
    "parse_kubernetes_version",
)

_CODE = "invalid_cluster_configuration"
_WHAT = "the configuration of the cluster (ConfigMap kube-system/kubeadm-config, key ClusterConfiguration)"
_API_VERSIONS = ("kubeadm.k8s.io/v1beta3", "kubeadm.k8s.io/v1beta4")

#: Names and values of a program's arguments, in order, repeated at will.
Arguments = t.Tuple[t.Tuple[str, str], ...]


@dataclass(frozen=True)
class ExtraVolume:
    """A file or folder of the host that a static pod sees; ``path_type`` is one of hostPath's types, or empty."""

    name: str
    host_path: str
    mount_path: str
    read_only: bool = False
    path_type: str = ""


@dataclass(frozen=True)
class Component:
    """What a cluster adds to one of its static pods. ``extra_envs`` are the API's EnvVars, normalised."""

    extra_args: Arguments = ()
    extra_volumes: tuple[ExtraVolume, ...] = ()
    extra_envs: tuple[t.Mapping[str, t.Any], ...] = ()


@dataclass(frozen=True)
class LocalEtcd:
    """An etcd of which each control plane runs a member."""

    data_dir: str = "/var/lib/etcd"
    image_repository: str = ""
    image_tag: str = ""
    extra_args: Arguments = ()
    extra_envs: tuple[t.Mapping[str, t.Any], ...] = ()
    server_cert_sans: tuple[str, ...] = ()
    peer_cert_sans: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExternalEtcd:
    """An etcd that the cluster was given: its URLs, and the files on every control plane to reach it with."""

    endpoints: tuple[str, ...]
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


@dataclass(frozen=True)
class ClusterConfiguration:
    """The part of kubeadm's ClusterConfiguration that joining nodes need, kubeadm's defaults filled in.

    ``control_plane_endpoint`` is `host[:port]` or empty; the subnets are one CIDR, or two separated by a comma.
    """

    cluster_name: str
    kubernetes_version: KubernetesVersion
    certificates_dir: str
    control_plane_endpoint: str
    image_repository: str
    dns_domain: str
    service_subnet: str
    feature_gates: t.Mapping[str, bool]
    pod_subnet: str = ""
    api_server: Component = Component()
    api_server_cert_sans: tuple[str, ...] = ()
    controller_manager: Component = Component()
    scheduler: Component = Component()
    etcd: LocalEtcd | ExternalEtcd = LocalEtcd()
    encryption_algorithm: str = "RSA-2048"
    certificate_validity: datetime.timedelta = datetime.timedelta(days=365)


def parse_cluster_configuration(text: str) -> ClusterConfiguration:
    """Read the key ClusterConfiguration of ConfigMap kubeadm-config (kubeadm.k8s.io/v1beta3 or v1beta4).

    Raises ``invalid_cluster_configuration`` for what is not YAML, of another kind or version, or has values of a wrong
    type.
    """
    fields = Fields(parse_yaml(text, what=_WHAT, code=_CODE), _wrong)
    if fields.raw("kind") != "ClusterConfiguration":
        raise _wrong("kind", fields.raw("kind"), "ClusterConfiguration")
    if fields.raw("apiVersion") not in _API_VERSIONS:
        raise _wrong("apiVersion", fields.raw("apiVersion"), " or ".join(_API_VERSIONS))
    networking, server = fields.struct("networking"), fields.struct("apiServer")
    return ClusterConfiguration(
        cluster_name=fields.text("clusterName", "kubernetes"),
        kubernetes_version=_version(fields),
        certificates_dir=fields.text("certificatesDir", "/etc/kubernetes/pki"),
        control_plane_endpoint=fields.text("controlPlaneEndpoint"),
        image_repository=fields.text("imageRepository", "registry.k8s.io"),
        dns_domain=networking.text("dnsDomain", "cluster.local"),
        service_subnet=networking.text("serviceSubnet", "10.96.0.0/12"),
        feature_gates=fields.flags("featureGates"),
        pod_subnet=networking.text("podSubnet"),
        api_server=_component(server),
        api_server_cert_sans=tuple(name.lower() for name in server.texts("certSANs")),
        controller_manager=_component(fields.struct("controllerManager")),
        scheduler=_component(fields.struct("scheduler")),
        etcd=_etcd(fields.struct("etcd")),
        encryption_algorithm=fields.text("encryptionAlgorithm", "RSA-2048"),
        certificate_validity=fields.duration("certificateValidityPeriod") or datetime.timedelta(days=365),
    )


def _version(fields: Fields) -> KubernetesVersion:
    text = fields.text("kubernetesVersion")
    try:
        return parse_kubernetes_version(text)
    except JoinError as exc:
        # kubeadm always stores the exact version, never a label such as stable-1 that it would have to look up.
        raise _wrong("kubernetesVersion", text, "an exact version such as v1.37.2") from exc


def _component(fields: Fields) -> Component:
    volumes = (
        ExtraVolume(
            name=volume.text("name"),
            host_path=volume.text("hostPath"),
            mount_path=volume.text("mountPath"),
            read_only=volume.flag("readOnly"),
            path_type=volume.text("pathType"),
        )
        for volume in fields.structs("extraVolumes")
    )
    return Component(fields.arguments("extraArgs"), tuple(volumes), fields.environment("extraEnvs"))


def _etcd(fields: Fields) -> LocalEtcd | ExternalEtcd:
    if fields.raw("external") is not None:
        external = fields.struct("external")
        return ExternalEtcd(
            endpoints=external.texts("endpoints"),
            ca_file=external.text("caFile"),
            cert_file=external.text("certFile"),
            key_file=external.text("keyFile"),
        )
    local = fields.struct("local")
    return LocalEtcd(
        data_dir=local.text("dataDir", LocalEtcd.data_dir),
        image_repository=local.text("imageRepository"),
        image_tag=local.text("imageTag"),
        extra_args=local.arguments("extraArgs"),
        extra_envs=local.environment("extraEnvs"),
        server_cert_sans=local.texts("serverCertSANs"),
        peer_cert_sans=local.texts("peerCertSANs"),
    )


def _wrong(field: str, value: t.Any, expected: str) -> JoinError:
    return JoinError(
        _CODE,
        f"Cannot use {_WHAT}: {field or 'the whole'} is {value!r}, expected {expected}; correct it with "
        "`kubectl -n kube-system edit configmap kubeadm-config`.",
        field=field,
        expected=expected,
    )
