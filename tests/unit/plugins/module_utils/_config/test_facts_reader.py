# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts_reader import read_facts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
)
from hypothesis import given
from hypothesis import strategies as st

EXTERNAL = "etcd: {external: {endpoints: [https://x:2379], caFile: /x, certFile: /x, keyFile: /x}}\n"
DEFAULTS = {
    "kubernetes_version": "v1.37.2",
    "certificates_dir": "/etc/kubernetes/pki",
    "image_repository": "registry.k8s.io",
    "dns_domain": "cluster.local",
    "service_subnet": "10.96.0.0/12",
    "pod_subnet": "",
    "feature_gates": {},
    "bind_addresses": {},
    "etcd": "local",
    "etcd_data_dir": "/var/lib/etcd",
    "etcd_image_repository": "",
    "etcd_image_tag": "",
    "etcd_images": [],
    "cgroup_driver": "",
    "accepts_cgroup_v1": False,
}
CONFIGURATION = """apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.37.2+build.1
apiServer:
  extraArgs:
  - name: bind-address
    value: 192.0.2.1
  - {name: bind-address, value: "192.0.2.7"}
  extraVolumes:
  - hostPath: /x
    mountPath: /x
    name: bind-address
scheduler:
  extraArgs: [{value: 192.0.2.8, name: bind-address}]
certificatesDir: /pki
etcd: {local: {dataDir: /data/etcd, extraArgs: [{name: bind-address, value: x}], imageTag: 3.7.1-0, imageRepository: e.example}}
featureGates: {NodeLocalCRISocket: false}
imageRepository: &mirror r.example
networking: {dnsDomain: *mirror, podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/16}
"""


def test_a_cluster_that_sets_nothing_has_the_defaults_of_kubeadm() -> None:
    """And the kubelet's are left to each minor."""
    assert read_facts(CLUSTER_CONFIGURATION, KUBELET_CONFIGURATION) == DEFAULTS


def test_what_is_set_is_read_however_it_is_written() -> None:
    """Flow style, anchors and quotes; of an argument that is there twice, the last one counts."""
    assert read_facts(CONFIGURATION, KUBELET_CONFIGURATION + "cgroupDriver: systemd\nfailCgroupV1: off\n") == {
        "kubernetes_version": "v1.37.2+build.1",
        "certificates_dir": "/pki",
        "image_repository": "r.example",
        "dns_domain": "r.example",
        "service_subnet": "10.96.0.0/16",
        "pod_subnet": "10.244.0.0/16",
        "feature_gates": {"NodeLocalCRISocket": False},
        "bind_addresses": {"kube-apiserver": "192.0.2.7", "kube-scheduler": "192.0.2.8"},
        "etcd": "local",
        "etcd_data_dir": "/data/etcd",
        "etcd_image_repository": "e.example",
        "etcd_image_tag": "3.7.1-0",
        "etcd_images": [],
        "cgroup_driver": "systemd",
        "accepts_cgroup_v1": True,
    }


def test_an_external_etcd_is_known_as_such() -> None:
    """Nothing of it is on a control plane."""
    assert read_facts(CLUSTER_CONFIGURATION + EXTERNAL, KUBELET_CONFIGURATION) == {**DEFAULTS, "etcd": "external"}


@pytest.mark.parametrize(
    ("cluster", "kubelet", "code", "field"),
    [
        ("kubernetesVersion: [\n", "", "invalid_cluster_configuration", None),
        ("etcd: 5\n", "", "invalid_cluster_configuration", "etcd"),
        ("", "cgroupDriver: 5\n", "invalid_kubelet_configuration", "cgroupDriver"),
        ("", "failCgroupV1: 'no'\n", "invalid_kubelet_configuration", "failCgroupV1"),
    ],
)
def test_what_cannot_be_read_is_refused(cluster: str, kubelet: str, code: str, field: str | None) -> None:
    """Where the cluster is discovered, before any host has changed."""
    with pytest.raises(JoinError) as caught:
        read_facts(CLUSTER_CONFIGURATION + cluster, KUBELET_CONFIGURATION + kubelet)
    assert (caught.value.code, caught.value.details.get("field")) == (code, field)


def test_other_fields_of_kubelets_are_left_to_their_minor() -> None:
    """Their types may differ from those that are known here."""
    assert read_facts(CLUSTER_CONFIGURATION, KUBELET_CONFIGURATION + "maxPods: many\n") == DEFAULTS


@given(st.text(max_size=60) | st.text("abc:-[]{} \n'\"#|&*", max_size=60), st.text(max_size=60))
def test_any_text_is_refused_by_its_own_code(cluster: str, kubelet: str) -> None:
    """It came from another machine."""
    for texts, code in (
        ((cluster, KUBELET_CONFIGURATION), "invalid_cluster_configuration"),
        ((CLUSTER_CONFIGURATION, kubelet), "invalid_kubelet_configuration"),
    ):
        with pytest.raises(JoinError) as caught:
            read_facts(*texts)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "driver", "accepts"),
    [("", "", False), ("cgroupDriver: cgroupfs\n", "cgroupfs", False), ("failCgroupV1: true\n", "", False),
     ("failCgroupV1: false\ncgroupDriver: systemd\n", "systemd", True)],
)  # fmt: skip
def test_what_kubelets_go_by_is_read(text: str, driver: str, accepts: bool) -> None:
    """Their cgroup driver, and whether they run on cgroups of version 1."""
    facts = read_facts(CLUSTER_CONFIGURATION, KUBELET_CONFIGURATION + text)
    assert (facts["cgroup_driver"], facts["accepts_cgroup_v1"]) == (driver, accepts)
