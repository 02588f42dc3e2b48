# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ClusterStatus on a real API server: many control planes write at once, and none takes another's entry away."""

from __future__ import annotations

import threading

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.cluster_status import plan_update_status
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import ControlPlaneNode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.change import Change
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.clock import SystemClock

from .lab import KubeLab

pytestmark = pytest.mark.bed

CONFIG_MAPS = "/api/v1/namespaces/kube-system/configmaps"
STATUS = """apiEndpoints:
  cp-1:
    advertiseAddress: 192.0.2.1
    bindPort: 6443
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterStatus
"""
OTHER = "kind: ClusterConfiguration\n"


def plan(kube: KubeLab, number: int) -> Change:
    node = ControlPlaneNode(f"cp-{number}", f"192.0.2.{number}")
    return plan_update_status(kube.api(), node, clock=SystemClock(), timeout=60)


def test_simultaneous_writers_are_all_there(kube: KubeLab) -> None:
    """Planned before any of them has written, so that each but the first finds another version than it has read."""
    data = {"ClusterConfiguration": OTHER, "ClusterStatus": STATUS}
    metadata = {"name": "kubeadm-config", "namespace": "kube-system"}
    kube.api().create(CONFIG_MAPS, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})
    changes = [plan(kube, number) for number in range(2, 8)]
    assert all(change.changed for change in changes)
    stored = kube.api().get(f"{CONFIG_MAPS}/kubeadm-config")
    assert stored["data"] == data, "planning writes nothing"

    together = threading.Barrier(len(changes))

    def apply(change: Change) -> None:
        together.wait()
        change.apply()

    threads = [threading.Thread(target=apply, args=(change,)) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = kube.api().get(f"{CONFIG_MAPS}/kubeadm-config")
    status = yaml.safe_load(stored["data"]["ClusterStatus"])
    assert status["apiEndpoints"] == {
        f"cp-{number}": {"advertiseAddress": f"192.0.2.{number}", "bindPort": 6443} for number in range(1, 8)
    }
    assert stored["data"]["ClusterConfiguration"] == OTHER

    assert not any(plan(kube, number).changed for number in range(1, 8))
    assert kube.api().get(f"{CONFIG_MAPS}/kubeadm-config") == stored
