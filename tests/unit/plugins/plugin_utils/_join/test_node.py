# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of modules without what Ansible would use by itself, and errors that say what to do."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.node import (
    Step,
    connection_error,
    finished_result,
    merge_results,
    own_results,
    pipelining_error,
    results_by_module,
)


def test_facts_statistics_and_skips_are_ignored() -> None:
    """They would become variables of the play, or decide for other hosts."""
    result = {"joined": True, "ansible_facts": {"invite_host": "h1"}, "ansible_stats": {}, "skipped": True}
    assert own_results(result, "run kubelet on h1") == [{"joined": True}]
    assert own_results({"results": [result, {}], "ansible_facts": {}}, "run kubelet on h1") == [{"joined": True}, {}]


@pytest.mark.parametrize("name", ["add_host", "add_group", "results", "failed_when_result", "unreachable"])
def test_no_host_changes_the_inventory_or_ends_the_run(name: str) -> None:
    """Before 2.19, ansible-core adds hosts for any module, and expects that results are those of a loop. The `always` of a play is not
    run if all hosts are unreachable."""
    forged: dict[str, t.Any] = {"joined": True, name: {"host_name": "cp1", "host_vars": {"ansible_host": "h1"}}}
    assert own_results({"results": [forged]}, "run kubelet on h1") == [{"joined": True}]
    assert own_results(forged, "run kubelet on h1") == [{"joined": True}]


def test_one_result_for_all_steps() -> None:
    """The error is that of the first step that has failed, and what the steps return is kept."""
    first = {"changed": True, "secret": {"name": "s"}, "diff": [1], "notes": ["a"], "warnings": ["x"]}
    failed = {"changed": False, "failed": True, "msg": "First.", "error": {"code": "a"}, "diff": [2]}
    last = {"failed": True, "msg": "Second.", "error": {"code": "b"}, "token": {"id": "t"}, "warnings": ["x", "y"]}
    assert merge_results([first, failed, last]) == {
        "changed": True, "failed": True, "secret": {"name": "s"}, "token": {"id": "t"}, "diff": [1, 2], "notes": ["a"],
        "warnings": ["x", "y"], "msg": "First.", "error": {"code": "a"},
    }  # fmt: skip


@pytest.mark.parametrize("stream", ["module_stderr", "module_stdout"])
@pytest.mark.parametrize(
    "text",
    [
        "sudo: sorry, you must have a tty to run sudo",
        "A banner.\r\nsudo: Entschuldigung, Sie müssen ein TTY haben, um sudo auszuführen\r\n",
    ],
)
def test_sudo_without_a_terminal_is_explained(stream: str, text: str) -> None:
    """In the language of the host."""
    with pytest.raises(JoinError) as caught:
        own_results({stream: text, "failed": True}, "run kubelet on h1")
    assert caught.value.code == "pipelining_disabled"


@pytest.mark.parametrize("text", ["sudo: a password is required", "tty", "Traceback: no tty for sudo: x"])
def test_other_failures_stay_what_they_are(text: str) -> None:
    result = {"module_stderr": text, "failed": True}
    assert own_results(result, "run kubelet on h1") == [result]


STEPS = [Step(name, {}) for name in ("control_plane_files", "kubelet", "etcd_member")]


def test_steps_share_the_time_of_their_execution() -> None:
    """The last one has what the others do not report. What is not reported in seconds, or is longer than all, is not believed."""
    found = results_by_module(STEPS, [{"duration": 0.5}, {"duration": 1.5}, {"duration": 3.0}])
    assert {name: result["duration"] for name, result in found.items()} == {
        "control_plane_files": 0.5,
        "kubelet": 1.5,
        "etcd_member": 1.0,
    }
    for forged, share in ((-1.0, 0.0), ("long", 0.0), (None, 0.0), (float("nan"), 0.0), (5.0, 3.0)):
        found = results_by_module(STEPS, [{"duration": forged}, {"duration": 3.0}])
        assert [result["duration"] for result in found.values()] == [share, 3.0 - share]
    assert results_by_module(STEPS, [{"failed": True}])["control_plane_files"]["duration"] == 0.0


def test_a_warning_is_that_of_the_step_that_has_warned() -> None:
    """Ansible repeats it with each later one."""
    found = results_by_module(STEPS, [{"warnings": ["a"]}, {"warnings": ["a", "b"]}, {"warnings": ["a", "b"]}])
    assert [result["warnings"] for result in found.values()] == [["a"], ["b"], []]


def test_steps_after_a_failure_have_no_result() -> None:
    assert [*results_by_module(STEPS, [{"changed": True}, {"failed": True}])] == ["control_plane_files", "kubelet"]


def test_only_the_tasks_of_the_flow_take_a_result() -> None:
    """Of this host, and of their module."""
    variables: dict[str, t.Any] = {"__join_control_plane": {"phases": {"kubelet": {"changed": True}}}}
    assert finished_result(variables, "kubelet") is None
    variables["__join_phases_follow"] = True
    assert finished_result(variables, "kubelet") == {"changed": True}
    assert finished_result(variables, "etcd_member") is None
    for skipped in ({"skipped": True}, {"phases": "x"}, None):
        assert finished_result({**variables, "__join_control_plane": skipped}, "kubelet") is None


def test_errors_name_the_cause_and_the_next_step() -> None:
    assert "run x on h1: y, and without" in str(pipelining_error("run x on h1", "y"))
    assert "!requiretty" in str(pipelining_error("run x on h1", "y"))
    error = connection_error("run x on h1", OSError("no route"))
    assert error.code == "host_unreachable" and "no route" in str(error) and "run again" in str(error)
