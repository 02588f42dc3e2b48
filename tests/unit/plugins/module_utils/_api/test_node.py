# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes: what the API server says of them, and waiting for them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import (
    ApiForbiddenError,
    ApiUnreachableError,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.node import (
    NodeStatus,
    await_node,
    observe_annotation,
    observe_node,
    refuse_taken_name,
    submit_annotation,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.log import KubeletLog
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.wait import KubeletWatch
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import (
    Expected,
    PreparedApi,
    altered,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from hypothesis import given

NODE = {
    "metadata": {"name": "worker-1", "annotations": {"a": "b"}},
    "status": {"conditions": [{"type": "Ready", "status": "False", "reason": "r", "message": "m"}]},
}


@given(altered(NODE))
def test_anything_may_be_said_of_a_node(node: t.Any) -> None:
    """Name, annotation, condition."""
    api, clock = PreparedApi(node), TestClock()
    with Expected():
        assert isinstance(observe_annotation(api, "worker-1", "a"), (str, type(None)))
    with Expected():
        refuse_taken_name(api, "worker-1")
    with Expected():
        await_node(api, "worker-1", "ready", clock=clock, timeout=1, watch=KubeletWatch(TestHost()))


class Nodes:
    """An API server whose watch has these rounds of events, and of which it is known what was changed."""

    server = "https://api:6443"

    def __init__(self, node: t.Any = None, *rounds: list[tuple[str, t.Any]] | JoinError) -> None:
        self.node = node
        self.rounds = list(rounds)
        self.patched: list[tuple[str, t.Any]] = []
        self.waited: list[float] = []

    def find(self, path: str) -> t.Any:
        assert path == "/api/v1/nodes/worker-1"
        return self.node

    def patch(self, path: str, change: t.Any) -> None:
        self.patched.append((path, change))

    def watch(self, path: str, timeout: float, *, name: str) -> t.Iterator[tuple[str, t.Any]]:
        assert (path, name) == ("/api/v1/nodes", "worker-1")
        self.waited.append(timeout)
        found = self.rounds.pop(0) if self.rounds else []
        if isinstance(found, JoinError):
            raise found
        yield from found


def node_of(ready: str = "", reason: str = "r", message: str = "", *labels: str) -> dict[str, t.Any]:
    conditions = [{"type": "MemoryPressure", "status": "True"}]
    if ready:
        conditions.append({"type": "Ready", "status": ready, "reason": reason, "message": message})
    return {
        "metadata": {"name": "worker-1", "labels": dict.fromkeys(labels, "")},
        "status": {"conditions": conditions},
    }


def observe(node: t.Any) -> NodeStatus:
    return observe_node(t.cast("t.Any", Nodes(node)), "worker-1")


def test_how_far_a_node_has_come() -> None:
    """Absent, registered, and ready by one condition alone; Unknown is not ready."""
    found = [observe(node) for node in (None, node_of(), node_of("False"), node_of("Unknown"), node_of("True"))]
    assert [status.level for status in found] == ["none", "registered", "registered", "registered", "ready"]
    assert [status.reached("registered") for status in found] == [False, True, True, True, True]
    assert [status.reached("ready") for status in found] == [False, False, False, False, True]
    assert all(status.reached("none") for status in found)


def test_a_control_plane_is_known_by_its_label() -> None:
    """Whatever value it has."""
    assert observe(node_of("True", "", "", "node-role.kubernetes.io/control-plane")).is_control_plane
    assert not observe(node_of("True", "", "", "node-role.kubernetes.io/worker")).is_control_plane


def test_what_a_node_says_of_itself_is_bounded_and_printable() -> None:
    """It comes from another machine."""
    status = observe(node_of("False", "r\x1b[31m", "m" * 100_000))
    assert status.reason.strip() == "r"
    assert len(status.message) < 10_000


def test_annotations_are_read_and_set() -> None:
    """An empty one is there, an absent one is not."""
    node = {"metadata": {"annotations": {"a": "b", "empty": ""}}}
    api = t.cast("t.Any", Nodes(node))
    assert [observe_annotation(api, "worker-1", name) for name in ("a", "empty", "other")] == ["b", "", None]
    assert observe_annotation(t.cast("t.Any", Nodes(None)), "worker-1", "a") is None
    submit_annotation(api, "worker-1", "a", "c")
    assert api.patched == [("/api/v1/nodes/worker-1", {"metadata": {"annotations": {"a": "c"}}})]


def test_only_a_node_that_is_ready_takes_its_name() -> None:
    """A dead node's name is free."""
    for node in (None, node_of(), node_of("False"), node_of("Unknown")):
        refuse_taken_name(t.cast("t.Any", Nodes(node)), "worker-1")
    with pytest.raises(JoinError) as caught:
        refuse_taken_name(t.cast("t.Any", Nodes(node_of("True"))), "worker-1")
    assert caught.value.code == "node_name_taken"
    assert caught.value.details == {"node_name": "worker-1", "server": "https://api:6443"}


class Kubelet:
    """What is known of the kubelet; it gives up in the round of that number."""

    def __init__(self, gives_up: int = 1000, registration_error: str = "") -> None:
        self.left = gives_up
        self.registration_error = registration_error

    def give_up(self) -> str | None:
        self.left -= 1
        return "the kubelet exits repeatedly" if self.left <= 0 else None

    def log(self) -> KubeletLog:
        return KubeletLog(("the last line",), self.registration_error)


def wait(api: Nodes, level: str, timeout: float = 60, kubelet: Kubelet | None = None) -> NodeStatus:
    return await_node(
        t.cast("t.Any", api), "worker-1", level, clock=TestClock(), timeout=timeout, watch=kubelet or Kubelet()
    )


def test_waiting_ends_with_the_event_that_was_waited_for() -> None:
    """Not with one before it, and not after those that follow."""
    events = [
        ("ADDED", node_of()),
        ("MODIFIED", node_of("False")),
        ("MODIFIED", node_of("True")),
        ("DELETED", node_of("True")),
    ]
    assert wait(Nodes(None, [], events), "ready").ready
    assert wait(Nodes(None, events), "registered") == NodeStatus(registered=True)


def test_a_node_that_is_deleted_is_not_there() -> None:
    """It has to come again."""
    api = Nodes(None, [("DELETED", node_of("True"))])
    with pytest.raises(JoinError) as caught:
        wait(api, "registered", timeout=1)
    assert caught.value.code == "node_not_registered"


def test_a_node_that_does_not_become_ready_is_reported_with_its_reason() -> None:
    """And with the kubelet's last lines."""
    with pytest.raises(JoinError) as caught:
        wait(Nodes(None, [("ADDED", node_of("False", "KubeletNotReady", "no network"))]), "ready", timeout=1)
    assert caught.value.code == "node_not_ready"
    assert "KubeletNotReady: no network" in str(caught.value) and "the last line" in str(caught.value)


#: As a kubelet reports it whose runtime, containerd, has no configuration of a network.
NO_NETWORK = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not "
    "initialized"
)


@pytest.mark.parametrize(
    ("message", "expected"),
    [(NO_NETWORK, "install a pod network"), ("PLEG is not healthy", "check `kubectl describe node worker-1`")],
)
def test_a_node_that_is_not_ready_is_reported_with_the_next_step(message: str, expected: str) -> None:
    with pytest.raises(JoinError, match=expected):
        wait(Nodes(None, [("ADDED", node_of("False", "KubeletNotReady", message))]), "ready", timeout=1)


def test_a_kubelet_that_cannot_come_up_is_not_waited_for() -> None:
    """Its reason is in the error."""
    api = Nodes(None)
    with pytest.raises(JoinError) as caught:
        wait(api, "registered", timeout=600, kubelet=Kubelet(gives_up=2))
    assert caught.value.code == "node_not_registered"
    assert caught.value.details["reason"] == "the kubelet exits repeatedly"
    assert len(api.waited) == 2


def test_the_kubelet_is_looked_after_every_few_seconds() -> None:
    """One watch lasts no longer, and not longer than there is time."""
    api = Nodes(None)
    with pytest.raises(JoinError):
        wait(api, "registered", timeout=3)
    assert api.waited[0] == 3
    api = Nodes(None)
    with pytest.raises(JoinError):
        wait(api, "registered", timeout=30)
    assert max(api.waited) == 5


def test_an_api_server_that_is_away_for_a_moment_is_asked_again() -> None:
    """A refusal is not."""
    away, refused = ApiUnreachableError("nobody there"), ApiForbiddenError("not for you", status=403)
    assert wait(Nodes(None, away, away, [("ADDED", node_of("True"))]), "ready").ready
    with pytest.raises(ApiUnreachableError):
        wait(Nodes(None, *[away] * 1000), "ready", timeout=10)
    with pytest.raises(ApiForbiddenError):
        wait(Nodes(None, away, refused), "ready")


def test_a_registration_that_is_refused_is_reported_with_the_answer_of_the_api_server() -> None:
    """It is the reason, even if the kubelet exits as well."""
    kubelet = Kubelet(gives_up=2, registration_error='nodes "worker-1" is forbidden')
    with pytest.raises(JoinError) as caught:
        wait(Nodes(None), "registered", timeout=1, kubelet=kubelet)
    assert caught.value.code == "node_not_registered"
    assert 'its registration failed: nodes "worker-1" is forbidden' in str(caught.value)
    assert caught.value.details["reason"] == 'nodes "worker-1" is forbidden'
