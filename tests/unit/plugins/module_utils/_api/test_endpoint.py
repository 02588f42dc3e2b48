# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses of API servers."""

from __future__ import annotations

import urllib.parse

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.endpoint import (
    is_secret_url,
    is_server_url,
    parse_endpoint,
    render_url,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import Expected
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "text", ["api:6443", "api.example.org:1", "10.0.0.1:65535", "[::1]:6443", "[fd00::192.0.2.1]:6443", "a_b:1"]
)
def test_host_and_port_are_an_endpoint(text: str) -> None:
    """An IPv6 address stands in brackets."""
    assert parse_endpoint(text) == f"https://{text}"
    assert is_server_url(f"https://{text}")


@pytest.mark.parametrize(
    "text",
    ["", "api", "api:", ":6443", "api:0", "api:65536", "api:6443/", "https://api:6443", "::1:6443", "[::1]", "[::g]:1", "[api]:1",
     "user@api:1", "api:6443\n", "api :6443", "api:６４４３", "api:6443,api:6444"],
)  # fmt: skip
def test_what_is_not_host_and_port_is_refused(text: str) -> None:
    """And repeated, as it is no secret."""
    with pytest.raises(JoinError) as caught:
        parse_endpoint(text)
    assert caught.value.code == "endpoint_malformed"
    assert "endpoint" in caught.value.details


@pytest.mark.parametrize(
    "url", ["https://api", "https://api:6443", "https://api:6443/k8s/clusters/c-1", "https://[::1]/~x%20"]
)
def test_a_server_may_have_a_path_and_no_port(url: str) -> None:
    """As behind the gateway of a provider."""
    assert is_server_url(url)


@pytest.mark.parametrize(
    "url",
    ["", "api:6443", "http://api", "https://", "https://u@api", "https://u:p@api", "https://api?x", "https://api#x", "https://api:0",
     "https://api:99999", "https://[::g]", "https://api/\n", "https://api /", "HTTPS://api"],
)  # fmt: skip
def test_other_urls_are_no_servers(url: str) -> None:
    """Nothing of a user, of a query or of another scheme gets into a kubelet.conf."""
    assert not is_server_url(url)


@given(st.text("ap1.:[]@/-_6443", max_size=20))
def test_an_endpoint_is_read_as_others_read_it(text: str) -> None:
    """The library that connects sees the same host and port."""
    with Expected():
        url = parse_endpoint(text)
        assert is_server_url(url)
        parts = urllib.parse.urlsplit(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        assert parts.port is not None
        assert f"{host}:{parts.port}" == f"{text.rpartition(':')[0]}:{int(text.rpartition(':')[2])}"


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://u:p@host/a?b=c#d", "https://host/a"),
        ("https://u:p%40@host:1/", "https://host:1/"),
        ("https://host:1/?a@b", "(a URL that is not displayed)"),
        ("https://host:1/", "https://host:1/"),
        ("http://host", "http://host"),
        ("https://[fd00::1]:6443/a", "https://[fd00::1]:6443/a"),
    ],
)
def test_a_url_is_displayed_without_what_may_be_secret(url: str, text: str) -> None:
    """User, password, query and fragment."""
    assert render_url(url) == text
    assert is_secret_url(url) == (url != text)


PARTS = st.text("abc:/?#@[]%._ ", max_size=6)


@given(PARTS, PARTS, PARTS, st.sampled_from(["https://{0}{1}{2}@h/p", "https://u:{0}{1}{2}@h:6443", "https://{0}:{1}{2}@h",
       "https://h/p?{0}{1}{2}", "https://h/p#{0}{1}{2}", "https:{0}:{1}{2}@h", "{0}:{1}{2}@h"]))  # fmt: skip
def test_no_form_of_a_url_displays_a_secret(before: str, after: str, more: str, form: str) -> None:
    """Wherever somebody writes a password, also with characters that must be escaped."""
    url = form.format(before, f"hunter2{after}", more)
    assert "hunter2" not in render_url(url)
    with pytest.raises(JoinError) as caught:
        parse_endpoint(url)
    assert "hunter2" not in f"{caught.value}{caught.value.details}"


def test_what_is_no_url_is_no_secret() -> None:
    assert not is_secret_url("/etc/kubernetes/a@b?.conf")
