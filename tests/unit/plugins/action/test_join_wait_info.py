# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_wait_info: rounds of nodes_info until all nodes are there, the time is over, or the nodes cannot be watched."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.action import join_wait_info
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.node import Step
from ansible_collections.kubejoin.kubeadm.tests.unit.support.controller_action import RawVariables, run_action


class Rounds:
    """The results of nodes_info in turn, each of which takes ``seconds``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *results: dict[str, t.Any], seconds: float = 10) -> None:
        self.results, self.seconds, self.now = list(results), seconds, 0.0
        self.asked: list[dict[str, t.Any]] = []
        self.displayed: list[str] = []
        monkeypatch.setattr(join_wait_info.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(join_wait_info.ActionModule, "run_steps", self.run_steps)

    def run_steps(self, _variables: t.Any, steps: t.Sequence[Step]) -> dict[str, t.Any]:
        (step,) = steps
        assert step.module == "nodes_info"
        self.asked.append(dict(step.arguments))
        self.now += self.seconds
        return self.results.pop(0)

    def wait(self, *names: str, timeout: int = 60, **timeouts: int) -> dict[str, t.Any]:
        hosts = {}
        for name in names:
            options = {"wait_for": "ready", "wait_timeout": timeouts.get(name, timeout)}
            settings = {"waits_together": True, "options": options}
            hosts[f"host-{name}"] = {"settings": settings, "kubelet": {"node": {"name": name}}}
        result = run_action(
            join_wait_info,
            {"hostvars": RawVariables(hosts)},
            hosts=list(hosts),
            settings="settings",
            kubelet="kubelet",
            kubeconfig="/admin.conf",
        )
        assert result.pop("changed") is False
        return result


def nodes(**levels: str) -> dict[str, t.Any]:
    return {"nodes": [{"name": name, "level": level} for name, level in levels.items()]}


def test_rounds_end_when_all_nodes_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each asks for those that are left, for ten seconds at most."""
    rounds = Rounds(monkeypatch, nodes(w1="ready", w2="registered"), nodes(w2="ready"))
    assert rounds.wait("w2", "w1", timeout=15) == {"left": {}, "notes": []}
    common = {"wait_for": "ready", "kubeconfig": "/admin.conf"}
    assert rounds.asked == [
        {"nodes": ["w1", "w2"], "wait_timeout": 10, **common},
        {"nodes": ["w2"], "wait_timeout": 5, **common},
    ]


def test_what_is_not_there_in_time_is_left_without_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = Rounds(monkeypatch, *[nodes(w1="none")] * 3)
    assert rounds.wait("w1", timeout=25) == {"left": {"host-w1": 0}, "notes": []}
    assert [asked["wait_timeout"] for asked in rounds.asked] == [10, 10, 5]


def test_a_host_with_less_time_takes_none_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = Rounds(monkeypatch, nodes(), nodes(), nodes(w2="ready"))
    assert rounds.wait("w1", "w2", w1=0) == {"left": {"host-w1": 0}, "notes": []}
    assert [(asked["nodes"], asked["wait_timeout"]) for asked in rounds.asked] == [
        (["w1", "w2"], 0), (["w2"], 10), (["w2"], 10),
    ]  # fmt: skip


def test_rounds_that_end_early_without_the_nodes_are_not_repeated_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a module that was replaced."""
    rounds = Rounds(monkeypatch, *[nodes(w1="none")] * 6, seconds=0)
    assert rounds.wait("w1") == {"left": {"host-w1": 0}, "notes": []}


def test_nodes_that_cannot_be_watched_are_left_with_the_rest_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason."""
    rounds = Rounds(monkeypatch, nodes(w1="ready", w2="none"), {"failed": True, "msg": "It may not list nodes."})
    found = rounds.wait("w1", "w2")
    assert found["left"] == {"host-w2": 40}
    assert "It may not list nodes." in found["notes"][0]


def test_without_nodes_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = Rounds(monkeypatch)
    assert rounds.wait() == {"left": {}, "notes": []}
    assert rounds.asked == []
