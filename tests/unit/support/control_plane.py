# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster as its control planes see it."""

from __future__ import annotations

import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import parse_cluster_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts_reader import read_facts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates import (
    plan_shared_files,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import parse_certificates, pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import KUBELET_CONFIGURATION
from ansible_collections.kubejoin.kubeadm.tests.unit.support.shared import Shared

CONFIGURATION = (
    "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n"
    "controlPlaneEndpoint: cp.example.com:6443\nencryptionAlgorithm: ECDSA-P256\n"
)


FILES = plan_shared_files(parse_cluster_configuration(CONFIGURATION))


SHARED = Shared.make(FILES).contents


def cluster_of(contents: t.Mapping[str, bytes], configuration: str = CONFIGURATION) -> Cluster:
    authority = contents["ca.crt"].decode()
    pins = tuple(pin_of(certificate) for certificate in parse_certificates(authority, what="it"))
    facts = read_facts(configuration, KUBELET_CONFIGURATION)
    return Cluster("https://cp.example.com:6443", authority, pins, configuration, KUBELET_CONFIGURATION, facts)
