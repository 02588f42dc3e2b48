# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ..plugin_utils._join.invitation import INVITATION_OPTIONS, invitation_steps
from .node import ActionModule as NodeAction


class ActionModule(NodeAction):
    """Runs what an invitation needs in one execution."""

    spec: t.ClassVar = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        **INVITATION_OPTIONS,
        "ttl": {"type": "int", "default": 0},
    }

    def answer(self, arguments: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        return self.run_steps(variables, invitation_steps(**arguments))
