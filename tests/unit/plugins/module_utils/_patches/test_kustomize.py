# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The laws of kustomize's patches, and that nothing which stands in a folder causes another error than its own."""

from __future__ import annotations

import contextlib
import copy
import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.pod_fields import pod_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.json_patch import is_same
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomize import parse_kustomize_files
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomize_folder import read_kustomization
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomized_pod import kustomize_static_pod
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.strategic_merge import combine_strategic_patches
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.patch_values import PATCHES, VALUES
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
KUSTOMIZATIONS = st.dictionaries(
    st.sampled_from(
        ["patchesStrategicMerge", "patchesJson6902", "resources", "kind", "apiVersion", "patches", "images"]
    ),
    st.one_of(
        VALUES,
        st.lists(st.sampled_from(["a.yaml", "b.yaml", "../a.yaml", "", "/a.yaml", "a.yaml\n"]), max_size=2),
        st.lists(
            st.fixed_dictionaries({"path": st.sampled_from(["a.yaml", "c.yaml", 1]), "target": VALUES}), max_size=2
        ),
    ),
)


def patch(value: t.Any) -> dict[str, t.Any]:
    """A patch for etcd's pod."""
    return {**(value if isinstance(value, dict) else {}), **IDENTITY}


def kustomized(*patches: t.Any) -> dict[str, t.Any]:
    files = [(f"{number}.yaml", json.dumps(value)) for number, value in enumerate(patches)]
    return kustomize_static_pod(copy.deepcopy(POD), parse_kustomize_files(files), "etcd", "1.37")


def code_of(action: t.Callable[[], object]) -> str:
    try:
        action()
    except JoinError as exc:
        return exc.code
    return ""


@given(KUSTOMIZATIONS, PATCHES, PATCHES)
def test_whatever_is_in_a_folder_has_a_result_or_a_refusal(kustomization: t.Any, one: t.Any, other: t.Any) -> None:
    """With a code of its own."""
    files = [(name, json.dumps(value)) for name, value in (("a.yaml", one), ("b.yaml", patch(other)))]
    for texts in (files, [*files, ("kustomization.yaml", json.dumps(kustomization))]):
        with contextlib.suppress(JoinError):
            kustomize_static_pod(copy.deepcopy(POD), parse_kustomize_files(texts), "etcd", "1.37")


@given(st.text(max_size=40))
def test_any_text_is_a_kustomization_or_refused(text: str) -> None:
    """What is not YAML, too."""
    with contextlib.suppress(JoinError):
        parse_kustomize_files([("kustomization.yaml", text)])


@given(PATCHES, PATCHES)
def test_being_in_each_others_way_is_mutual(one: t.Any, other: t.Any) -> None:
    """And nobody is in its own way; what is given is not changed."""
    fields = pod_fields("1.37")
    spec = [{**IDENTITY, "spec": {"containers": value}} for value in (one, other)]
    kept = copy.deepcopy(spec)

    def refuses(left: t.Any, right: t.Any) -> bool:
        try:
            combine_strategic_patches(left, right, fields)
        except ValueError:
            return True
        return False

    assert refuses(spec[0], spec[1]) == refuses(spec[1], spec[0])
    assert spec == kept


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


def test_files_are_read_when_they_are_needed() -> None:
    """With a kustomization those that it names; others may be anything. Without one, those in subfolders may be."""
    host = TestHost()
    host.store("/kustomize/a.yaml", json.dumps(patch({"spec": {"hostPID": True}})).encode(), 0o644)
    host.store("/kustomize/more/picture.png", b"\xff", 0o644)
    assert len(read_kustomization(host, "/kustomize").patches) == 1
    host.store("/kustomize/torn.yaml", b"{", 0o644)
    assert code_of(lambda: read_kustomization(host, "/kustomize")) == "patch_malformed"
    host.store("/kustomize/kustomization.yaml", b"patchesStrategicMerge: [a.yaml]", 0o644)
    assert len(read_kustomization(host, "/kustomize").patches) == 1
    host.store("/kustomize/a.yaml", b"\xff", 0o644)
    assert code_of(lambda: read_kustomization(host, "/kustomize")) == "patch_malformed"
    host.links["/kustomize/a.yaml"] = "/nowhere"
    assert code_of(lambda: read_kustomization(host, "/kustomize")) == "file_not_read"


@pytest.mark.parametrize("folder", ["/absent", "kustomize", "https://example.org/kustomize"])
def test_a_folder_that_does_not_exist_is_refused_by_its_option(folder: str) -> None:
    """Also one that kustomize would fetch."""
    with pytest.raises(JoinError, match=r"correct experimental_kustomize, .* as kustomize_files") as caught:
        read_kustomization(TestHost(), folder)
    assert caught.value.code == "patches_missing"
