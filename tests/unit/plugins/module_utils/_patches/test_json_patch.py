# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Merge patches and lists of operations."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.json_patch import (
    apply_json_patch,
    apply_merge_patch,
    is_same,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.patch_values import KEYS, VALUES
from hypothesis import given
from hypothesis import strategies as st

MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=4)


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


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [(1, True, False), (1, 1.0, False), (0, False, False), (None, None, True), ({"a": [1]}, {"a": [1]}, True),
     ({"a": [1]}, {"a": [True]}, False), ([1, 2], [2, 1], False), ({"a": 1}, {"a": 1, "b": None}, False), ("a", "a", True)],
)  # fmt: skip
def test_values_are_the_same_only_if_json_says_so(left: t.Any, right: t.Any, same: bool) -> None:
    """To Python 1 is also 1.0 and true."""
    assert is_same(left, right) is same
    assert is_same(right, left) is same


DOCUMENT = {"a": {"b": [1, 2, 3]}, "c~/d": "x", "n": None}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"op": "add", "path": "/a/b/1", "value": 9}, {**DOCUMENT, "a": {"b": [1, 9, 2, 3]}}),
        ({"op": "add", "path": "/a/b/-", "value": 9}, {**DOCUMENT, "a": {"b": [1, 2, 3, 9]}}),
        ({"op": "add", "path": "/a/b/3", "value": 9}, {**DOCUMENT, "a": {"b": [1, 2, 3, 9]}}),
        ({"op": "replace", "path": "/a/b/-1", "value": 9}, {**DOCUMENT, "a": {"b": [1, 2, 9]}}),
        ({"op": "replace", "path": "", "value": {}}, {}),
        ({"op": "remove", "path": "/c~0~1d"}, {"a": {"b": [1, 2, 3]}, "n": None}),
        ({"op": "copy", "from": "/a/b/0", "path": "/n"}, {**DOCUMENT, "n": 1}),
        ({"op": "move", "from": "/a/b", "path": "/n"}, {**DOCUMENT, "a": {}, "n": [1, 2, 3]}),
        ({"op": "test", "path": "/n", "value": None}, DOCUMENT),
        ({"op": "test", "path": "/absent"}, DOCUMENT),
    ],
)
def test_one_operation(operation: dict[str, t.Any], expected: t.Any) -> None:
    """Each kind, at the edges of lists and with escaped keys."""
    assert is_same(apply_json_patch(DOCUMENT, [operation]), expected)


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        ({"op": "add", "path": "/a/b/4", "value": 9}, "list of 4"),
        ({"op": "add", "path": "/c~0~1d/e", "value": 9}, "'e'"),
        ({"op": "add", "path": "a", "value": 9}, "path is 'a'"),
        ({"op": "add", "value": 9}, "path is None"),
        ({"op": "remove", "path": "/absent"}, "'absent'"),
        ({"op": "remove", "path": "/a/b/x"}, "'x'"),
        ({"op": "replace", "path": "", "value": 1}, "a number, expected a mapping"),
        ({"op": "copy", "path": "/n"}, "from is None"),
        ({"op": "test", "path": "/a/b/0", "value": True}, "the value is another one than expected"),
        ({"op": "merge", "path": "/a"}, "op is 'merge', expected add"),
        ("remove", "expected a mapping with op and path"),
    ],
)
def test_an_operation_that_cannot_be_done_is_named(operation: t.Any, sentence: str) -> None:
    """By its number; what was done before it is not seen."""
    with pytest.raises(ValueError, match="operation 2") as caught:
        apply_json_patch(DOCUMENT, [{"op": "test", "path": "/n"}, operation])
    assert sentence in str(caught.value)


def test_a_patch_is_a_list_of_operations() -> None:
    """An empty file is none."""
    assert apply_json_patch(DOCUMENT, None) is DOCUMENT
    for patch in ({"op": "remove", "path": "/a"}, "x", 1):
        with pytest.raises(ValueError, match="expected a list of operations"):
            apply_json_patch(DOCUMENT, patch)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"a": {"b": None}}, {**DOCUMENT, "a": {}}),
        ({"a": None}, {"c~/d": "x", "n": None}),
        ({"a": [None, {"x": None, "y": 1}]}, {**DOCUMENT, "a": [None, {"x": None, "y": 1}]}),
        ({"n": {"x": None, "y": 1}}, {**DOCUMENT, "n": {"y": 1}}),
        ({"c~/d": {"x": None, "y": [{"z": None}]}}, {**DOCUMENT, "c~/d": {"y": [{}]}}),
        ({}, DOCUMENT),
    ],
)
def test_one_merge_patch(patch: dict[str, t.Any], expected: t.Any) -> None:
    """Nulls take keys away and are never added, mappings merge, lists are replaced."""
    assert is_same(apply_merge_patch(DOCUMENT, patch), expected)


@pytest.mark.parametrize("patch", [None, 1, "x", True])
def test_a_merge_patch_that_is_none_is_refused(patch: t.Any) -> None:
    """It would replace the whole."""
    with pytest.raises(ValueError, match="expected a mapping"):
        apply_merge_patch(DOCUMENT, patch)
