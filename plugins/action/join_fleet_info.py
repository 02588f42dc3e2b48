# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_fleet_info: on the controller, over what all hosts have reported."""

from __future__ import annotations

import typing as t

from ..plugin_utils._controller import ControllerAction
from ..plugin_utils._join.fleet import group_by_discovery, read_nodes, refuse_duplicates


class ActionModule(ControllerAction):
    """Answers from the task's arguments alone."""

    spec: t.ClassVar = {
        "nodes": {"type": "dict", "required": True},
        "discoveries": {"type": "dict", "default": {}},
    }

    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        nodes = read_nodes(arguments["nodes"])
        refuse_duplicates(nodes)
        pending = [host for host, node in nodes.items() if not node.get("joined", True)]
        discoveries = {host: arguments["discoveries"].get(host) for host in pending}
        return {"pending": pending, "representatives": group_by_discovery(discoveries)}
