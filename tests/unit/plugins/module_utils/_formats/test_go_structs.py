# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Structs of Kubernetes' API: what they make of a value, and what they refuse."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.cluster_fields import cluster_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_structs import (
    Fields,
    WrongValueError,
    normalize_struct,
    parse_types,
    render_path,
    unknown_fields,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.kubelet_fields import kubelet_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.pod_fields import pod_fields
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.join_fields import join_fields
from hypothesis import given
from hypothesis import strategies as st

TABLE = """\
Root
 name string always
 old int32 in=1
 new int32 always in=2,3
 items []Item strategy=merge key=name
 item *Item
Item
 name string
 root *Root
"""
STRUCTS = {
    "cluster v1beta3": cluster_fields("v1beta3"),
    "cluster v1beta4": cluster_fields("v1beta4"),
    "join v1beta1": join_fields("v1beta1"),
    "join v1": join_fields("v1"),
    "kubelet 1.37": kubelet_fields("1.37"),
    "pod 1.37": pod_fields("1.37"),
}
SCALARS = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.sampled_from(["", "5s", "100Mi", "x"])


def values(fields: Fields, depth: int = 3) -> st.SearchStrategy[t.Any]:
    """Values in which most fields exist, and many do not fit."""
    loose = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.sampled_from(["x", "y"]), SCALARS, max_size=2)
    if depth == 0 or not fields:
        return loose

    def value_of(name: str) -> st.SearchStrategy[tuple[str, t.Any]]:
        inner = values(fields[name].fields, depth - 1) if name in fields else loose
        return st.tuples(st.just(name), inner | st.lists(inner, max_size=2) | loose)

    names = st.sampled_from([*fields, "unknown"])
    return st.lists(names.flatmap(value_of), max_size=4).map(dict)


def test_a_table_has_types_that_name_each_other() -> None:
    """The first one is the root, and `in=` keeps fields to their versions."""
    root = parse_types(TABLE, "1")
    assert list(root) == ["name", "old", "items", "item"]
    assert list(parse_types(TABLE, "3")) == ["name", "new", "items", "item"]
    items = root["items"]
    assert (items.kind, items.strategies, items.merge_key) == ("[]struct", ("merge",), "name")
    assert items.fields["root"].fields is root and root["item"].fields is items.fields


def judge(value: t.Any, fields: Fields, *, is_strict: bool) -> tuple[set[str], t.Any]:
    """The paths of what is wrong, and what is made of the value if nothing is."""
    try:
        return set(), normalize_struct(value, fields, is_strict=is_strict)
    except WrongValueError as exc:
        return {render_path(problem.path) for problem in exc.problems}, None


@pytest.mark.parametrize("name", STRUCTS)
@given(data=st.data())
def test_a_value_is_made_to_fit_or_all_that_does_not_is_named(name: str, data: st.DataObject) -> None:
    """What comes out of a struct fits it, and being strict adds nothing but the fields that there are not."""
    fields = STRUCTS[name]
    value = data.draw(values(fields))
    wrong, made = judge(value, fields, is_strict=False)
    assert judge(value, fields, is_strict=True)[0] == wrong | set(unknown_fields(value, fields))
    if made is not None:
        assert judge(made, fields, is_strict=True) == (set(), made)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([], "the document: it is a list, expected a mapping"),
        ({"healthzPort": 2**31}, "healthzPort: it is a number, expected a whole number of type int32"),
        ({"healthzPort": True}, "healthzPort: it is true or false, expected a whole number of type int32"),
        ({"maxPods": "x" * 100}, "maxPods: it is a text, expected a whole number of type int32"),
        ({"syncFrequency": "1 year"}, "syncFrequency: it is a text, expected a duration such as 30s or 1h5m"),
        ({"syncFrequency": 5}, "syncFrequency: it is a number, expected a duration such as 30s or 1h5m"),
        ({"clusterDNS": "a"}, "clusterDNS: it is a text, expected a list"),
        ({"clusterDNS": ["a", {}]}, "clusterDNS[1]: it is a mapping, expected a text"),
        ({"featureGates": {1: True}}, "featureGates[1]: it is a number, expected a text as key"),
        (
            {"reservedMemory": [{"limits": {"a": "b"}}]},
            "reservedMemory[0].limits.a: it is a text, expected a quantity such as",
        ),
    ],
)
def test_a_refusal_says_what_it_is_and_what_was_expected(value: t.Any, problem: str) -> None:
    """With the path of the value, and the value where it is short."""
    with pytest.raises(WrongValueError) as caught:
        normalize_struct(value, kubelet_fields("1.37"))
    assert str(caught.value).startswith(problem)
