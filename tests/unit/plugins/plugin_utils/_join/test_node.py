# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of modules without what Ansible would use by itself, and errors that say what to do."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.node import (
    connection_error,
    merge_results,
    own_results,
    pipelining_error,
)


def test_facts_statistics_and_skips_are_ignored() -> None:
    """They would become variables of the play, or decide for other hosts."""
    result = {"joined": True, "ansible_facts": {"invite_host": "h1"}, "ansible_stats": {}, "skipped": True}
    assert own_results(result, "run kubelet on h1") == [{"joined": True}]
    assert own_results({"results": [result, {}], "ansible_facts": {}}, "run kubelet on h1") == [{"joined": True}, {}]


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


def test_errors_name_the_cause_and_the_next_step() -> None:
    assert "run x on h1: y, and without" in str(pipelining_error("run x on h1", "y"))
    assert "!requiretty" in str(pipelining_error("run x on h1", "y"))
    error = connection_error("run x on h1", OSError("no route"))
    assert error.code == "host_unreachable" and "no route" in str(error) and "run again" in str(error)
