# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Actions of the controller, run without Ansible around them."""

from __future__ import annotations

import types
import typing as t
from unittest import mock

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action import ActionBase

#: What actions warned of.
WARNINGS: list[str] = []


class RawVariables(t.Dict[str, t.Any]):
    """The variables of hosts."""

    raw_get = dict.__getitem__


class Task:
    check_mode = False
    async_val = 0
    diff = False

    def __init__(self, args: dict[str, t.Any]) -> None:
        self.args = args

    def get_search_path(self) -> list[str]:
        return ["/"]

    def get_play(self) -> t.Any:
        return types.SimpleNamespace(strategy="linear")


def run_action(plugin: t.Any, variables: dict[str, t.Any] | None = None, /, **arguments: t.Any) -> dict[str, t.Any]:
    """What the action answers to a task's arguments."""
    action = plugin.ActionModule.__new__(plugin.ActionModule)
    action._task, action._loader = Task(arguments), DataLoader()
    action._templar = types.SimpleNamespace(template=lambda value: value)
    action._display = types.SimpleNamespace(warning=WARNINGS.append, display=lambda _text: None)
    action.validate_argument_spec = lambda argument_spec: (None, {**defaults_of(argument_spec), **arguments})
    with mock.patch.object(ActionBase, "run", return_value={}):  # it would connect
        return t.cast("dict[str, t.Any]", action.run(None, variables))


def defaults_of(spec: dict[str, t.Any]) -> dict[str, t.Any]:
    return {name: option.get("default") for name, option in spec.items()}
