# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wait for a node, and the annotation of older clusters."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts_reader import read_facts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import KUBELET_CLIENT_PEM
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.wait import (
    PATIENCE,
    WAIT_PHASE,
    KubeletWaitSpec,
    KubeletWatch,
    find_stopped_kubelet,
    plan_kubelet_wait,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost

FACTS = read_facts(CLUSTER_CONFIGURATION, KUBELET_CONFIGURATION)
ANNOTATED = {**FACTS, "kubernetes_version": "v1.34.0", "feature_gates": {"NodeLocalCRISocket": False}}
ANNOTATION = "kubeadm.alpha.kubernetes.io/cri-socket"
SPEC = KubeletWaitSpec(Cluster("https://api:6443", "CA", (), facts=FACTS), "worker-1", wait_timeout=5)


class Api:
    """An API server on which the node reaches a level after so many requests."""

    server = "https://api:6443"

    def __init__(self, level: str = "ready", after: int = 0) -> None:
        self.level = level
        self.after = after
        self.asked = 0
        self.annotations: dict[str, str] = {}

    def find(self, _path: str) -> t.Any:
        self.asked += 1
        if self.asked <= self.after or self.level == "none":
            return None
        ready = {"type": "Ready", "status": str(self.level == "ready"), "reason": "r"}
        return {"metadata": {"name": "worker-1", "annotations": self.annotations}, "status": {"conditions": [ready]}}

    def watch(self, path: str, timeout: float, *, name: str) -> t.Iterator[tuple[str, t.Any]]:
        assert name == "worker-1"
        node = self.find(path)
        if node is not None:
            yield "ADDED", node

    def patch(self, _path: str, body: t.Any) -> None:
        self.annotations.update(body["metadata"]["annotations"])


def host_with_identity() -> TestHost:
    host = TestHost()
    host.store(KUBELET_CLIENT_PEM, b"x", 0o600)
    return host


def plan(api: Api, host: TestHost | None = None, spec: KubeletWaitSpec = SPEC, **more: t.Any) -> t.Any:
    def connect(server: str, authority: str) -> t.Any:
        assert (server, authority) == ("https://api:6443", "CA")
        return api

    return plan_kubelet_wait(host or host_with_identity(), spec, clock=TestClock(), connect=connect, **more)


def test_a_node_that_is_there_is_not_waited_for() -> None:
    """By one question."""
    api = Api()
    assert not plan(api).changed
    assert api.asked == 1


@pytest.mark.parametrize(
    ("level", "wanted", "changed"),
    [("registered", "ready", True), ("registered", "registered", False), ("none", "none", False)],
)
def test_the_level_that_is_wanted_counts(level: str, wanted: str, changed: bool) -> None:
    """A weaker one is not enough, a stronger one is."""
    assert plan(Api(level), spec=dataclasses.replace(SPEC, wait_for=wanted)).changed is changed


def test_a_node_is_waited_for() -> None:
    """Until it is there."""
    api = Api(after=3)
    change = plan(api)
    assert change.changed
    change.apply()
    assert api.asked == 4


@pytest.mark.parametrize(("level", "code"), [("none", "node_not_registered"), ("registered", "node_not_ready")])
def test_a_node_that_does_not_come_is_an_error_of_this_phase(level: str, code: str) -> None:
    """With the node's name."""
    with pytest.raises(JoinError) as caught:
        plan(Api(level)).apply()
    assert (caught.value.code, caught.value.phase) == (code, WAIT_PHASE)
    assert caught.value.details["node_name"] == "worker-1"


def test_before_the_kubelet_has_its_identity_nobody_is_asked() -> None:
    """Nor while something is still to be done to it; the wait is planned all the same."""
    api = Api()
    assert plan(api, TestHost()).changed
    assert plan(api, is_settled=False).changed
    assert api.asked == 0


def test_older_clusters_have_the_socket_annotated() -> None:
    """Once the node has registered, and only once."""
    spec = dataclasses.replace(SPEC, cluster=dataclasses.replace(SPEC.cluster, facts=ANNOTATED), cri_socket="unix:///x")
    api = Api()
    change = plan(api, spec=spec)
    assert change.changed
    change.apply()
    assert api.annotations == {ANNOTATION: "unix:///x"}
    assert not plan(api, spec=spec).changed
    assert plan(api, spec=dataclasses.replace(spec, cri_socket="unix:///y")).changed


def test_newer_clusters_do_not() -> None:
    """The socket is in a file of the node."""
    api = Api(after=1)
    plan(api).apply()
    assert api.annotations == {}


@pytest.mark.parametrize("before", [0, 7])
def test_a_kubelet_may_end_once(before: int) -> None:
    """What it did before the wait does not count."""
    host = TestHost()
    host.kubelet_unit = dataclasses.replace(host.kubelet_unit, restarts=before)
    watch = KubeletWatch(host)
    for more in range(PATIENCE):
        host.kubelet_unit = dataclasses.replace(host.kubelet_unit, restarts=before + more)
        assert watch.give_up() is None
    host.kubelet_unit = dataclasses.replace(host.kubelet_unit, restarts=before + PATIENCE, state="failed")
    found = watch.give_up()
    assert found is not None and "failed" in found


def test_a_kubelet_that_was_started_and_has_exited_is_an_error_with_its_log() -> None:
    """The same as when it exits during the wait. One that runs is none."""
    host = host_with_identity()
    host.kubelet_unit = dataclasses.replace(host.kubelet_unit, running=True)
    assert find_stopped_kubelet(host) is None
    host.kubelet_unit = dataclasses.replace(host.kubelet_unit, running=False, state="auto-restart, exit-code")
    error = find_stopped_kubelet(host)
    assert error is not None and (error.code, error.phase) == ("node_not_registered", WAIT_PHASE)
    assert "auto-restart, exit-code" in str(error) and "the last line of the log" in str(error)


def test_the_log_is_that_of_the_unit_of_the_kubelet() -> None:
    """Enough of it to contain a registration between repetitions."""
    asked = []

    class Host(TestHost):
        def unit_log(self, name: str, lines: int) -> str:
            asked.append((name, lines))
            return "E0601 failed\n"

    assert str(KubeletWatch(Host()).log()) == "E0601 failed"
    assert asked == [("kubelet", 3000)]
