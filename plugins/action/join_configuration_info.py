# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_configuration_info: on the controller, so that errors in the input are reported before any host is changed."""

from __future__ import annotations

import typing as t

from ..plugin_utils._controller import ControllerAction
from ..plugin_utils._join.configuration import read_input, read_settings
from ..plugin_utils._join.groups import refuse_stray_host
from ..plugin_utils._join.variables import check_variable_names, refuse_facts


class ActionModule(ControllerAction):
    """Answers from the task's arguments and from files on the controller."""

    spec: t.ClassVar = {
        "configuration": {"type": "raw"},
        "flags": {"type": "raw"},
        "variable_names": {"type": "list", "elements": "str", "default": []},
        "by_groups": {"type": "bool", "default": False},
    }

    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        refuse_facts(task_vars)
        if arguments["by_groups"]:
            refuse_stray_host(task_vars["group_names"], task_vars["groups"])
        for warning in check_variable_names(arguments["variable_names"]):
            self._display.warning(warning)
        files = self.files()
        return read_settings(read_input(arguments["configuration"], arguments["flags"], files), files)
