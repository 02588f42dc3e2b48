# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fleets: hosts that would replace each other are refused, and one host discovers the cluster for those like it."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.fleet import (
    group_by_discovery,
    name_hosts,
    read_nodes,
    refuse_duplicates,
)


@pytest.mark.parametrize(
    ("key", "code"), [("node_name", "node_name_duplicate"), ("machine_id", "machine_id_duplicate")]
)
def test_hosts_in_each_others_way_are_refused(key: str, code: str) -> None:
    """All that share something are named, others are not."""
    nodes = {"a": {key: "x"}, "b": {key: "y"}, "c": {key: "x"}, "d": {}, "e": {key: ""}, "f": {key: ""}}
    with pytest.raises(JoinError) as caught:
        refuse_duplicates(nodes)
    assert caught.value.code == code
    assert caught.value.details == {"hosts": {"x": ["a", "c"]}}
    assert "a, c" in str(caught.value) and "y" not in caught.value.details["hosts"]
    refuse_duplicates({"a": {key: "x"}, "b": {key: "y"}})


def test_one_asks_for_all_that_trust_in_the_same_way() -> None:
    """Hosts whose pins or files differ may be meant for different clusters: each kind asks for itself."""
    token, other = ({"bootstrapToken": {"caCertHashes": [pin]}} for pin in ("sha256:a", "sha256:b"))
    discoveries = {"a": token, "b": other, "c": dict(token), "d": {"file": {}}, "e": dict(other)}
    assert group_by_discovery(discoveries) == {"a": "a", "b": "b", "c": "a", "d": "d", "e": "b"}
    assert group_by_discovery({}) == {}


def test_nodes_are_read_from_results_of_preflight() -> None:
    """Only what is compared; anything but a mapping is an error with the host's name."""
    assert read_nodes({"a": {"node_name": "a", "findings": []}}) == {"a": {"node_name": "a"}}
    with pytest.raises(JoinError, match="nodes of b:"):
        read_nodes({"a": {}, "b": None})


def test_few_hosts_of_a_group_are_named() -> None:
    assert name_hosts(["a", "b"]) == "a, b"
    assert name_hosts([str(n) for n in range(11)]).endswith("7 and 3 more")
