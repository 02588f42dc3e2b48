# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a run: equal outcomes together, as lines and as statistics."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.host_result import HostResult, read_host_result
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.report import (
    Token,
    count,
    last_result,
    read_token,
    summarize,
)

SECRET = "0123456789abcdef"
CLUSTER = ("https://api:6443", "v1.37.2", ("sha256:00",))


def failed(phase: str, cause: str, sentence: str) -> HostResult:
    return HostResult("failed", phase, ((cause, sentence),), code=cause)


def test_equal_failures_are_reported_together() -> None:
    """The most frequent first, with the number of nodes, some names, and one sentence."""
    results = {f"w{n}": failed("preflight", "Swap", f"w{n} has swap.") for n in range(57)}
    results["x"] = failed("kubelet-start", "csr_denied", "Denied.")
    results["y"] = HostResult("joined", warnings=(("Hostname", "It has no address."),))
    results["z"] = HostResult("unchanged")
    results["u"] = HostResult("unreachable", "preflight", (("host_unreachable", "Gone."),), code="host_unreachable")
    assert summarize(results, check_mode=False) == [
        "joined: 1 node (y)",
        "had joined before: 1 node (z)",
        "failed in preflight, Swap: 57 nodes (w0, w1, w2, w3, w4, w5, w6, w7 and 49 more): w0 has swap.",
        "failed in kubelet-start, csr_denied: 1 node (x): Denied.",
        "unreachable in preflight: 1 node (u): Gone.",
        "warning Hostname: 1 node (y): It has no address.",
        "next: fix the causes and run the playbook again; hosts that have joined are only inspected",
    ]


def test_the_next_step_is_a_command() -> None:
    """For the hosts that it is about."""
    joined = {"y": HostResult("joined")}
    assert summarize(joined, check_mode=False) == ["joined: 1 node (y)", "next: kubectl get nodes"]
    (outcome, advice) = summarize(joined, check_mode=True)
    assert outcome == "would join: 1 node (y)" and "without check mode" in advice
    wrong = {"a": failed("preflight", "Swap", "Swap."), "b": HostResult("unfinished"), **joined}
    assert summarize(wrong, check_mode=False)[-1].endswith("again with --limit 'a,b'")


def test_hosts_that_no_group_selects_are_in_no_command() -> None:
    """They stand for those that the inventory does not have."""
    results = {"localhost": failed("configuration", "group_missing", "No group.")}
    assert summarize(results, check_mode=False)[-1] == "next: correct the inventory and run the playbook again"


@pytest.mark.parametrize("host", ["w'1", "a b", "$(id)", "!w1", "&w1", "~w", "w*", "w[1]", "a:b", "@f", "-x"])
def test_names_that_are_patterns_or_no_words_are_in_no_command(host: str) -> None:
    """Pasted, it would select other hosts, or run something else."""
    results = {host: HostResult("unfinished"), "b": HostResult("unfinished")}
    assert "--limit" not in summarize(results, check_mode=False)[-1]


def test_one_host_does_not_flood_the_report() -> None:
    """With causes, warnings and notes. What hosts have in common comes first."""
    findings = [
        {"check": f"{severity} {number}", "severity": severity, "message": "m"}
        for number in range(1000)
        for severity in ("error", "warning")
    ]
    flood = {"failed": True, "findings": findings, "notes": [f"note {number}" for number in range(1000)]}
    variables = {f"h{number}": flood for number in range(2)} | {"h3": {"joined": True, "notes": ["own"]}}
    results = {host: read_host_result({"x": said}, {"x": "preflight"}, last="y") for host, said in variables.items()}
    assert len(summarize(results, check_mode=False)) < 200
    many = {str(number): HostResult("joined", notes=(f"note {number}", "common")) for number in range(5000)}
    lines = summarize(many, check_mode=False)
    assert lines[1].startswith("note: common: 5000 nodes") and "4901 more notes" in lines and len(lines) < 110


def test_clusters_are_named_once() -> None:
    """Each with its hosts if there are several."""
    results = {"a": HostResult("joined", cluster=CLUSTER), "b": HostResult("joined", cluster=CLUSTER)}
    assert summarize(results, check_mode=False)[0] == "cluster https://api:6443: Kubernetes v1.37.2, sha256:00"
    results["c"] = HostResult("joined", cluster=("https://other:6443", "v1.36.1", ("sha256:11",)))
    first, second, *_others = summarize(results, check_mode=False)
    assert first.endswith(": 2 nodes (a, b)") and second.endswith("sha256:11: 1 node (c)")


def test_the_slowest_hosts_come_first() -> None:
    """Ten of them, and the slowest phase first."""
    results = {f"w{n:02}": HostResult("joined", seconds={"invitation": 1.0, "kubelet-start": n / 2}) for n in range(30)}
    slow, fast = (line for line in summarize(results, check_mode=False) if line.startswith("seconds"))
    assert slow.startswith("seconds in kubelet-start: median 7.2, slowest w29 14.5, w28 14.0, ")
    assert slow.count(",") == 10 and fast == "seconds in invitation: 1.0"
    assert next(iter(count(results, check_mode=False)["kubejoin_slowest"]["kubelet-start"].items())) == ("w29", 14.5)


