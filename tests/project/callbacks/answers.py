# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes what tasks returned, whole, for tests."""

from __future__ import annotations

import json
import os
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: answers
type: aggregate
short_description: Record whole results for tests
description: Writes a line of JSON for each result to the file in KUBEJOIN_ANSWERS.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "answers"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: t.Any) -> None:
        content = getattr(result, "result", None) or result._result
        host = getattr(result, "host", None) or result._host
        task = getattr(result, "task", None) or result._task
        with open(os.environ["KUBEJOIN_ANSWERS"], "a", encoding="utf-8") as stream:
            stream.write(json.dumps([host.get_name(), task.action, content], default=str) + "\n")

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self.v2_runner_on_ok(result)
