# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a cluster, and of its control planes."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts import (
    ClusterFacts,
    KnownControlPlane,
    parse_cluster_facts,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.version import KubernetesVersion
from hypothesis import given
from hypothesis import strategies as st

CONFIGURATION = """apiServer:
  extraArgs:
  - name: bind-address
    value: 192.0.2.1
  - name: audit-log-path
    value: /var/log/bind-address
  - name: bind-address
    value: "192.0.2.7"
  extraVolumes:
  - hostPath: /x
    name: bind-address
    value: {}
controllerManager: {}
etcd:
  local:
    dataDir: /data/etcd # here
    extraArgs:
      - name: bind-address
        value: 192.0.2.9
    imageTag: 3.7.1-0
imageRepository: r.example
kubernetesVersion: v1.37.2
networking:
  dnsDomain: cluster.local
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
scheduler:
  extraArgs:
    bind-address: 192.0.2.8
"""


def known(configuration: str) -> KnownControlPlane:
    mapping = {"server": "", "certificate_authority": "", "kubelet_configuration": ""}
    return parse_cluster_facts({**mapping, "cluster_configuration": configuration}).control_plane


def test_what_is_known_of_control_planes_is_read_without_a_library() -> None:
    """Lists and mappings of arguments, comments and quotes; what is not written plainly counts as unknown."""
    assert known(CONFIGURATION) == KnownControlPlane(
        etcd="local",
        data_dir="/data/etcd",
        image_repository="r.example",
        etcd_image_tag="3.7.1-0",
        service_subnet="10.96.0.0/12",
        pod_subnet="10.244.0.0/16",
        bind_addresses={"kube-apiserver": "192.0.2.7", "kube-scheduler": "192.0.2.8"},
    )
    assert known("etcd:\n  external:\n    endpoints:\n    - https://x:2379\n    caFile: /x\n").etcd == "external"
    assert known("etcd: {local: {dataDir: /x}}\n") == known("") == KnownControlPlane()


V37 = KubernetesVersion(1, 37, 2)


def test_what_is_known_of_a_cluster_is_read_without_a_library() -> None:
    """Plain values as kubeadm writes them; others are unknown."""
    mapping = {
        "server": "https://api:6443",
        "certificate_authority": "CA",
        "ca_cert_hashes": [],
        "cluster_configuration": "kind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n",
        "kubelet_configuration": 'cgroupDriver: "systemd"\nfailCgroupV1: false\n',
    }
    assert parse_cluster_facts(mapping) == ClusterFacts("https://api:6443", "CA", V37, "systemd", True)
    empty = {
        **mapping,
        "cluster_configuration": "kubernetesVersion: stable\n",
        "kubelet_configuration": "{cgroupDriver: x}",
    }
    assert parse_cluster_facts(empty) == ClusterFacts("https://api:6443", "CA")


MAPPING = {
    "server": "https://api:6443",
    "certificate_authority": "CA",
    "cluster_configuration": "",
    "kubelet_configuration": "",
}


@given(st.text(max_size=60) | st.text("abc:-[]{} \n'\"#|&*", max_size=60), st.text(max_size=60))
def test_any_text_leaves_unknown_what_it_does_not_say(cluster: str, kubelet: str) -> None:
    """The phases that need it read it properly and refuse it."""
    found = parse_cluster_facts({**MAPPING, "cluster_configuration": cluster, "kubelet_configuration": kubelet})
    assert (found.server, found.certificate_authority, found.version) == ("https://api:6443", "CA", None)
    assert found.control_plane.etcd == ""


@pytest.mark.parametrize(
    ("text", "driver", "accepts"),
    [("", "", False), ("cgroupDriver: cgroupfs\n", "cgroupfs", False), ("failCgroupV1: true\n", "", False),
     ("failCgroupV1: false\ncgroupDriver: systemd\n", "systemd", True)],
)  # fmt: skip
def test_what_kubelets_go_by_is_read(text: str, driver: str, accepts: bool) -> None:
    """Their cgroup driver, and whether they run on cgroups of version 1."""
    found = parse_cluster_facts({**MAPPING, "kubelet_configuration": text})
    assert (found.cgroup_driver, found.accepts_cgroup_v1) == (driver, accepts)
