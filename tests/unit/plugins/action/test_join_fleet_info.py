# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_fleet_info: over what the task passes."""

from __future__ import annotations

import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.action import join_fleet_info
from ansible_collections.kubejoin.kubeadm.tests.unit.support.controller_action import run_action


def test_a_fleet_is_checked_by_what_the_task_passes() -> None:
    """Hosts that have not joined are pending. Duplicates are not, and only they fail."""
    nodes: dict[str, t.Any] = {
        "a": {"node_name": "n", "joined": False},
        "b": {"node_name": "m", "joined": True},
        "c": {},
        "d": {"joined": "no"},
    }
    assert run_action(join_fleet_info, nodes=nodes) == {"changed": False, "pending": ["a"], "duplicates": []}
    nodes["b"] = {"node_name": "n", "joined": False}
    nodes["e"] = {"node_name": "e", "joined": False}
    answer = run_action(join_fleet_info, nodes=nodes)
    assert (answer["pending"], answer["duplicates"]) == (["e"], ["a", "b"])
    assert not run_action(join_fleet_info, nodes=nodes, host="e").get("failed")
    taken = run_action(join_fleet_info, nodes={"e": nodes["e"]}, ready_nodes=["e"])
    assert (taken["pending"], taken["duplicates"]) == ([], ["e"])
    for host in ("a", "b"):
        assert run_action(join_fleet_info, nodes=nodes, host=host)["error"]["code"] == "node_name_duplicate"
