# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the CPU seconds of the controller and its forks by task, for benchmarks."""

from __future__ import annotations

import json
import os
import pathlib
import resource
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: costs
type: aggregate
short_description: Record CPU seconds by task for benchmarks
description: Writes pairs of a task's name and CPU seconds as JSON to the file in KUBEJOIN_COSTS.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "costs"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *arguments: t.Any, **named: t.Any) -> None:
        super().__init__(*arguments, **named)
        self._costs: list[tuple[str, float]] = []
        self._name = "start"
        self._since = 0.0

    def _next(self, name: str) -> None:
        now = sum(
            used.ru_utime + used.ru_stime
            for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )
        self._costs.append((self._name, now - self._since))
        self._name, self._since = name, now

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        self._next(task.get_name())

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        self._next("end")
        pathlib.Path(os.environ["KUBEJOIN_COSTS"]).write_text(json.dumps(self._costs), encoding="utf-8")
