# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The marks of a Node that is a control plane, and the wait until its components serve."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.https import HttpsError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import (
    ApiConflictError,
    ApiUnreachableError,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import parse_cluster_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts_reader import read_facts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.health import (
    HEALTH_ENDPOINTS,
    find_health_urls,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import ControlPlaneNode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.node import (
    JOIN_PHASES,
    ControlPlaneNodeSpec,
    plan_control_plane_node,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.prepare import plan_manifests
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.change import Change
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import KUBELET_CLIENT_PEM
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import KUBELET_CONFIGURATION
from ansible_collections.kubejoin.kubeadm.tests.unit.support.control_plane import CONFIGURATION
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost

CLUSTER = parse_cluster_configuration(CONFIGURATION)
TAINT = "node-role.kubernetes.io/control-plane:NoSchedule"
NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule", "timeAdded": "2026-06-01T00:00:00Z"}
LABELS = {"node-role.kubernetes.io/control-plane", "node.kubernetes.io/exclude-from-external-load-balancers"}
KUBELET, STATUS, MARK, WAIT = (
    ControlPlaneNodeSpec(
        Cluster(
            "https://cp.example.com:6443", "", (), CONFIGURATION, facts=read_facts(CONFIGURATION, KUBELET_CONFIGURATION)
        ),
        phases=(phase,),
        taints=(TAINT,),
        wait_timeout=5,
        timeout=5,
        health_timeout=5,
    )
    for phase in JOIN_PHASES
)


CONFLICT = ApiConflictError("Somebody was faster.", status=409)


class Api:
    """A server with one Node, which ``comes`` when it was looked for so often; the first ``conflicts`` patches fail."""

    server = "https://cp.example.com:6443"

    def __init__(
        self, *, comes: int = 0, conflicts: int = 0, whole: bool = True, failure: JoinError = CONFLICT
    ) -> None:
        labels = {"kubernetes.io/hostname": "cp-2"} if whole else {}
        self.node: dict[str, t.Any] = {
            "metadata": {"name": "cp-2", "resourceVersion": "7", "labels": labels},
            "spec": {"taints": [NOT_READY]},
        }
        self.comes = comes
        self.conflicts = conflicts
        self.failure = failure
        self.patches: list[dict[str, t.Any]] = []

    def find(self, path: str) -> dict[str, t.Any] | None:
        assert path == "/api/v1/nodes/cp-2"
        self.comes -= 1
        return self.node if self.comes < 0 else None

    def watch(self, path: str, timeout: float, *, name: str) -> t.Iterator[tuple[str, t.Any]]:
        found = self.find(f"{path}/{name}")
        if found is not None:
            yield "ADDED", found

    def patch(self, path: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        self.conflicts -= 1
        if self.conflicts >= 0:
            raise self.failure
        self.patches.append(body)
        self.node["metadata"]["labels"].update(body["metadata"]["labels"])
        self.node["spec"]["taints"] = body["spec"]["taints"]
        return self.node


class Components:
    """What answers, by the names of components, a status or what is seen instead, the last of them for ever."""

    def __init__(self, **seen: list[t.Any]) -> None:
        self.seen = {name.replace("_", "-"): answers for name, answers in seen.items()}
        self.asked: list[str] = []

    def ask(self, name: str, url: str) -> int:
        self.asked.append(url)
        answers = self.seen.get(name, [200])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, int):
            return answer
        raise HttpsError(answer)


@pytest.fixture
def host() -> TestHost:
    host = TestHost("cp-2")
    host.store("/etc/kubernetes/admin.conf", b"", 0o600)
    plan_manifests(host, CLUSTER, ControlPlaneNode("cp-2", "192.0.2.2")).apply()
    return host


def plan(host: TestHost, spec: ControlPlaneNodeSpec, api: Api | None = None, seen: Components | None = None) -> Change:
    server, components = api or Api(), seen or Components()
    return plan_control_plane_node(
        host,
        spec,
        clock=TestClock(),
        connect=t.cast("t.Any", lambda: server),
        connect_as_node=t.cast("t.Any", lambda url, authority: server),
        probe=lambda: components.ask,
    )


def test_a_node_is_marked_once_and_keeps_what_it_has(host: TestHost) -> None:
    """With the version that was read, as the list of taints is replaced as a whole."""
    api = Api()
    change = plan(host, MARK, api)
    assert change.after == {
        "marks of node cp-2": {"labels": sorted(LABELS), "taints": [TAINT, "node.kubernetes.io/not-ready:NoSchedule"]}
    }
    change.apply()
    assert set(api.node["metadata"]["labels"]) == {"kubernetes.io/hostname", *LABELS}
    assert api.node["spec"]["taints"] == [dict(zip(("key", "effect"), TAINT.split(":"))), NOT_READY]
    assert api.patches[0]["metadata"]["resourceVersion"] == "7"
    assert not plan(host, MARK, api).changed


def test_no_taints_leave_those_that_are_there(host: TestHost) -> None:
    """As with an empty list in the configuration; values are part of a taint."""
    api = Api()
    plan(host, dataclasses.replace(MARK, taints=()), api).apply()
    assert api.node["spec"]["taints"] == [NOT_READY]
    plan(host, dataclasses.replace(MARK, taints=("a=b:NoExecute",)), api).apply()
    assert api.node["spec"]["taints"][0] == {"key": "a", "value": "b", "effect": "NoExecute"}
    with pytest.raises(JoinError) as caught:
        plan(host, dataclasses.replace(MARK, taints=("nonsense",)), api)
    assert caught.value.code == "invalid_join_configuration"


def test_the_node_is_waited_for_and_conflicts_are_tried_again(host: TestHost) -> None:
    """It is whole once the kubelet has labelled it; after the time for it, the error says what was waited for."""
    for failure in (CONFLICT, ApiUnreachableError("Nobody there.")):
        api = Api(comes=3, conflicts=2, failure=failure)
        plan(host, MARK, api).apply()
        assert len(api.patches) == 1
    for never in (Api(comes=10**6), Api(whole=False)):
        with pytest.raises(JoinError) as caught:
            plan(host, MARK, never).apply()
        assert caught.value.code == "node_not_registered"
        assert never.patches == []
    with pytest.raises(JoinError) as caught:
        plan(host, MARK, Api(conflicts=10**6)).apply()
    assert caught.value.code == "api_conflict"


def test_components_are_asked_where_their_manifests_say(host: TestHost) -> None:
    """Patched ones, too; an address that stands for all is asked on this host."""
    assert find_health_urls(host) == {
        "kube-apiserver": "https://192.0.2.2:6443/livez",
        "kube-controller-manager": "https://127.0.0.1:10257/healthz",
        "kube-scheduler": "https://127.0.0.1:10259/livez",
    }
    path = "/etc/kubernetes/manifests/kube-scheduler.yaml"
    text = host.files[path].text.replace("--bind-address=127.0.0.1", "'--bind-address=::'\n    - --secure-port=11259")
    host.store(path, text.encode(), 0o600)
    assert find_health_urls(host)["kube-scheduler"] == "https://[::1]:11259/livez"


def test_components_are_waited_for(host: TestHost) -> None:
    """Until all serve at once; a healthy host changes nothing."""
    seen = Components(kube_apiserver=["Connection refused", 500, 200], kube_scheduler=[403, 200])
    change = plan(host, WAIT, seen=seen)
    assert change.before["control plane components"]["kube-apiserver"] == "Connection refused"
    assert change.changed
    change.apply()
    assert not plan(host, WAIT, seen=seen).changed


def test_a_component_that_does_not_serve_is_named_with_what_was_seen(host: TestHost) -> None:
    """And nobody else."""
    seen = Components(kube_controller_manager=["Connection refused"], kube_scheduler=[500])
    with pytest.raises(JoinError) as caught:
        plan(host, WAIT, seen=seen).apply()
    assert caught.value.code == "component_not_healthy"
    assert caught.value.details["components"] == {
        "kube-controller-manager": "Connection refused",
        "kube-scheduler": "it responds with status 500",
    }
    assert "https://127.0.0.1:10257/healthz" in str(caught.value)


@pytest.mark.parametrize("text", ["spec: {containers: [{command: [sleep]}]}\n", "[]\n", "spec: {\n"])
def test_a_manifest_that_runs_something_else_is_refused(host: TestHost, text: str) -> None:
    """So is one that is no manifest."""
    host.store("/etc/kubernetes/manifests/kube-apiserver.yaml", text.encode(), 0o600)
    with pytest.raises(JoinError) as caught:
        plan(host, WAIT)
    assert caught.value.code == "component_not_healthy"


def test_nobody_is_asked_before_the_files_are_there(host: TestHost) -> None:
    """Check mode reports that something will be done; without manifests, that the components are missing."""
    seen = Components()
    for name in HEALTH_ENDPOINTS:
        del host.files[f"/etc/kubernetes/manifests/{name}.yaml"]
    assert plan(host, WAIT, seen=seen).before == {
        "control plane components": dict.fromkeys(HEALTH_ENDPOINTS, "missing")
    }
    with pytest.raises(JoinError) as caught:
        plan(host, WAIT, seen=seen).apply()
    assert caught.value.code == "component_not_healthy"
    del host.files["/etc/kubernetes/admin.conf"]
    every = dataclasses.replace(WAIT, phases=JOIN_PHASES)
    assert plan(host, every, seen=seen).after == {"node cp-2": "ready", "control plane cp-2": "joined"}
    assert seen.asked == []


def test_other_phases_do_nothing(host: TestHost) -> None:
    """As where these are skipped."""
    seen = Components()
    other = dataclasses.replace(WAIT, phases=("etcd-join",))
    assert not plan(host, other, Api(comes=10**6), seen).changed
    assert seen.asked == []


def test_the_node_is_waited_for_before_it_is_marked(host: TestHost) -> None:
    """What follows is planned anew then: a Node that came meanwhile has taints of its own, and a component may have ended."""
    host.store(KUBELET_CLIENT_PEM, b"", 0o600)
    every = dataclasses.replace(WAIT, phases=JOIN_PHASES)
    api, seen = Api(comes=4), Components(kube_scheduler=[200, "Connection refused", 200])
    api.node["status"] = {"conditions": [{"type": "Ready", "status": "True"}]}
    change = plan(host, every, api, seen)
    assert (change.before["node cp-2"], change.after["node cp-2"]) == ("none", "ready")
    assert change.after["marks of node cp-2"]["taints"] == [TAINT]
    change.apply()
    assert api.node["spec"]["taints"][1:] == [NOT_READY]
    assert seen.seen["kube-scheduler"] == [200]
    again = plan(host, every, api, seen)
    assert not again.changed
    assert again.before["node cp-2"] == "ready"


def test_the_phase_that_failed_is_reported(host: TestHost) -> None:
    """A Node that does not come, and one that comes and cannot be marked, are of one code."""
    sick = Components(kube_scheduler=[500])
    for spec, api, code in (
        (KUBELET, Api(comes=10**6), "node_not_registered"),
        (KUBELET, Api(), "node_not_ready"),
        (MARK, Api(comes=10**6), "node_not_registered"),
        (WAIT, Api(), "component_not_healthy"),
    ):
        with pytest.raises(JoinError) as caught:
            plan(host, spec, api, sick).apply()
        assert (caught.value.code, caught.value.phase) == (code, *spec.phases)
    assert not plan(host, dataclasses.replace(KUBELET, wait_for="none")).changed
