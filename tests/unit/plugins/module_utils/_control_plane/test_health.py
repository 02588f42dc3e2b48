# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the components of a control plane are asked, and the wait until they serve."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.https import HttpsError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.health import (
    HEALTH_ENDPOINTS,
    find_health_urls,
    plan_health,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost


def host_with(**commands: t.Optional[list[str]]) -> TestHost:
    """A host with the static pods of all components, some of them with other commands."""
    host = TestHost()
    for name in HEALTH_ENDPOINTS:
        command = commands.get(name.replace("-", "_"), [name])
        text = yaml.safe_dump({"spec": {"containers": [{"command": ["pause"]}, {"command": command}]}})
        host.store(f"/etc/kubernetes/manifests/{name}.yaml", text.encode(), 0o600)
    return host


def test_defaults_are_those_of_the_components() -> None:
    """On this host, over TLS, each at its own port."""
    assert find_health_urls(host_with()) == {
        "kube-apiserver": "https://127.0.0.1:6443/livez",
        "kube-controller-manager": "https://127.0.0.1:10257/healthz",
        "kube-scheduler": "https://127.0.0.1:10259/livez",
    }


@pytest.mark.parametrize(
    ("command", "address"),
    [
        (["kube-scheduler", "--secure-port=1"], "127.0.0.1:1"),
        (["/usr/bin/kube-scheduler", "--bind-address=192.0.2.2"], "192.0.2.2:10259"),
        (["kube-scheduler", "--bind-address=0.0.0.0"], "127.0.0.1:10259"),
        (["kube-scheduler", "--bind-address=::"], "[::1]:10259"),
        (["kube-scheduler", "--bind-address=fd00::1", "--secure-port=1", "--secure-port=2"], "[fd00::1]:2"),
        (["kube-scheduler", "--bind-address=", "--v=2"], "127.0.0.1:10259"),
    ],
)
def test_a_component_is_asked_where_it_listens(command: list[str], address: str) -> None:
    """The last of several flags counts; an address that stands for all is asked on this host."""
    assert find_health_urls(host_with(kube_scheduler=command))["kube-scheduler"] == f"https://{address}/livez"


def test_arguments_count_like_the_command() -> None:
    """A patch may have put them there."""
    host = host_with()
    text = "spec: {containers: [{command: [kube-scheduler], args: [--secure-port=7]}]}"
    host.store("/etc/kubernetes/manifests/kube-scheduler.yaml", text.encode(), 0o600)
    assert find_health_urls(host)["kube-scheduler"] == "https://127.0.0.1:7/livez"


@pytest.mark.parametrize("command", [None, [], ["sleep"], ["kube-scheduler2"]])
def test_a_pod_without_the_component_is_refused(command: t.Optional[list[str]]) -> None:
    """Its name is in the details."""
    with pytest.raises(JoinError) as caught:
        find_health_urls(host_with(kube_scheduler=command))
    assert caught.value.code == "component_not_healthy"
    assert list(caught.value.details["components"]) == ["kube-scheduler"]


class Answers:
    """What is answered by the components, one after the other, the last for ever."""

    def __init__(self, *answers: t.Any) -> None:
        self.answers = list(answers)
        self.asked = 0

    def ask(self, name: str, url: str) -> int:
        assert url.startswith("https://")
        if name != "kube-scheduler":
            return 200
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, int):
            return answer
        raise HttpsError(answer)


def plan(host: TestHost, *answers: t.Any) -> tuple[t.Any, Answers]:
    seen = Answers(*answers)
    return plan_health(host, ask=seen.ask, clock=TestClock(), timeout=10), seen


def test_components_that_serve_change_nothing() -> None:
    """They were asked once."""
    change, seen = plan(host_with(), 200)
    assert (change.changed, seen.asked) == (False, 1)


def test_components_are_asked_until_all_serve() -> None:
    """Not longer."""
    change, seen = plan(host_with(), "Connection refused", 500, 200)
    assert change.changed
    change.apply()
    assert seen.asked == 3


def test_a_component_that_does_not_serve_in_time_is_named() -> None:
    """With what was seen of it last, and where."""
    change, _seen = plan(host_with(), "Connection refused", 503)
    with pytest.raises(JoinError) as caught:
        change.apply()
    assert caught.value.code == "component_not_healthy"
    assert list(caught.value.details["components"]) == ["kube-scheduler"]
    assert "503" in str(caught.value) and "https://127.0.0.1:10259/livez" in str(caught.value)


def test_without_manifests_nobody_is_asked() -> None:
    """As in check mode, before they are written; to wait for them is a change."""
    change, seen = plan(TestHost(), 200)
    assert (change.changed, seen.asked) == (True, 0)
    with pytest.raises(JoinError) as caught:
        change.apply()
    assert caught.value.code == "component_not_healthy"
