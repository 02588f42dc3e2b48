# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All nodes of a cluster: they are listed in parts, and one watch follows them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import (
    ApiExpiredError,
    ApiForbiddenError,
    ApiUnreachableError,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.node import NodeStatus
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.nodes import await_nodes, list_ready_nodes
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import Expected, PreparedApi, altered
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock
from hypothesis import given

Event = t.Tuple[str, t.Any]
GONE = ApiExpiredError("too old resource version", status=410)


def node_of(name: str, ready: bool = True, version: str = "") -> dict[str, t.Any]:
    conditions = [{"type": "Ready", "status": str(ready), "reason": "r", "message": "m"}]
    return {"metadata": {"name": name, "resourceVersion": version}, "status": {"conditions": conditions}}


class Cluster:
    """An API server that returns its nodes two by two, and has these rounds of events; ``asked`` has all requests."""

    def __init__(self, nodes: list[t.Any], *rounds: list[Event] | JoinError) -> None:
        self.nodes = nodes
        self.rounds = list(rounds)
        self.asked: list[str] = []

    def get(self, path: str, **params: str) -> dict[str, t.Any]:
        assert path == "/api/v1/nodes"
        start = int(params.get("continue", "0"))
        self.asked.append(f"list from {start}")
        more = {"continue": str(start + 2)} if start + 2 < len(self.nodes) else {}
        return {"items": self.nodes[start : start + 2], "metadata": {"resourceVersion": "7", **more}}

    def watch(self, path: str, timeout: float, *, version: str) -> t.Iterator[Event]:
        assert path == "/api/v1/nodes" and timeout <= 30
        self.asked.append(f"watch from {version}")
        found = self.rounds.pop(0) if self.rounds else []
        if isinstance(found, JoinError):
            raise found
        yield from found


def wait(cluster: Cluster, *names: str, level: str = "ready", timeout: float = 60) -> dict[str, bool]:
    """By name, whether the node is Ready after the wait."""
    found = await_nodes(t.cast("t.Any", cluster), names, level, clock=TestClock(), timeout=timeout)
    return {name: status.ready for name, status in found.items()}


def test_ready_nodes_are_read_in_parts() -> None:
    """All of them; others and malformed ones are left out."""
    cluster = Cluster([*(node_of(f"w{at}", at != 1) for at in range(5)), None, {}])
    assert list_ready_nodes(t.cast("t.Any", cluster)) == ["w0", "w2", "w3", "w4"]


def test_nodes_that_are_ready_need_no_watch() -> None:
    """And no nodes need no request."""
    cluster = Cluster([node_of("w1"), node_of("w2"), node_of("w3", False)])
    assert wait(cluster, "w1", "w2") == {"w1": True, "w2": True}
    assert cluster.asked == ["list from 0", "list from 2"]
    cluster = Cluster([])
    assert wait(cluster) == {}
    assert cluster.asked == []


def test_one_watch_follows_all_nodes() -> None:
    """From the version of the list, and then from the last event. It ends with the event that completes them."""
    events = [("ADDED", node_of("w2", version="8")), ("MODIFIED", node_of("other", version="9"))]
    cluster = Cluster([node_of("w1", False)], events, [("MODIFIED", node_of("w1")), ("DELETED", node_of("w1"))])
    assert wait(cluster, "w1", "w2") == {"w1": True, "w2": True}
    assert cluster.asked == ["list from 0", "watch from 7", "watch from 9"]


def test_a_node_that_is_registered_has_reached_that_level() -> None:
    cluster = Cluster([], [("ADDED", node_of("w1", False))])
    assert wait(cluster, "w1", level="registered") == {"w1": False}


def test_what_is_not_ready_in_time_is_in_the_answer() -> None:
    """A node that was deleted is not there, whatever it was before."""
    cluster = Cluster([node_of("w1"), node_of("w2", False)], [("DELETED", node_of("w1", version="8"))])
    found = await_nodes(t.cast("t.Any", cluster), ["w1", "w2", "w3"], "ready", clock=TestClock(), timeout=5)
    assert found["w1"] == found["w3"] == NodeStatus()
    assert (found["w2"].level, found["w2"].reason) == ("registered", "r")


def test_a_version_that_has_expired_begins_with_a_new_list() -> None:
    """Nothing that an earlier list had is kept."""
    cluster = Cluster([node_of("w1"), node_of("w2", False)], GONE, [("MODIFIED", node_of("w2"))])
    nodes = cluster.nodes

    def get(path: str, **params: str) -> dict[str, t.Any]:
        answer = Cluster.get(cluster, path, **params)
        cluster.nodes = nodes[1:]  # w1 was deleted meanwhile
        return answer

    cluster.get = get  # type: ignore[method-assign]
    assert wait(cluster, "w1", "w2", timeout=5) == {"w1": False, "w2": True}
    assert cluster.asked[:4] == ["list from 0", "watch from 7", "list from 0", "watch from 7"]


def test_an_api_server_that_is_away_is_asked_again() -> None:
    """A refusal is final."""
    away = ApiUnreachableError("Cannot reach it.")
    assert wait(Cluster([], away, away, [("ADDED", node_of("w1"))]), "w1") == {"w1": True}
    with pytest.raises(ApiUnreachableError):
        wait(Cluster([], *[away] * 1000), "w1")
    with pytest.raises(ApiForbiddenError):
        wait(Cluster([], ApiForbiddenError("not for you", status=403)), "w1")


@given(altered({"items": [node_of("w1", False)], "metadata": {"continue": "", "resourceVersion": "7"}}))
def test_anything_may_be_listed(answer: t.Any) -> None:
    """Also a list that never ends."""
    with Expected():
        assert isinstance(list_ready_nodes(PreparedApi(answer)), list)
    with Expected():
        assert "w1" in await_nodes(PreparedApi(answer), ["w1"], "ready", clock=TestClock(), timeout=1)
