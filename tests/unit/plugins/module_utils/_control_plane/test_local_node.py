# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The node that becomes a control plane: its addresses, and the paths of its certificates."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import parse_cluster_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import (
    ControlPlaneNode,
    certificate_path,
    host_in_url,
    release_for,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import RELEASES

CLUSTER = parse_cluster_configuration(
    "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n"
)


@pytest.mark.parametrize(
    ("advertised", "address", "server", "loopback"),
    [
        ("192.0.2.2", "192.0.2.2", "https://192.0.2.2:6443", "127.0.0.1"),
        ("2001:DB8:0:0::2", "2001:db8::2", "https://[2001:db8::2]:6443", "::1"),
        ("::ffff:192.0.2.2", "192.0.2.2", "https://192.0.2.2:6443", "127.0.0.1"),
    ],
)
def test_an_address_is_written_as_go_writes_it(advertised: str, address: str, server: str, loopback: str) -> None:
    """In its short form, in brackets within a URL, and with the loopback address of its family."""
    node = ControlPlaneNode("cp-2", advertised)
    assert (node.address, node.server, node.loopback) == (address, server, loopback)
    assert dataclasses.replace(node, bind_port=7443).server == server.replace("6443", "7443")


@pytest.mark.parametrize("advertised", ["", "cp-2", "192.0.2.0/24", "192.0.2.256", "[::1]"])
def test_what_is_no_address_is_refused_by_its_field(advertised: str) -> None:
    """When it is needed."""
    node = ControlPlaneNode("cp-2", advertised)
    with pytest.raises(JoinError) as caught:
        node.address  # noqa: B018
    assert caught.value.code == "invalid_join_configuration"
    assert caught.value.details == {"field": "controlPlane.localAPIEndpoint.advertiseAddress"}


def test_the_environment_is_not_in_the_text_of_a_node() -> None:
    """The URL of a proxy may hold a password."""
    assert "secret" not in repr(ControlPlaneNode("cp-2", "192.0.2.2", environment={"HTTPS_PROXY": "http://u:secret@p"}))


@pytest.mark.parametrize(("host", "text"), [("cp", "cp"), ("192.0.2.2", "192.0.2.2"), ("::1", "[::1]")])
def test_only_an_ipv6_address_gets_brackets(host: str, text: str) -> None:
    """A name stays as it is."""
    assert host_in_url(host) == text


@pytest.mark.parametrize(
    ("folder", "path"),
    [("/etc/kubernetes/pki", "/etc/kubernetes/pki/etcd/ca.crt"), ("/srv/", "/srv/etcd/ca.crt"), ("//a/../b", "/b/etcd/ca.crt"),
     ("relative", "/relative/etcd/ca.crt")],
)  # fmt: skip
def test_paths_of_certificates_are_clean(folder: str, path: str) -> None:
    """Whatever the configuration says."""
    assert certificate_path(dataclasses.replace(CLUSTER, certificates_dir=folder), "etcd/ca.crt") == path


def test_an_unknown_minor_is_refused_with_those_that_are_known() -> None:
    """A newer release of the collection may know it."""
    assert release_for(CLUSTER) is RELEASES["1.37"]
    unknown = dataclasses.replace(CLUSTER, kubernetes_version=dataclasses.replace(CLUSTER.kubernetes_version, minor=99))
    with pytest.raises(JoinError) as caught:
        release_for(unknown)
    assert caught.value.code == "unsupported_kubernetes_version"
    assert caught.value.details["version"] == "v1.99.2"
    assert "1.37" in caught.value.details["supported"]
