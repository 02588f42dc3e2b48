# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole plays of invited hosts: all kubelets are started, and the host that creates the invitation waits for all nodes, and withdraws it."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest

from .fake_hosts import Play, honest, run_play

HOSTS = ("h1", "h2", "h3")
GROUPS: dict[str, dict[str, dict[str, t.Any]]] = {"control_plane": {"cp1": {}}, "workers": {host: {} for host in HOSTS}}
FLEET = ("-e", "join_wait=fleet", "-e", "join_wait_timeout=30")


def node(name: str, level: str) -> dict[str, str]:
    return {"name": name, "level": level, "reason": "", "message": ""}


def answers_of(*found: dict[str, t.Any]) -> dict[str, t.Any]:
    """All hosts join; ``found`` are the results of nodes_info on the control plane."""
    answers: dict[str, t.Any] = {host: honest(host) for host in ("cp1", *HOSTS)}
    answers["cp1"].update({"nodes_info": list(found)} if found else {})
    return answers


def kubelets(play: Play, host: str) -> list[dict[str, t.Any]]:
    return [call.arguments for call in play.on(host) if call.module == "kubelet"]


def asked(play: Play) -> list[list[str]]:
    return [call.arguments["nodes"] for call in play.on("cp1") if call.module == "nodes_info"]


def test_one_host_waits_for_all(tmp_path: pathlib.Path) -> None:
    """A round for those that are left. No host waits by itself, and the progress is displayed."""
    first = {"nodes": [node("h1", "ready"), node("h2", "registered"), node("h3", "ready")]}
    play = run_play(tmp_path, GROUPS, answers_of(first, {"nodes": [node("h2", "ready")]}), *FLEET)
    assert play.status == 0, play.output
    assert asked(play) == [["h1", "h2", "h3"], ["h2"]]
    assert [len(kubelets(play, host)) for host in HOSTS] == [1, 1, 1]
    assert {kubelets(play, host)[0]["wait_for"] for host in HOSTS} == {"none"}
    assert "2 of 3 nodes are ready." in play.output and "3 of 3 nodes are ready." in play.output
    assert "joined: 3 nodes (h1, h2, h3)" in play.output


def test_a_node_that_does_not_come_is_reported_by_its_host(tmp_path: pathlib.Path) -> None:
    """With the evidence that only this host has. The others have joined."""
    answers = answers_of({"nodes": [node("h1", "ready"), node("h2", "none"), node("h3", "ready")]})
    error = {"code": "node_not_registered", "phase": "kubelet-wait-bootstrap", "details": {}}
    answers["h2"]["kubelet"] = [answers["h2"]["kubelet"], {"failed": True, "msg": "Its log is here.", "error": error}]
    play = run_play(tmp_path, GROUPS, answers, *FLEET[:-1], "join_wait_timeout=0")
    assert play.status != 0
    [_start, wait] = kubelets(play, "h2")
    assert (wait["phases"], wait["wait_for"], int(wait["wait_timeout"])) == (["kubelet-wait-bootstrap"], "ready", 0)
    assert len(kubelets(play, "h1")) == len(kubelets(play, "h3")) == 1
    assert "joined: 2 nodes (h1, h3)" in play.output
    assert "failed in kubelet-wait-bootstrap, node_not_registered: 1 node (h2): Its log is here." in play.output


def test_each_host_keeps_its_own_level_and_time(tmp_path: pathlib.Path) -> None:
    """The first host has less time than the others, and another level. It takes nothing from them."""
    own = {"h1": {"join_wait_timeout": 0, "join_wait_for": "registered"}, "h2": {"join_wait_timeout": 25}}
    groups = {**GROUPS, "workers": {host: own.get(host, {}) for host in HOSTS}}
    play = run_play(tmp_path, groups, answers_of({"nodes": []}), "-e", "join_wait=fleet")
    assert play.status == 0, play.output
    assert asked(play)[:4] == [["h1", "h2", "h3"], ["h2", "h3"], ["h2", "h3"], ["h2", "h3"]]
    assert asked(play)[4] == ["h3"], "h2 has had its 25 seconds"
    waits = {host: kubelets(play, host)[1] for host in HOSTS}
    assert {host: wait["wait_for"] for host, wait in waits.items()} == {
        "h1": "registered",
        "h2": "ready",
        "h3": "ready",
    }


def test_the_tag_of_the_kubelet_selects_the_wait(tmp_path: pathlib.Path) -> None:
    """As where each host waits by itself."""
    found = {"nodes": [node(host, "ready") for host in HOSTS]}
    play = run_play(tmp_path, GROUPS, answers_of(found), *FLEET, "--tags", "join_kubelet_start")
    assert play.status == 0 and asked(play) == [[*HOSTS]], play.output


def test_where_nodes_cannot_be_watched_each_host_waits(tmp_path: pathlib.Path) -> None:
    """With the rest of the time. The report has the reason."""
    play = run_play(tmp_path, GROUPS, answers_of({"failed": True, "msg": "You may not list nodes."}), *FLEET)
    assert play.status == 0, play.output
    waits = [kubelets(play, host)[1] for host in HOSTS]
    assert all(25 <= int(wait["wait_timeout"]) <= 30 and wait["wait_for"] == "ready" for wait in waits)
    assert "You may not list nodes." in play.output
    assert "joined: 3 nodes (h1, h2, h3)" in play.output


