# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The laws of patches, and that nothing which stands in one causes another error than its own."""

from __future__ import annotations

import contextlib
import copy
import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_structs import normalize_struct
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.kubelet_fields import kubelet_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.pod_fields import pod_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.json_patch import (
    apply_json_patch,
    apply_merge_patch,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.patches import apply_patches, parse_patches
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.strategic_merge import apply_strategic_patch
from ansible_collections.kubejoin.kubeadm.tests.unit.support.patch_values import KEYS, PATCHES, VALUES
from hypothesis import given, settings
from hypothesis import strategies as st

MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=4)
POINTERS = st.lists(KEYS | st.sampled_from(["0", "1", "-", "-1", "01"]), max_size=3).map(
    lambda parts: "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
)
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]), "path": POINTERS},
    optional={"from": POINTERS, "value": VALUES},
)


@settings(max_examples=300)
@given(MAPPINGS, st.lists(OPERATIONS, max_size=4) | VALUES, PATCHES)
def test_nothing_causes_another_error_or_changes_what_it_is_given(
    document: dict[str, t.Any], operations: t.Any, patch: t.Any
) -> None:
    """ValueError is the one refusal of the engines."""
    before_patch = copy.deepcopy((document, operations, patch))
    for apply in (
        lambda: apply_json_patch(document, operations),
        lambda: apply_merge_patch(document, patch),
        lambda: apply_strategic_patch(document, patch, kubelet_fields("1.37")),
        lambda: apply_strategic_patch(document, patch, pod_fields("1.37")),
    ):
        with contextlib.suppress(ValueError):
            json.dumps(apply())
    assert (document, operations, patch) == before_patch


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "kubeletconfiguration.yaml",
                    "kubeletconfiguration+json.yaml",
                    "a/kubeletconfiguration+merge.json",
                    "x",
                ]
            ),
            st.text(max_size=20) | PATCHES.map(json.dumps) | st.lists(OPERATIONS, max_size=3).map(json.dumps),
        ),
        max_size=3,
    )
)
def test_no_file_causes_another_error(files: list[tuple[str, str]]) -> None:
    """Whatever stands in the folder: a configuration, or a JoinError with the file in its details."""
    fields = kubelet_fields("1.37")
    document = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "clusterDNS": ["10.96.0.10"],
    }

    def check(patched: t.Any) -> None:
        normalize_struct(patched, fields)

    try:
        apply_patches(document, parse_patches(files), target="kubeletconfiguration", fields=fields, check=check)
    except JoinError as exc:
        named = exc.details.get("file") or exc.details["what"]
        assert any(path in named for path, _text in files)


def test_files_are_applied_in_the_order_of_their_paths_wherever_they_come_from() -> None:
    """A folder stands where its name does; what is listed in another order is put in order."""
    names = [
        "kubeletconfiguration.yaml",
        "b/kubeletconfiguration.yaml",
        "kubeletconfiguration-a/kubeletconfiguration.yaml",
    ]
    patches = parse_patches([(name, "maxPods: 1\n") for name in names])
    assert [patch.path for patch in patches.patches] == [names[1], names[2], names[0]]


@pytest.mark.parametrize(
    ("name", "text", "code", "cause"),
    [
        ("kubeletconfiguration+other.yaml", "a: 1", "patch_malformed", "json, merge, strategic"),
        ("kubeletconfiguration.yaml", "a: {", "patch_malformed", "line 1"),
        (
            "kubeletconfiguration+json.yaml",
            "- {op: remove, path: /x}\n- {op: remove, path: /y}",
            "patch_failed",
            "operation 2 (remove /y)",
        ),
        (
            "kubeletconfiguration.yaml",
            "maxPods: many",
            "patch_failed",
            "maxPods: it is a text, expected a whole number",
        ),
    ],
)
def test_a_refusal_names_file_and_cause(name: str, text: str, code: str, cause: str) -> None:
    """In the sentence and in the details."""
    fields = kubelet_fields("1.37")
    with pytest.raises(JoinError) as caught:
        apply_patches(
            {"x": 1},
            parse_patches([(name, text)]),
            target="kubeletconfiguration",
            fields=fields,
            check=lambda document: normalize_struct(document, fields) and None,
        )
    assert caught.value.code == code
    assert name in str(caught.value)
    assert cause in str(caught.value)
