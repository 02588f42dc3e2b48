# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The static pods of kube-apiserver, kube-controller-manager and kube-scheduler, as written by kubeadm's minor versions."""

from __future__ import annotations

import posixpath
import typing as t

from .._config.cluster import ClusterConfiguration, Component, ExternalEtcd, ExtraVolume, LocalEtcd
from .._config.images import component_image
from .component_pod import Probes, StaticPod, last_argument, merge_arguments, plan_environment
from .local_node import ControlPlaneNode, certificate_path, host_in_url, release_for

__all__ = ("CA_FOLDERS", "plan_component_pods")

#: Folders of CA certificates that are mounted if the host has them; /etc/ssl/certs is always mounted.
CA_FOLDERS = (
    "/etc/pki/ca-trust",
    "/etc/pki/tls/certs",
    "/etc/ca-certificates",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
)

_CA_CERTIFICATES = "/etc/ssl/certs"
_KUBERNETES = "/etc/kubernetes"
_FLEX_VOLUMES = "/usr/libexec/kubernetes/kubelet-plugins/volume/exec"
_FOLDER = "DirectoryOrCreate"
_FILE = "FileOrCreate"


def plan_component_pods(cluster: ClusterConfiguration, node: ControlPlaneNode) -> dict[str, StaticPod]:
    """The three pods by name. Raises ``unsupported_kubernetes_version`` and ``invalid_join_configuration``."""
    pods = (_api_server(cluster, node), _controller_manager(cluster, node), _scheduler(cluster, node))
    return {pod.name: pod for pod in pods}


def _image(cluster: ClusterConfiguration, name: str) -> str:
    return component_image(cluster.image_repository, name, cluster.kubernetes_version)


def _api_server(cluster: ClusterConfiguration, node: ControlPlaneNode) -> StaticPod:
    name, component = "kube-apiserver", cluster.api_server
    return StaticPod(
        release=release_for(cluster),
        name=name,
        image=_image(cluster, name),
        command=merge_arguments(name, _api_server_arguments(cluster, node), component.extra_args),
        probes=Probes(_probe_host(node.address), node.bind_port, "HTTPS", "/livez", "/livez", "/readyz"),
        health_timeout=node.health_timeout,
        requests={"cpu": "250m"},
        mounts=_mounts([*_certificate_folders(cluster, node), *_etcd_folders(cluster)], component),
        environment=plan_environment(component.extra_envs, node.environment),
        annotations={
            "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": (
                f"{host_in_url(node.address)}:{node.bind_port}"
            )
        },
    )


def _api_server_arguments(cluster: ClusterConfiguration, node: ControlPlaneNode) -> dict[str, str]:
    def path(name: str) -> str:
        return certificate_path(cluster, name)

    arguments = {
        "advertise-address": node.address,
        "allow-privileged": "true",
        "client-ca-file": path("ca.crt"),
        "enable-admission-plugins": "NodeRestriction",
        "enable-bootstrap-token-auth": "true",
        "kubelet-client-certificate": path("apiserver-kubelet-client.crt"),
        "kubelet-client-key": path("apiserver-kubelet-client.key"),
        "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
        "proxy-client-cert-file": path("front-proxy-client.crt"),
        "proxy-client-key-file": path("front-proxy-client.key"),
        "requestheader-allowed-names": "front-proxy-client",
        "requestheader-client-ca-file": path("front-proxy-ca.crt"),
        "requestheader-extra-headers-prefix": "X-Remote-Extra-",
        "requestheader-group-headers": "X-Remote-Group",
        "requestheader-username-headers": "X-Remote-User",
        "secure-port": str(node.bind_port),
        "service-account-issuer": f"https://kubernetes.default.svc.{cluster.dns_domain}",
        "service-account-key-file": path("sa.pub"),
        "service-account-signing-key-file": path("sa.key"),
        "service-cluster-ip-range": cluster.service_subnet,
        "tls-cert-file": path("apiserver.crt"),
        "tls-private-key-file": path("apiserver.key"),
        **_etcd_client_arguments(cluster, node),
    }
    # The two flags are mutually exclusive.
    if last_argument(cluster.api_server.extra_args, "authorization-config") is None:
        arguments["authorization-mode"] = "Node,RBAC"
    return arguments


def _etcd_client_arguments(cluster: ClusterConfiguration, node: ControlPlaneNode) -> dict[str, str]:
    etcd = cluster.etcd
    if isinstance(etcd, LocalEtcd):
        advertised = last_argument(etcd.extra_args, "advertise-client-urls")
        return {
            "etcd-cafile": certificate_path(cluster, "etcd/ca.crt"),
            "etcd-certfile": certificate_path(cluster, "apiserver-etcd-client.crt"),
            "etcd-keyfile": certificate_path(cluster, "apiserver-etcd-client.key"),
            "etcd-servers": advertised if advertised is not None else f"https://{host_in_url(node.loopback)}:2379",
        }
    arguments = {"etcd-servers": ",".join(etcd.endpoints)}
    if etcd.ca_file:
        arguments["etcd-cafile"] = etcd.ca_file
    if etcd.cert_file and etcd.key_file:
        arguments.update({"etcd-certfile": etcd.cert_file, "etcd-keyfile": etcd.key_file})
    return arguments


