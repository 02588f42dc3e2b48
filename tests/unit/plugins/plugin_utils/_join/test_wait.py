# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One wait for the nodes of many hosts: whom it is for, and what is left of it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.wait import (
    Awaited,
    FleetWait,
    find_fleet_wait,
)


def host(
    name: str = "",
    *,
    together: bool = True,
    wait: str = "fleet",
    wait_for: str = "ready",
    wait_timeout: int = 30,
    **result: t.Any,
) -> dict[str, dict[str, t.Any]]:
    """What a host has registered; ``result`` is a part of that of its kubelet."""
    options = {"wait_for": wait_for, "wait_timeout": wait_timeout}
    settings = {"wait": wait, "waits_together": together, "options": options}
    return {"settings": settings, "kubelet": {**({"node": {"name": name}} if name else {}), **result}}


def find(**hosts: t.Any) -> FleetWait:
    return find_fleet_wait(hosts, settings="settings", kubelet="kubelet")


def found(**levels: str) -> dict[str, t.Any]:
    return {"nodes": [{"name": name, "level": level} for name, level in levels.items()]}


def test_hosts_with_a_started_kubelet_are_awaited_together() -> None:
    """Under the names of their nodes. Not those that failed, have not begun, wait by themselves or for nothing."""
    wait = find(
        a=host("node-a"),
        b=host("node-b"),
        failed=host("node-c", failed=True),
        skipped=host(skipped=True),
        separate=host("node-d", together=False),
        at_once=host("node-e", wait_for="none"),
        joined_before={"settings": host()["settings"]},
        unreachable={},
    )
    assert wait.awaited == {"a": Awaited("node-a", "ready", 30, 30), "b": Awaited("node-b", "ready", 30, 30)}
    assert wait.alone == {}


def test_each_host_has_its_own_level() -> None:
    """The highest one is awaited. A higher one than that of the host counts; one that does not exist does not."""
    wait = find(a=host("a", wait_for="registered"), b=host("b"), c=host("c"), d=host("d"))
    assert wait.level == "ready"
    wait.note(found(a="registered", b="registered", c="perfect", d="ready"), 1)
    assert [*wait.awaited] == ["b", "c"]
    assert wait.describe() == "2 of 4 nodes are ready or registered."
    wait = find(a=host("a", wait_for="registered"))
    assert wait.level == "registered"
    wait.note(found(a="ready"), 1)
    assert wait.awaited == {} and wait.describe() == "1 of 1 node is registered."


def test_each_host_has_its_own_time() -> None:
    """One whose time is over is left; the others are still awaited."""
    wait = find(a=host("a", wait_timeout=0), b=host("b", wait_timeout=600), c=host("c"))
    assert wait.seconds == 0
    wait.note({"nodes": "nothing"}, 10)
    assert [*wait.awaited] == ["b", "c"] and wait.seconds == 30
    assert wait.left(10.5) == {"a": 0, "b": 589, "c": 19}


def test_most_hosts_wait_together_for_ten_seconds_only() -> None:
    """With the rest of their time they wait alone, as only a host can find out why its node does not come."""
    wait = find(a=host("a", wait="host"), b=host("b", wait="host", wait_timeout=4), c=host("c"))
    assert [own.together for own in wait.awaited.values()] == [10, 4, 30] and wait.seconds == 4
    wait.note({"nodes": []}, 10)
    assert [*wait.awaited] == ["c"]
    assert wait.left(10) == {"a": 20, "b": 0, "c": 20}


@pytest.mark.parametrize("name", [["w2"], "", "W2", "w2\n", "\ud800", "w" * 254, "{{ w2 }}", None])
def test_a_host_that_reports_no_name_waits_alone(name: t.Any) -> None:
    """A host may say of itself what it likes: it decides on no other wait."""
    wait = find(a=host("w1"), b=host("w1"), c=host("w2"), liar=host(node={"name": name}))
    assert [own.name for own in wait.awaited.values()] == ["w1", "w1", "w2"]
    wait.note(found(w1="ready"), 1)
    assert [*wait.awaited] == ["c"]
    assert wait.left(1) == {"c": 29, "liar": 29}
