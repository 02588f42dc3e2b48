# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fleets: hosts in each other's way are refused, and the account of a run groups what is equal."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.fleet import (
    HostResult,
    group_by_discovery,
    read_host_result,
    refuse_duplicates,
    summarize,
)


def failed(code: str, msg: str, *, phase: str = "", **details: t.Any) -> dict[str, t.Any]:
    told = {"phase": phase} if phase else {}
    return {"failed": True, "msg": msg, "error": {"code": code, "details": details, **told}}


@pytest.mark.parametrize(
    ("key", "code"), [("node_name", "node_name_duplicate"), ("machine_id", "machine_id_duplicate")]
)
def test_hosts_in_each_others_way_are_refused(key: str, code: str) -> None:
    """All that share something are named, others are not."""
    nodes = {"a": {key: "x"}, "b": {key: "y"}, "c": {key: "x"}, "d": {}, "e": {key: ""}, "f": {key: ""}}
    with pytest.raises(JoinError) as caught:
        refuse_duplicates(nodes)
    assert caught.value.code == code
    assert caught.value.details == {"hosts": {"x": ["a", "c"]}}
    assert "a, c" in str(caught.value) and "y" not in caught.value.details["hosts"]
    refuse_duplicates({"a": {key: "x"}, "b": {key: "y"}})


def test_one_asks_for_all_that_trust_in_the_same_way() -> None:
    """Hosts whose pins or files differ may be meant for different clusters: each kind asks for itself."""
    token, other = ({"bootstrapToken": {"caCertHashes": [pin]}} for pin in ("sha256:a", "sha256:b"))
    discoveries = {"a": token, "b": other, "c": dict(token), "d": {"file": {}}, "e": dict(other)}
    assert group_by_discovery(discoveries) == {"a": "a", "b": "b", "c": "a", "d": "d", "e": "b"}
    assert group_by_discovery({}) == {}


#: What every control plane that has not joined has registered after preflight.
CONTROL_PLANE = {
    "__join_settings": {"configuration": {"controlPlane": {}}},
    "__join_node": {"joined": False},
}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, HostResult("unfinished")),
        ({"__join_node": {"joined": True}}, HostResult("unchanged")),
        ({"__join_node": {"joined": False}, "__join_kubelet": {"node": {}}}, HostResult("joined")),
        ({"__join_node": {"joined": False}, "__join_kubelet": {"skipped": True}}, HostResult("unfinished")),
        (
            {**CONTROL_PLANE, "__join_kubelet": {"node": {}}, "__join_control_plane_node": {"skipped": True}},
            HostResult("unfinished"),
        ),
        ({**CONTROL_PLANE, "__join_control_plane_node": {"node": {}}}, HostResult("joined")),
        (
            {
                **CONTROL_PLANE,
                "__join_control_plane_files": failed("etcd_unhealthy", "No quorum.", phase="check-etcd"),
            },
            HostResult("failed", "check-etcd", (("etcd_unhealthy", "No quorum."),)),
        ),
        (
            {"__join_node": {"joined": False}, "__join_kubelet": failed("csr_denied", "Denied.")},
            HostResult("failed", "kubelet-start", (("csr_denied", "Denied."),)),
        ),
        (
            {"__join_kubelet": failed("node_not_ready", "Not ready.", phase="kubelet-wait-bootstrap")},
            HostResult("failed", "kubelet-wait-bootstrap", (("node_not_ready", "Not ready."),)),
        ),
        (
            {"__join_node": failed("boom", "First."), "__join_kubelet": failed("late", "Third.")},
            HostResult("failed", "preflight", (("boom", "First."),)),
        ),
        ({"__join_requirements": {"failed": True, "msg": "No package"}},
         HostResult("failed", "requirements", (("unknown", "No package"),))),
    ],
)  # fmt: skip
def test_the_first_cause_counts(variables: dict[str, t.Any], expected: HostResult) -> None:
    """Phase, code and sentence of what failed first; results of any module are understood."""
    assert read_host_result(variables) == expected


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
    result = read_host_result({"__join_node": failed("preflight_failed", "All.", findings=findings)})
    assert result.causes == (
        ("CRI", "Nothing answers."),
        ("Port-10250", "Taken."),
        ("SystemVerification", "No memory.; Version 1."),
    )
    assert result.warnings == ("Swap",)
    assert "warning Swap: 1 node (w)" in summarize({"w": result}, check_mode=False)


def test_equal_failures_are_told_together() -> None:
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
