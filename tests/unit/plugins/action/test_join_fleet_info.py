# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_fleet_info: over what hosts have registered."""

from __future__ import annotations

import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.action import join_fleet_info
from ansible_collections.kubejoin.kubeadm.tests.unit.support.controller_action import RawVariables, run_action


def compare(nodes: dict[str, t.Any], **arguments: t.Any) -> dict[str, t.Any]:
    """What the action answers if hosts have registered these results."""
    hosts = {host: {"inspected": node} for host, node in nodes.items()}
    variables = {"hostvars": RawVariables(hosts)}
    return run_action(join_fleet_info, variables, hosts=[*nodes], registered="inspected", **arguments)


def test_a_fleet_is_checked_by_what_the_task_names() -> None:
    """Hosts that have not joined are pending. Duplicates are not, and only they fail."""
    nodes: dict[str, t.Any] = {
        "a": {"node_name": "n", "joined": False},
        "b": {"node_name": "m", "joined": True},
        "c": {},
        "d": {"joined": "no"},
    }
    assert compare(nodes) == {"changed": False, "pending": ["a"], "duplicates": {}, "refusals": []}
    nodes["b"] = {"node_name": "n", "joined": False}
    nodes["e"] = {"node_name": "e", "joined": False}
    answer = compare(nodes)
    assert (answer["pending"], answer["duplicates"]) == (["e"], {"a": 0, "b": 0})
    taken = compare({"e": nodes["e"]}, ready_nodes=["e"])
    assert (taken["pending"], taken["duplicates"]) == ([], {"e": 0})
    refused = run_action(join_fleet_info, failure=answer["refusals"][0])
    assert (
        refused["failed"]
        and refused["error"]["code"] == "node_name_duplicate"
        and "n is that of a, b" in refused["msg"]
    )
