# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One wait for the nodes of many hosts: whom it is for, and what is left of it."""

from __future__ import annotations

import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.wait import FleetWait, find_fleet_wait


def host(
    name: str = "", *, together: bool = True, wait_for: str = "ready", **result: t.Any
) -> dict[str, dict[str, t.Any]]:
    """What a host has registered; ``result`` is a part of that of its kubelet."""
    settings = {"waits_together": together, "options": {"wait_for": wait_for, "wait_timeout": 30}}
    return {"settings": settings, "kubelet": {**({"node": {"name": name}} if name else {}), **result}}


def find(**hosts: t.Any) -> FleetWait:
    return find_fleet_wait(hosts, settings="settings", kubelet="kubelet", level="ready")


def test_hosts_with_a_started_kubelet_are_awaited_together() -> None:
    """Under the names of their nodes. Not those that failed, have not begun, or wait by themselves."""
    wait = find(
        a=host("node-a"),
        b=host("node-b"),
        failed=host("node-c", failed=True),
        skipped=host(skipped=True),
        alone=host("node-d", together=False),
        joined_before={"settings": host()["settings"]},
        unreachable={},
    )
    assert (wait.awaited, wait.apart) == ({"a": "node-a", "b": "node-b"}, {})


def test_a_host_with_another_level_is_left_to_itself() -> None:
    """With its own time."""
    wait = find(a=host("node-a"), b=host("node-b", wait_for="registered"))
    assert wait.awaited == {"a": "node-a"}
    assert wait.left(7.9) == {"a": 7, "b": 30}


def test_nodes_that_have_arrived_are_no_longer_awaited() -> None:
    """A higher level counts; a level that does not exist does not."""
    wait = FleetWait("registered", {"a": "w1", "b": "w2", "c": "w3", "d": "w4"})
    levels = {"w1": "ready", "w2": "registered", "w3": "none", "w4": "perfect"}
    wait.note({"nodes": [{"name": name, "level": level} for name, level in levels.items()]})
    assert wait.awaited == {"c": "w3", "d": "w4"}
    assert wait.describe() == "2 of 4 nodes are registered."
    wait.note({"nodes": "nothing"})
    assert wait.left(0) == {"c": 0, "d": 0}


def test_two_hosts_that_report_one_name_wait_for_one_node() -> None:
    """A host may say of itself what it likes: it decides on no other wait."""
    wait = find(a=host("w1"), b=host("w1"), c=host("w2"), liar=host(t.cast("t.Any", ["w2"])))
    wait.note({"nodes": [{"name": "w1", "level": "ready"}]})
    assert wait.awaited == {"c": "w2"}
    assert FleetWait("ready", {}, reached=1).describe() == "1 of 1 node is ready."