def test_by_default_nodes_that_do_not_come_soon_are_left_to_their_hosts(tmp_path: pathlib.Path) -> None:
    """After one round of ten seconds, with the rest of their time, as only a host can find out why its node does not come."""
    found = {"nodes": [node("h1", "ready"), node("h2", "registered"), node("h3", "ready")]}
    play = run_play(tmp_path, GROUPS, answers_of(found), "-e", "join_wait_timeout=30")
    assert play.status == 0, play.output
    assert asked(play) == [[*HOSTS]]
    assert [len(kubelets(play, host)) for host in HOSTS] == [1, 2, 1]
    wait = kubelets(play, "h2")[1]
    assert (wait["phases"], wait["wait_for"], int(wait["wait_timeout"])) == (["kubelet-wait-bootstrap"], "ready", 20)
    assert "2 of 3 nodes are ready." in play.output and "joined: 3 nodes (h1, h2, h3)" in play.output


def withdrawals(play: Play) -> list[str]:
    """What the control plane is asked to do from the first withdrawal on."""
    calls = [(call.module, call.arguments.get("state")) for call in play.on("cp1")]
    return [module for module, _state in calls[calls.index(("bootstrap_token", "absent")) :]]


def test_the_invitation_is_withdrawn_while_nodes_are_awaited(tmp_path: pathlib.Path) -> None:
    """Once, in the same execution, before the wait, so that the token does not outlive its use."""
    created = {"changed": True, "token": {"id": "abcdef", "state": "present"}}
    withdrawn = {"changed": True, "token": {"id": "abcdef", "state": "absent"}}
    answers = answers_of({"nodes": [node("h1", "none")]}, {"nodes": [node(host, "ready") for host in HOSTS]})
    answers["cp1"]["bootstrap_token"] = [created, withdrawn]
    play = run_play(tmp_path, GROUPS, answers, *FLEET)
    assert play.status == 0, play.output
    assert withdrawals(play) == ["bootstrap_token", "nodes_info", "nodes_info"]
    assert "token abcdef: withdrawn" in play.output


def test_a_withdrawal_that_fails_beside_the_wait_is_repeated(tmp_path: pathlib.Path) -> None:
    """At the end, where its failure is one of all hosts. The nodes are awaited all the same."""
    created = {"changed": True, "token": {"id": "abcdef", "state": "present"}}
    failed = {"failed": True, "msg": "No.", "error": {"code": "api_unreachable"}}
    answers = answers_of()
    answers["cp1"] = {**honest("cp1"), "bootstrap_token": [created, failed, failed]}
    play = run_play(tmp_path, GROUPS, answers)
    assert play.status != 0
    assert withdrawals(play) == ["bootstrap_token", "nodes_info", "bootstrap_token"]
    assert "token abcdef: not withdrawn, so it is valid until it expires: No." in play.output
    assert all(f"fatal: [{host}]" in play.output for host in HOSTS)


@pytest.mark.parametrize(
    ("arguments", "level"),
    [
        (("--check",), "none"),
        (("-e", "join_wait_for=none"), "none"),
        (("-e", "join_skip_phases=kubelet-wait-bootstrap"), "ready"),
        (("-e", "join_token=abcdef.0123456789abcdef", "-e", "join_apiserver_endpoint=api:6443"), "ready"),
    ],
    ids=["check mode", "no wait", "without the phase", "by a token"],
)
def test_otherwise_no_host_waits_for_others(tmp_path: pathlib.Path, arguments: tuple[str, ...], level: str) -> None:
    more = ("-e", "join_discovery_token_ca_cert_hashes=sha256:" + "0" * 64) if len(arguments) == 4 else ()
    play = run_play(tmp_path, GROUPS, answers_of(), *FLEET, *arguments, *more)
    assert play.status == 0, play.output
    assert asked(play) == []
    assert [kubelet["wait_for"] for host in HOSTS for kubelet in kubelets(play, host)] == [level] * 3


@pytest.mark.parametrize("dry", HOSTS)
def test_a_host_that_only_reports_takes_no_token_from_the_others(tmp_path: pathlib.Path, dry: str) -> None:
    """Whichever host it is. The others join and are awaited, although one has variables that cannot be used."""
    own: dict[str, dict[str, t.Any]] = {dry: {"join_dry_run": True}, "h4": {"join_wait": "sometimes"}}
    groups = {**GROUPS, "workers": {host: own.get(host, {}) for host in (*HOSTS, "h4")}}
    play = run_play(tmp_path, groups, answers_of())
    others = [host for host in HOSTS if host != dry]
    assert asked(play) == [others] and withdrawals(play) == ["bootstrap_token", "nodes_info"], play.output
    assert re.findall(r'"(joined|would join): \d nodes? \((.*)\)"', play.output) == [
        ("joined", ", ".join(others)), ("would join", dry),
    ]  # fmt: skip
    assert re.search(r'"token \w+: withdrawn"', play.output)
    checks = {call.host: call.is_check for call in play.calls if call.module == "kubelet"}
    assert checks == {host: host == dry for host in HOSTS}
    assert not any(call.is_check for call in play.on("cp1"))


_TWICE = """
- ansible.builtin.import_playbook: kubejoin.kubeadm.join
- ansible.builtin.import_playbook: kubejoin.kubeadm.join
"""


def test_each_play_withdraws_its_own_invitation(tmp_path: pathlib.Path) -> None:
    """Also if no node of it is awaited, but nodes of the play before it were."""
    answers = answers_of()
    for host in HOSTS:
        answers[host]["kubelet"] = [answers[host]["kubelet"], {"failed": True, "msg": "No."}]
    (tmp_path / "twice.yml").write_text(_TWICE, encoding="utf-8")
    play = run_play(tmp_path, GROUPS, answers, playbook="twice.yml")
    tokens = [call.arguments for call in play.on("cp1") if call.module == "bootstrap_token"]
    first, removed, second, last = [token.get("token_id") or token["token"].partition(".")[0] for token in tokens]
    assert (removed, last) == (first, second) and first != second, play.output
    assert f'"token {first}: withdrawn"' in play.output and f'"token {second}: withdrawn"' in play.output
