# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Patches of static pods."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import MINORS
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.patches import parse_patches
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.static_pod import patch_static_pod


def test_every_minor_knows_how_lists_of_pods_merge() -> None:
    """The table is there for each minor, and elements of each list are distinguished by their key."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "spec": {"containers": [{"name": "etcd", "env": [{"name": "A", "value": "1"}]}]},
    }
    text = "spec: {containers: [{name: etcd, env: [{name: B, value: '2'}]}]}"
    for minor in MINORS:
        patched = patch_static_pod(pod, parse_patches([("etcd.yaml", text)]), "etcd", minor)
        (container,) = patched["spec"]["containers"]
        assert [(variable["name"], variable["value"]) for variable in container["env"]] == [("B", "2"), ("A", "1")]


POD: dict[str, t.Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "etcd"},
    "spec": {"containers": [{"name": "etcd"}]},
}


def patched(name: str, text: str, target: str = "etcd") -> dict[str, t.Any]:
    return patch_static_pod(POD, parse_patches([(name, text)]), target, "1.37")


def test_only_patches_for_the_pod_count() -> None:
    """By the name of their file; the pod that was handed over stays as it was."""
    assert "hostPID" not in patched("kube-scheduler.yaml", "spec: {hostPID: true}")["spec"]
    assert patched("etcd.yaml", "spec: {hostPID: true}")["spec"]["hostPID"] is True
    assert "hostPID" not in POD["spec"]


@pytest.mark.parametrize("text", ["kind: Job", "apiVersion: v2", "kind: null"])
def test_what_is_no_pod_any_more_is_refused(text: str) -> None:
    """Of kubeadm such a file would be written, and the kubelet would read nothing."""
    with pytest.raises(JoinError, match="expected a Pod of v1") as caught:
        patched("etcd+merge.yaml", text)
    assert caught.value.code == "patch_failed"


def test_what_no_kubelet_could_read_is_refused() -> None:
    """A value of another type, by its path."""
    with pytest.raises(JoinError, match="priority: it is a text") as caught:
        patched("etcd.yaml", "spec: {priority: high}")
    assert caught.value.details["file"] == "etcd.yaml"


def test_values_come_out_as_kubernetes_writes_them() -> None:
    """Fields that it does not know are gone, quantities in their short form."""
    text = "spec: {unknown: 1, containers: [{name: etcd, resources: {requests: {memory: 1024Mi}}}]}"
    spec = patched("etcd+merge.yaml", text)["spec"]
    assert "unknown" not in spec
    assert spec["containers"][0]["resources"]["requests"] == {"memory": "1Gi"}
