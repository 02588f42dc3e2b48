# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_report: on the controller, over the results that a flow has registered for all hosts."""

from __future__ import annotations

import typing as t

from ..plugin_utils._controller import ControllerAction
from ..plugin_utils._join.report import read_host_result, summarize


class ActionModule(ControllerAction):
    """Reads the registered variables of each host once: a template would read them once for each variable."""

    spec: t.ClassVar = {
        "hosts": {"type": "list", "elements": "str", "required": True},
        "others": {"type": "list", "elements": "str", "default": []},
        "results": {"type": "dict", "required": True},
        "last": {"type": "str", "required": True},
    }

    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        phases, last = arguments["results"], arguments["last"]
        others = set(arguments["others"])
        results = {
            host: read_host_result(task_vars["hostvars"][host], phases, last=last, host=host)
            for host in arguments["hosts"]
            if host not in others
        }
        return {"msg": summarize(results, check_mode=self._task.check_mode), "_ansible_verbose_always": True}
