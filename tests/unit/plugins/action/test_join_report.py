# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_report: over what the hosts have registered."""

from __future__ import annotations

from ansible_collections.kubejoin.kubeadm.plugins.action import join_report
from ansible_collections.kubejoin.kubeadm.tests.unit.support.controller_action import RawVariables, run_action


def test_the_report_is_printed_at_any_verbosity() -> None:
    """Of what the task names in the variables of the hosts. Those of other batches are left out. The statistics are not printed."""
    hosts = {"a": {"kubelet": {"changed": True}}, "b": {"kubelet": {"failed": True, "msg": "No."}}, "c": {}}
    arguments = {"hosts": ["a", "b", "c"], "others": ["c"], "results": {"kubelet": "start"}, "last": "kubelet"}
    variables = {"hostvars": RawVariables(hosts), "created": {"token": {"id": "abcdef"}}}
    report = run_action(join_report, variables, **arguments, token="created")
    assert report["_ansible_verbose_always"]
    assert report["msg"][:2] == ["joined: 1 node (a)", "failed in start, unknown: 1 node (b): No."]
    assert "token abcdef: not withdrawn" in report["msg"][2]
    assert "ansible_stats" not in report
    quiet = run_action(join_report, variables, **arguments, token="created", content="statistics")
    assert quiet.keys() == {"changed", "ansible_stats"}
    stats = quiet["ansible_stats"]
    assert stats["aggregate"] and not stats["per_host"] and stats["data"]["kubejoin_joined"] == ["a"]


def test_a_failed_withdrawal_ends_the_play() -> None:
    """So hosts of later batches do not begin."""
    hosts = {"early": {"kubelet": {"changed": True}}, "now": {"kubelet": {"changed": True}}, "later": {}}
    arguments = {"hosts": [*hosts], "others": ["early", "later"], "results": {"kubelet": "start"}, "last": "kubelet"}
    for result, names in (({"changed": True}, []), ({"failed": True, "msg": "No."}, ["later"]), (None, [])):
        variables = {"hostvars": RawVariables(hosts), **({"withdrawn": result} if result else {})}
        report = run_action(
            join_report, variables, **arguments, withdrawals=["waited", "withdrawn"], content="statistics"
        )
        assert report["ansible_stats"]["data"]["kubejoin_unfinished"] == names


def test_hosts_that_ansible_does_not_begin_with_are_not_finished() -> None:
    """As all hosts of the batch have failed. Not those that an earlier batch has finished."""
    failed = {"kubelet": {"failed": True, "msg": "No."}}
    hosts = {"early": {"kubelet": {"changed": True}}, "now": failed, "later": {}}
    arguments = {"hosts": [*hosts], "others": ["early", "later"], "results": {"kubelet": "start"}, "last": "kubelet"}
    report = run_action(join_report, {"hostvars": RawVariables(hosts)}, **arguments)
    assert report["msg"][0] == "not finished: 1 node (later)" and report["msg"][-1].endswith("--limit 'now,later'")
