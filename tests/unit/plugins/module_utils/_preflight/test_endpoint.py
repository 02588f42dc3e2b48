# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings about the endpoint: proxies, routes, certificates and clocks."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.endpoint import (
    find_endpoint_problems,
    find_proxied_targets,
    find_proxy_problems,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.endpoint_probe import EndpointProbe
from hypothesis import given
from hypothesis import strategies as st

SERVER = "https://api.example.org:6443"
PROXY = {"HTTPS_PROXY": "http://me:secret@proxy:3128"}


def outline(findings: t.Iterable[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.check, finding.severity, finding.code) for finding in findings]


def problems(server: str = SERVER, **seen: t.Any) -> list[tuple[str, str, str]]:
    return outline(find_endpoint_problems(server, EndpointProbe(**seen)))


def test_a_proxy_is_a_warning_with_its_remedy_and_without_its_password() -> None:
    """None, or one that is not for this server, is nothing."""
    (found,) = find_proxy_problems(SERVER, PROXY)
    assert (found.check, found.severity, found.code) == ("HTTPProxy", "warning", "proxy_in_the_way")
    assert "proxy:3128" in found.message and "add api.example.org to NO_PROXY" in found.message
    assert "secret" not in found.message
    assert not list(find_proxy_problems(SERVER, {}))
    assert not list(find_proxy_problems(SERVER, {**PROXY, "NO_PROXY": "example.org"}))


def test_a_proxy_that_cannot_be_used_is_an_error() -> None:
    """Nothing would reach the server."""
    assert outline(find_proxy_problems(SERVER, {"HTTPS_PROXY": "socks5://p"})) == [
        ("HTTPProxy", "error", "proxy_unusable")
    ]


def test_each_target_behind_a_proxy_is_a_warning_of_its_own() -> None:
    """Under the name of its check, with what to add to NO_PROXY."""
    targets = [
        ("HTTPProxy", "https://10.0.0.1:6443", "10.0.0.1"),
        ("HTTPProxyCIDR", "https://10.96.0.1", "10.96.0.0/12"),
    ]
    found = list(find_proxied_targets(targets, {**PROXY, "NO_PROXY": "10.0.0.1"}))
    assert outline(found) == [("HTTPProxyCIDR", "warning", "proxy_in_the_way")]
    assert "add 10.96.0.0/12 to NO_PROXY" in found[0].message
    unusable = find_proxied_targets(targets, {"HTTPS_PROXY": "socks5://p"})
    assert outline(unusable) == [
        ("HTTPProxy", "warning", "proxy_unusable"),
        ("HTTPProxyCIDR", "warning", "proxy_unusable"),
    ]


def test_a_good_probe_has_no_findings() -> None:
    """By name, and by address."""
    assert problems() == []
    assert problems(source="10.0.0.2", names=("api.example.org",), skew=0.0) == []
    assert problems("https://[::1]:6443", source="::1", names=("::1",)) == []


def test_without_a_route_nothing_else_is_said() -> None:
    """All else follows from it."""
    seen = {"no_route": "Network is unreachable", "unreachable": "x", "untrusted": "y", "skew": 999.0}
    assert problems(**seen) == [("Endpoint", "error", "no_route")]


@pytest.mark.parametrize("reason", ["unresolved", "unreachable"])
def test_a_server_that_does_not_answer_yet_is_a_warning(reason: str) -> None:
    """The join waits for it; of a certificate nothing is known then."""
    seen = {reason: "no answer", "untrusted": "y", "skew": 999.0}
    assert problems(**seen) == [("Endpoint", "warning", "api_server_unreachable")]


@pytest.mark.parametrize(
    ("server", "source", "odd"),
    [
        ("https://10.0.0.1:6443", "127.0.0.1", True),
        ("https://10.0.0.1:6443", "169.254.1.1", True),
        ("https://169.254.1.2:6443", "169.254.1.1", False),
        ("https://127.0.0.1:6443", "127.0.0.1", False),
        ("https://api:6443", "127.0.1.1", True),
        ("https://api:6443", "fe80::1", True),
        ("https://api:6443", "10.0.0.2", False),
        ("https://api:6443", "", False),
    ],
)
def test_an_address_that_nobody_else_reaches_is_odd(server: str, source: str, odd: bool) -> None:
    """Unless the server has one of the same kind."""
    assert problems(server, source=source) == ([("Endpoint", "warning", "source_address_odd")] if odd else [])


@pytest.mark.parametrize(
    ("server", "names", "certified"),
    [
        (SERVER, ("api.example.org",), True),
        (SERVER, ("API.example.ORG",), True),
        (SERVER, ("*.example.org",), True),
        (SERVER, ("*.org",), False),
        (SERVER, ("other", "10.0.0.1"), False),
        ("https://api.example.org.:6443", ("api.example.org",), True),
        ("https://10.0.0.1:6443", ("kubernetes", "10.0.0.1"), True),
        ("https://10.0.0.1:6443", ("10.0.0.2", "*.0.0.1"), False),
        ("https://[fd00::1]:6443", ("fd00:0::1",), True),
        (SERVER, (), True),
    ],
)
def test_the_certificate_must_be_for_the_server(server: str, names: tuple[str, ...], certified: bool) -> None:
    """A wildcard stands for one label, and for no part of an address."""
    assert problems(server, names=names) == ([] if certified else [("Endpoint", "error", "endpoint_not_certified")])


def test_the_more_specific_of_two_refusals_is_reported() -> None:
    """A certificate for another name is not trusted either."""
    assert problems(names=("other",), untrusted="x") == [("Endpoint", "error", "endpoint_not_certified")]
    assert problems(names=("api.example.org",), untrusted="x") == [("Endpoint", "error", "api_server_untrusted")]


@given(st.floats(-100_000, 100_000))
def test_only_a_clock_that_is_behind_is_an_error(skew: float) -> None:
    """From the time on by which the signer backdates certificates; a few seconds are nothing."""
    severity = "error" if skew >= 300 else "warning"
    assert problems(skew=skew) == ([] if abs(skew) < 30 else [("ClockSkew", severity, "clock_skew")])


@pytest.mark.parametrize(("skew", "where"), [(60.0, "behind"), (-60.0, "ahead of")])
def test_a_skew_is_reported_with_its_direction(skew: float, where: str) -> None:
    """As this host sees it."""
    (found,) = find_endpoint_problems(SERVER, EndpointProbe(skew=skew))
    assert f"60 seconds {where} that of {SERVER}" in found.message