CREATED = {"token": {"id": "abcdef", "state": "present"}}
REMOVED = {"changed": True, "token": {"id": "abcdef", "state": "absent"}}
FAILED = {"failed": True, "msg": f"No, abcdef.{SECRET}."}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, None),
        ({"created": {"failed": True}}, None),
        ({"created": CREATED, "removed": REMOVED}, Token("abcdef", is_withdrawn=True)),
        ({"created": CREATED}, Token("abcdef", is_withdrawn=False)),
        ({"created": CREATED, "waited": REMOVED}, Token("abcdef", is_withdrawn=True)),
        ({"created": CREATED, "waited": {"left": {}}, "removed": REMOVED}, Token("abcdef", is_withdrawn=True)),
        ({"created": CREATED, "waited": {"left": {}}}, Token("abcdef", is_withdrawn=False)),
        ({"created": CREATED, "waited": {"token": {"id": "ghijkl"}}}, Token("abcdef", is_withdrawn=False)),
        ({"created": CREATED, "waited": {"token": "abcdef"}}, Token("abcdef", is_withdrawn=False)),
        ({"created": CREATED, "removed": {"skipped": True}}, Token("abcdef", is_withdrawn=False)),
    ],
)
def test_the_token_is_known_by_its_id(variables: dict[str, t.Any], expected: Token | None) -> None:
    """And whether it was withdrawn."""
    assert read_token(variables, "created", last_result(variables, ["waited", "removed"])) == expected


@pytest.mark.parametrize(
    ("variables", "is_withdrawn", "seen"),
    [
        ({"created": CREATED, "removed": FAILED}, False, "token abcdef: not withdrawn"),
        ({"created": CREATED, "removed": {**REMOVED, **FAILED}}, True, "but not the certificates"),
    ],
)
def test_a_failed_withdrawal_is_reported(variables: dict[str, t.Any], is_withdrawn: bool, seen: str) -> None:
    """Of the token or of what was uploaded for it."""
    token = read_token(variables, "created", variables["removed"], "3116")
    assert token and token.is_withdrawn is is_withdrawn
    lines = summarize({"a": HostResult("joined")}, token, check_mode=False)
    (line,) = [line for line in lines if line.startswith("token abcdef: ")]
    assert seen in line and "No, " in line and SECRET not in line
    withdraw = "next: run the playbook kubejoin.kubeadm.withdraw with -e invite_withdraw_run=3116, then "
    assert lines[-1] == f"{withdraw}kubectl get nodes"
    lines = summarize({"a": HostResult("unfinished")}, token, check_mode=False)
    assert lines[-1] == f"{withdraw}run the playbook again with --limit 'a'"
    facts = count({"a": HostResult("joined")}, token, check_mode=False)
    assert facts["kubejoin_tokens"] == {"abcdef": {"withdrawn": is_withdrawn}}
    assert not [line for line in summarize({}, token, check_mode=True) if "token" in line]


def test_statistics_have_the_same_facts() -> None:
    """In a form that Ansible can add up."""
    results = {
        "a": HostResult("joined", cluster=CLUSTER),
        "b": HostResult("unchanged"),
        "c": failed("kubelet-start", "csr_denied", "Denied."),
        "d": HostResult("unreachable", "preflight", (("host_unreachable", "Gone."),), code="host_unreachable"),
        "e": HostResult("unfinished"),
    }
    assert count(results, Token("abcdef", is_withdrawn=True), check_mode=False) == {
        "kubejoin_joined": ["a"],
        "kubejoin_unchanged": ["b"],
        "kubejoin_unfinished": ["e"],
        "kubejoin_failed": {"c": {"code": "csr_denied", "phase": "kubelet-start"}},
        "kubejoin_unreachable": {"d": {"code": "host_unreachable", "phase": "preflight"}},
        "kubejoin_clusters": {"https://api:6443": {"version": "v1.37.2", "ca_cert_hashes": ["sha256:00"]}},
        "kubejoin_tokens": {"abcdef": {"withdrawn": True}},
        "kubejoin_slowest": {},
    }
    assert count(results, check_mode=True)["kubejoin_would_join"] == ["a"]
    results["f"] = HostResult("would_join")
    facts = count(results, check_mode=False)
    assert (facts["kubejoin_joined"], facts["kubejoin_would_join"]) == (["a"], ["f"])


def test_hosts_that_only_report_are_not_among_those_that_have_joined() -> None:
    results = {"a": HostResult("joined"), "b": HostResult("would_join")}
    assert summarize(results, check_mode=False) == [
        "joined: 1 node (a)",
        "would join: 1 node (b)",
        "next: run the playbook without join_dry_run to join the others",
    ]


def test_texts_of_hosts_are_printed_safely() -> None:
    """Without control characters and secrets, and not without end."""
    text = f"\x1b[2J\nabcdef.{SECRET} {'x' * 10**6}"
    finding = {"check": text, "severity": "error", "message": text}
    cluster = {"server": text, "facts": {"kubernetes_version": text}, "ca_cert_hashes": [text]}
    variables = {
        "h1": {"failed": True, "msg": text, "error": {"code": text, "phase": text}},
        "h2": {"failed": True, "findings": [finding], "notes": [text]},
        "h3": {"joined": True, "findings": [{**finding, "severity": "warning"}], "cluster": cluster},
    }
    results = {host: read_host_result({"x": said}, {"x": "preflight"}, last="y") for host, said in variables.items()}
    for line in (*summarize(results, check_mode=False), json.dumps(count(results, check_mode=False))):
        assert line.isprintable() and SECRET not in line and len(line) < 60000, line[:200]
