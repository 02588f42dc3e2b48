# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""What kubeadm knows of a cluster and its control planes: the ClusterConfiguration that ConfigMap kubeadm-config holds."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

from .._core.version import KubernetesVersion, parse_kubernetes_version
from .._formats.fields import Fields
from .._formats.kubelet_fields import MINORS
from .._formats.pod_fields import pod_fields
from .settings import ClusterSettings, open_cluster_configuration, read_cluster_settings

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
class ClusterConfiguration(ClusterSettings):
    """The part of kubeadm's ClusterConfiguration that joining control planes need, kubeadm's defaults filled in.

    ``control_plane_endpoint`` is `host[:port]` or empty; the subnets are one CIDR, or two separated by a comma.
    """

    cluster_name: str
    control_plane_endpoint: str
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
    fields = open_cluster_configuration(text)
    server = fields.struct("apiServer")
    return ClusterConfiguration(
        **vars(read_cluster_settings(fields)),
        cluster_name=fields.text("clusterName", "kubernetes"),
        control_plane_endpoint=fields.text("controlPlaneEndpoint"),
        pod_subnet=fields.struct("networking").text("podSubnet"),
        api_server=_component(server),
        api_server_cert_sans=tuple(name.lower() for name in server.texts("certSANs")),
        controller_manager=_component(fields.struct("controllerManager")),
        scheduler=_component(fields.struct("scheduler")),
        etcd=_etcd(fields.struct("etcd")),
        encryption_algorithm=fields.text("encryptionAlgorithm", "RSA-2048"),
        certificate_validity=fields.duration("certificateValidityPeriod") or datetime.timedelta(days=365),
    )


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
    return Component(fields.arguments("extraArgs"), tuple(volumes), _environment(fields))


def _environment(fields: Fields) -> tuple[dict[str, t.Any], ...]:
    """The EnvVars of a program as the struct of the API has them, with what kubeadm fills in."""
    known = pod_fields(MINORS[-1])["spec"].fields["containers"].fields["env"].fields
    variables = tuple(variable.normalized(known) for variable in fields.structs("extraEnvs"))
    for variable in variables:
        reference = variable.get("valueFrom", {}).get("fieldRef")
        if reference is not None:
            reference.setdefault("apiVersion", "v1")
    return variables


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
        extra_envs=_environment(local),
        server_cert_sans=local.texts("serverCertSANs"),
        peer_cert_sans=local.texts("peerCertSANs"),
    )
