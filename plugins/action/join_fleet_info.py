# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_fleet_info: on the controller, over what has been seen of all hosts."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._fleet import (
    choose_askers,
    read_host_result,
    refuse_duplicates,
    summarize,
)

ARGUMENT_SPEC: dict[str, t.Any] = {
    "hosts": {"type": "list", "elements": "str", "required": True},
    "report": {"type": "bool", "default": False},
}


class ActionModule(ActionBase):
    """Looks at the variables that the flows have registered for each host."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        _spec, arguments = self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)
        seen = {host: (task_vars or {})["hostvars"][host] for host in arguments["hosts"]}
        if arguments["report"]:
            results = {host: read_host_result(variables) for host, variables in seen.items()}
            lines = summarize(results, check_mode=self._task.check_mode)
            return {"changed": False, "msg": lines, "_ansible_verbose_always": True}
        nodes = {host: variables.get("__join_node") or {} for host, variables in seen.items()}
        try:
            refuse_duplicates(nodes)
        except JoinError as exc:
            return {"failed": True, "msg": str(exc), "error": {"code": exc.code, "details": exc.details}}
        pending = [host for host, node in nodes.items() if not node.get("joined", True)]
        discoveries = {host: seen[host]["__join_settings"]["configuration"]["discovery"] for host in pending}
        return {"changed": False, "pending": pending, "askers": choose_askers(discoveries)}
