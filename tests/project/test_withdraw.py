# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cancelled runs: what they leave behind is deleted by withdraw.yml and by the next run, and what an active run uses is not."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import typing as t

import pytest

from .fake_hosts import (
    HERE,
    PROGRAMS,
    Play,
    honest,
    play_environment,
    read_calls,
    run_play,
    write_hosts,
)

GROUPS: dict[str, dict[str, dict[str, t.Any]]] = {"control_plane": {"cp1": {}}, "workers": {"w1": {}}}
CONTROL_PLANES: dict[str, dict[str, dict[str, t.Any]]] = {"control_plane": {"cp1": {}, "cp2": {}}}
JOINED = {**honest("x")["preflight_info"], "joined": True, "pending": []}
JOIN, WITHDRAW = "kubejoin.kubeadm.join", "kubejoin.kubeadm.withdraw"
#: A host that is at work until the file `go` exists, by module.
AT_WORK = {"changed": True, "notes": [], "block": True}


def answers_of(*, blocks: str = "", joined: bool = False) -> dict[str, dict[str, t.Any]]:
    """What the hosts answer: cp1 invites, the others join; ``blocks`` is the module at which they stay."""
    answers = {host: honest(host) for host in ("cp1", "cp2", "w1")}
    for host in ("cp2", "w1"):
        answers[host]["cluster_discovery_info"] = {
            "failed": True,
            "msg": "No.",
            "error": {"code": "control_plane_pending"},
        }
        if blocks:
            answers[host][blocks] = AT_WORK
        if joined:
            answers[host]["preflight_info"] = {**JOINED, "node_name": host, "machine_id": host}
    return answers


def secrets(folder: pathlib.Path) -> dict[str, dict[str, t.Any]]:
    """The Secrets of invitations in the cluster, by name."""
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "secrets").iterdir())}


