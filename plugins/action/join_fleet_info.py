# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_fleet_info: on the controller, over what all hosts have reported."""

from __future__ import annotations

import typing as t

from ..plugin_utils._controller import ControllerAction, registered_variables
from ..plugin_utils._join.fleet import find_duplicates, read_nodes


class ActionModule(ControllerAction):
    """Answers from what the task names in the variables of the hosts, and from its arguments."""

    for_all_hosts = True
    spec: t.ClassVar = {
        "hosts": {"type": "list", "elements": "str", "default": []},
        "registered": {"type": "str"},
        "ready_nodes": {"type": "list", "elements": "str", "default": []},
        "failure": {"type": "dict"},
    }

    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        if arguments["failure"]:
            return {"failed": True, **arguments["failure"]}
        name = arguments["registered"]
        nodes = read_nodes({host: registered_variables(task_vars, host).get(name) for host in arguments["hosts"]})
        errors = find_duplicates(nodes, arguments["ready_nodes"])
        distinct = list(dict.fromkeys(errors.values()))
        numbers = {error: number for number, error in enumerate(distinct)}
        return {
            "pending": [host for host, node in nodes.items() if node.get("joined") is False and host not in errors],
            "duplicates": {host: numbers[error] for host, error in sorted(errors.items())},
            "refusals": [{"msg": str(error), "error": error.outline()} for error in distinct],
        }
