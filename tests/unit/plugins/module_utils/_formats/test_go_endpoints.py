# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts with ports against kubeadm's own parser, on thousands of texts."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_endpoints import (
    HostPort,
    is_dns_name,
    is_wildcard_name,
    parse_host_port,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.text_goldens import answers_of
from hypothesis import given
from hypothesis import strategies as st


def test_splits_hosts_and_ports_as_kubeadm() -> None:
    """Schemes, paths, upper case, brackets and ports: each text is the same host and port, or refused by both."""
    answers = answers_of("host_port")
    assert len(answers) > 1500
    found = {text: parse_host_port(text) for text in answers}
    assert {text: " ".join(pair) if pair else None for text, pair in found.items()} == answers


@given(st.text("abzAZ019.:/%[]-_ \n\u0661é", max_size=40))
def test_every_text_is_an_endpoint_or_refused(text: str) -> None:
    """No text raises an error, and an endpoint is the same when its URL is parsed again."""
    found = parse_host_port(text)
    assert found is None or not found.port or parse_host_port(found.url[len("https://") :]) == found


@pytest.mark.parametrize(
    ("pair", "url"),
    [
        (HostPort("cp.example.com", "6443"), "https://cp.example.com:6443"),
        (HostPort("2001:db8::1", "443"), "https://[2001:db8::1]:443"),
    ],
)
def test_brackets_are_around_an_ipv6_address(pair: HostPort, url: str) -> None:
    """In a URL, its colons would be taken for the port's."""
    assert pair.url == url


@pytest.mark.parametrize(
    ("text", "is_name", "is_wildcard"),
    [
        ("a", True, False),
        ("*.a", False, True),
        ("*.*.a", False, False),
        ("*", False, False),
        ("a" * 253, True, False),
        ("a" * 254, False, False),
        ("*." + "a" * 251, False, True),
        ("*." + "a" * 252, False, False),
        ("a\n", False, False),
    ],
)
def test_names_have_an_end(text: str, is_name: bool, is_wildcard: bool) -> None:
    """A line break at the end does not belong to a name, and 253 characters are the most."""
    assert (is_dns_name(text), is_wildcard_name(text)) == (is_name, is_wildcard)
