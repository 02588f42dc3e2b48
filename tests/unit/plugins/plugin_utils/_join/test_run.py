# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of Ansible: their IDs, and when it is certain that one has ended."""

from __future__ import annotations

import datetime
import multiprocessing
import os
import pathlib
import re
import signal
import subprocess
import sys
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join import run as library
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.run import assess_invitations, describe_run
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import ANYTHING
from hypothesis import given

OWN: dict[str, str] = {"id": "own"}


def invitation(process: str = "", **changes: t.Any) -> dict[str, t.Any]:
    secret = {"name": "bootstrap-token-abcdef", "uid": "u", "resource_version": "7"}
    run = {"run": "r", "workflow": "", "started": "2026-11-24T12:00:00Z", "expires": "later", "expired": False}
    return {"secret": secret, "process": process, **run, **changes}


def is_abandoned(found: dict[str, t.Any], ended: str = "") -> bool:
    (assessed,) = assess_invitations([found], OWN, ended)
    assert assessed["secret"] == found["secret"] and "of run r, started 2026-11-24" in assessed["description"]
    assert ("abandoned" in assessed["description"]) == assessed["is_abandoned"]
    return bool(assessed["is_abandoned"])


@pytest.fixture
def other() -> t.Iterator[subprocess.Popen[bytes]]:
    """Another run on this controller."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_an_active_run_is_left_alone_and_one_that_has_ended_is_not(other: subprocess.Popen[bytes]) -> None:
    """A process that has ended and was not waited for has ended."""
    found = invitation(describe_run({}, other.pid)["process"])
    assert not is_abandoned(found)
    other.send_signal(signal.SIGSTOP)
    assert not is_abandoned(found)
    other.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert is_abandoned(found), "a zombie"
    other.wait()
    assert is_abandoned(found)


def test_another_process_with_the_same_pid_is_another_run(other: subprocess.Popen[bytes]) -> None:
    place, pid, ticks = describe_run({}, other.pid)["process"].rsplit(" ", 2)
    assert is_abandoned(invitation(f"{place} {pid} {int(ticks) - 1}"))
    assert not is_abandoned(invitation(f"{place} {pid} {ticks}"))


@pytest.mark.parametrize("part", [0, 1, 2])
def test_nothing_is_known_of_another_controller(other: subprocess.Popen[bytes], part: int) -> None:
    """Nor of another boot of it, or of another container on it."""
    words = describe_run({}, other.pid)["process"].split(" ")
    other.kill()
    other.wait()
    assert is_abandoned(invitation(" ".join(words)))
    words[part] += "x"
    assert not is_abandoned(invitation(" ".join(words)))


@pytest.mark.parametrize("process", ["", "x", "a b c 1", "a b c 0 0", "a b c -1 0", "a b c 99999999999 0"])
def test_a_malformed_process_has_not_ended(process: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_own_place", lambda: "a b c")
    assert not is_abandoned(invitation(process))


def test_a_process_that_proc_hides_has_not_ended(
    other: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The option hidepid of /proc hides the processes of other users, and a signal to them is refused."""
    found = invitation(describe_run({}, other.pid)["process"])

    def refuse(pid: int, number: int) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(library, "_read_status", lambda pid: None)
        assert not is_abandoned(found)
        patch.setattr(os, "kill", refuse)
        assert not is_abandoned(found)


def test_without_proc_nothing_is_known(
    other: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    """As on macOS, and where /proc is that of another PID namespace."""
    found = invitation(describe_run({}, other.pid)["process"])
    other.kill()
    other.wait()
    monkeypatch.setattr(library, "_PROC", tmp_path)
    described = describe_run({})
    assert described["process"] == "" and described["id"] != describe_run({})["id"]
    assert not is_abandoned(found)
    for pid in ("1", str(os.getpid())):
        (tmp_path / pid / "ns").mkdir(parents=True)
        (tmp_path / pid / "ns/pid").symlink_to("pid:[7]")
        (tmp_path / pid / "stat").write_text(
            pathlib.Path("/proc/self/stat").read_text(encoding="utf-8"), encoding="utf-8"
        )
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text("b\n", encoding="utf-8")
    (tmp_path / "self").symlink_to("1")
    assert describe_run({})["process"] == "" and not is_abandoned(found)
    (tmp_path / "self").unlink()
    (tmp_path / "self").symlink_to(str(os.getpid()))
    assert " b pid:[7] " in describe_run({})["process"]


def test_what_has_expired_or_was_named_is_abandoned() -> None:
    """By the ID of the run, or of its workflow."""
    assert is_abandoned(invitation(expired=True))
    for ended in ("r", "x, r", "x\nr", "all", "w"):
        assert is_abandoned(invitation(workflow="w"), ended), ended
    for ended in ("", "x", "rr", "R", "started"):
        assert not is_abandoned(invitation(workflow="w"), ended), ended


def test_invitations_of_this_run_are_not_abandoned() -> None:
    """Whatever is named: this run may be using them."""
    for ended in ("own", "all"):
        assert assess_invitations([invitation(run="own", expired=True)], OWN, ended) == []


def _describe(variables: dict[str, t.Any], results: t.Any) -> None:
    results.put(describe_run(variables))


def test_workers_describe_the_run_of_their_parent() -> None:
    """Each action is a process of its own: all of them have the same ID and start."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    workers = [context.Process(target=_describe, args=({}, results)) for _worker in range(2)]
    for worker in workers:
        worker.start()
    seen = [results.get(timeout=30) for _worker in workers]
    for worker in workers:
        worker.join()
    own = describe_run({})
    assert [found["process"] for found in seen] == [own["process"]] * 2 and f" {os.getpid()} " in own["process"]
    assert [found["started"] for found in seen] == [own["started"]] * 2
    assert [found["id"] for found in seen] == [own["id"]] * 2 and re.fullmatch("[0-9a-f]{10}", own["id"])
    started = datetime.datetime.strptime(own["started"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
    age = datetime.datetime.now(datetime.timezone.utc) - started
    assert datetime.timedelta(0) <= age < datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("variables", "run", "workflow"),
    [
        ({"awx_job_id": 3116, "awx_workflow_job_id": 3115}, "3116", "3115"),
        ({"tower_job_id": "3116"}, "3116", ""),
        ({"awx_job_id": "all", "awx_workflow_job_id": "x/y"}, "", ""),
        ({"awx_job_id": None}, "", ""),
        ({"awx_job_id": 3116, "tower_job_id": 3117, "ansible_facts": {"awx_job_id": 3116}}, "3117", ""),
    ],
)
def test_the_id_is_that_of_the_job(variables: dict[str, t.Any], run: str, workflow: str) -> None:
    """If there is one."""
    found = describe_run(variables)
    assert found["id"] == run if run else re.fullmatch("[0-9a-f]{10}", found["id"])
    assert found["workflow"] == workflow


def test_texts_of_a_mark_are_printed_safely() -> None:
    """Anyone who may label a Secret chooses them."""
    (found,) = assess_invitations([invitation(started=f"\x1b[2J\n{'x' * 10**6}")], OWN, "")
    assert found["description"].isprintable() and len(found["description"]) < 600


@given(ANYTHING)
def test_anything_is_assessed(found: t.Any) -> None:
    entries = [entry for entry in (found if isinstance(found, list) else [found]) if isinstance(entry, dict)]
    for assessed in assess_invitations([*entries, invitation(process=found)], OWN, "x"):
        assert not assessed["is_abandoned"]
