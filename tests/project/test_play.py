# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole plays on hosts that vanish, under other strategies and without pipelining: what was created is withdrawn, no file has a secret."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

import pytest

from .fake_hosts import Play, honest, run_play

WORKERS = {"control_plane": {"cp1": {}}, "workers": {"h1": {}, "h2": {}}}
CONTROL_PLANES = {"control_plane": {"cp1": {}, "h1": {}, "h2": {}}}
HOSTS = ("h1", "h2")


def steps(play: Play) -> list[tuple[str, str]]:
    """What the control plane was asked to create and to delete, in order."""
    return [
        (call.module, call.arguments.get("state", "present"))
        for call in play.on("cp1")
        if not call.module.endswith("_info")
    ]


@pytest.mark.parametrize("module", ["apt", "kubelet"])
def test_a_token_is_withdrawn_when_all_workers_vanish(tmp_path: pathlib.Path, module: str) -> None:
    """While they install libraries, or while they join."""
    answers: dict[str, t.Any] = {host: honest(host) for host in ("cp1", *HOSTS)}
    for host in HOSTS:
        answers[host]["setup"] = {"ansible_facts": {"ansible_pkg_mgr": "apt"}}
        answers[host]["preflight_info"]["missing_packages"] = ["python3-yaml"]
        answers[host][module] = {"vanish": True}
    play = run_play(tmp_path, WORKERS, answers)
    assert steps(play) == [("bootstrap_token", "present"), ("bootstrap_token", "absent")], play.output
    # ansible-core before 2.19 reports the lost connection of an action already as a failure.
    assert play.status != 0 and re.search(
        r"unreachable in [\w-]+: 2 nodes \(h1, h2\): (Cannot run|no route)", play.output
    )


def test_certificates_are_withdrawn_when_all_control_planes_vanish(tmp_path: pathlib.Path) -> None:
    """And the token as well."""
    answers: dict[str, t.Any] = {host: honest(host) for host in ("cp1", *HOSTS)}
    for host in HOSTS:
        answers[host]["etcd_member"] = {"vanish": True}
    play = run_play(tmp_path, CONTROL_PLANES, answers)
    assert steps(play) == [
        ("bootstrap_token", "present"),
        ("shared_certificates_upload", "present"),
        ("shared_certificates_upload", "absent"),
        ("bootstrap_token", "absent"),
    ], play.output
    assert play.status != 0 and ": 2 nodes (h1, h2): Cannot run" in play.output
    assert "unreachable in " in play.output


@pytest.mark.parametrize("groups", [WORKERS, CONTROL_PLANES], ids=["workers", "control planes"])
def test_tags_choose_phases(tmp_path: pathlib.Path, groups: dict[str, dict[str, t.Any]]) -> None:
    """With the prerequisites, and without other phases."""
    answers = {host: honest(host) for host in ("cp1", *HOSTS)}
    play = run_play(tmp_path, groups, answers, "--tags", "join_kubelet_start")
    assert play.status == 0, play.output
    for host in HOSTS:
        assert [call.module for call in play.on(host)] == ["preflight_info", "kubelet"]
    assert steps(play)[-1] == ("bootstrap_token", "absent")


def test_the_playbook_does_not_depend_on_the_default_strategy(tmp_path: pathlib.Path) -> None:
    """One token is created for all hosts, and withdrawn after all of them."""
    answers = {host: honest(host) for host in ("cp1", *HOSTS)}
    play = run_play(tmp_path, WORKERS, answers, ANSIBLE_STRATEGY="free")
    assert play.status == 0, play.output
    assert steps(play) == [("bootstrap_token", "present"), ("bootstrap_token", "absent")], play.output


def test_other_plays_with_such_a_strategy_are_refused(tmp_path: pathlib.Path) -> None:
    """Before anything is created, and with the next step."""
    (tmp_path / "own.yml").write_text(
        """
- hosts: workers
  strategy: free
  gather_facts: false
  tasks:
    - ansible.builtin.import_role: {name: kubejoin.kubeadm.invite}
    - ansible.builtin.import_role: {name: kubejoin.kubeadm.worker_join}
""",
        encoding="utf-8",
    )
    answers = {host: honest(host) for host in ("cp1", *HOSTS)}
    play = run_play(tmp_path, WORKERS, answers, playbook="own.yml")
    assert play.status != 0 and "strategy_unsupported" in play.output and "strategy: linear" in play.output
    assert steps(play) == []


def test_arguments_are_in_no_file_of_a_host(tmp_path: pathlib.Path) -> None:
    """Whatever Ansible's configuration says. Modules are read from standard input."""
    answers = {host: honest(host) for host in ("cp1", *HOSTS)}
    play = run_play(tmp_path, CONTROL_PLANES, answers, "-vvv", ANSIBLE_PIPELINING="False")
    assert play.status == 0, play.output
    assert [call for call in play.calls if call.files] == []
    assert not (tmp_path / "tmp").exists()
    tokens = {call.arguments["token"] for call in play.calls if call.arguments.get("token")}
    assert len(tokens) == 1 and not [token for token in tokens if token in play.output]


