# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a run: the first cause of each host, and equal outcomes together."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.report import (
    HostResult,
    read_host_result,
    summarize,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY


def failed(code: str, msg: str, *, phase: str = "", **details: t.Any) -> dict[str, t.Any]:
    told = {"phase": phase} if phase else {}
    return {"failed": True, "msg": msg, "error": {"code": code, "details": details, **told}}


#: What the role join passes to join_report.
REPORT = yaml.safe_load((REPOSITORY / "roles/join/tasks/report.yml").read_text(encoding="utf-8"))[0][
    "kubejoin.kubeadm.join_report"
]
WORKER, CONTROL_PLANE = "__join_kubelet", "__join_control_plane_node"


def result_of(variables: dict[str, t.Any], last: str = WORKER) -> HostResult:
    return read_host_result(variables, REPORT["results"], last=last)


def test_a_control_plane_that_creates_the_invitation_has_joined() -> None:
    """Its description of the cluster takes the place of an inspection. All hosts have the same result."""
    variables = {"invite_discovery": {"host": "a", "is_control_plane": True}, "__join_node": SKIPPED}
    outcomes = [read_host_result(variables, REPORT["results"], last=WORKER, host=host).outcome for host in ("a", "b")]
    assert outcomes == ["unchanged", "unfinished"]


DONE = {"changed": True, "failed": False}
SKIPPED = {"changed": False, "skipped": True}
INSPECTED = {"__join_node": {"joined": False, "changed": False}}


@pytest.mark.parametrize(
    ("last", "variables", "expected"),
    [
        (WORKER, {}, HostResult("unfinished")),
        (WORKER, {"__join_node": {"joined": True}}, HostResult("unchanged")),
        (WORKER, {**INSPECTED, "__join_kubelet": DONE}, HostResult("joined")),
        (WORKER, {**INSPECTED, "__join_kubelet": {**DONE, "changed": False}}, HostResult("joined")),
        (WORKER, {**INSPECTED, "__join_kubelet": SKIPPED}, HostResult("unfinished")),
        (WORKER, {**INSPECTED, "__join_kubelet": {"changed": False, "unreachable": True}}, HostResult("unfinished")),
        (CONTROL_PLANE, {**INSPECTED, "__join_kubelet": DONE}, HostResult("unfinished")),
        (CONTROL_PLANE, {**INSPECTED, "__join_kubelet": DONE, CONTROL_PLANE: SKIPPED}, HostResult("unfinished")),
        (CONTROL_PLANE, {**INSPECTED, CONTROL_PLANE: DONE}, HostResult("joined")),
        (
            CONTROL_PLANE,
            {
                **INSPECTED,
                "__join_control_plane_files": failed("etcd_unhealthy", "No quorum.", phase="check-etcd"),
            },
            HostResult("failed", "check-etcd", (("etcd_unhealthy", "No quorum."),)),
        ),
        (
            WORKER,
            {**INSPECTED, "__join_kubelet": failed("csr_denied", "Denied.")},
            HostResult("failed", "kubelet-start", (("csr_denied", "Denied."),)),
        ),
        (
            WORKER,
            {"__join_kubelet": failed("node_not_ready", "Not ready.", phase="kubelet-wait-bootstrap")},
            HostResult("failed", "kubelet-wait-bootstrap", (("node_not_ready", "Not ready."),)),
        ),
        (
            WORKER,
            {"__join_node": failed("boom", "First."), "__join_kubelet": failed("late", "Third.")},
            HostResult("failed", "preflight", (("boom", "First."),)),
        ),
        (
            WORKER,
            {"__join_requirements": {"failed": True, "msg": "No package"}},
            HostResult("failed", "requirements", (("unknown", "No package"),)),
        ),
    ],
)
def test_the_first_cause_counts(last: str, variables: dict[str, t.Any], expected: HostResult) -> None:
    """Phase, code and sentence of the first failure; results of any module are understood."""
    assert result_of(variables, last) == expected


