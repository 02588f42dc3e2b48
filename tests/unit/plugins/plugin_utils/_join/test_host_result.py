# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome of a run on one host: the first cause, and what was unusual."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import guide_url
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.host_result import HostResult, read_host_result
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.report import count, summarize
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY


def failed(code: str, msg: str, *, phase: str = "", **details: t.Any) -> dict[str, t.Any]:
    own = {"phase": phase} if phase else {}
    return {"failed": True, "msg": msg, "error": {"code": code, "details": details, **own}}


def cause(code: str, sentence: str) -> tuple[str, str]:
    """With what the guide has about the code."""
    return code, f"{sentence} See {guide_url(code)}"


#: What the role join passes to join_report.
REPORT = yaml.safe_load((REPOSITORY / "roles/join/tasks/report.yml").read_text(encoding="utf-8"))[0]["module_defaults"][
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


def test_rejected_requests_are_a_note_of_the_host() -> None:
    """And not those of the host that creates the invitation."""
    rejected = {"changed": True, "rejected_requests": 3}
    (note,) = result_of({"__join_node": {"joined": False}, WORKER: rejected}).notes
    assert note.startswith("The API server rejected requests") and "join_concurrency" in note
    assert result_of({"invite_discovery": rejected, WORKER: {"changed": True}}).notes == ()


DONE = {"changed": True, "failed": False}
SKIPPED = {"changed": False, "skipped": True}
DRY = {"configuration": {"dryRun": True}}
INSPECTED = {"__join_node": {"joined": False, "changed": False}}


@pytest.mark.parametrize(
    ("last", "variables", "expected"),
    [
        (WORKER, {}, HostResult("unfinished")),
        (WORKER, {"__join_node": {"joined": True}}, HostResult("unchanged")),
        (WORKER, {**INSPECTED, "__join_kubelet": DONE}, HostResult("joined")),
        (WORKER, {**INSPECTED, "__join_kubelet": {**DONE, "changed": False}}, HostResult("joined")),
        (WORKER, {**INSPECTED, "__join_settings": DRY, "__join_kubelet": DONE}, HostResult("would_join")),
        (WORKER, {"__join_settings": DRY, "__join_node": {"joined": True}}, HostResult("unchanged")),
        (WORKER, {**INSPECTED, "__join_kubelet": SKIPPED}, HostResult("unfinished")),
        (
            WORKER,
            {**INSPECTED, "__join_requirements": {"unreachable": True, "msg": "Gone."}},
            HostResult("unreachable", "requirements", (("unknown", "Gone."),), code="host_unreachable"),
        ),
        (
            WORKER,
            {**INSPECTED, "__join_kubelet": failed("host_unreachable", "Gone.")},
            HostResult("unreachable", "kubelet-start", (cause("host_unreachable", "Gone."),), code="host_unreachable"),
        ),
        (CONTROL_PLANE, {**INSPECTED, "__join_kubelet": DONE}, HostResult("unfinished")),
        (CONTROL_PLANE, {**INSPECTED, "__join_kubelet": DONE, CONTROL_PLANE: SKIPPED}, HostResult("unfinished")),
        (CONTROL_PLANE, {**INSPECTED, CONTROL_PLANE: DONE}, HostResult("joined")),
        (
            CONTROL_PLANE,
            {
                **INSPECTED,
                "__join_control_plane_files": failed("etcd_unhealthy", "No quorum.", phase="check-etcd"),
            },
            HostResult("failed", "check-etcd", (cause("etcd_unhealthy", "No quorum."),), code="etcd_unhealthy"),
        ),
        (
            WORKER,
            {**INSPECTED, "__join_kubelet": failed("csr_denied", "Denied.")},
            HostResult("failed", "kubelet-start", (cause("csr_denied", "Denied."),), code="csr_denied"),
        ),
        (
            WORKER,
            {"__join_kubelet": failed("node_not_ready", "Not ready.", phase="kubelet-wait-bootstrap")},
            HostResult(
                "failed", "kubelet-wait-bootstrap", (cause("node_not_ready", "Not ready."),), code="node_not_ready"
            ),
        ),
        (
            WORKER,
            {"__join_node": failed("boom", "First."), "__join_kubelet": failed("late", "Third.")},
            HostResult("failed", "preflight", (("boom", "First."),), code="unknown"),
        ),
        (
            WORKER,
            {"__join_requirements": {"failed": True, "msg": "No package"}},
            HostResult("failed", "requirements", (("unknown", "No package"),), code="unknown"),
        ),
    ],
)
def test_the_first_cause_counts(last: str, variables: dict[str, t.Any], expected: HostResult) -> None:
    """Phase, code and sentence of the first failure; results of any module are understood."""
    assert result_of(variables, last) == expected


@pytest.mark.parametrize("result", [failed("host_unreachable", "Gone."), {"unreachable": True, "msg": "Gone."}])
def test_hosts_of_an_inviter_that_is_gone_are_not_unreachable(result: dict[str, t.Any]) -> None:
    """Their invitation has failed."""
    for name in ("__join_refusal", "invite_created"):
        found = result_of({name: result})
        assert (found.outcome, found.phase, found.code) == ("failed", "invitation", "host_unreachable")


def test_the_report_knows_every_registered_variable() -> None:
    """Each one that tasks of the roles register, and those alone, unless errors of the task are ignored."""
    files = [*REPOSITORY.glob("roles/join/tasks/*.yml"), *REPOSITORY.glob("roles/invite/tasks/*.yml")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    registered = set(re.findall(r"register: (\w+)\b(?!\n +ignore_errors: true)", text))
    assert registered == {*REPORT["results"], *REPORT["withdrawals"]}
    assert REPORT["token"] in REPORT["results"]
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
        ("CRI", cause("cri_unavailable", "Nothing answers.")[1]),
        ("Port-10250", cause("port_in_use", "Taken.")[1]),
        (
            "SystemVerification",
            f"{cause('kernel_unfit', 'No memory.; Version 1.')[1]}, {guide_url('cgroups_outdated')}",
        ),
    )
    assert result.warnings == (("Swap", "Swap is on."),)
    assert result.code == "preflight_failed"


def test_seconds_are_added_by_phase() -> None:
    """Those that the controller has measured, also of a failure."""
    variables = {
        "__join_node": {"joined": False, "duration": 0.5},
        "invite_created": {"duration": 1.25},
        "__join_kubelet": {**failed("csr_denied", "Denied."), "duration": 2.0},
    }
    assert result_of(variables).seconds == {"preflight": 0.5, "invitation": 1.25, "kubelet-start": 2.0}
    for odd in ("1", -1.0, 1e300, float("inf"), float("nan")):
        assert result_of({"__join_requirements": {"duration": odd}}).seconds == {}, odd


def test_the_cluster_of_a_host_is_known_without_its_secrets() -> None:
    """Of an invited host from the invitation, of another one from its discovery."""
    cluster = {
        "server": "https://u:secret@api:6443",
        "facts": {"kubernetes_version": "v1.37.2"},
        "ca_cert_hashes": ["p"],
    }
    for name in ("invite_discovery", "__join_node", "__join_discovery"):
        assert result_of({name: {"cluster": cluster}}).cluster == ("https://api:6443", "v1.37.2", ("p",))
    for other in (None, {}, "text", {"server": 7}):
        assert result_of({"__join_node": {"cluster": other}}).cluster is None


@pytest.mark.parametrize("value", ["text", ["text"], [["text"]], 7, {"text": ["text"]}])
def test_malformed_results_are_a_failure_of_their_host(value: t.Any) -> None:
    """Whatever a host returns for whatever key, there is a result."""
    errors = [{"error": {name: value}} for name in ("code", "phase", "details")]
    finding = {"check": value, "severity": "error", "message": value}
    clusters = [{"cluster": {"server": "s", "facts": value, "ca_cert_hashes": value}}, {"cluster": value}]
    nested = [*errors, *clusters, {"findings": [finding]}, {"findings": [{**finding, "severity": "warning"}]}]
    keys = ("joined", "failed", "error", "findings", "notes", "msg", "changed", "duration", "cluster")
    for part in (*nested, {"notes": [value]}, *({key: value} for key in keys)):
        for failure in ({}, {"failed": True}):
            for variables in ({**INSPECTED["__join_node"], **failure, **part}, value):
                result = result_of({"__join_node": variables})
                assert result.outcome in ("unchanged", "unfinished", "failed")
                summarize({"h1": result, "h2": HostResult("joined")}, check_mode=False)
                count({"h1": result}, check_mode=False)
