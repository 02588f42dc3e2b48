# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses and subnets against Kubernetes' own parser, on thousands of texts."""

from __future__ import annotations

import ipaddress
import pathlib

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_addresses import (
    nth_address,
    parse_address,
    parse_subnet,
    parse_subnets,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY
from ansible_collections.kubejoin.kubeadm.tests.unit.support.text_goldens import answers_of
from hypothesis import given
from hypothesis import strategies as st

NEARLY = st.text("0123456789abcdefABCDEF.:/%[]-_ x\n\u0661", max_size=50)


def render_address(text: str) -> str | None:
    address = parse_address(text)
    return None if address is None else str(address)


def render_subnet(text: str) -> str | None:
    """The subnet, and its addresses for the API server and for DNS, if it has them."""
    subnet = parse_subnet(text)
    if subnet is None:
        return None
    addresses = [nth_address(subnet, index) for index in (1, 10)]
    return " ".join([str(subnet), *(str(address) for address in addresses if address is not None)])


def test_parses_addresses_as_kubernetes() -> None:
    """Zeros, IPv4 inside IPv6, ellipses and zones: each text is the same address, or refused by both."""
    answers = answers_of("address")
    assert len(answers) > 2000
    assert {text: render_address(text) for text in answers} == answers


def test_parses_subnets_as_kubernetes() -> None:
    """The network and its first and tenth address, or refused by both."""
    answers = answers_of("subnet")
    assert len(answers) > 1000
    assert {text: render_subnet(text) for text in answers} == answers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.96.0.0/12", ["10.96.0.0/12"]),
        ("10.96.0.0/16,fd00:10::/112", ["10.96.0.0/16", "fd00:10::/112"]),
        ("10.96.0.0/16, fd00:10::/112", []),
        ("10.96.0.0/16,", []),
        ("", []),
    ],
)
def test_one_wrong_subnet_makes_all_of_them_wrong(text: str, expected: list[str]) -> None:
    """As in kubeadm, blanks are not ignored."""
    assert [str(subnet) for subnet in parse_subnets(text)] == expected


@given(NEARLY)
def test_every_text_is_an_address_or_refused(text: str) -> None:
    """No text raises an error, and an address is the same when it is written and parsed again."""
    address, subnet = parse_address(text), parse_subnet(text)
    assert address is None or parse_address(str(address)) == address
    assert subnet is None or parse_subnet(str(subnet)) == subnet


@given(st.ip_addresses())
def test_every_address_is_itself(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Or the IPv4 address that is inside it."""
    assert parse_address(address.exploded) == (getattr(address, "ipv4_mapped", None) or address)


def test_nothing_else_parses_addresses() -> None:
    """Python parses zones and refuses zeros: only this file, and those that convert bytes or kernel tables, may use its module."""
    plugins = REPOSITORY / "plugins"
    users = {path.relative_to(plugins).as_posix() for path in plugins.rglob("*.py") if "ip_address(" in text_of(path)}
    assert users == {"module_utils/_credentials/der.py"}


def text_of(path: pathlib.Path) -> str:
    return path.read_text(encoding="utf-8")