def test_the_report_knows_every_registered_variable() -> None:
    """Each one that tasks of the roles register, and those alone, unless errors of the task are ignored."""
    files = [*REPOSITORY.glob("roles/join/tasks/*.yml"), *REPOSITORY.glob("roles/invite/tasks/*.yml")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert set(re.findall(r"register: (\w+)\b(?!\n +ignore_errors: true)", text)) == set(REPORT["results"])
    assert WORKER in REPORT["last"] and CONTROL_PLANE in REPORT["last"]


def test_findings_of_preflight_are_causes_of_their_own() -> None:
    """Two errors at once on a host are two groups; warnings are kept apart."""
    findings = [
        {"check": "Swap", "severity": "warning", "code": "swap_on", "message": "Swap is on."},
        {"check": "CRI", "severity": "error", "code": "cri_unavailable", "message": "Nothing answers."},
        {"check": "Port-10250", "severity": "error", "code": "port_in_use", "message": "Taken."},
        {"check": "SystemVerification", "severity": "error", "code": "kernel_unfit", "message": "No memory."},
        {"check": "SystemVerification", "severity": "error", "code": "cgroups_outdated", "message": "Version 1."},
        {"check": "Swap", "severity": "warning", "code": "swap_on", "message": "And more of it."},
    ]
    result = result_of({"__join_node": failed("preflight_failed", "All.", findings=findings)})
    assert result.causes == (
        ("CRI", "Nothing answers."),
        ("Port-10250", "Taken."),
        ("SystemVerification", "No memory.; Version 1."),
    )
    assert result.warnings == ("Swap",)
    assert "warning Swap: 1 node (w)" in summarize({"w": result}, check_mode=False)


def test_equal_failures_are_reported_together() -> None:
    """The most frequent first, with the number of nodes, some names, and one sentence."""
    results = {f"w{n}": HostResult("failed", "preflight", (("Swap", f"w{n} has swap."),)) for n in range(37)}
    results["x"] = HostResult("failed", "kubelet-start", (("csr_denied", "Denied."),))
    results["y"] = HostResult("joined", warnings=("Hostname",))
    results["z"] = HostResult("unchanged")
    lines = summarize(results, check_mode=False)
    assert lines == [
        "joined: 1 node (y)",
        "had joined before: 1 node (z)",
        "failed in preflight, Swap: 37 nodes (w0, w1, w2, w3, w4, w5, w6, w7 and 29 more): w0 has swap.",
        "failed in kubelet-start, csr_denied: 1 node (x): Denied.",
        "warning Hostname: 1 node (y)",
    ]
    assert summarize({"y": HostResult("joined")}, check_mode=True) == ["would join: 1 node (y)"]


@pytest.mark.parametrize("value", ["text", ["text"], [["text"]], 7, {"text": ["text"]}])
def test_malformed_results_are_a_failure_of_their_host(value: t.Any) -> None:
    """Whatever a host returns for whatever key, there is a report on it."""
    errors = [{"error": {name: value}} for name in ("code", "phase", "details")]
    finding = {"check": value, "severity": "error", "message": value}
    nested = [*errors, {"findings": [finding]}, {"findings": [{**finding, "severity": "warning"}]}, {"notes": [value]}]
    keys = ("joined", "failed", "error", "findings", "notes", "msg", "changed")
    for part in (*nested, *({key: value} for key in keys)):
        for failure in ({}, {"failed": True}):
            for variables in ({**INSPECTED["__join_node"], **failure, **part}, value):
                result = result_of({"__join_node": variables})
                assert result.outcome in ("unchanged", "unfinished", "failed")
                summarize({"h1": result, "h2": HostResult("joined")}, check_mode=False)


def test_texts_of_hosts_are_printed_safely() -> None:
    """Without control characters and secrets, and not without end."""
    text = f"\x1b[2J\nabcdef.0123456789abcdef {'x' * 10**6}"
    finding = {"check": text, "severity": "error", "message": text}
    results = {
        "h1": result_of({"__join_node": failed(text, text, phase=text)}),
        "h2": result_of({"__join_node": {"failed": True, "findings": [finding], "notes": [text]}}),
        "h3": result_of({"__join_node": {"joined": True, "findings": [{**finding, "severity": "warning"}]}}),
    }
    for line in summarize(results, check_mode=False):
        assert line.isprintable() and "0123456789abcdef" not in line and len(line) < 20000, line[:200]
