# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..plugin_utils._join.invitation import invitation_steps
from .node import ActionModule as NodeAction


class ActionModule(NodeAction):
    """Runs what an invitation needs in one execution."""

    spec: t.ClassVar = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "settings": {"type": "dict", "required": True},
        "secrets": {"type": "dict", "required": True, "no_log": True},
        "cluster": {"type": "dict", "required": True},
        "ttl": {"type": "int", "default": 0},
    }

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        ActionBase.run(self, tmp, task_vars)
        _spec, arguments = self.validate_argument_spec(argument_spec=self.spec)
        return self.run_steps(task_vars or {}, invitation_steps(**arguments))
