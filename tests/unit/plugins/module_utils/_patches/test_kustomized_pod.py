# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Static pods as kustomize would make them."""

from __future__ import annotations

import copy
import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.json_patch import is_same
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomize import parse_kustomize_files
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomized_pod import kustomize_static_pod
from hypothesis import given
from hypothesis import strategies as st

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "etcd", "namespace": "kube-system", "labels": {"component": "etcd"}},
    "spec": {
        "containers": [{"name": "etcd", "image": "etcd", "command": ["etcd"], "env": [{"name": "A", "value": "a"}]}]
    },
}


IDENTITY = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "etcd", "namespace": "kube-system"}}


def patch(value: t.Any) -> dict[str, t.Any]:
    """A patch for etcd's pod."""
    return {**(value if isinstance(value, dict) else {}), **IDENTITY}


def kustomized(*patches: t.Any) -> dict[str, t.Any]:
    files = [(f"{number}.yaml", json.dumps(value)) for number, value in enumerate(patches)]
    return kustomize_static_pod(copy.deepcopy(POD), parse_kustomize_files(files), "etcd", "1.37")


@given(st.dictionaries(st.sampled_from(["hostNetwork", "hostPID"]), st.booleans()), st.sampled_from(["b", "c"]))
def test_several_patches_do_what_one_with_all_would(spec: dict[str, bool], image: str) -> None:
    """In any order, as often as they are there."""
    first, second = patch({"spec": spec}), patch({"spec": {"containers": [{"name": "etcd", "image": image}]}})
    one = patch({"spec": {**spec, "containers": [{"name": "etcd", "image": image}]}})
    expected = kustomized(one)
    for patches in ((first, second), (second, first), (first, second, first), (one, one)):
        assert is_same(kustomized(*patches), expected)


def test_no_patch_leaves_a_pod_as_it_is() -> None:
    """Those for other pods, and an empty folder."""
    other = {**IDENTITY, "metadata": {"name": "kube-scheduler", "namespace": "kube-system", "labels": {"a": "b"}}}
    assert kustomized() == POD
    assert kustomized(other) == POD


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"spec": {"hostPID": True}}, {"spec": {"hostPID": False}}),
        (
            {"spec": {"containers": [{"name": "etcd", "image": "a"}]}},
            {"spec": {"containers": [{"name": "etcd", "image": "b"}]}},
        ),
        ({"spec": {"$patch": "delete"}}, {"spec": {"hostPID": True}}),
    ],
)
def test_patches_in_each_others_way_are_refused_with_both_files(one: t.Any, other: t.Any) -> None:
    """kustomize has no order for them."""
    for patches in ((one, other), (other, one)):
        with pytest.raises(JoinError) as caught:
            kustomized(*map(patch, patches))
        assert caught.value.code == "patch_failed"
        assert "0.yaml" in str(caught.value) and "1.yaml" in str(caught.value)


def json_patches(*values: t.Any) -> dict[str, t.Any]:
    """The pod with lists of operations, each in a file."""
    target = {"version": "v1", "kind": "Pod", "name": "etcd", "namespace": "kube-system"}
    listed = [{"target": target, "path": f"{number}.yaml"} for number in range(len(values))]
    files = [("kustomization.yaml", json.dumps({"patchesJson6902": listed}))]
    files += [(f"{number}.yaml", json.dumps(value)) for number, value in enumerate(values)]
    return kustomize_static_pod(copy.deepcopy(POD), parse_kustomize_files(files), "etcd", "1.37")


def test_operations_that_say_the_same_in_any_order_are_applied() -> None:
    """Others are refused."""
    pid = [{"op": "add", "path": "/spec/hostPID", "value": True}]
    ipc = [{"op": "add", "path": "/spec/hostIPC", "value": True}]
    assert {"hostPID", "hostIPC"} < json_patches(pid, ipc)["spec"].keys()
    with pytest.raises(JoinError, match="order"):
        json_patches(pid, [{"op": "add", "path": "/spec/hostPID", "value": False}])
