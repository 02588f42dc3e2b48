# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""control_plane: runs the modules of a control plane's phases in one execution, for the tasks of the phases, which follow."""

from __future__ import annotations

import typing as t

from ..plugin_utils._join.control_plane import control_plane_steps
from ..plugin_utils._join.node import results_by_module
from .node import ActionModule as NodeAction


class ActionModule(NodeAction):
    """Does not fail: each failure is that of the task of a phase. If the host cannot be reached, this is the first one."""

    spec: t.ClassVar = {
        "settings": {"type": "dict", "required": True},
        "secrets": {"type": "dict", "required": True, "no_log": True},
        "cluster": {"type": "dict", "required": True},
        "token": {"type": "str", "default": "", "no_log": True},
        "invitation": {"type": "dict", "default": {}, "no_log": True},
        "node": {"type": "dict", "required": True},
    }

    def answer(self, arguments: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        steps = control_plane_steps(**arguments)
        results = self.run_each(variables, steps)
        facts = results[-1].pop("ansible_facts", None)
        return {
            "changed": any(result.get("changed", False) for result in results),
            "phases": results_by_module(steps, results),
            **({"ansible_facts": facts} if facts else {}),
        }
