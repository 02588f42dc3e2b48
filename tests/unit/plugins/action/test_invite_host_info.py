# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""invite_host_info: the choice, and the error of each host if a step has failed."""

from __future__ import annotations

from ansible_collections.kubejoin.kubeadm.plugins.action import invite_host_info
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.invite_configuration import read_invitation
from ansible_collections.kubejoin.kubeadm.tests.unit.support.controller_action import run_action


def test_the_host_is_the_result() -> None:
    answers = [{"msg": "no"}, {"cluster": {"server": "s"}}]
    result = run_action(invite_host_info, settings=read_invitation({}, ["a", "b"]), answers=answers)
    assert result["host"] == "b" and {*result} == {
        "changed", "host", "because", "is_control_plane", "cluster", "ready_nodes", "notes",
    }  # fmt: skip


def test_a_failed_step_is_the_error_of_the_host_of_the_task() -> None:
    steps = [{"failed": True, "msg": "No.", "error": {"code": "inviter_missing"}}]
    result = run_action(invite_host_info, invitation=steps)
    assert result["failed"] and result["error"]["code"] == "inviter_missing"
    assert not run_action(invite_host_info, invitation=[{"changed": True}]).get("failed")
