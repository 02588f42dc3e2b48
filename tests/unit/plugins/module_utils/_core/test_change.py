# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes: what is planned, what is applied, and in which order."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.change import Change, in_phase, join_changes
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from hypothesis import given
from hypothesis import strategies as st


def change_of(name: str, before: t.Any, after: t.Any, done: list[str], *notes: str) -> Change:
    return Change({name: before}, {name: after}, lambda: done.append(name), notes)


def test_a_change_is_changed_only_if_it_leads_elsewhere() -> None:
    """By value, whatever kind of mapping holds it."""
    assert not Change({}, {}).changed
    assert not Change({"a": {"b": 1}}, {"a": {"b": 1}}).changed
    assert Change({"a": "x"}, {"a": "y"}).changed
    assert Change({}, {"a": None}).changed
    assert Change({"a": None}, {}).changed


def test_the_effect_is_not_part_of_the_text() -> None:
    """It may hold a key."""
    assert "apply" not in repr(Change({}, {}, apply=lambda: None))


def test_a_change_without_effect_can_be_applied() -> None:
    """It does nothing."""
    Change({"a": 1}, {"a": 2}).apply()


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), max_size=6))
def test_joined_changes_apply_what_changes_in_order(values: list[tuple[int, int]]) -> None:
    """And nothing else; the whole is changed if any part is."""
    done: list[str] = []
    parts = [change_of(str(number), before, after, done) for number, (before, after) in enumerate(values)]
    joined = join_changes(parts)
    assert done == []
    assert joined.changed == any(part.changed for part in parts)
    joined.apply()
    assert done == [str(number) for number, (before, after) in enumerate(values) if before != after]
    assert joined.before == {str(number): before for number, (before, _after) in enumerate(values)}
    assert joined.after == {str(number): after for number, (_before, after) in enumerate(values)}


def test_a_failure_ends_the_joined_change() -> None:
    """What comes after it is not applied."""
    done: list[str] = []

    def fail() -> None:
        raise JoinError("unit_failed", "It failed.")

    joined = join_changes([change_of("a", 0, 1, done), Change({}, {"b": 1}, fail), change_of("c", 0, 1, done)])
    with pytest.raises(JoinError):
        joined.apply()
    assert done == ["a"]


def test_notes_are_kept_in_order() -> None:
    """Of parts that change nothing, too."""
    done: list[str] = []
    parts = [change_of("a", 0, 0, done, "first"), change_of("b", 0, 1, done, "second", "third")]
    assert join_changes(parts).notes == ("first", "second", "third")


def test_resources_are_joined_by_their_nouns() -> None:
    """Each part adds what it knows; the last one counts."""
    parts: list[dict[str, dict[str, t.Any]]] = [
        {"node": {"name": "a", "uid": None}},
        {"files": {"/a": {"changed": True}}},
        {"node": {"uid": "7"}, "files": {"/b": {"changed": False}}},
    ]
    joined = join_changes([Change({}, {}, resources=part) for part in parts])
    assert joined.resources == {
        "node": {"name": "a", "uid": "7"},
        "files": {"/a": {"changed": True}, "/b": {"changed": False}},
    }
    assert parts[0] == {"node": {"name": "a", "uid": None}}


def test_a_phase_is_in_the_errors_of_planning_and_applying() -> None:
    """Other errors stay as they are."""

    def refuse() -> t.Any:
        raise JoinError("unit_failed", "It failed.")

    def crash() -> t.Any:
        raise ZeroDivisionError

    planned = in_phase("kubelet-start", lambda: Change({}, {"a": 1}, refuse, ("a note",)))
    assert (planned.after, planned.notes) == ({"a": 1}, ("a note",))
    for act in (planned.apply, lambda: in_phase("kubelet-start", refuse)):
        with pytest.raises(JoinError) as caught:
            act()
        assert caught.value.phase == "kubelet-start"
    with pytest.raises(ZeroDivisionError):
        in_phase("kubelet-start", crash)
