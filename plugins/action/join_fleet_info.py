# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_fleet_info: on the controller, over what has been seen of all hosts."""

from __future__ import annotations

import typing as t

from ..plugin_utils._controller import ControllerAction
from ..plugin_utils._join.fleet import (
    group_by_discovery,
    read_host_result,
    refuse_duplicates,
    summarize,
)


class ActionModule(ControllerAction):
    """Looks at the variables that the flows have registered for each host."""

    spec: t.ClassVar = {
        "hosts": {"type": "list", "elements": "str", "required": True},
        "report": {"type": "bool", "default": False},
    }

    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        seen = {host: task_vars["hostvars"][host] for host in arguments["hosts"]}
        if arguments["report"]:
            results = {host: read_host_result(variables) for host, variables in seen.items()}
            return {"msg": summarize(results, check_mode=self._task.check_mode), "_ansible_verbose_always": True}
        nodes = {host: variables.get("__join_node") or {} for host, variables in seen.items()}
        refuse_duplicates(nodes)
        pending = [host for host, node in nodes.items() if not node.get("joined", True)]
        discoveries = {host: seen[host]["__join_settings"]["configuration"]["discovery"] for host in pending}
        return {"pending": pending, "askers": group_by_discovery(discoveries)}
