# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""invite_host_info: the choice, and the error of each host if a step has failed."""

from __future__ import annotations

from ansible_collections.kubejoin.kubeadm.plugins.action import invite_host_info
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.invite_configuration import read_invitation
from ansible_collections.kubejoin.kubeadm.tests.unit.support.controller_action import run_action


def test_the_host_is_the_result() -> None:
    """With the invitations of other runs; those that are abandoned are in the notes."""
    secrets = [
        {"name": f"bootstrap-token-{token}", "uid": "u", "resource_version": "7"} for token in ("aaaaaa", "bbbbbb")
    ]
    found = [{"secret": secret, "run": run, "expired": False} for secret, run in zip(secrets, "12")]
    answers = [{"msg": "no"}, {"cluster": {"server": "s"}, "invitations": [*found, {**found[0], "run": "own"}]}]
    settings = {**read_invitation({"withdraw_run": 2}, ["a", "b"]), "run": {"id": "own"}}
    result = run_action(invite_host_info, settings=settings, answers=answers)
    assert [(entry["secret"], entry["is_abandoned"]) for entry in result["invitations"]] == [
        (secrets[0], False), (secrets[1], True),
    ]  # fmt: skip
    assert "bootstrap-token-bbbbbb" in result["notes"][-1] and "aaaaaa" not in str(result["notes"])
    assert result["host"] == "b" and {*result} == {
        "changed", "host", "because", "is_control_plane", "cluster", "ready_nodes", "notes", "invitations",
    }  # fmt: skip


def test_a_failed_step_is_the_error_of_the_host_of_the_task() -> None:
    steps = [{"failed": True, "msg": "No.", "error": {"code": "inviter_missing"}}]
    result = run_action(invite_host_info, invitation=steps)
    assert result["failed"] and result["error"]["code"] == "inviter_missing"
    assert not run_action(invite_host_info, invitation=[{"changed": True}]).get("failed")
