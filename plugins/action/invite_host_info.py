# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""invite_host_info: on the controller, over what the candidates have answered."""

from __future__ import annotations

import typing as t

from ..plugin_utils._controller import ControllerAction
from ..plugin_utils._join.invite_host import choose_inviter, refuse_failed_invitation
from ..plugin_utils._join.run import assess_invitations


class ActionModule(ControllerAction):
    """Answers from the task's arguments, and from the processes of this controller."""

    for_all_hosts = True
    spec: t.ClassVar = {
        "settings": {"type": "dict"},
        "answers": {"type": "list", "elements": "dict", "default": []},
        "groups": {"type": "list", "elements": "str", "default": []},
        "invitation": {"type": "list", "elements": "dict", "default": []},
    }

    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        if arguments["invitation"]:
            refuse_failed_invitation(arguments["invitation"])
            return {}
        settings = arguments["settings"]
        chosen = choose_inviter(settings, arguments["answers"], arguments["groups"])
        invitations = assess_invitations(chosen["invitations"], settings["run"], settings["withdraw_run"])
        notes = [f"Found {found['description']}." for found in invitations if found["is_abandoned"]]
        return {**chosen, "invitations": invitations, "notes": [*chosen["notes"], *notes]}
