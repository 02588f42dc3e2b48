# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery right after the checks: once, on a fit host alone, and a failure of it is not this call's."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible import preflight, token_discovery
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.checks import Preflight
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.host import LocalHost

PARAMS = {
    "node_name": None,
    "cri_socket": None,
    "ca_cert_path": "/etc/kubernetes/pki/ca.crt",
    "ca_cert_hashes": [],
    "endpoint": "api:6443",
    "cluster": None,
    "checks": True,
    "control_plane": False,
    "ignore_preflight_errors": [],
    "discovery": {"token": "abcdef.0123456789abcdef", "tls_bootstrap_token": "", "unsafe_skip_ca_verification": True},
}
UNREACHABLE = Finding("Endpoint", "warning", "api_server_unreachable", "nobody answers")
OTHER = Finding("Swap", "warning", "swap_on", "swap is on")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[t.Mapping[str, t.Any]]:
    """What discovery was asked; it succeeds."""
    seen: list[t.Mapping[str, t.Any]] = []

    def discover(params: t.Mapping[str, t.Any], *_ways: t.Any) -> dict[str, t.Any]:
        seen.append(params)
        return {"cluster": {"server": "https://api:6443"}, "notes": ["a note"], "warnings": ["no pin"]}

    monkeypatch.setattr(token_discovery, "discover_with_token", discover)
    return seen


def check(monkeypatch: pytest.MonkeyPatch, *findings: Finding, can_discover: bool = True, **changed: t.Any) -> t.Any:
    monkeypatch.setattr(preflight, "observe_preflight", lambda *_arguments: Preflight(findings))
    host = LocalHost(lambda *_arguments: (1, "", ""))
    return preflight.check({**PARAMS, **changed}, host, can_discover=can_discover)


def test_a_fit_host_discovers_in_one_attempt(
    monkeypatch: pytest.MonkeyPatch, asked: list[t.Mapping[str, t.Any]]
) -> None:
    """Cluster, notes and warnings are those of discovery; nothing is waited for."""
    result = check(monkeypatch, OTHER)
    assert result["cluster"] == {"server": "https://api:6443"}
    assert (result["notes"], result["warnings"]) == (["a note"], ["no pin"])
    assert [finding["check"] for finding in result["findings"]] == ["Swap"]
    assert asked[0]["timeout"] == asked[0]["api_call_timeout"] == 0
    assert asked[0]["endpoint"] == "api:6443"


def test_a_failure_is_left_to_the_call_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks have passed, and say so."""

    def refuse(*_arguments: t.Any) -> t.Any:
        raise JoinError("pin_mismatch", "another CA")

    monkeypatch.setattr(token_discovery, "discover_with_token", refuse)
    result = check(monkeypatch, OTHER)
    assert "cluster" not in result
    assert [finding["check"] for finding in result["findings"]] == ["Swap"]


@pytest.mark.parametrize(
    ("findings", "changed"),
    [((UNREACHABLE,), {}), ((), {"can_discover": False}), ((), {"discovery": None})],
    ids=["the endpoint does not answer", "libraries are missing", "not wanted"],
)
def test_where_it_cannot_succeed_it_is_not_tried(
    monkeypatch: pytest.MonkeyPatch,
    asked: list[t.Mapping[str, t.Any]],
    findings: tuple[Finding, ...],
    changed: dict[str, t.Any],
) -> None:
    """No token is sent anywhere, and no time is lost."""
    assert "cluster" not in check(monkeypatch, *findings, **changed)
    assert asked == []


def test_an_unfit_host_does_not_discover(monkeypatch: pytest.MonkeyPatch, asked: list[t.Mapping[str, t.Any]]) -> None:
    """Its findings are what the module fails with."""
    with pytest.raises(JoinError) as caught:
        check(monkeypatch, Finding("Swap", "error", "swap_on", "swap is on"))
    assert caught.value.code == "swap_on"
    assert asked == []
