# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading objects that may hold anything anywhere."""

from __future__ import annotations

import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.objects import (
    list_at,
    mapping_at,
    render_taint,
    text_at,
)
from hypothesis import given
from hypothesis import strategies as st

NODE = {"metadata": {"name": "n", "labels": {"a": "b"}}, "status": {"conditions": [{"type": "Ready"}, "x", None]}}
KEYS = st.sampled_from(["metadata", "name", "labels", "a", "status"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)


def test_what_is_there_is_found() -> None:
    """The very object, not a copy of it."""
    assert mapping_at(NODE, "metadata", "labels") is NODE["metadata"]["labels"]
    assert mapping_at(NODE) is NODE
    assert text_at(NODE, "metadata", "name") == "n"
    assert list_at(NODE, "status", "conditions") == [{"type": "Ready"}]


def test_a_value_of_another_kind_is_absent() -> None:
    """A text where a mapping should be, a mapping where a text should be, and nothing at all."""
    assert mapping_at(NODE, "metadata", "name") == {}
    assert text_at(NODE, "metadata", "labels") == ""
    assert text_at({"a": 1}, "a") == ""
    assert list_at(NODE, "metadata", "labels") == []
    assert mapping_at(NODE, "spec", "taints", "x") == {}
    assert text_at(None, "a") == ""
    assert list_at([], "a") == []


def test_a_taint_is_written_as_kubectl_takes_it() -> None:
    """Whatever else it has, and whatever it does not have."""
    assert render_taint({"key": "a", "value": "b", "effect": "NoExecute", "timeAdded": "x"}) == "a=b:NoExecute"
    assert render_taint({"key": "a", "value": "", "effect": "NoSchedule"}) == "a:NoSchedule"
    assert render_taint({"key": 1}) == render_taint(None) == ":"


@given(ANYTHING, st.lists(KEYS, min_size=1, max_size=4))
def test_anything_has_a_mapping_a_list_and_a_text(value: t.Any, keys: list[str]) -> None:
    """An empty one at worst, and that of a plain look-up where it is of the right kind."""
    plain = value
    for key in keys:
        plain = plain.get(key) if isinstance(plain, dict) else None
    assert mapping_at(value, *keys) == (plain if isinstance(plain, dict) else {})
    assert text_at(value, *keys) == (plain if isinstance(plain, str) else "")
    assert list_at(value, *keys) == [
        item for item in (plain if isinstance(plain, list) else []) if isinstance(item, dict)
    ]
