# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How actions run on the controller."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible.plugins.action import ActionBase
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError, guide_url
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._controller import ControllerAction


class Action(ControllerAction):
    """Answers with what it got."""

    spec: t.ClassVar[t.Mapping[str, t.Any]] = {"a": {"type": "str", "default": "b"}}

    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        if arguments.get("refuse"):
            raise JoinError("token_missing", "A sentence.", field="x")
        return {"arguments": dict(arguments), "variables": dict(task_vars)}


def run(monkeypatch: pytest.MonkeyPatch, variables: t.Any = None, **arguments: t.Any) -> dict[str, t.Any]:
    monkeypatch.setattr(ActionBase, "run", lambda *_arguments: {})
    action = Action.__new__(Action)
    known = {name: option["default"] for name, option in Action.spec.items()}
    monkeypatch.setattr(
        action, "validate_argument_spec", lambda argument_spec: (None, {**known, **arguments}), raising=False
    )
    return action.run(None, variables)


def test_an_answer_is_a_result_that_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """From arguments with their defaults, and the variables of the task."""
    assert run(monkeypatch, {"v": 1}, c="d") == {
        "changed": False,
        "arguments": {"a": "b", "c": "d"},
        "variables": {"v": 1},
    }
    assert run(monkeypatch)["variables"] == {}


def test_a_refusal_is_a_failure_with_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the same form as a module's."""
    assert run(monkeypatch, refuse=True) == {
        "failed": True,
        "msg": "A sentence.",
        "error": {"code": "token_missing", "details": {"field": "x"}, "see": guide_url("token_missing")},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("strategy", "is_refused"),
    [
        ("linear", False),
        ("ansible.builtin.linear", False),
        ("debug", False),
        ("free", True),
        ("host_pinned", True),
        ("ansible.builtin.free", True),
        ("mitogen_host_pinned", True),
    ],
)
def test_a_task_for_all_hosts_needs_all_hosts(monkeypatch: pytest.MonkeyPatch, strategy: str, is_refused: bool) -> None:
    """Other strategies run it for each host, before the others have come that far."""
    task = types.SimpleNamespace(get_play=lambda: types.SimpleNamespace(strategy=strategy))
    monkeypatch.setattr(Action, "_task", task, raising=False)
    assert not run(monkeypatch).get("failed")
    monkeypatch.setattr(Action, "for_all_hosts", True)
    result = run(monkeypatch)
    assert (result.get("error", {}).get("code") == "strategy_unsupported") is is_refused, result


def test_actions_run_in_check_mode_and_without_a_connection() -> None:
    """They read and compute."""
    assert Action._supports_check_mode
    assert not Action._requires_connection


def test_an_action_without_an_answer_cannot_be_made() -> None:
    """It would do nothing."""
    assert ControllerAction.__abstractmethods__ == {"answer"}
