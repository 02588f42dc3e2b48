# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The node as its host and its patches make it."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import parse_cluster_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.host import (
    PatchSources,
    describe_node,
    read_patching,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.manifests import CA_FOLDERS
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost

CLUSTER = parse_cluster_configuration(
    "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n"
)
POD: dict[str, t.Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "etcd", "namespace": "kube-system"},
    "spec": {"containers": [{"name": "etcd", "image": "etcd"}]},
}
KUSTOMIZED = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: etcd, namespace: kube-system}\n"
    "spec: {hostPID: true, containers: [{name: etcd, image: kustomized}]}\n"
)


def test_what_is_not_said_is_the_hosts_own() -> None:
    """Its name, and the folders of CAs that it has."""
    host = TestHost("cp-2")
    host.folders.add(CA_FOLDERS[-1])
    node = describe_node(host, name="", advertise_address="192.0.2.2")
    assert (node.name, node.address, node.ca_folders) == ("cp-2", "192.0.2.2", frozenset(CA_FOLDERS[-1:]))
    assert describe_node(host, name="other", advertise_address="192.0.2.2").name == "other"


def test_what_is_said_is_kept() -> None:
    """Ports, environment, where the CA's key is, and how long components may take."""
    node = describe_node(
        TestHost(),
        name="n",
        advertise_address="192.0.2.2",
        bind_port=7443,
        environment={"A": "b"},
        has_ca_key=False,
        health_timeout=1.5,
    )
    assert (node.bind_port, node.environment, node.has_ca_key) == (7443, {"A": "b"}, False)
    assert node.health_timeout == datetime.timedelta(seconds=1.5)


def test_a_host_without_an_address_is_refused() -> None:
    """Nobody could reach it."""
    with pytest.raises(JoinError) as caught:
        describe_node(TestHost(), name="", advertise_address="")
    assert caught.value.code == "advertise_address_unusable"


def test_without_patches_a_pod_stays_as_it_is() -> None:
    """There is nothing to say either."""
    patching = read_patching(TestHost(), CLUSTER, PatchSources())
    assert patching.notes == ()
    assert patching("etcd", POD)["spec"]["containers"][0]["image"] == "etcd"


def test_kubeadms_patches_come_after_kustomize() -> None:
    """Both from a folder of the host or from elsewhere."""
    host = TestHost()
    host.store("/kustomize/etcd.yaml", KUSTOMIZED.encode(), 0o644)
    host.store("/patches/etcd.yaml", b"spec: {containers: [{name: etcd, image: patched}]}", 0o644)
    files = (("etcd.yaml", "spec: {containers: [{name: etcd, image: patched}]}"),)
    for sources in (
        PatchSources(patches="/patches", kustomize="/kustomize"),
        PatchSources(patch_files=files, kustomize_files=(("etcd.yaml", KUSTOMIZED),)),
    ):
        spec = read_patching(host, CLUSTER, sources)("etcd", POD)["spec"]
        assert spec["hostPID"] is True
        assert spec["containers"][0]["image"] == "patched"


def test_notes_of_both_are_kept() -> None:
    """What is no patch is said, wherever it is."""
    host = TestHost()
    host.store("/patches/README.md", b"x", 0o644)
    assert "README.md" in " ".join(read_patching(host, CLUSTER, PatchSources(patches="/patches")).notes)
