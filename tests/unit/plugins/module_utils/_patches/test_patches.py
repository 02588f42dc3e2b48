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
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.kubelet import MINORS, kubelet_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_structs import normalize_struct
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.pod_fields import pod_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.folder import read_patches
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.json_patch import (
    apply_json_patch,
    apply_merge_patch,
    is_same,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.patches import apply_patches, parse_patches
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.static_pod import patch_static_pod
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.strategic_merge import apply_strategic_patch
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost
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


def without_nulls(value: t.Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is not None and all(map(without_nulls, parts))


def without_nulls_in_lists(value: t.Any) -> bool:
    if isinstance(value, list):
        return without_nulls(value)
    return not isinstance(value, dict) or all(map(without_nulls_in_lists, value.values()))


@given(MAPPINGS, MAPPINGS.filter(without_nulls_in_lists))
def test_a_merge_patch_twice_is_the_patch_once(document: dict[str, t.Any], patch: dict[str, t.Any]) -> None:
    """RFC 7386; and a null takes its key away.

    Not so nulls within lists: kubeadm's library keeps them where a list takes the place of a mapping, and only there.
    """
    once = apply_merge_patch(document, patch)
    assert is_same(apply_merge_patch(once, patch), once)
    assert not {key for key, value in patch.items() if value is None} & once.keys()


@given(MAPPINGS.filter(without_nulls), MAPPINGS.filter(without_nulls))
def test_there_is_a_merge_patch_from_any_mapping_to_any(source: dict[str, t.Any], goal: dict[str, t.Any]) -> None:
    """RFC 7386: what is to go is null, the rest is the goal itself."""

    def patch(old: t.Any, new: t.Any) -> t.Any:
        if not isinstance(old, dict) or not isinstance(new, dict):
            return new
        gone = dict.fromkeys(old.keys() - new.keys())
        return {**gone, **{key: patch(old.get(key), value) for key, value in new.items()}}

    assert is_same(apply_merge_patch(source, patch(source, goal)), goal)


@given(MAPPINGS, KEYS, VALUES)
def test_operations_undo_each_other(document: dict[str, t.Any], key: str, value: t.Any) -> None:
    """RFC 6902: what is added is there, and removed the document is as before; moved there and back, too."""
    path = "/" + key.replace("~", "~0").replace("/", "~1")
    free = {name: part for name, part in document.items() if name != key}
    added = apply_json_patch(
        free, [{"op": "add", "path": path, "value": value}, {"op": "test", "path": path, "value": value}]
    )
    assert is_same(added, {**free, key: value})
    assert is_same(apply_json_patch(added, [{"op": "remove", "path": path}]), free)
    there_and_back = [{"op": "move", "from": path, "path": "/moved"}, {"op": "move", "from": "/moved", "path": path}]
    assert is_same(apply_json_patch(added, there_and_back), added)


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


@given(MAPPINGS.filter(without_nulls))
def test_a_strategic_patch_of_plain_mappings_and_scalars_is_a_merge_patch(patch: dict[str, t.Any]) -> None:
    """On a document that has nothing yet."""
    assert is_same(apply_strategic_patch({}, patch, pod_fields("1.37")), apply_merge_patch({}, patch))


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


@pytest.mark.parametrize(
    "operations",
    [
        [{"op": "add", "path": "/a", "value": {}}, *([{"op": "copy", "from": "/a", "path": "/a/a"}] * 70)],
        [{"op": "add", "path": "/a", "value": [1]}, *([{"op": "copy", "from": "/a", "path": "/a/-"}] * 40)],
        [{"op": "test", "path": "/a", "value": None}] * 10_001,
    ],
    ids=["deep", "large", "long"],
)
def test_a_patch_cannot_grow_a_document_without_end(operations: list[dict[str, t.Any]]) -> None:
    """Each copy may double it: forty of them would fill any memory."""
    with pytest.raises(ValueError, match=r"deeper than|copies more than|more than"):
        apply_json_patch({}, operations)


def test_files_are_applied_in_the_order_of_their_paths_wherever_they_come_from() -> None:
    """A folder stands where its name does; what is listed in another order is put in order."""
    names = [
        "kubeletconfiguration.yaml",
        "b/kubeletconfiguration.yaml",
        "kubeletconfiguration-a/kubeletconfiguration.yaml",
    ]
    patches = parse_patches([(name, "maxPods: 1\n") for name in names])
    assert [patch.path for patch in patches.patches] == [names[1], names[2], names[0]]


def test_files_that_are_no_patches_are_told_and_not_read() -> None:
    """kubeadm passes over them, too, and a misspelt name would otherwise go unnoticed."""
    host = TestHost()
    for name, text in {
        "kubeletconfiguration.yml": b"\xff",
        "README.md": b"x",
        "kubeletconfiguration.yaml": b"",
    }.items():
        host.store(f"/patches/{name}", text, 0o644)
    patches = read_patches(host, "/patches")
    assert patches.patches == ()
    (note,) = patches.notes
    assert "README.md, kubeletconfiguration.yaml, kubeletconfiguration.yml" in note


@pytest.mark.parametrize(
    ("name", "text", "code", "told"),
    [
        ("kubeletconfiguration+other.yaml", "a: 1", "patch_malformed", "json, merge, strategic"),
        ("kubeletconfiguration.yaml", "a: {", "patch_malformed", "line 1"),
        (
            "kubeletconfiguration+json.yaml",
            "- {op: remove, path: /x}\n- {op: remove, path: /y}",
            "patch_failed",
            "operation 2 (remove /y)",
        ),
        ("kubeletconfiguration.yaml", "maxPods: many", "patch_failed", "maxPods is 'many', expected a whole number"),
    ],
)
def test_a_refusal_names_file_and_cause(name: str, text: str, code: str, told: str) -> None:
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
    assert told in str(caught.value)


@pytest.mark.parametrize("folder", ["/absent", "relative", "/patches/file"])
def test_a_folder_that_is_not_there_is_refused(folder: str) -> None:
    """Rather than taken for one without patches."""
    host = TestHost()
    host.store("/patches/file", b"", 0o644)
    with pytest.raises(JoinError) as caught:
        read_patches(host, folder)
    assert caught.value.code == "patches_missing"


def test_every_minor_knows_how_lists_of_pods_merge() -> None:
    """The table is there for each minor, and one element of each list is told from another by its key."""
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
