# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files behind https URLs."""

from __future__ import annotations

import pathlib
import time
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import https_file
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import GOOD
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer


@pytest.fixture
def trusted(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "host.pem").write_text(GOOD.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "host.pem"))


def raw(head: str, body: bytes = b"") -> t.Callable[[str, str], tuple[int, t.Any]]:
    return lambda method, path: (200, f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


@pytest.mark.usefixtures("trusted")
def test_a_url_that_drips_is_given_up_as_a_whole() -> None:
    """Each byte comes in time, the whole does not."""

    def drip(_method: str, _path: str) -> tuple[int, t.Any]:
        time.sleep(3)
        return 200, b""

    with FakeServer(drip, GOOD) as files:
        began = time.monotonic()
        with pytest.raises(JoinError) as caught:
            https_file.fetch_file(files.url, timeout=0.5)
    assert caught.value.code == "discovery_url_failed"
    assert time.monotonic() - began < 2.5


@pytest.mark.usefixtures("trusted")
def test_a_file_is_fetched_in_one_request() -> None:
    """Without credentials, and with its query."""
    with FakeServer(raw("200 OK", "a: ü\n".encode()), GOOD) as files:
        assert https_file.fetch_file(f"{files.url}/d.conf?key=x") == ("a: ü\n", "")
    assert files.requests == ["GET /d.conf?key=x"]
    assert b"authorization" not in files.received.lower()


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_followed_over_https_alone(status: int) -> None:
    """To another server, and not to plain HTTP."""
    with FakeServer(raw("200 OK", b"text"), GOOD) as target:

        def redirect(_method: str, path: str) -> tuple[int, t.Any]:
            where = target.url if path == "/good" else "http://127.0.0.1:1"
            head = f"HTTP/1.1 {status} X\r\nLocation: {where}/d.conf\r\nContent-Length: 0\r\n\r\n"
            return 200, head.encode()

        with FakeServer(redirect, GOOD) as files:
            assert https_file.fetch_file(f"{files.url}/good")[0] == "text"
            with pytest.raises(JoinError) as caught:
                https_file.fetch_file(f"{files.url}/bad")
    assert caught.value.code == "discovery_url_insecure"


@pytest.mark.usefixtures("trusted")
def test_redirects_end() -> None:
    """A server may send us round in a circle."""
    with FakeServer(
        lambda _m, _p: (200, b"HTTP/1.1 302 X\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), GOOD
    ) as files:
        with pytest.raises(JoinError) as caught:
            https_file.fetch_file(files.url)
    assert caught.value.code == "discovery_url_failed"
    assert len(files.requests) == 11


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("head", "body"),
    [("404 X", b""), ("500 X", b""), ("204 X", b""), ("200 OK", b"\xff"), ("200 OK", b" " * (https_file.MAX_FILE + 1))],
    ids=["absent", "broken", "empty", "no text", "too much"],
)
def test_another_answer_is_refused(head: str, body: bytes) -> None:
    """Nothing of the query is in the error."""
    with FakeServer(raw(head, body), GOOD) as files:
        with pytest.raises(JoinError) as caught:
            https_file.fetch_file(f"{files.url}/d.conf?key=a-token-that-is-secret")
        assert caught.value.details == {"url": f"{files.url}/d.conf"}
    assert caught.value.code == "discovery_url_failed"


def test_a_server_that_the_host_does_not_trust_gets_no_request() -> None:
    """TLS ends before it."""
    with FakeServer(raw("200 OK", b"text"), GOOD) as files:
        with pytest.raises(JoinError) as caught:
            https_file.fetch_file(files.url)
    assert caught.value.code == "discovery_url_failed"
    assert files.received == b""


def test_plain_http_is_refused() -> None:
    """Before anything is sent."""
    with pytest.raises(JoinError) as caught:
        https_file.fetch_file("http://127.0.0.1:1/d.conf")
    assert caught.value.code == "discovery_url_insecure"
