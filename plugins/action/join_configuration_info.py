# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_configuration_info: on the controller, so that what is wrong is said before any host is touched."""

from __future__ import annotations

import typing as t

from ..plugin_utils._controller import ControllerAction
from ..plugin_utils._join.join_configuration import (
    join_configuration_of_flags,
    options_of,
    read_join_configuration,
    timeouts_of,
    without_secrets,
)
from ..plugin_utils._join.join_validation import (
    expect_flow,
    validate_join_configuration,
)
from ..plugin_utils._join.phases import (
    CONTROL_PLANE_PHASES,
    WORKER_PHASES,
    select_phases,
)


class ActionModule(ControllerAction):
    """Answers from the task's arguments alone."""

    spec: t.ClassVar = {
        "configuration": {"type": "raw"},
        "flags": {"type": "dict", "default": {}},
        "only_phases": {"type": "list", "elements": "str", "default": []},
        "start_at_phase": {"type": "str"},
        "control_plane": {"type": "bool"},
        "rootfs": {"type": "str"},
    }

    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        what = "join_configuration"
        file = read_join_configuration(arguments["configuration"], what=what) if arguments["configuration"] else None
        configuration = join_configuration_of_flags(arguments["flags"], file, what=what)
        validate_join_configuration(configuration, needs_discovery=False)
        if arguments["control_plane"] is not None:
            expect_flow(configuration, control_plane=arguments["control_plane"], rootfs=arguments["rootfs"] or "")
        phases = select_phases(
            CONTROL_PLANE_PHASES if "controlPlane" in configuration else WORKER_PHASES,
            skip=configuration.get("skipPhases", ()),
            only=arguments["only_phases"],
            start_at=arguments["start_at_phase"] or "",
        )
        return {
            "configuration": without_secrets(configuration),
            "discovery": next((mode for mode in ("bootstrapToken", "file") if mode in configuration["discovery"]), ""),
            "options": options_of(configuration),
            "phases": list(phases),
            "timeouts": timeouts_of(configuration),
        }
