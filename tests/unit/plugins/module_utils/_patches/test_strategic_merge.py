# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategic merge patches: how lists and mappings of structs merge."""

from __future__ import annotations

import copy
import re
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.pod_fields import pod_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.json_patch import (
    apply_merge_patch,
    is_same,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.strategic_merge import (
    apply_strategic_patch,
    combine_strategic_patches,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.patch_values import KEYS, PATCHES, VALUES
from hypothesis import given
from hypothesis import strategies as st

MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=4)


def without_nulls(value: t.Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is not None and all(map(without_nulls, parts))


@given(MAPPINGS.filter(without_nulls))
def test_a_strategic_patch_of_plain_mappings_and_scalars_is_a_merge_patch(patch: dict[str, t.Any]) -> None:
    """On a document that has nothing yet."""
    assert is_same(apply_strategic_patch({}, patch, pod_fields("1.37")), apply_merge_patch({}, patch))


IDENTITY = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "etcd", "namespace": "kube-system"}}


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


POD = pod_fields("1.37")


def containers(*items: t.Any) -> dict[str, t.Any]:
    return {"spec": {"containers": list(items)}}


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        (containers({"name": "b", "image": "2"}), containers({"name": "a", "image": "1"}, {"name": "b", "image": "2"})),
        (containers({"name": "a", "image": None}), containers({"name": "a"}, {"name": "b", "image": "1"})),
        (containers({"name": "c"}), containers({"name": "c"}, {"name": "a", "image": "1"}, {"name": "b", "image": "1"})),
        (containers({"name": "a", "$patch": "delete"}), containers({"name": "b", "image": "1"})),
        (containers({"$patch": "replace"}, {"name": "c"}), containers({"name": "c"})),
        ({"spec": {"$patch": "replace", "hostPID": True}}, {"spec": {"hostPID": True}}),
        ({"spec": {"$patch": "delete"}}, {"spec": {}}),
        ({"spec": None}, {}),
        ({"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}},
         containers({"name": "b", "image": "1"}, {"name": "a", "image": "1"})),
        ({"spec": {"$retainKeys": ["hostPID"], "hostPID": True}}, {"spec": {"hostPID": True}}),
        (None, containers({"name": "a", "image": "1"}, {"name": "b", "image": "1"})),
    ],
)  # fmt: skip
def test_lists_of_structs_merge_by_their_key(patch: t.Any, expected: dict[str, t.Any]) -> None:
    """And each directive does what it says."""
    document = containers({"name": "a", "image": "1"}, {"name": "b", "image": "1"})
    assert is_same(apply_strategic_patch(document, patch, POD), expected)


def test_lists_of_scalars_merge_where_the_table_says_so() -> None:
    """Finalizers do, commands do not."""
    document = {"metadata": {"finalizers": ["a", "b"]}, **containers({"name": "c", "command": ["x", "y"]})}
    patch = {"metadata": {"finalizers": ["c", "a"]}, **containers({"name": "c", "command": ["z"]})}
    found = apply_strategic_patch(document, patch, POD)
    assert sorted(found["metadata"]["finalizers"]) == ["a", "b", "c"]
    assert found["spec"]["containers"] == [{"name": "c", "command": ["z"]}]
    deletion = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}}
    assert apply_strategic_patch(document, deletion, POD)["metadata"]["finalizers"] == ["b"]


@pytest.mark.parametrize(
    ("patch", "sentence"),
    [
        ([], "expected a mapping"),
        ({"spec": {"$patch": "merge"}}, "expected replace or delete"),
        (containers({"image": "x"}), "name"),
        (containers({"name": "a", "$patch": "merge"}), "expected replace or delete"),
        (containers({"image": "x", "$patch": "delete"}), "name"),
        (containers("a"), "list"),
        ({"spec": {"$retainKeys": "containers"}}, "expected a list"),
        ({"spec": {"$retainKeys": ["containers"], "hostPID": True}}, "$retainKeys"),
        ({"spec": {"$setElementOrder/containers": "a"}}, "must be lists"),
        ({"spec": {"$setElementOrder/containers": [{"name": "b"}], "containers": [{"name": "a"}]}}, "'a'"),
    ],
)
def test_a_patch_that_cannot_be_applied_says_why(patch: t.Any, sentence: str) -> None:
    """As a ValueError."""
    with pytest.raises(ValueError, match=re.escape(sentence)):
        apply_strategic_patch(containers({"name": "a"}), patch, POD)


def test_two_patches_are_combined_or_in_each_others_way() -> None:
    """What both say is said once; what they say of different things is said by one."""
    one, other = containers({"name": "a", "image": "1"}), containers({"name": "a", "command": ["x"]})
    combined = combine_strategic_patches(one, other, POD)
    assert is_same(combined, containers({"name": "a", "image": "1", "command": ["x"]}))
    assert is_same(combine_strategic_patches(one, one, POD), one)
    with pytest.raises(ValueError, match="image"):
        combine_strategic_patches(one, containers({"name": "a", "image": "2"}), POD)
    with pytest.raises(ValueError, match=re.escape("$patch")):
        combine_strategic_patches({"$patch": "delete"}, {}, POD)
