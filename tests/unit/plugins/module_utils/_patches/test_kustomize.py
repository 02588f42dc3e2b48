# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The laws of kustomize's patches, and that nothing which stands in a folder causes another error than its own."""

from __future__ import annotations

import contextlib
import copy
import json
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomize import parse_kustomize_files
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomized_pod import kustomize_static_pod
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
