# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback that writes what a play did, a JSON object a line, and can end the play between two tasks."""

from __future__ import annotations

import json
import os
import signal
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: recorder
type: aggregate
short_description: Record results for tests
description: Writes to the file in KUBEJOIN_RECORD; with KUBEJOIN_KILL_AFTER, kills the play's process group after the task [name, how manieth of it].
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "recorder"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._record = os.environ["KUBEJOIN_RECORD"]
        self._last = json.loads(os.environ.get("KUBEJOIN_KILL_AFTER", "null"))
        self._begun: list[str] = []

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        if self._is_over():
            os.killpg(0, signal.SIGKILL)
        self._begun.append(task.get_name())
        self._write(event="task", task=task.get_name(), action=task.action)

    def _is_over(self) -> bool:
        if self._last is None:
            return False
        name, number = self._last
        return self._begun[-1:] == [name] and self._begun.count(name) == number

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._result("ok", result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._result("failed", result)

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._result("skipped", result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._result("unreachable", result)

    def _result(self, status: str, result: t.Any) -> None:
        content = getattr(result, "result", None) or result._result
        self._write(
            event=status,
            host=result._host.get_name(),
            task=result._task.get_name(),
            action=result._task.action,
            changed=bool(content.get("changed")),
            code=(content.get("error") or {}).get("code", "") if isinstance(content.get("error"), dict) else "",
            msg=str(content.get("msg", "")),
        )

    def _write(self, **entry: t.Any) -> None:
        with open(self._record, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry) + "\n")
