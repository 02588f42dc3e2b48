# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_configuration_info: on the controller, so that what is wrong is said before any host is touched."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._join_configuration import (
    join_configuration_of_flags,
    read_join_configuration,
    render_taint,
    timeouts_of,
    without_secrets,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._join_validation import validate_join_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._phases import WORKER_PHASES, select_phases

ARGUMENT_SPEC: dict[str, t.Any] = {
    "configuration": {"type": "raw"},
    "flags": {"type": "dict", "default": {}},
    "only_phases": {"type": "list", "elements": "str", "default": []},
    "start_at_phase": {"type": "str"},
}


class ActionModule(ActionBase):
    """Answers from the task's arguments alone."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        _spec, arguments = self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)
        try:
            return {"changed": False, **_answer(arguments)}
        except JoinError as exc:
            return {"failed": True, "msg": str(exc), "error": {"code": exc.code, "details": exc.details}}


def _answer(arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    what = "join_configuration"
    file = read_join_configuration(arguments["configuration"], what=what) if arguments["configuration"] else None
    configuration = join_configuration_of_flags(arguments["flags"], file, what=what)
    validate_join_configuration(configuration, needs_discovery=False)
    phases = select_phases(
        WORKER_PHASES,
        skip=configuration.get("skipPhases", ()),
        only=arguments["only_phases"],
        start_at=arguments["start_at_phase"] or "",
    )
    return {
        "configuration": without_secrets(configuration),
        "discovery": next((mode for mode in ("bootstrapToken", "file") if mode in configuration["discovery"]), ""),
        "phases": list(phases),
        "taints": [render_taint(taint) for taint in configuration["nodeRegistration"]["taints"] or ()],
        "timeouts": timeouts_of(configuration),
    }