@pytest.mark.parametrize(
    ("variables", "environment", "seen"),
    [
        ({"ansible_pipelining": False}, {}, "ansible_pipelining is false"),
        ({}, {"ANSIBLE_KEEP_REMOTE_FILES": "True"}, "ANSIBLE_KEEP_REMOTE_FILES"),
        ({"ansible_become": True, "ansible_become_method": "su"}, {}, "the become method su"),
    ],
)  # fmt: skip
def test_nothing_runs_without_pipelining(
    tmp_path: pathlib.Path, variables: dict[str, t.Any], environment: dict[str, str], seen: str
) -> None:
    """A host without it is refused before a token is created."""
    groups = {"control_plane": {"cp1": {}}, "workers": {"h1": variables}}
    play = run_play(tmp_path, groups, {"cp1": honest("cp1"), "h1": honest("h1")}, **environment)
    assert play.status != 0 and seen in play.output and "pipelining_disabled: 1 node (h1)" in play.output
    assert play.on("h1") == [] and steps(play) == []
    assert not (tmp_path / "tmp").exists()


MISSING = {
    "failed": True,
    "msg": "Libraries are missing.",
    "error": {"code": "library_missing", "details": {"packages": ["python3-yaml"]}},
}
APT = {"setup": {"ansible_facts": {"ansible_pkg_mgr": "apt"}}}
DEAD = {"failed": True, "msg": "Failed to update apt cache"}


def installed(play: Play, host: str) -> list[tuple[t.Any, t.Any]]:
    """By call of apt: the packages, and whether the sources are read again."""
    return [
        (call.arguments["name"], call.arguments.get("update_cache")) for call in play.on(host) if call.module == "apt"
    ]


@pytest.mark.parametrize(
    ("sources", "installations"),
    [([{"changed": True}], [True]), ([DEAD, {"changed": True}], [True, None])],
    ids=["good sources", "a dead source"],
)
def test_libraries_are_installed_where_the_cluster_is_described(
    tmp_path: pathlib.Path, sources: list[dict[str, t.Any]], installations: list[bool | None]
) -> None:
    """Then it is described again; the host that joins does not notice."""
    answers: dict[str, t.Any] = {host: honest(host) for host in ("cp1", *HOSTS)}
    described = [MISSING, answers["cp1"]["cluster_discovery_info"]]
    answers["cp1"] |= {**APT, "apt": sources, "cluster_discovery_info": described}
    play = run_play(tmp_path, WORKERS, answers)
    assert play.status == 0, play.output
    assert installed(play, "cp1") == [(["python3-yaml"], update) for update in installations]
    assert steps(play)[-1] == ("bootstrap_token", "absent")


@pytest.mark.parametrize(("install", "executions"), [(True, 2), (False, 1)])
def test_libraries_that_stay_missing_are_an_error(tmp_path: pathlib.Path, install: bool, executions: int) -> None:
    answers = {host: honest(host) for host in ("cp1", *HOSTS)}
    answers["cp1"] |= {**APT, "cluster_discovery_info": MISSING}
    play = run_play(tmp_path, WORKERS, answers, "-e", f"invite_install_requirements={install}")
    assert play.status != 0 and "failed in invitation, library_missing" in play.output
    assert [call.module for call in play.on("cp1")].count("cluster_discovery_info") == executions
    assert len(installed(play, "cp1")) == executions - 1


@pytest.mark.parametrize("last", [{"changed": True}, {"failed": True, "msg": "No package matching python3-yaml"}])
def test_a_dead_package_source_is_no_error_by_itself(tmp_path: pathlib.Path, last: dict[str, t.Any]) -> None:
    """The libraries may come from other sources. If they do not, this is the error."""
    answers: dict[str, t.Any] = {host: honest(host) for host in ("cp1", *HOSTS)}
    answers["h1"] |= {**APT, "apt": [DEAD, last]}
    answers["h1"]["preflight_info"]["missing_packages"] = ["python3-yaml"]
    play = run_play(tmp_path, WORKERS, answers)
    assert installed(play, "h1") == [(["python3-yaml"], True), (["python3-yaml"], None)]
    assert {call.arguments.get("update_cache_retries") for call in play.on("h1") if call.module == "apt"} == {1}
    assert (play.status == 0) is ("changed" in last), play.output
    assert ("failed in requirements, unknown: 1 node (h1): No package matching" in play.output) is ("failed" in last)


@pytest.mark.parametrize("blank", ["", None], ids=["a blank answer", "null"])
def test_variables_of_the_playbook_may_be_empty(tmp_path: pathlib.Path, blank: str | None) -> None:
    """As those of the roles, which a survey of a job leaves blank."""
    names = ("join_batch", "join_max_fail_percentage", "join_throttle", "join_concurrency")
    answers = {host: honest(host) for host in ("cp1", *HOSTS)}
    play = run_play(tmp_path, WORKERS, answers, "-e", json.dumps(dict.fromkeys(names, blank)))
    assert play.status == 0 and "joined: 2 nodes (h1, h2)" in play.output, play.output
