# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fleets: hosts that would replace each other are found."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.fleet import (
    find_duplicates,
    name_hosts,
    read_nodes,
)


@pytest.mark.parametrize(
    ("key", "code"), [("node_name", "node_name_duplicate"), ("machine_id", "machine_id_duplicate")]
)
def test_hosts_in_each_others_way_have_an_error(key: str, code: str) -> None:
    """All that share something are named, and no other host has an error."""
    nodes = {"a": {key: "x"}, "b": {key: "y"}, "c": {key: "x"}, "d": {}, "e": {key: ""}, "f": {key: ""}}
    errors = find_duplicates(nodes)
    assert errors.keys() == {"a", "c"} and errors["a"] is errors["c"]
    assert errors["a"].code == code
    assert errors["a"].details == {"hosts": {"x": ["a", "c"]}}
    assert "a, c" in str(errors["a"])
    assert find_duplicates({"a": {key: "x"}, "b": {key: "y"}}) == {}


def test_a_host_that_claims_the_names_of_others_stops_at_most_two() -> None:
    """One by the node name and one by the machine id. Its own error is that of the name."""
    nodes = {"a": {"node_name": "b", "machine_id": "c"}, **{x: {"node_name": x, "machine_id": x} for x in "bcd"}}
    assert {host: error.code for host, error in find_duplicates(nodes).items()} == {
        "a": "node_name_duplicate", "b": "node_name_duplicate", "c": "machine_id_duplicate",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("node", "is_taken"),
    [
        ({"joined": False, "server": None}, True),
        ({"joined": False}, True),
        ({"joined": False, "server": "https://api:6443"}, False),  # an interrupted join, perhaps of this node
        ({"joined": True}, False),
        ({}, False),
    ],
)
def test_a_fresh_host_does_not_have_the_name_of_a_ready_node(node: dict[str, t.Any], is_taken: bool) -> None:
    """Nobody else has an error by that, and the names of other hosts are no matter."""
    nodes = {"a": {"node_name": "n", **node}, "b": {"node_name": "m", "joined": False}}
    errors = find_duplicates(nodes, ["n", "x"])
    assert {host: error.code for host, error in errors.items()} == ({"a": "node_name_taken"} if is_taken else {})


def test_a_name_that_is_no_text_is_not_taken() -> None:
    """A host returns anything."""
    for name in (1, None, True, "", ["n"], {"n": "n"}):
        assert find_duplicates({"a": {"node_name": name, "joined": False}}, ["n"]) == {}


def test_nodes_are_read_from_results_of_preflight() -> None:
    """Only what is compared; anything but a mapping is an error with the host's name."""
    assert read_nodes({"a": {"node_name": "a", "findings": []}}) == {"a": {"node_name": "a"}}
    with pytest.raises(JoinError, match="nodes of b:"):
        read_nodes({"a": {}, "b": None})


def test_few_hosts_of_a_group_are_named() -> None:
    assert name_hosts(["a", "b"]) == "a, b"
    assert name_hosts([str(n) for n in range(11)]).endswith("7 and 3 more")
