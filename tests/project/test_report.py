# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of whole plays: the report, and the statistics that later jobs get."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

from .fake_hosts import Play, honest, run_play

GROUPS = {"control_plane": {"cp1": {}}, "workers": {"w1": {}, "w2": {}, "w3": {}}}
REFUSED = {"failed": True, "msg": "No.", "error": {"code": "api_forbidden", "details": {}}}
NOT_WITHDRAWN = [{"changed": True, "token": {"id": "abcdef"}}, REFUSED]


def run(folder: pathlib.Path, changes: t.Mapping[str, t.Mapping[str, t.Any]], *arguments: str) -> Play:
    answers = {host: {**honest(host), **changes.get(host, {})} for hosts in GROUPS.values() for host in hosts}
    return run_play(folder, GROUPS, answers, *arguments, ANSIBLE_SHOW_CUSTOM_STATS="true")


def statistics(play: Play) -> dict[str, t.Any]:
    """What ansible-runner and AWX get as artifacts."""
    (text,) = re.findall(r"^\tRUN: (\{.*?^\}|\{.*\})$", play.output, re.MULTILINE | re.DOTALL)
    return t.cast("dict[str, t.Any]", json.loads(text))


def test_the_statistics_of_all_batches_are_added_up(tmp_path: pathlib.Path) -> None:
    """A host that failed in an earlier batch is in them once."""
    answers = {
        "w1": {"preflight_info": {**honest("w1")["preflight_info"], "joined": True}},
        "w2": {"kubelet": {"failed": True, "msg": "No.", "error": {"code": "node_not_ready", "details": {}}}},
    }
    play = run(tmp_path, answers, "-e", "join_batch=2")
    found = statistics(play)
    assert (found["kubejoin_joined"], found["kubejoin_unchanged"]) == (["w3"], ["w1"]), play.output
    assert found["kubejoin_failed"] == {"w2": {"code": "node_not_ready", "phase": "kubelet-start"}}
    tokens = [call.arguments["token_id"] for call in play.calls if "token_id" in call.arguments]
    assert len(tokens) == 2
    assert found["kubejoin_clusters"]["https://api-of-cp1:6443"]["version"] == "v1.37.2"
    assert found["kubejoin_slowest"]["kubelet-start"].keys() == {"w2", "w3"}
    for call in play.calls:
        assert (
            str(call.arguments.get("token", "")).partition(".")[2] not in json.dumps(found)
            or "token" not in call.arguments
        )


def test_hosts_of_batches_that_do_not_begin_are_not_finished(tmp_path: pathlib.Path) -> None:
    """Ansible ends a play if all hosts of a batch have failed. The next command is for the others, too."""
    play = run(tmp_path, {"w2": {"kubelet": REFUSED}}, "-e", "join_batch=1")
    assert "not finished: 1 node (w3)" in play.output and "--limit 'w2,w3'" in play.output, play.output
    found = statistics(play)
    assert (found["kubejoin_joined"], found["kubejoin_unfinished"]) == (["w1"], ["w3"])


def test_a_host_that_is_gone_is_unreachable(tmp_path: pathlib.Path) -> None:
    play = run(tmp_path, {"w2": {"kubelet": {"vanish": True}}})
    assert statistics(play)["kubejoin_unreachable"] == {"w2": {"code": "host_unreachable", "phase": "kubelet-start"}}
    assert "unreachable in kubelet-start: 1 node (w2): " in play.output and "--limit 'w2'" in play.output


def test_a_failed_withdrawal_is_an_error_of_the_run(tmp_path: pathlib.Path) -> None:
    """All hosts fail. The report has the reason, and how to delete the token."""
    play = run(tmp_path, {"cp1": {"bootstrap_token": NOT_WITHDRAWN}})
    assert len(re.findall(r"^w\d .* failed=[1-9]", play.output, re.MULTILINE)) == 3, play.output
    assert (
        play.status != 0
        and "next: run the playbook kubejoin.kubeadm.withdraw with -e invite_withdraw_run=" in play.output
    )
    assert "token abcdef: not withdrawn, so it is valid until it expires: No." in play.output
    assert statistics(play)["kubejoin_tokens"] == {"abcdef": {"withdrawn": False}}


def test_the_withdrawal_that_the_report_advises_is_of_this_run(tmp_path: pathlib.Path) -> None:
    """By the ID with which the token is marked. Hosts of batches that do not begin are not finished."""
    play = run(tmp_path, {"cp1": {"bootstrap_token": NOT_WITHDRAWN}}, "-e", "join_batch=2")
    (created,) = (call for call in play.calls if call.module == "bootstrap_token" and call.arguments.get("token"))
    assert f"invite_withdraw_run={created.arguments['run']['id']}, then run the playbook again" in play.output, (
        play.output
    )
    found = statistics(play)
    assert (found["kubejoin_joined"], found["kubejoin_unfinished"]) == (["w1", "w2"], ["w3"])


def test_a_runner_gets_the_statistics_as_artifacts(tmp_path: pathlib.Path) -> None:
    """As AWX stores them for the next job of a workflow."""
    runner = ("ansible-runner", "run", str(tmp_path), "--project-dir", str(tmp_path), "--ident", "run")
    command = (*runner, "--inventory", str(tmp_path / "hosts.json"), "--playbook")
    groups = {name: dict([*hosts.items()][:1]) for name, hosts in GROUPS.items()}
    play = run_play(tmp_path, groups, {host: honest(host) for host in ("cp1", "w1")}, command=command)
    assert play.status == 0, play.output
    events = [json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.glob("artifacts/run/job_events/*.json")]
    (last,) = (event["event_data"] for event in events if event["event"] == "playbook_on_stats")
    assert last["artifact_data"]["kubejoin_joined"] == ["w1"]
