# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_report: on the controller, over the results that a flow has registered for all hosts."""

from __future__ import annotations

import typing as t

from ..plugin_utils._controller import ControllerAction, registered_variables
from ..plugin_utils._join.host_result import HostResult, read_host_result
from ..plugin_utils._join.report import count, last_result, read_token, summarize
from ..plugin_utils._join.run import describe_run


class ActionModule(ControllerAction):
    """Reads the registered variables of each host once: a template would read them once for each variable."""

    spec: t.ClassVar = {
        "hosts": {"type": "list", "elements": "str", "required": True},
        "others": {"type": "list", "elements": "str", "default": []},
        "results": {"type": "dict", "required": True},
        "last": {"type": "str", "required": True},
        "token": {"type": "str"},
        "withdrawals": {"type": "list", "elements": "str", "default": []},
        "content": {"type": "str", "choices": ["text", "statistics"], "default": "text"},
    }

    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        phases, others = arguments["results"], set(arguments["others"])
        results, waiting = {}, []
        for host in arguments["hosts"]:
            variables = registered_variables(task_vars, host)
            if host not in others:
                results[host] = read_host_result(variables, phases, last=arguments["last"], host=host)
            elif not phases.keys() & variables.keys():
                waiting.append(host)
        withdrawal = last_result(task_vars, arguments["withdrawals"])
        if withdrawal.get("failed") or all(result.outcome in ("failed", "unreachable") for result in results.values()):
            results.update({host: HostResult("unfinished") for host in waiting})  # Ansible ends the play
        run = describe_run(task_vars)["id"]
        token = read_token(task_vars, arguments["token"], withdrawal, run) if arguments["token"] else None
        check_mode = self._task.check_mode
        if arguments["content"] == "text":
            return {"msg": summarize(results, token, check_mode=check_mode), "_ansible_verbose_always": True}
        data = count(results, token, check_mode=check_mode)
        return {"ansible_stats": {"data": data, "per_host": False, "aggregate": True}}