def until(condition: t.Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_at_work(folder: pathlib.Path) -> bool:
    return any(folder.glob("blocked-*"))


def start(folder: pathlib.Path) -> subprocess.Popen[str]:
    """Start a run in a process group of its own, as a shell does, and wait until a host is at work."""
    running = subprocess.Popen(
        [str(PROGRAMS / "ansible-playbook"), "-i", "hosts.json", JOIN],
        cwd=folder,
        env=play_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    until(lambda: is_at_work(folder))
    return running


def cancel_by(number: signal.Signals) -> t.Callable[[pathlib.Path], None]:
    def cancel(folder: pathlib.Path) -> None:
        running = start(folder)
        os.killpg(running.pid, number)
        output = running.communicate(timeout=60)[0]
        assert running.returncode != 0, output

    return cancel


def cancel_by_runner(folder: pathlib.Path) -> None:
    """As AWX does."""
    command = [sys.executable, str(HERE / "canceled_runner.py"), str(folder), JOIN, "blocked-*"]
    subprocess.run(command, cwd=folder, env=play_environment(folder), check=True, timeout=120)


WAYS = {"SIGINT": cancel_by(signal.SIGINT), "SIGTERM": cancel_by(signal.SIGTERM), "ansible-runner": cancel_by_runner}


@contextlib.contextmanager
def canceled(
    folder: pathlib.Path, way: str, groups: dict[str, dict[str, dict[str, t.Any]]], blocks: str
) -> t.Iterator[None]:
    """A run was canceled while hosts joined; their modules end after the block."""
    (folder / "secrets").mkdir()
    write_hosts(folder, groups, answers_of(blocks=blocks))
    try:
        WAYS[way](folder)
        yield
    finally:
        (folder / "go").touch()


def deletions(play: Play) -> list[tuple[str, list[str]]]:
    """By execution of the module that deletes invitations: the host and the Secrets."""
    return [
        (call.host, [secret["name"] for secret in call.arguments["secrets"]])
        for call in play.calls
        if call.module == "invitations"
    ]


@pytest.mark.parametrize(
    ("way", "after"),
    [*itertools.product(WAYS, ("withdraw", "the next run")), ("SIGTERM", "a run with nothing to do")],
)
def test_nothing_is_left_behind_by_a_canceled_run(tmp_path: pathlib.Path, way: str, after: str) -> None:
    """A run with nothing to do follows if the module on the node has finished by itself."""
    with canceled(tmp_path, way, GROUPS, "kubelet"):
        (left,) = secrets(tmp_path).values()
        answers = answers_of(joined=after == "a run with nothing to do")
        playbook = WITHDRAW if after == "withdraw" else JOIN
        play = run_play(tmp_path, GROUPS, answers, playbook=playbook)
        assert play.status == 0, play.output
        assert secrets(tmp_path) == {}
        assert deletions(play) == [("cp1", [left["secret"]["name"]])]
        sentence = f"secret {left['secret']['name']} of run {left['run']}, started {left['started']}: abandoned"
        assert sentence in play.output
        again = run_play(tmp_path, GROUPS, answers_of(joined=True), playbook=playbook)
        assert again.status == 0 and deletions(again) == deletions(play), again.output
        assert "changed=0" in again.output and "changed=1" not in again.output


@pytest.mark.parametrize("playbook", [WITHDRAW, JOIN])
def test_neither_are_certificates(tmp_path: pathlib.Path, playbook: str) -> None:
    """Both Secrets of an invitation of control planes carry the mark of the run."""
    with canceled(tmp_path, "SIGTERM", CONTROL_PLANES, "control_plane_files"):
        assert len(secrets(tmp_path)) == 2 and len({left["run"] for left in secrets(tmp_path).values()}) == 1
        play = run_play(tmp_path, CONTROL_PLANES, answers_of(), playbook=playbook)
        assert play.status == 0, play.output
        assert secrets(tmp_path) == {} and len(deletions(play)[0][1]) == 2


def test_an_active_run_is_unharmed(tmp_path: pathlib.Path) -> None:
    """By another run at the same time, and by withdraw.yml, which names it."""
    (tmp_path / "secrets").mkdir()
    write_hosts(tmp_path, GROUPS, answers_of(blocks="kubelet"))
    running = start(tmp_path)
    try:
        (active,) = secrets(tmp_path).items()
        for playbook in (JOIN, WITHDRAW):
            play = run_play(tmp_path, GROUPS, answers_of(), playbook=playbook)
            assert play.status == 0, play.output
            assert dict([active]) == secrets(tmp_path) and deletions(play) == []
        assert f"{active[0]} of run {active[1]['run']}" in play.output and "kept" in play.output
    finally:
        (tmp_path / "go").touch()
        output = running.communicate(timeout=60)[0]
    assert running.returncode == 0, output
    assert secrets(tmp_path) == {}


def test_a_leftover_that_cannot_be_deleted_stops_no_join(tmp_path: pathlib.Path) -> None:
    """It expires by itself. A withdrawal fails."""
    with canceled(tmp_path, "SIGTERM", GROUPS, "kubelet"):
        answers = answers_of()
        refused = {"failed": True, "msg": "No.", "error": {"code": "api_forbidden", "details": {}}}
        answers["cp1"]["invitations"] = refused
        play = run_play(tmp_path, GROUPS, answers)
        assert play.status == 0 and "joined: 1 node (w1)" in play.output, play.output
        play = run_play(tmp_path, GROUPS, answers, playbook=WITHDRAW)
        assert play.status != 0 and "No." in play.output


def test_what_other_controllers_leave_behind_is_deleted_by_name(tmp_path: pathlib.Path) -> None:
    """Nothing is known of their processes, as in AWX, where each job has a container of its own. Check mode deletes nothing."""
    with canceled(tmp_path, "SIGTERM", GROUPS, "kubelet"):
        ((name, left),) = secrets(tmp_path).items()
        left.update(process=f"x{left['process']}", workflow="3115")
        (tmp_path / "secrets" / name).write_text(json.dumps(left), encoding="utf-8")
        for arguments in ((), ("-e", "invite_withdraw_run=3114")):
            kept = run_play(tmp_path, GROUPS, answers_of(), *arguments, playbook=WITHDRAW)
            assert kept.status == 0 and list(secrets(tmp_path)) == [name], kept.output
            assert "kept, because the run may be active" in kept.output
        arguments = ("-e", "invite_withdraw_run=3115")
        play = run_play(tmp_path, GROUPS, answers_of(), *arguments, playbook=WITHDRAW)
        assert play.status == 0 and secrets(tmp_path) == {}, play.output
        assert deletions(play) == [("cp1", [name])]


def test_a_token_that_had_the_same_id_before_is_not_deleted(tmp_path: pathlib.Path) -> None:
    """It is of somebody else. All hosts fail."""
    taken = {"failed": True, "msg": "Taken.", "error": {"code": "token_id_taken", "details": {}}}
    answers = answers_of()
    answers["cp1"]["bootstrap_token"] = taken
    play = run_play(tmp_path, GROUPS, answers)
    assert play.status != 0 and "failed in invitation, token_id_taken: 1 node (w1): " in play.output, play.output
    assert [call.arguments.get("state") for call in play.calls if call.module == "bootstrap_token"] == [None]


def test_the_id_of_a_run_is_that_of_the_job(tmp_path: pathlib.Path) -> None:
    (tmp_path / "secrets").mkdir()
    variables = json.dumps({"awx_job_id": 3116, "awx_workflow_job_id": 3115})
    run_play(tmp_path, GROUPS, answers_of(), "-e", variables)
    runs = [call.arguments["run"] for call in read_calls(tmp_path) if call.arguments.get("run")]
    assert [(run["id"], run["workflow"]) for run in runs] == [("3116", "3115")] and runs[0]["started"]


def test_all_batches_and_plays_of_a_run_have_its_id(tmp_path: pathlib.Path) -> None:
    (tmp_path / "secrets").mkdir()
    groups = {"control_plane": {"cp1": {}, "cp2": {}}, "workers": {"w1": {}, "w2": {}}}
    play = run_play(tmp_path, groups, {**answers_of(), "w2": honest("w2")}, "-e", "join_batch=1")
    assert play.status == 0, play.output
    runs = [json.dumps(call.arguments["run"]) for call in play.calls if call.arguments.get("run")]
    assert len(runs) == 4 and len({json.loads(run)["id"] for run in runs}) == 1


OWN = """
- hosts: workers
  gather_facts: false
  tasks:
    - ansible.builtin.import_role: {name: kubejoin.kubeadm.invite}
"""


@pytest.mark.parametrize(
    ("pending", "variables", "seconds"),
    [
        (1, {}, 1800),
        (100, {}, 3000),
        (100, {"join_throttle": 1}, 6000),
        (100, {"invite_token_ttl": 90, "invite_certificates_ttl": 90}, 90),
    ],
)
def test_an_invitation_lives_half_an_hour_or_as_long_as_its_batch_needs(
    tmp_path: pathlib.Path, pending: int, variables: dict[str, int], seconds: int
) -> None:
    """A minute for each round of two forks, at most a day. Certificates live as long as the token."""
    (tmp_path / "own.yml").write_text(OWN, encoding="utf-8")
    fleet = {"__join_fleet": {"pending": [f"h{number}" for number in range(pending)]}, "invite_certificates": True}
    play = run_play(
        tmp_path, GROUPS, answers_of(), "-f", "2", "-e", json.dumps({**fleet, **variables}), playbook="own.yml"
    )  # fmt: skip
    assert play.status == 0, play.output
    assert [call.arguments["ttl"] for call in play.calls if "ttl" in call.arguments] == [seconds] * 2


def test_libraries_are_installed_for_the_withdrawal(tmp_path: pathlib.Path) -> None:
    """As for an invitation."""
    missing = {
        "failed": True,
        "msg": "No.",
        "error": {"code": "library_missing", "details": {"packages": ["python3-yaml"]}},
    }
    answers = answers_of()
    answers["cp1"] |= {
        "setup": {"ansible_facts": {"ansible_pkg_mgr": "apt"}},
        "apt": {"changed": True},
        "cluster_discovery_info": [missing, answers["cp1"]["cluster_discovery_info"]],
    }
    play = run_play(tmp_path, GROUPS, answers, playbook=WITHDRAW)
    assert play.status == 0 and "There is no invitation of another run." in play.output, play.output
    assert [call.module for call in play.on("cp1") if call.module == "apt"] == ["apt"]


def test_a_withdrawal_without_a_control_plane_is_an_error(tmp_path: pathlib.Path) -> None:
    """With the variable that names a kubeconfig; with it, the controller withdraws."""
    groups: dict[str, dict[str, dict[str, t.Any]]] = {"workers": {"w1": {}}, "controller": {"localhost": {}}}
    answers = {"w1": honest("w1"), "localhost": honest("localhost")}
    play = run_play(tmp_path, groups, answers, playbook=WITHDRAW)
    assert play.status != 0 and "invite_host: localhost" in play.output
    play = run_play(tmp_path, groups, answers, "-e", "invite_host=localhost invite_kubeconfig=/k", playbook=WITHDRAW)
    assert play.status == 0, play.output
    assert {(call.host, call.arguments["kubeconfig"]) for call in play.calls} == {("localhost", "/k")}
