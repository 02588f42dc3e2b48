# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""control_plane: one execution, whose results are kept for the tasks of the phases."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.action import control_plane
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.node import Step
from ansible_collections.kubejoin.kubeadm.tests.unit.support.controller_action import run_action


@pytest.mark.parametrize("failed", [False, True])
def test_the_steps_are_run_together(monkeypatch: pytest.MonkeyPatch, failed: bool) -> None:
    """The failure of one is not that of the task, as the task of its phase fails with it."""
    steps = [Step("control_plane_files", {}), Step("kubelet", {})]
    facts = {"discovered_interpreter_python": "/usr/bin/python3"}
    last: dict[str, t.Any] = {"failed": True, "msg": "No."} if failed else {"changed": False}
    executions: list[list[str]] = []

    def run_each(_action: t.Any, _variables: t.Any, steps: t.Sequence[Step]) -> list[dict[str, t.Any]]:
        executions.append([step.module for step in steps])
        return [{"changed": True, "duration": 1.5}, {**last, "duration": 2.0, "ansible_facts": facts}]

    monkeypatch.setattr(control_plane.ActionModule, "run_each", run_each)
    monkeypatch.setattr(control_plane, "control_plane_steps", lambda **_arguments: steps)
    found = run_action(control_plane, {})
    assert executions == [["control_plane_files", "kubelet"]]
    assert found == {
        "changed": True,
        "ansible_facts": facts,
        "phases": {
            "control_plane_files": {"changed": True, "duration": 1.5},
            "kubelet": {**last, "duration": 0.5},
        },
    }
