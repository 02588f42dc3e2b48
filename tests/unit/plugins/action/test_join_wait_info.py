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

WITHDRAWAL = {
    "settings": {"kubeconfig": "/admin.conf"},
    "secrets": {"token": "abcdef.0123456789abcdef", "certificate_key": "0" * 64, "certificates_secret": "its-secret"},
    "cluster": {"server": "https://api:6443"},
}
TOKEN = {"changed": True, "token": {"id": "abcdef", "state": "absent"}}
FAILED = {"failed": True, "msg": "No."}


class Rounds:
    """The results of nodes_info in turn, each of which takes ``seconds``, and of what comes before it in the first round."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *results: dict[str, t.Any], seconds: float = 10) -> None:
        self.results, self.seconds, self.now = list(results), seconds, 0.0
        self.asked: list[dict[str, t.Any]] = []
        self.displayed: list[str] = []
        monkeypatch.setattr(join_wait_info.time, "monotonic", lambda: self.now)
        self.withdrawal: list[Step] = []
        self.withdrawn: list[dict[str, t.Any]] = []
        monkeypatch.setattr(join_wait_info.ActionModule, "run_each", self.run_each)

    def run_each(self, _variables: t.Any, steps: t.Sequence[Step]) -> list[dict[str, t.Any]]:
        *others, step = steps
        assert step.module == "nodes_info" and step.always, "nodes are awaited although the withdrawal fails"
        self.withdrawal += others
        self.asked.append(dict(step.arguments))
        self.now += self.seconds
        return [*(self.withdrawn if others else []), self.results.pop(0)]

    def wait(
        self, *names: str, timeout: int = 60, withdrawal: dict[str, t.Any] | None = None, **timeouts: int
    ) -> dict[str, t.Any]:
        hosts = {}
        for name in names:
            options = {"wait_for": "ready", "wait_timeout": timeouts.get(name, timeout)}
            settings = {"wait": "fleet", "waits_together": True, "options": options}
            hosts[f"host-{name}"] = {"settings": settings, "kubelet": {"node": {"name": name}}}
        result = run_action(
            join_wait_info,
            {"hostvars": RawVariables(hosts)},
            hosts=list(hosts),
            settings="settings",
            kubelet="kubelet",
            kubeconfig="/admin.conf",
            **({"withdrawal": withdrawal} if withdrawal else {}),
        )
        withdrawn = self.withdrawn if self.withdrawal else []
        assert result.pop("changed") is any(part.get("changed", False) for part in withdrawn)
        assert result.pop("duration") == self.now
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


def test_the_invitation_is_withdrawn_in_the_first_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificates and the token, before the wait, and once."""
    rounds = Rounds(monkeypatch, nodes(), nodes(w1="ready"))
    rounds.withdrawn = [{"changed": True, "secret": {"state": "absent"}}, TOKEN]
    found = rounds.wait("w1", withdrawal=WITHDRAWAL)
    assert found == {"left": {}, "notes": [], "token": TOKEN["token"]}
    assert [(step.module, step.arguments["state"]) for step in rounds.withdrawal] == [
        ("shared_certificates_upload", "absent"), ("bootstrap_token", "absent"),
    ]  # fmt: skip
    assert len(rounds.asked) == 2


@pytest.mark.parametrize("withdrawn", [[FAILED, TOKEN], [TOKEN, FAILED], [FAILED, FAILED], [], [{"token": "a text"}]])
def test_an_invitation_that_cannot_be_withdrawn_is_kept(
    monkeypatch: pytest.MonkeyPatch, withdrawn: list[dict[str, t.Any]]
) -> None:
    """The task that withdraws it afterwards reports why. The nodes are awaited all the same."""
    rounds = Rounds(monkeypatch, nodes(w1="ready"))
    rounds.withdrawn = withdrawn
    assert rounds.wait("w1", withdrawal=WITHDRAWAL) == {"left": {}, "notes": []}


def test_an_invitation_is_withdrawn_although_the_nodes_cannot_be_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = Rounds(monkeypatch, FAILED)
    rounds.withdrawn = [{}, TOKEN]
    found = rounds.wait("w1", withdrawal=WITHDRAWAL)
    assert found["token"] == TOKEN["token"] and found["left"] == {"host-w1": 50}


def test_without_nodes_the_invitation_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = Rounds(monkeypatch)
    assert rounds.wait(withdrawal=WITHDRAWAL) == {"left": {}, "notes": []}
