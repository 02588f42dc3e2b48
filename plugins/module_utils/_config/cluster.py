# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""kubeadm's configuration of a cluster and its control planes: the ClusterConfiguration in the ConfigMap kubeadm-config."""

from __future__ import annotations

import datetime
import json
import re
import typing as t
from dataclasses import dataclass

from .._core.defaults import API_SERVER_PORT, CERTIFICATES_DIR
from .._core.errors import JoinError
from .._core.objects import list_at
from .._core.version import KubernetesVersion, parse_kubernetes_version
from .._formats.cluster_fields import cluster_fields
from .._formats.go_endpoints import HostPort, parse_host_port
from .._formats.go_quantities import parse_duration
from .._formats.go_structs import Problem
from .._formats.typed_documents import TypedDocument, parse_typed_document
from .settings import ClusterSettings

__all__ = (
    "ClusterConfiguration",
    "Component",
    "ExternalEtcd",
    "ExtraVolume",
    "KubernetesVersion",
    "LocalEtcd",
    "fill_in_version",
    "parse_cluster_configuration",
    "parse_kubernetes_version",
)

_API_VERSIONS = ("kubeadm.k8s.io/v1beta3", "kubeadm.k8s.io/v1beta4", "kubeadm.k8s.io/v1")

#: Most texts have a version; then they need not be parsed to see whether they have.
_VERSION = re.compile(r"^[\"']?kubernetesVersion[\"']?: *[\"']?v?[0-9]", re.ASCII | re.MULTILINE)
#: Without blanks or words, which outputs of programs may have.
_EXACT_VERSION = re.compile(r"v?[0-9]\S*", re.ASCII)
#: kubeadm replaces these labels with a version of a release server, or its own.
_VERSION_LABEL = re.compile(r"(?:stable|latest)(?:-[0-9]+(?:\.[0-9]+)?)?", re.ASCII)

_Struct = t.Dict[str, t.Any]
#: Names and values of a program's arguments, in order; names may be repeated.
Arguments = t.Tuple[t.Tuple[str, str], ...]


@dataclass(frozen=True)
class ExtraVolume:
    """A file or folder of the host that a static pod mounts; ``path_type`` is one of hostPath's types, or empty."""

    name: str
    host_path: str
    mount_path: str
    read_only: bool = False
    path_type: str = ""


@dataclass(frozen=True)
class Component:
    """A cluster's additions to one of its static pods. ``extra_envs`` are the API's EnvVars, normalized."""

    extra_args: Arguments = ()
    extra_volumes: tuple[ExtraVolume, ...] = ()
    extra_envs: tuple[t.Mapping[str, t.Any], ...] = ()


@dataclass(frozen=True)
class LocalEtcd:
    """An etcd cluster with a member on each control plane."""

    data_dir: str = "/var/lib/etcd"
    image_repository: str = ""
    image_tag: str = ""
    extra_args: Arguments = ()
    extra_envs: tuple[t.Mapping[str, t.Any], ...] = ()
    server_cert_sans: tuple[str, ...] = ()
    peer_cert_sans: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExternalEtcd:
    """An etcd cluster outside the Kubernetes cluster: its URLs, and the credential files on every control plane."""

    endpoints: tuple[str, ...]
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


@dataclass(frozen=True)
class ClusterConfiguration(ClusterSettings):
    """The part of kubeadm's ClusterConfiguration that new control planes need, with kubeadm's defaults.

    ``control_plane_endpoint`` always has a port, kubeadm's default if none is configured; None without an endpoint.
    Each subnet is one CIDR, or two separated by a comma.
    """

    cluster_name: str
    control_plane_endpoint: HostPort | None
    pod_subnet: str = ""
    api_server: Component = Component()
    api_server_cert_sans: tuple[str, ...] = ()
    controller_manager: Component = Component()
    scheduler: Component = Component()
    etcd: LocalEtcd | ExternalEtcd = LocalEtcd()
    encryption_algorithm: str = "RSA-2048"
    certificate_validity: datetime.timedelta = datetime.timedelta(days=365)


def parse_cluster_configuration(text: str) -> ClusterConfiguration:
    """Parse the key ClusterConfiguration of the ConfigMap kubeadm-config (kubeadm.k8s.io/v1beta3, v1beta4, or v1 of
    kubeadm 1.37, without its merging of arguments).

    Raises ``invalid_cluster_configuration`` if the text is not YAML, has another kind or version, values of a wrong type, or an
    endpoint that kubeadm refuses.
    """
    document, value, settings = _read(text)
    server = value["apiServer"]
    return ClusterConfiguration(
        **vars(settings),
        cluster_name=value.get("clusterName", "kubernetes"),
        control_plane_endpoint=_endpoint(document, value.get("controlPlaneEndpoint", "")),
        pod_subnet=value["networking"].get("podSubnet", ""),
        api_server=_component(server),
        api_server_cert_sans=tuple(name.lower() for name in server.get("certSANs", ())),
        controller_manager=_component(value["controllerManager"]),
        scheduler=_component(value["scheduler"]),
        etcd=_etcd(value["etcd"]),
        encryption_algorithm=value.get("encryptionAlgorithm", "RSA-2048"),
        certificate_validity=_validity(value),
    )


