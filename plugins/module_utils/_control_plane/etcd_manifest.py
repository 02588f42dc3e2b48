# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The static pod of a member of the cluster's own etcd, as written by kubeadm's minor versions."""

from __future__ import annotations

import re
import typing as t

from .._config.cluster import ClusterConfiguration, ExtraVolume, LocalEtcd
from .._config.images import choose_etcd_image, tag_of
from .._core.releases import Release
from .._formats.go_endpoints import parse_port
from .._formats.go_urls import parse_url
from .component_pod import Probes, StaticPod, last_argument, merge_arguments, plan_environment
from .local_node import ControlPlaneNode, certificate_path, host_in_url, release_for

__all__ = ("client_url", "peer_url", "plan_etcd_pod")

_METRICS_PORT = 2381
_NEW_NAMES = (3, 6, 0)
_SEMANTIC_VERSION = re.compile(
    r"v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?P<pre_release>-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?",
    re.ASCII,
)


def client_url(node: ControlPlaneNode) -> str:
    """The client URL of the node's etcd."""
    return f"https://{host_in_url(node.address)}:2379"


def peer_url(node: ControlPlaneNode) -> str:
    """The peer URL of the node's etcd."""
    return f"https://{host_in_url(node.address)}:2380"


def plan_etcd_pod(
    cluster: ClusterConfiguration,
    etcd: LocalEtcd,
    node: ControlPlaneNode,
    *,
    members: t.Sequence[tuple[str, str]] = (),
    running_images: t.Sequence[str] = (),
) -> StaticPod:
    """The pod of the node's member.

    ``members`` are the names and peer URLs of all members including its own, in etcd's order; empty for the
    first member. ``running_images`` are the images of the other members. Raises ``unsupported_kubernetes_version``.
    """
    release = release_for(cluster)
    image = choose_etcd_image(
        release.etcd_tag(cluster.kubernetes_version.patch),
        repository=cluster.image_repository,
        etcd_repository=etcd.image_repository,
        named_tag=etcd.image_tag,
        running=running_images,
    )
    features = _feature_arguments(tag_of(image), release)
    arguments = {**_arguments(cluster, etcd, node), **features, **_initial(node, members)}
    host, port, scheme = _metrics(etcd, node)
    folder = f"{cluster.certificates_dir}/etcd"
    return StaticPod(
        release=release,
        name="etcd",
        image=image,
        command=merge_arguments("etcd", arguments, etcd.extra_args),
        probes=Probes(host, port, scheme, "/livez", "/readyz", "/readyz"),
        health_timeout=node.health_timeout,
        requests={"cpu": "100m", "memory": "100Mi"},
        mounts=(
            ExtraVolume("etcd-data", etcd.data_dir, etcd.data_dir, path_type="DirectoryOrCreate"),
            ExtraVolume("etcd-certs", folder, folder, path_type="DirectoryOrCreate"),
        ),
        # Proxy variables are not passed on, because members connect directly to each other.
        environment=plan_environment(etcd.extra_envs, {}),
        annotations={"kubeadm.kubernetes.io/etcd.advertise-client-urls": client_url(node)},
    )


def _arguments(cluster: ClusterConfiguration, etcd: LocalEtcd, node: ControlPlaneNode) -> dict[str, str]:
    def path(name: str) -> str:
        return certificate_path(cluster, f"etcd/{name}")

    loopback = host_in_url(node.loopback)
    return {
        "advertise-client-urls": client_url(node),
        "cert-file": path("server.crt"),
        "client-cert-auth": "true",
        "data-dir": etcd.data_dir,
        "initial-advertise-peer-urls": peer_url(node),
        "key-file": path("server.key"),
        "listen-client-urls": f"https://{loopback}:2379,{client_url(node)}",
        "listen-metrics-urls": f"http://{loopback}:{_METRICS_PORT}",
        "listen-peer-urls": peer_url(node),
        "name": node.name,
        "peer-cert-file": path("peer.crt"),
        "peer-client-cert-auth": "true",
        "peer-key-file": path("peer.key"),
        "peer-trusted-ca-file": path("ca.crt"),
        "snapshot-count": "10000",
        "trusted-ca-file": path("ca.crt"),
    }


def _initial(node: ControlPlaneNode, members: t.Sequence[tuple[str, str]]) -> dict[str, str]:
    if not members:
        return {"initial-cluster": f"{node.name}={peer_url(node)}"}
    return {
        "initial-cluster": ",".join(f"{name}={url}" for name, url in members),
        "initial-cluster-state": "existing",
    }


def _feature_arguments(tag: str, release: Release) -> dict[str, str]:
    """The flags of two features of etcd, which have other names before 3.6.

    As in kubeadm, a tag that is not a version counts as old, and so does a pre-release such as `3.6.0-0`.
    """
    found = _SEMANTIC_VERSION.fullmatch(tag)
    numbers = tuple(int(number) for number in found.groups()[:3]) if found else (0, 0, 0)
    is_new = numbers > _NEW_NAMES or (found is not None and numbers == _NEW_NAMES and not found["pre_release"])
    if release.etcd_options == "new" or (release.etcd_options == "by tag" and is_new):
        return {"feature-gates": "InitialCorruptCheck=true", "watch-progress-notify-interval": "5s"}
    return {"experimental-initial-corrupt-check": "true", "experimental-watch-progress-notify-interval": "5s"}


def _metrics(etcd: LocalEtcd, node: ControlPlaneNode) -> tuple[str, int, str]:
    """Host, port and scheme of etcd's first metrics URL, which also serves its health, as kubeadm parses it."""
    provided = last_argument(etcd.extra_args, "listen-metrics-urls") or ""
    url = parse_url(provided.split(",")[0])
    if url is None:
        return node.loopback, _METRICS_PORT, "HTTP"
    scheme = "HTTPS" if url.scheme == "https" else "HTTP"
    return url.host or node.loopback, parse_port(url.port) or _METRICS_PORT, scheme
