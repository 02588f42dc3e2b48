# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_wait_info: waits for the nodes of all hosts together, by the module nodes_info on one host, which may withdraw the invitation."""

from __future__ import annotations

import math
import time
import typing as t

from ..module_utils._core.objects import mapping_at
from ..plugin_utils._controller import registered_variables
from ..plugin_utils._join.invitation import INVITATION_OPTIONS, withdrawal_steps
from ..plugin_utils._join.node import Step, merge_results
from ..plugin_utils._join.wait import FleetWait, find_fleet_wait
from .node import ActionModule as NodeAction

#: Seconds after which it is displayed how many nodes are awaited.
_ROUND = 10


class ActionModule(NodeAction):
    """Each round is one execution, which ends as soon as all nodes have reached the highest level. The first one withdraws the invitation."""

    spec: t.ClassVar = {
        "hosts": {"type": "list", "elements": "str", "required": True},
        "settings": {"type": "str", "required": True},
        "kubelet": {"type": "str", "required": True},
        "kubeconfig": {"type": "str", "required": True},
        "withdrawal": {"type": "dict", "options": INVITATION_OPTIONS},
    }

    def answer(self, arguments: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        hosts = {host: registered_variables(variables, host) for host in arguments["hosts"]}
        wait = find_fleet_wait(hosts, settings=arguments["settings"], kubelet=arguments["kubelet"])
        steps = withdrawal_steps(**arguments["withdrawal"]) if arguments["withdrawal"] else []
        start, elapsed = time.monotonic(), 0.0
        notes: list[str] = []
        withdrawn: dict[str, t.Any] = {}
        while wait.awaited:
            seconds = min(max(math.ceil(wait.seconds - elapsed), 0), _ROUND)
            *others, found = self.run_each(variables, [*steps, _round(wait, seconds, arguments["kubeconfig"])])
            measured = time.monotonic() - start
            if steps:
                withdrawn, steps = merge_results(others), []
            if found.get("failed"):
                elapsed = measured
                notes = [
                    f"Each host waits for its own node, as the nodes cannot be watched together: {found.get('msg')}"
                ]
                break
            elapsed = max(measured, elapsed + seconds)  # a round ends early only if all nodes are there
            wait.note(found, elapsed)
            self._display.display(wait.describe())
        own = mapping_at(withdrawn, "token")
        return {
            "changed": bool(withdrawn.get("changed")),
            "left": wait.left(elapsed),
            "notes": notes,
            "duration": round(time.monotonic() - start, 3),
            **({"token": own} if own and not withdrawn.get("failed") else {}),
        }


def _round(wait: FleetWait, seconds: int, kubeconfig: str) -> Step:
    arguments = {
        "nodes": sorted({own.name for own in wait.awaited.values()}),
        "wait_for": wait.level,
        "wait_timeout": seconds,
        "kubeconfig": kubeconfig,
    }
    return Step("nodes_info", arguments, always=True)
