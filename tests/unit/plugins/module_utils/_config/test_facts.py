# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts import ClusterFacts, KnownControlPlane
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts_reader import read_facts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.version import KubernetesVersion
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
)


def test_facts_survive_their_way_through_ansible() -> None:
    """Plain values of JSON when they are handed over, and all of them are used."""
    cluster = CLUSTER_CONFIGURATION + (
        "networking: {podSubnet: 10.244.0.0/16, serviceSubnet: 10.0.0.0/16}\nimageRepository: r.example\n"
        "etcd: {local: {dataDir: /d, imageRepository: e.example, imageTag: '3'}}\n"
        "scheduler: {extraArgs: [{name: bind-address, value: 192.0.2.8}]}\n"
    )
    facts = read_facts(
        cluster, KUBELET_CONFIGURATION + "cgroupDriver: systemd\nfailCgroupV1: false\n", etcd_images=["e:1"]
    )
    mapping = {"server": "https://api:6443", "certificate_authority": "CA", "facts": facts}
    assert ClusterFacts.from_mapping(json.loads(json.dumps(mapping))) == ClusterFacts(
        server="https://api:6443",
        certificate_authority="CA",
        version=KubernetesVersion(1, 37, 2),
        cgroup_driver="systemd",
        accepts_cgroup_v1=True,
        control_plane=KnownControlPlane(
            etcd="local",
            data_dir="/d",
            image_repository="r.example",
            etcd_image_repository="e.example",
            etcd_image_tag="3",
            etcd_images=("e:1",),
            service_subnet="10.0.0.0/16",
            pod_subnet="10.244.0.0/16",
            bind_addresses={"kube-scheduler": "192.0.2.8"},
        ),
    )
