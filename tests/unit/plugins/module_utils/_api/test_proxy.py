# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which proxy counts for which server, and what a proxy sees."""

from __future__ import annotations

import socket
import threading

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.proxy import proxy_for, render_proxy
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import (
    TEXTS,
    Expected,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import GOOD
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer
from hypothesis import given
from hypothesis import strategies as st

SECRET = "a-token-that-is-secret"


@pytest.mark.parametrize(
    ("exceptions", "url", "proxied"),
    [
        ("", "https://10.0.0.1:6443", True),
        ("*", "https://10.0.0.1:6443", False),
        ("10.0.0.0/8", "https://10.0.0.1:6443", False),
        ("10.0.0.0/8", "https://11.0.0.1:6443", True),
        ("fd00::/8", "https://[fd00::1]:6443", False),
        ("[fd00::1]:6443", "https://[fd00::1]:6443", False),
        ("10.0.0.1:443", "https://10.0.0.1:6443", True),
        ("example.org", "https://api.example.org:6443", False),
        ("example.org", "https://notexample.org:6443", True),
        (".example.org", "https://example.org:6443", True),
        ("*.example.org", "https://a.example.org:6443", False),
        ("a, b.example.org:6443", "https://b.example.org:6443", False),
        ("", "https://127.0.0.2:6443", False),
        ("", "https://[::1]:6443", False),
        ("", "https://localhost:6443", False),
    ],
)
def test_no_proxy_is_read_as_go_reads_it(exceptions: str, url: str, proxied: bool) -> None:
    """Addresses, CIDRs, suffixes and ports; the host itself is never proxied."""
    environ = {"https_proxy": "proxy:3128", "NO_PROXY": exceptions}
    assert proxy_for(url, environ) == ("http://proxy:3128" if proxied else "")


def test_a_proxy_that_is_not_plain_is_refused_without_its_password() -> None:
    """TLS and SOCKS proxies are not spoken to."""
    with pytest.raises(JoinError) as caught:
        proxy_for("https://a:1", {"HTTPS_PROXY": f"socks5://me:{SECRET}@p:1"})
    assert caught.value.code == "proxy_unusable"
    assert SECRET not in str(caught.value)


def test_the_proxy_only_sees_a_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    """CONNECT goes to a real proxy, TLS ends at the API server that our CA vouches for."""
    listener = socket.create_server(("127.0.0.1", 0))
    seen = bytearray()
    with FakeServer(lambda method, path: (200, {"data": "x"}), GOOD) as server:
        port = int(server.endpoint.rpartition(":")[2])

        def relay(source: socket.socket, target: socket.socket) -> None:
            while chunk := source.recv(65536):
                seen.extend(chunk)
                target.sendall(chunk)

        def proxy() -> None:
            client, _address = listener.accept()
            seen.extend(client.recv(65536))
            api = socket.create_connection(("127.0.0.1", port))
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            threading.Thread(target=relay, args=(client, api), daemon=True).start()
            relay(api, client)

        threading.Thread(target=proxy, daemon=True).start()
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")
        api = KubeApi(f"https://api.invalid:{port}", trusting(GOOD.pem), bearer=SECRET)
        assert api.get("/x")["data"]
    listener.close()
    assert bytes(seen).startswith(f"CONNECT api.invalid:{port}".encode())
    assert SECRET.encode() not in seen
    assert SECRET.encode() in server.received


URLS = st.text("htps:/[]@.?#%0123456789ab \n\\", max_size=40) | TEXTS


@given(URLS, st.lists(URLS).map(",".join))
def test_the_environments_proxy(proxy: str, exceptions: str) -> None:
    """A proxy, none, or a refusal; no password is shown."""
    with Expected():
        found = proxy_for("https://10.0.0.1:6443", {"HTTPS_PROXY": proxy, "NO_PROXY": exceptions})
        assert "@" not in render_proxy(found)


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, ""),
        ({"HTTP_PROXY": "http://p:1", "ALL_PROXY": "http://p:1", "http_proxy": "http://p:1"}, ""),
        ({"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ({"https_proxy": "http://p:1"}, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "https_proxy": "http://q:2"}, "http://p:1"),
        ({"HTTPS_PROXY": "", "https_proxy": "http://q:2"}, "http://q:2"),
        ({"HTTPS_PROXY": "p:1"}, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "api", "no_proxy": ""}, ""),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "other", "no_proxy": "api"}, "http://p:1"),
    ],
)
def test_which_variable_counts(environ: dict[str, str], proxy: str) -> None:
    """In capital letters first, and that for HTTPS alone."""
    assert proxy_for("https://api:6443", environ) == proxy


@pytest.mark.parametrize(
    "proxy", ["https://p:1", "socks5://p:1", "http://", "http://p:0", "http://p:99999", "http://[p:1"]
)
def test_other_proxies_are_refused(proxy: str) -> None:
    """Before anything is sent to one; for what is excepted, none is read."""
    with pytest.raises(JoinError) as caught:
        proxy_for("https://api:6443", {"HTTPS_PROXY": proxy})
    assert caught.value.code == "proxy_unusable"
    assert proxy_for("https://api:6443", {"HTTPS_PROXY": proxy, "NO_PROXY": "api"}) == ""


@pytest.mark.parametrize(("proxy", "text"), [("http://me:secret@p:1", "p:1"), ("http://p:1", "p:1"), ("", "")])
def test_a_proxy_is_named_without_its_user(proxy: str, text: str) -> None:
    """Its password is nobody's business."""
    assert render_proxy(proxy) == text
