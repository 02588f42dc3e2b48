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
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomize import (
    parse_kustomize_files,
    read_kustomization,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomized_pod import kustomize_static_pod
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


def code_of(action: t.Callable[[], object]) -> str:
    try:
        action()
    except JoinError as exc:
        return exc.code
    return ""


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
