# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""node: arguments never reach a disk, and a result has no effect of its own."""

from __future__ import annotations

import pathlib
import types
import typing as t

import pytest
from ansible.errors import AnsibleAuthenticationFailure, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible_collections.kubejoin.kubeadm.plugins.action import node
from ansible_collections.kubejoin.kubeadm.plugins.action.node import ActionModule
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.concurrency import outcomes_in


class Connection:
    """``pipelining`` is the option of the connection, None for a connection without it."""

    transport = "ssh"
    become = types.SimpleNamespace(name="sudo")

    def __init__(self, pipelining: bool | None = False) -> None:
        self.pipelining = pipelining

    def get_option(self, name: str) -> bool:
        if self.pipelining is None:
            raise KeyError(name)
        return self.pipelining

    def set_option(self, name: str, value: bool) -> None:
        self.get_option(name)
        self.pipelining = value


def run(
    monkeypatch: pytest.MonkeyPatch,
    result: dict[str, t.Any] | Exception,
    connection: Connection,
    *,
    inventory: dict[str, t.Any] | None = None,
    is_possible: bool = True,
    delegate_to: str = "",
) -> tuple[dict[str, t.Any], bool]:
    """The result, and whether the module has been executed."""
    monkeypatch.setattr(ActionBase, "run", lambda *_arguments: {})
    action = ActionModule.__new__(ActionModule)
    executed = []

    def execute(name: str, arguments: t.Any, *, task_vars: t.Any) -> dict[str, t.Any]:
        assert name == "kubejoin.kubeadm.node"
        assert arguments == {"steps": [{"module": "kubelet", "arguments": {"node_name": "w1"}, "always": False}]}
        executed.append(task_vars)
        if isinstance(result, Exception):
            raise result
        return result

    for name, value in {
        "_connection": connection,
        "_play_context": types.SimpleNamespace(pipelining=False),
        "_task": types.SimpleNamespace(action="kubejoin.kubeadm.kubelet", args={"node_name": "w1"}, delegate_to=delegate_to),
        "_execute_module": execute,
        "_is_pipelining_enabled": lambda _style: is_possible and (connection.pipelining or action._play_context.pipelining),
        "_discovered_interpreter_key": "discovered_interpreter_python",
        "_discovered_interpreter": "/usr/bin/python3",
    }.items():  # fmt: skip
        monkeypatch.setattr(action, name, value, raising=False)
    hosts = {"h1": inventory or {}} if not delegate_to else {"h1": {}, delegate_to: inventory or {}}
    return action.run(None, {"inventory_hostname": "h1", "hostvars": hosts}), bool(executed)


@pytest.mark.parametrize("pipelining", [False, True, None])
def test_pipelining_is_enabled(monkeypatch: pytest.MonkeyPatch, pipelining: bool | None) -> None:
    """By the option of the connection, or for a connection without it as Ansible itself does."""
    result, executed = run(monkeypatch, {"changed": True}, Connection(pipelining))
    assert executed and result["changed"]


@pytest.mark.parametrize("delegate_to", ["", "cp1"])
@pytest.mark.parametrize("name", ["ansible_pipelining", "ansible_ssh_pipelining"])
def test_an_inventory_that_disables_it_is_respected(
    monkeypatch: pytest.MonkeyPatch, name: str, delegate_to: str
) -> None:
    """Nothing is executed on the host, and the error says what to do."""
    result, executed = run(monkeypatch, {}, Connection(False), inventory={name: False}, delegate_to=delegate_to)
    assert not executed and result["error"]["code"] == "pipelining_disabled"
    assert f"{name} is false" in result["msg"] and "requiretty" in result["msg"]
    assert f"kubelet on {delegate_to or 'h1'}" in result["msg"]
    assert run(monkeypatch, {}, Connection(True), inventory={name: True}, delegate_to=delegate_to)[1]


def test_a_connection_without_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    result, executed = run(monkeypatch, {}, Connection(False), is_possible=False)
    assert not executed and result["error"]["code"] == "pipelining_disabled"
    assert "the connection ssh and the become method sudo" in result["msg"]


def test_a_sudo_that_requires_a_terminal_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = "sudo: sorry, you must have a tty to run sudo\n"
    result, _executed = run(monkeypatch, {"failed": True, "rc": 1, "module_stderr": stderr}, Connection())
    assert result["error"]["code"] == "pipelining_disabled" and "!requiretty" in result["msg"]


@pytest.mark.parametrize("is_crash", [False, True])
@pytest.mark.parametrize("failed", [False, True])
def test_a_result_has_no_effect_of_its_own(monkeypatch: pytest.MonkeyPatch, failed: bool, is_crash: bool) -> None:
    """Facts would be variables of the play; only Ansible's own, of the interpreter, are kept, with its own value."""
    forged = {
        "failed": failed,
        "joined": True,
        "ansible_facts": {"invite_host": "h1", "discovered_interpreter_python": "/tmp/x"},
        "ansible_stats": {"data": {}},
        "_ansible_no_log": False,
        "_ansible_delegated_vars": {"ansible_host": "h2"},
        "duration": "long",
    }
    result, _executed = run(
        monkeypatch, forged if is_crash else {"results": [forged], "ansible_facts": {}}, Connection()
    )
    own = {"discovered_interpreter_python": "/usr/bin/python3"}
    assert isinstance(result.pop("duration"), float)
    assert result == {"failed": failed, "joined": True, "ansible_facts": own}


def test_outcomes_are_kept_if_a_play_asks_for_them(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    """With the number of those before. A host that cannot be reached has none."""
    monkeypatch.setattr(node.constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    outcomes = outcomes_in(str(tmp_path))
    run(monkeypatch, {"changed": True}, Connection())
    assert not outcomes.are_kept
    outcomes.begin()
    run(monkeypatch, {"changed": True}, Connection())
    run(monkeypatch, AnsibleConnectionFailure("no route"), Connection())
    run(monkeypatch, {"failed": True, "rejected_requests": 1}, Connection())
    assert outcomes.read() == [(0, False), (1, True)]


@pytest.mark.parametrize("failure", [AnsibleConnectionFailure, AnsibleAuthenticationFailure])
def test_an_unreachable_host_has_failed(monkeypatch: pytest.MonkeyPatch, failure: type[Exception]) -> None:
    """Ansible runs `always` for failed hosts alone."""
    result, _executed = run(monkeypatch, failure("no route"), Connection())
    assert result["failed"] and result["error"]["code"] == "host_unreachable"
    assert "unreachable" not in result and "no route" in result["msg"]


def test_a_result_is_that_of_all_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a failure, the first error is reported, and what other steps have returned."""
    steps = [
        {
            "changed": True,
            "notes": ["a"],
            "warnings": ["x"],
            "token": {"id": "abcdef"},
            "diff": [{"before": "", "after": "x"}],
        },
        {"failed": True, "msg": "No.", "error": {"code": "not_privileged"}, "notes": ["b"]},
        {"failed": True, "msg": "No, either.", "error": {"code": "unknown"}, "secret": {"name": "s"}},
        {"changed": False, "msg": "", "notes": ["c"], "warnings": ["x", "y"]},
    ]
    result, _executed = run(monkeypatch, {"results": steps}, Connection())
    del result["duration"], result["ansible_facts"]
    assert result == {
        "changed": True,
        "failed": True,
        "msg": "No.",
        "error": {"code": "not_privileged"},
        "notes": ["a", "b", "c"],
        "warnings": ["x", "y"],
        "token": {"id": "abcdef"},
        "secret": {"name": "s"},
        "diff": [{"before": "", "after": "x"}],
    }
