# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""invite_configuration_info: on the controller, once, so that nothing that a host returns later changes an invitation."""

from __future__ import annotations

import typing as t

from ..plugin_utils._controller import ControllerAction
from ..plugin_utils._join.groups import find_control_planes
from ..plugin_utils._join.invite_configuration import find_known, read_invitation
from ..plugin_utils._join.run import describe_run
from ..plugin_utils._join.variables import refuse_facts


class ActionModule(ControllerAction):
    """Answers from the task's arguments, from what an earlier play of this run has found, and from the process of this run."""

    for_all_hosts = True
    spec: t.ClassVar = {"variables": {"type": "raw"}}

    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        refuse_facts(task_vars)
        control_planes = find_control_planes(task_vars["groups"])
        settings = read_invitation(arguments["variables"], control_planes)
        earlier = [_registered(task_vars["hostvars"].get(host) or {}) for host in control_planes]
        return {**settings, "known": find_known(settings, earlier), "run": describe_run(task_vars)}


def _registered(variables: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
    """The inviter that a task has registered for a host: no fact, as hosts return their facts themselves."""
    if "invite_discovery" in (variables.get("ansible_facts") or ()):
        return {}
    registered: t.Mapping[str, t.Any] = variables.get("invite_discovery") or {}
    return registered
