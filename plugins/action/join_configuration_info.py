# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_configuration_info: on the controller, so that errors in the input are reported before any host is changed."""

from __future__ import annotations

import typing as t

from ..plugin_utils._controller import ControllerAction
from ..plugin_utils._join.concurrency import read_limits
from ..plugin_utils._join.configuration import read_input, read_settings
from ..plugin_utils._join.groups import FLOW_VARIABLES, refuse_stray_host
from ..plugin_utils._join.variables import check_variable_names, limit_input, refuse_facts, role_input


class ActionModule(ControllerAction):
    """Answers from the task's arguments, or from the variables of the role, and from files on the controller."""

    spec: t.ClassVar = {
        "configuration": {"type": "raw"},
        "flags": {"type": "raw"},
        "of_role": {"type": "bool", "default": False},
    }

    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        refuse_facts(task_vars)
        configuration, flags = arguments["configuration"], arguments["flags"]
        if arguments["of_role"]:
            if task_vars.get("__join_by_groups") and not any(name in task_vars for name in FLOW_VARIABLES):
                refuse_stray_host(task_vars["group_names"], task_vars["groups"])
            for warning in check_variable_names(task_vars):
                self._display.warning(warning)
            configuration, flags = role_input(task_vars, self._templar.template)
        files = self.files()
        settings = read_settings(read_input(configuration, flags, files), files)
        if arguments["of_role"]:
            settings |= read_limits(limit_input(task_vars, self._templar.template))
        return settings