def fill_in_version(text: str, find_version: t.Callable[[], str]) -> str:
    """Return the text, with ``find_version`` as kubernetesVersion if it has none, or a label such as `stable-1`.

    Raises ``invalid_cluster_configuration`` if the text is not a mapping in YAML.
    """
    if _VERSION.search(text):
        return text
    value = _parse(text).value
    version = value.get("kubernetesVersion")
    if version and not (isinstance(version, str) and _VERSION_LABEL.fullmatch(version)):
        return text
    return json.dumps({**value, "kubernetesVersion": find_version()}, ensure_ascii=False)


def _parse(text: str) -> TypedDocument:
    return parse_typed_document(
        text,
        what="the configuration of the cluster (ConfigMap kube-system/kubeadm-config, key ClusterConfiguration)",
        code="invalid_cluster_configuration",
        remedy="correct it with `kubectl -n kube-system edit configmap kubeadm-config`",
    )


def _read(text: str) -> tuple[TypedDocument, dict[str, t.Any], ClusterSettings]:
    """Return the document, its value, converted to its type, and its settings."""
    document = _parse(text)
    if document.value.get("kind"):  # kubeadm does without it
        document.expect("kind", "ClusterConfiguration")
    version = document.expect("apiVersion", *_API_VERSIONS).rpartition("/")[2]
    value = document.read(cluster_fields(version))
    _refuse_merged_arguments(document, value)
    networking = value["networking"]
    return (
        document,
        value,
        ClusterSettings(
            kubernetes_version=_version(document),
            certificates_dir=value.get("certificatesDir", CERTIFICATES_DIR),
            image_repository=value.get("imageRepository", "registry.k8s.io"),
            dns_domain=networking.get("dnsDomain", "cluster.local"),
            service_subnet=networking.get("serviceSubnet", "10.96.0.0/12"),
            feature_gates=value.get("featureGates", {}),
        ),
    )


def _refuse_merged_arguments(document: TypedDocument, value: t.Mapping[str, t.Any]) -> None:
    """No release of kubeadm writes v1, in which an argument can be added to that of kubeadm."""
    for path in (("apiServer",), ("controllerManager",), ("scheduler",), ("etcd", "local")):
        for at, argument in enumerate(list_at(value, *path, "extraArgs")):
            if argument.get("mergeMethod"):
                found = Problem((*path, "extraArgs", at, "mergeMethod"), argument["mergeMethod"], "no merge method")
                raise document.refusal(found)


def _version(document: TypedDocument) -> KubernetesVersion:
    text = document.value.get("kubernetesVersion") or ""
    try:
        return parse_kubernetes_version(text if _EXACT_VERSION.fullmatch(text) else "")
    except JoinError:
        # kubeadm always stores the exact version, never a label such as stable-1.
        raise document.refusal(Problem(("kubernetesVersion",), text, "an exact version such as v1.37.2")) from None


def _endpoint(document: TypedDocument, text: str) -> HostPort | None:
    if not text:
        return None
    found = parse_host_port(text)
    if found is None:
        expected = (
            "a host, host:port or [IPv6]:port: a DNS name in lower case or an address, and a port from 1 to 65535"
        )
        raise document.refusal(Problem(("controlPlaneEndpoint",), text, expected))
    # kubeadm adds this port, not the bindPort of the joining node.
    return found if found.port else found._replace(port=str(API_SERVER_PORT))


def _validity(struct: _Struct) -> datetime.timedelta:
    text = struct.get("certificateValidityPeriod")
    return (
        ClusterConfiguration.certificate_validity if text is None else datetime.timedelta(seconds=parse_duration(text))
    )


def _component(struct: _Struct) -> Component:
    volumes = (
        ExtraVolume(
            name=volume["name"],
            host_path=volume["hostPath"],
            mount_path=volume["mountPath"],
            read_only=volume.get("readOnly", False),
            path_type=volume.get("pathType", ""),
        )
        for volume in struct.get("extraVolumes", ())
    )
    return Component(_arguments(struct), tuple(volumes), _environment(struct))


def _arguments(struct: _Struct) -> Arguments:
    """Return the arguments of a program: a list of names and values in v1beta4; in v1beta3 a mapping, sorted by name."""
    arguments = struct.get("extraArgs", ())
    if isinstance(arguments, dict):
        return tuple(sorted(arguments.items()))
    return tuple((argument["name"], argument["value"]) for argument in arguments)


def _environment(struct: _Struct) -> tuple[_Struct, ...]:
    """Return the EnvVars of a program with kubeadm's defaults."""
    variables = tuple(struct.get("extraEnvs", ()))
    for variable in variables:
        reference = variable.get("valueFrom", {}).get("fieldRef")
        if reference is not None:
            reference.setdefault("apiVersion", "v1")
    return variables


def _etcd(struct: _Struct) -> LocalEtcd | ExternalEtcd:
    if "external" in struct:
        external = struct["external"]
        return ExternalEtcd(
            endpoints=tuple(external["endpoints"] or ()),
            ca_file=external["caFile"],
            cert_file=external["certFile"],
            key_file=external["keyFile"],
        )
    local = struct.get("local", {})
    return LocalEtcd(
        data_dir=local.get("dataDir") or LocalEtcd.data_dir,
        image_repository=local.get("imageRepository", ""),
        image_tag=local.get("imageTag", ""),
        extra_args=_arguments(local),
        extra_envs=_environment(local),
        server_cert_sans=tuple(local.get("serverCertSANs", ())),
        peer_cert_sans=tuple(local.get("peerCertSANs", ())),
    )
