# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host answers is about this host alone: whole plays in which hosts forge all of their answers."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variables import (
    HELPERS,
    INVITE_VARIABLES,
    JOIN_VARIABLES,
)

from .fake_hosts import REPOSITORY, Call, cluster_of, honest, run_play

TOKEN, KEY = "abcdef.0123456789abcdef", "0a" * 32
FORGED = "forged"
_BY_TOKEN = {
    "join_apiserver_endpoint": "api:6443",
    "join_token": TOKEN,
    "join_discovery_token_ca_cert_hashes": [f"sha256:{'0' * 64}"],
}
_OUTSIDE = {"control_plane": {"cp1": {}}}

#: Ways to join: the groups of hosts, and whether preflight discovers the cluster. h1 is first, h4 is honest.
WAYS: dict[str, tuple[dict[str, t.Any], bool]] = {
    "workers by invitation": ({**_OUTSIDE, "workers": {f"h{n}": {} for n in range(1, 5)}}, False),
    "workers by token": ({**_OUTSIDE, "workers": {f"h{n}": _BY_TOKEN for n in range(1, 5)}}, True),
    "workers by file": ({"workers": {f"h{n}": {"join_discovery_file": "/discovery.conf"} for n in range(1, 5)}}, False),
    "control planes by invitation": ({"control_plane": {"cp1": {}, **{f"h{n}": {} for n in range(1, 5)}}}, False),
}  # fmt: skip


def role_variables() -> set[str]:
    """The variables of the roles join and invite, those for them alone included."""
    names = {"join_configuration", *HELPERS, *(f"join_{name}" for name in JOIN_VARIABLES)}
    names |= {f"invite_{name}" for name in INVITE_VARIABLES}
    for path in REPOSITORY.glob("roles/*/*/*.yml"):
        names |= set(re.findall(r"\b__(?:join|invite)_\w+", path.read_text(encoding="utf-8")))
    return names


def with_texts(value: t.Any) -> t.Any:
    """Each text forged, all else as it is."""
    if isinstance(value, dict):
        return {name: with_texts(part) for name, part in value.items()}
    if isinstance(value, list):
        return [with_texts(part) for part in value]
    return FORGED if isinstance(value, str) else value


def as_variables(answer: dict[str, t.Any]) -> dict[str, t.Any]:
    """Texts forged, and all that Ansible takes from a result on its own account."""
    facts = {**dict.fromkeys(role_variables(), FORGED), "ansible_host": FORGED, "ansible_connection": FORGED}
    return {
        **with_texts(answer),
        "ansible_facts": facts,
        "ansible_stats": {"data": {FORGED: FORGED}},
        "add_host": {"host_name": "cp1", "host_vars": {"ansible_python_interpreter": FORGED}, "groups": ["workers"]},
        "results": [1],
        "unreachable": True,
        "_ansible_delegated_vars": {"ansible_host": FORGED},
    }


def of_other_types(answer: dict[str, t.Any]) -> dict[str, t.Any]:
    """No value has its type, and nothing has failed."""
    return {name: [[FORGED]] if isinstance(value, (dict, str)) else FORGED for name, value in answer.items()}


def as_failed(answer: dict[str, t.Any]) -> dict[str, t.Any]:
    """A failure whose error is malformed."""
    return {**of_other_types(answer), "failed": True, "error": FORGED, "msg": [FORGED], "findings": [FORGED]}


FORGERIES = {"h1": as_variables, "h2": of_other_types, "h3": as_failed}


def honest_part(arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    awaited = [name for name in arguments.get("nodes", ()) if name not in (*FORGERIES, FORGED)]
    return {**arguments, "nodes": awaited} if "nodes" in arguments else arguments


def masked(calls: t.Iterable[Call]) -> list[str]:
    """Calls as text, in which each invitation's random parts are equal. Of the nodes that are awaited together, only those of honest hosts."""
    texts = sorted(json.dumps([call.host, call.module, honest_part(call.arguments)], sort_keys=True) for call in calls)
    patterns = {r"[a-z0-9]{6}\.[a-z0-9]{16}": "TOKEN", r'"token_id": "[a-z0-9]{6}"': "ID", "[0-9a-f]{64}": "KEY"}
    for pattern, word in {
        **patterns,
        "kubeadm-certs-[a-z0-9]{6}": "SECRET",
        "bootstrappers:kubejoin:[a-z0-9]{6}": "GROUP",
        r'"run": {"id": "[^{}]*}': "RUN",
    }.items():
        texts = [re.sub(pattern, word, text) for text in texts]
    return texts


@pytest.mark.parametrize("way", WAYS)
def test_forged_answers_reach_no_other_host(tmp_path: pathlib.Path, way: str) -> None:
    """The first three hosts forge all that they answer. All others, and the control plane, are asked for exactly the same."""
    groups, early = WAYS[way]
    hosts = [host for group in groups.values() for host in group]
    answers = {host: honest(host, early=early) for host in hosts}
    wanted = run_play(tmp_path / "honest", groups, answers)
    assert wanted.status == 0, wanted.output
    forged = {
        host: {module: FORGERIES[host](answer) for module, answer in answers[host].items()} if host in FORGERIES else answers[host]
        for host in hosts
    }  # fmt: skip
    found = run_play(tmp_path / "forged", groups, forged)
    assert FORGED in found.output and "h4" in found.output
    assert masked(found.on("cp1", "h4")) == masked(wanted.on("cp1", "h4")) != []
    for call in (*found.on("cp1", "h4"), *wanted.calls):
        if "cluster" in call.arguments:
            source = "cp1" if "invitation" in way else call.host
            assert call.arguments["cluster"] == cluster_of(source), call
    report = found.output[found.output.rindex("Report the outcome") :]
    assert '"joined: ' in report and "h4)" in report, report


_GATHERING = """
- hosts: workers
  gather_facts: true
  tasks:
    - ansible.builtin.import_role: {name: kubejoin.kubeadm.worker_join}
"""


def test_a_host_that_gathers_facts_gets_no_file_of_the_controller(tmp_path: pathlib.Path) -> None:
    """Its facts name a file as its discovery file, and Ansible makes variables of facts. The other host joins."""
    kept = tmp_path / "kubeconfig"
    kept.write_text("the administrator's kubeconfig", encoding="utf-8")
    (tmp_path / "own.yml").write_text(_GATHERING, encoding="utf-8")
    facts = {"join_discovery_file": str(kept), "join_discovery_file_remote_src": False, "join_patches": str(tmp_path)}
    answers = {host: honest(host, early=True) for host in ("h1", "h2")}
    answers["h1"] |= {"setup": {"changed": False, "ansible_facts": facts}}
    groups = {"workers": {"h1": {}, "h2": _BY_TOKEN}}
    play = run_play(tmp_path, groups, answers, playbook="own.yml")
    assert "variable_from_host" in play.output
    assert {call.module for call in play.on("h1")} == {"setup"}
    assert "kubelet" in {call.module for call in play.on("h2")}
    assert "administrator" not in json.dumps([call.arguments for call in play.calls])
