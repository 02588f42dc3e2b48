# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""invitation: one execution, whatever it consists of."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.action import invitation
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.invite_configuration import read_invitation
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.invite_secrets import generate_secrets
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.node import Step
from ansible_collections.kubejoin.kubeadm.tests.unit.support.controller_action import run_action

ORDER = ["bootstrap_token", "shared_certificates_upload"]


@pytest.mark.parametrize(("state", "modules"), [("present", ORDER), ("absent", ORDER[::-1])])
def test_the_steps_are_run_together(monkeypatch: pytest.MonkeyPatch, state: str, modules: list[str]) -> None:
    """In the order that each state needs, and the result is theirs."""
    executions: list[list[str]] = []

    def run_steps(_action: t.Any, _variables: t.Any, steps: t.Sequence[Step]) -> dict[str, t.Any]:
        executions.append([step.module for step in steps])
        return {"changed": True}

    monkeypatch.setattr(invitation.ActionModule, "run_steps", run_steps)
    settings = {**read_invitation({}), "run": {"id": "7"}}
    arguments = {"state": state, "settings": settings, "secrets": generate_secrets(True), "cluster": {}, "ttl": 1}
    assert run_action(invitation, {}, **arguments) == {"changed": True}
    assert executions == [modules]
