# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_wait_info: waits for the nodes of all hosts together, by the module nodes_info on one host."""

from __future__ import annotations

import time
import typing as t

from ansible.plugins.action import ActionBase

from ..plugin_utils._controller import registered_variables
from ..plugin_utils._join.wait import find_fleet_wait
from .node import ActionModule as NodeAction

#: Seconds after which it is displayed how many nodes are awaited.
_ROUND = 10


class ActionModule(NodeAction):
    """Each round is one execution, which ends as soon as all nodes have reached their level."""

    spec: t.ClassVar = {
        "hosts": {"type": "list", "elements": "str", "required": True},
        "settings": {"type": "str", "required": True},
        "kubelet": {"type": "str", "required": True},
        "kubeconfig": {"type": "str", "required": True},
        "wait_for": {"type": "str", "required": True},
        "wait_timeout": {"type": "int", "required": True},
    }

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        ActionBase.run(self, tmp, task_vars)
        _spec, arguments = self.validate_argument_spec(argument_spec=self.spec)
        variables = task_vars or {}
        hosts = {host: registered_variables(variables, host) for host in arguments["hosts"]}
        names = {name: arguments[name] for name in ("settings", "kubelet")}
        wait = find_fleet_wait(hosts, **names, level=arguments["wait_for"])
        deadline = time.monotonic() + arguments["wait_timeout"]
        notes: list[str] = []
        left = float(arguments["wait_timeout"])
        while wait.awaited:
            found = self.run_module(
                variables,
                "nodes_info",
                nodes=sorted(set(wait.awaited.values())),
                wait_for=arguments["wait_for"],
                wait_timeout=int(min(left, _ROUND)),
                kubeconfig=arguments["kubeconfig"],
            )
            is_over, left = left <= _ROUND, max(deadline - time.monotonic(), 0.0)
            if found.get("failed"):
                notes = [
                    f"Each host waits for its own node, as the nodes cannot be watched together: {found.get('msg')}"
                ]
                break
            wait.note(found)
            self._display.display(wait.describe())
            if is_over:
                left = 0.0
                break
        return {"changed": False, "left": wait.left(left), "notes": notes}
