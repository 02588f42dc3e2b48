# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""invite_configuration_info: settings or an error with a code, and never by a fact of a host."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.action import invite_configuration_info
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.run_mark import RunMark
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variables import INVITE_VARIABLES
from ansible_collections.kubejoin.kubeadm.tests.unit.support.controller_action import run_action


def test_settings_are_the_result() -> None:
    known: dict[str, t.Any] = {
        "hostvars": {},
        "groups": {"control_plane": ["cp-1"], "kube_control_plane": ["cp-2", "cp-1"]},
    }
    result = run_action(invite_configuration_info, known, variables={"token_ttl": "90"})
    assert {*result} == {"changed", "candidates", "known", "run", *INVITE_VARIABLES}
    assert {*result["run"]} == {field.name for field in dataclasses.fields(RunMark)}
    assert (result["candidates"], result["become"], result["token_ttl"]) == (["cp-1", "cp-2"], True, 90)


FOUND = {
    "host": "cp-1",
    "because": "b",
    "is_control_plane": True,
    "cluster": {"server": "s"},
    "ready_nodes": [],
    "notes": [],
}


def test_an_inviter_is_known_from_an_earlier_play_and_never_from_a_fact() -> None:
    """Hosts return their facts themselves."""
    for facts, known in (({}, FOUND), ({"invite_discovery": FOUND}, {})):
        hosts = {"cp-1": {"invite_discovery": FOUND, "ansible_facts": facts}}
        variables = {"hostvars": hosts, "groups": {"kube_control_plane": ["cp-1"]}}
        result = run_action(invite_configuration_info, variables, variables={})
        assert result["known"] == known


def test_a_wrong_value_has_a_code() -> None:
    """And the name of the variable."""
    result = run_action(
        invite_configuration_info, {"groups": {}}, variables={"token_ttl": "soon", "certificates": "maybe"}
    )
    assert result["failed"] and result["error"]["code"] == "invalid_join_configuration"
    assert "token_ttl: " in result["msg"] and "certificates: " in result["msg"]


@pytest.mark.parametrize("name", [f"invite_{name}" for name in INVITE_VARIABLES])
def test_a_host_does_not_choose_where_it_is_invited(name: str) -> None:
    result = run_action(invite_configuration_info, {"ansible_facts": {name: "h1"}}, variables={"host": "h1"})
    assert result["error"]["code"] == "variable_from_host" and name in result["msg"]