def _controller_manager(cluster: ClusterConfiguration, node: ControlPlaneNode) -> StaticPod:
    name, component = "kube-controller-manager", cluster.controller_manager
    host = _bind_address(component)
    return StaticPod(
        release=release_for(cluster),
        name=name,
        image=_image(cluster, name),
        command=merge_arguments(name, _controller_manager_arguments(cluster, node), component.extra_args),
        probes=Probes(host, 10257, "HTTPS", "/healthz", "/healthz"),
        health_timeout=node.health_timeout,
        requests={"cpu": "200m"},
        mounts=_mounts(
            [
                *_certificate_folders(cluster, node),
                *([_flex_volumes(component)] if release_for(cluster).mounts_flex_volumes else []),
                _kubeconfig("controller-manager"),
            ],
            component,
        ),
        environment=plan_environment(component.extra_envs, node.environment),
    )


def _controller_manager_arguments(cluster: ClusterConfiguration, node: ControlPlaneNode) -> dict[str, str]:
    kubeconfig = f"{_KUBERNETES}/controller-manager.conf"
    authority = certificate_path(cluster, "ca.crt")
    arguments = {
        "authentication-kubeconfig": kubeconfig,
        "authorization-kubeconfig": kubeconfig,
        "bind-address": "127.0.0.1",
        "client-ca-file": authority,
        "cluster-name": cluster.cluster_name,
        "cluster-signing-cert-file": authority if node.has_ca_key else "",
        "cluster-signing-key-file": certificate_path(cluster, "ca.key") if node.has_ca_key else "",
        "controllers": "*,bootstrapsigner,tokencleaner",
        "kubeconfig": kubeconfig,
        "leader-elect": "true",
        "requestheader-client-ca-file": certificate_path(cluster, "front-proxy-ca.crt"),
        "root-ca-file": authority,
        "service-account-private-key-file": certificate_path(cluster, "sa.key"),
        "use-service-account-credentials": "true",
    }
    if cluster.pod_subnet:
        arguments.update(
            {
                "allocate-node-cidrs": "true",
                "cluster-cidr": cluster.pod_subnet,
                "service-cluster-ip-range": cluster.service_subnet,
            }
        )
    return arguments


def _scheduler(cluster: ClusterConfiguration, node: ControlPlaneNode) -> StaticPod:
    name, component = "kube-scheduler", cluster.scheduler
    kubeconfig = f"{_KUBERNETES}/scheduler.conf"
    arguments = {
        "authentication-kubeconfig": kubeconfig,
        "authorization-kubeconfig": kubeconfig,
        "bind-address": "127.0.0.1",
        "kubeconfig": kubeconfig,
        "leader-elect": "true",
    }
    return StaticPod(
        release=release_for(cluster),
        name=name,
        image=_image(cluster, name),
        command=merge_arguments(name, arguments, component.extra_args),
        probes=Probes(_bind_address(component), 10259, "HTTPS", "/livez", "/livez", "/readyz"),
        health_timeout=node.health_timeout,
        requests={"cpu": "100m"},
        mounts=_mounts([_kubeconfig("scheduler")], component),
        environment=plan_environment(component.extra_envs, node.environment),
    )


def _bind_address(component: Component) -> str:
    provided = last_argument(component.extra_args, "bind-address")
    return "127.0.0.1" if provided is None else _probe_host(provided)


def _probe_host(address: str) -> str:
    """The host to probe; a component that listens on all addresses is probed at the pod's own address."""
    return "" if address in ("0.0.0.0", "::") else address  # noqa: S104 (nothing is bound here)


def _mounts(volumes: t.Sequence[ExtraVolume], component: Component) -> tuple[ExtraVolume, ...]:
    """The volumes; an extra volume overrides one of the same name."""
    by_name = {volume.name: volume for volume in (*volumes, *component.extra_volumes)}
    return tuple(by_name[name] for name in sorted(by_name))


def _shared(name: str, path: str, kind: str = _FOLDER) -> ExtraVolume:
    return ExtraVolume(name, path, path, read_only=True, path_type=kind)


def _certificate_folders(cluster: ClusterConfiguration, node: ControlPlaneNode) -> list[ExtraVolume]:
    found = [_shared(path.strip("/").replace("/", "-"), path) for path in CA_FOLDERS if path in node.ca_folders]
    return [_shared("k8s-certs", cluster.certificates_dir), _shared("ca-certs", _CA_CERTIFICATES), *found]


def _kubeconfig(name: str) -> ExtraVolume:
    return _shared("kubeconfig", f"{_KUBERNETES}/{name}.conf", _FILE)


def _flex_volumes(component: Component) -> ExtraVolume:
    path = last_argument(component.extra_args, "flex-volume-plugin-dir") or _FLEX_VOLUMES
    return ExtraVolume("flexvolume-dir", path, path, path_type=_FOLDER)


def _etcd_folders(cluster: ClusterConfiguration) -> list[ExtraVolume]:
    """The folders of an external etcd's files that are not already mounted, without nested folders.

    As in kubeadm, a path is nested in another if its text starts with it.
    """
    etcd = cluster.etcd
    if not isinstance(etcd, ExternalEtcd):
        return []
    mounted = (cluster.certificates_dir, _CA_CERTIFICATES, *CA_FOLDERS)
    folders: list[str] = []
    for file in (etcd.ca_file, etcd.cert_file, etcd.key_file):
        folder = posixpath.dirname(file)
        if not folder.startswith("/") or folder.startswith(mounted):
            continue
        if any(folder.startswith(other) for other in folders):
            continue
        folders = [other for other in folders if not other.startswith(folder)] + [folder]
    return [_shared(f"etcd-certs-{at}", folder) for at, folder in enumerate(sorted(folders))]
