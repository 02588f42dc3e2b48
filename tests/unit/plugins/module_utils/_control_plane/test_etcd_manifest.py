# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The static pod of a member of etcd; test_manifests.py compares it with kubeadm's."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import (
    LocalEtcd,
    parse_cluster_configuration,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.etcd_manifest import (
    client_url,
    peer_url,
    plan_etcd_pod,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import ControlPlaneNode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError

MINIMAL = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.{minor}.1\n"
NODE = ControlPlaneNode("cp-2", "192.0.2.2")
V6 = ControlPlaneNode("cp-2", "2001:db8::2")


def plan(text: str = "", node: ControlPlaneNode = NODE, minor: int = 37, **more: t.Any) -> t.Any:
    cluster = parse_cluster_configuration(MINIMAL.format(minor=minor) + text)
    assert isinstance(cluster.etcd, LocalEtcd)
    return plan_etcd_pod(cluster, cluster.etcd, node, **more)


def flags(text: str = "", node: ControlPlaneNode = NODE, minor: int = 37, **more: t.Any) -> dict[str, str]:
    program, *arguments = plan(text, node, minor, **more).command
    assert program == "etcd"
    return {name[2:]: value for name, _equals, value in (argument.partition("=") for argument in arguments)}


def local(text: str) -> str:
    return f"etcd: {{local: {{{text}}}}}\n"


def test_urls_have_the_address_as_urls_have_it() -> None:
    """An IPv6 address stands in brackets, there and in the arguments."""
    assert (client_url(NODE), peer_url(NODE)) == ("https://192.0.2.2:2379", "https://192.0.2.2:2380")
    assert (client_url(V6), peer_url(V6)) == ("https://[2001:db8::2]:2379", "https://[2001:db8::2]:2380")
    assert flags(node=V6)["listen-client-urls"] == "https://[::1]:2379,https://[2001:db8::2]:2379"
    assert flags(node=V6)["listen-metrics-urls"] == "http://[::1]:2381"


def test_the_first_member_makes_a_cluster_and_others_join_one() -> None:
    """In etcd's order of the members."""
    first = flags()
    assert first["initial-cluster"] == "cp-2=https://192.0.2.2:2380"
    assert "initial-cluster-state" not in first
    joining = flags(members=[("cp-9", "https://192.0.2.9:2380"), ("cp-2", "https://192.0.2.2:2380")])
    assert joining["initial-cluster"] == "cp-9=https://192.0.2.9:2380,cp-2=https://192.0.2.2:2380"
    assert joining["initial-cluster-state"] == "existing"


def test_peers_and_clients_must_show_certificates() -> None:
    """By the cluster's own CA, below its folder."""
    found = flags("certificatesDir: /srv/pki\n")
    assert (found["client-cert-auth"], found["peer-client-cert-auth"]) == ("true", "true")
    names = ("cert-file", "key-file", "peer-cert-file", "peer-key-file", "trusted-ca-file", "peer-trusted-ca-file")
    assert all(found[name].startswith("/srv/pki/etcd/") for name in names)


@pytest.mark.parametrize(
    ("minor", "tag", "new"),
    [(34, "3.5.24-0", False), (34, "3.6.0-0", False), (34, "3.6.0", True), (34, "v3.6.5-0", True), (34, "3.6.1-rc.0", True),
     (34, "latest", False), (35, "3.5.24-0", False), (36, "3.5.24-0", True), (36, "latest", True), (37, "", True)],
)  # fmt: skip
def test_features_are_called_by_the_names_that_etcd_knows(minor: int, tag: str, new: bool) -> None:
    """By its version up to 1.35, by the cluster's from then on."""
    found = flags(minor=minor, running_images=[f"registry.k8s.io/etcd:{tag}"] if tag else [])
    assert ("feature-gates" in found, "watch-progress-notify-interval" in found) == (new, new)
    assert ("experimental-initial-corrupt-check" in found) is not new


@pytest.mark.parametrize(
    ("text", "running", "image"),
    [
        ("", "q.example.org/etcd:3.6.99-0", "q.example.org/etcd:3.6.99-0"),
        ("imageRepository: r.example.org/k8s\n", "q.example.org/etcd:3.6.99-0", "r.example.org/k8s/etcd:3.6.99-0"),
        (local("imageRepository: e.example.org"), "q.example.org/etcd:3.6.99-0", "e.example.org/etcd:3.6.99-0"),
        (local("imageTag: 3.6.1-0"), "q.example.org/etcd:3.6.99-0", "registry.k8s.io/etcd:3.6.1-0"),
    ],
)
def test_the_image_is_the_one_that_the_cluster_names(text: str, running: str, image: str) -> None:
    """Else what the other members run."""
    assert plan(text, running_images=[running]).image == image


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, ("127.0.0.1", 2381, "HTTP")),
        ("http://0.0.0.0:9000", ("0.0.0.0", 9000, "HTTP")),
        ("https://192.0.2.2,http://127.0.0.1:1", ("192.0.2.2", 2381, "HTTPS")),
        ("http://[::1]:9000", ("::1", 9000, "HTTP")),
        ("nonsense", ("127.0.0.1", 2381, "HTTP")),
        ("http://x:port", ("127.0.0.1", 2381, "HTTP")),
    ],
)
def test_etcd_is_asked_where_it_publishes_metrics(url: t.Optional[str], expected: tuple[str, int, str]) -> None:
    """The first URL of the last argument counts."""
    text = (
        ""
        if url is None
        else f'extraArgs: [{{name: listen-metrics-urls, value: x}}, {{name: listen-metrics-urls, value: "{url}"}}]'
    )
    probes = plan(local(text)).probes
    assert (probes.host, probes.port, probes.scheme) == expected


def test_variables_of_a_proxy_do_not_reach_etcd() -> None:
    """Members speak with each other; what the user sets for it does."""
    node = ControlPlaneNode("cp-2", "192.0.2.2", environment={"HTTPS_PROXY": "http://p"})
    assert plan(node=node).environment == ()
    assert plan(local("extraEnvs: [{name: A, value: b}]"), node).environment == ({"name": "A", "value": "b"},)


def test_data_and_certificates_are_mounted() -> None:
    """And nothing else."""
    found = plan(local("dataDir: /data"))
    assert [(mount.name, mount.host_path) for mount in found.mounts] == [
        ("etcd-data", "/data"), ("etcd-certs", "/etc/kubernetes/pki/etcd"),
    ]  # fmt: skip


def test_a_minor_that_nobody_knows_is_refused() -> None:
    """Its etcd is not guessed."""
    with pytest.raises(JoinError) as caught:
        plan(minor=99)
    assert caught.value.code == "unsupported_kubernetes_version"
