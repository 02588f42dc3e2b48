# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests: what is sent, which answers are read, and what is seen in place of an answer. test_kubeapi.py has more of it."""

from __future__ import annotations

import contextlib
import gzip
import json
import select
import socket
import threading
import time
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.https import (
    Https,
    HttpsError,
    TlsRefusedError,
    UnusableAnswerError,
    parse_object,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import MAX_ANSWER, trusting, unverified
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer
from hypothesis import given
from hypothesis import strategies as st

CA, OTHER = Authority.make(), Authority.make()


def ask(
    answer: t.Any, *, method: str = "GET", tls: t.Any = None, timeout: float = 5, **options: t.Any
) -> tuple[bytes, FakeServer]:
    """The body of an answer, and the server that gave it."""
    with FakeServer(answer if callable(answer) else lambda _method, _path: (200, answer), CA) as server:
        connection = Https(tls or trusting(CA.pem), timeout=timeout)
        with connection.send(method, f"{server.url}/x", headers={"X-Ours": "yes"}, **options) as response:
            return connection.read(response), server


def raw(head: str, body: bytes) -> bytes:
    return f"HTTP/1.1 200 OK\r\n{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def test_a_request_names_its_client_and_its_purpose() -> None:
    """With the headers of its caller, and without those of the environment."""
    body, server = ask({"a": 1})
    assert json.loads(body) == {"a": 1}
    sent = server.received.decode().lower()
    for header in (
        "accept: application/json",
        "user-agent: kubejoin.kubeadm",
        "accept-encoding: identity",
        "x-ours: yes",
    ):
        assert header in sent
    assert "authorization" not in sent and "cookie" not in sent


def test_a_netrc_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: t.Any) -> None:
    """requests would send what it finds there."""
    (tmp_path / "netrc").write_text("default login me password a-token-that-is-secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    _body, server = ask({})
    assert b"authorization" not in server.received.lower()


def test_an_answer_that_nobody_asked_to_be_packed_is_not_unpacked() -> None:
    """A small one may unpack to any size."""
    with pytest.raises(UnusableAnswerError):
        ask(raw("Content-Encoding: gzip\r\n", gzip.compress(b"{}")))


def test_an_answer_without_end_is_not_read_to_it() -> None:
    """Neither a long body nor long headers."""
    with pytest.raises(UnusableAnswerError):
        ask(raw("", b"x" * (MAX_ANSWER + 1)))
    with pytest.raises(HttpsError):
        ask(raw("X: " + "x" * 3 * MAX_ANSWER + "\r\n", b""))


def test_a_cookie_is_not_kept() -> None:
    """And a redirect is an answer like any other."""
    body, server = ask(
        raw("Location: https://127.0.0.1:1/\r\nSet-Cookie: a=b\r\n", b"{}").replace(b"200 OK", b"302 Found")
    )
    assert (body, server.requests) == (b"{}", ["GET /x"])


def test_each_end_of_tls_may_refuse_the_other() -> None:
    """It is distinguished from other failures."""
    with pytest.raises(TlsRefusedError):
        ask({}, tls=trusting(OTHER.pem))
    body, _server = ask({}, tls=unverified())
    assert body == b"{}"


def test_a_refused_connection_is_an_error_in_words() -> None:
    """Without the address of an object."""
    with pytest.raises(HttpsError) as caught:
        Https(unverified(), timeout=1).send("GET", "https://127.0.0.1:1/x", headers={})
    assert "Connection refused" in str(caught.value)
    assert not str(caught.value).startswith("<")
    assert not isinstance(caught.value, (TlsRefusedError, UnusableAnswerError))


@contextlib.contextmanager
def talker(talk: t.Callable[[socket.socket], None]) -> t.Iterator[str]:
    """Host and port of a server without TLS that talks until its client leaves."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = listener.accept()
                with connection, contextlib.suppress(OSError):
                    talk(connection)

    threading.Thread(target=serve, daemon=True).start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def drip(head: bytes, then: bytes) -> t.Callable[[socket.socket], None]:
    """Send ``head`` at once, and ``then`` a byte at a time for up to 20 seconds."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(head)
        for at in range(200):
            time.sleep(0.1)
            connection.sendall((then * 200)[at : at + 1])

    return talk


def flood(connection: socket.socket) -> None:
    """Headers without end, as fast as they are read."""
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n")
    for at in range(2000):
        connection.sendall(b"X-%d: y\r\n" % at * 1000)


#: What a proxy sends in place of its answer to CONNECT.
PROXIES = {
    "nothing": drip(b"", b""),
    "a slow status line": drip(b"HTTP/1.1 200 ", b"x"),
    "slow headers": drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "a slow refusal": drip(b"HTTP/1.1 503 Busy\r\n", b"X: y\r\n"),
    "a slow handshake": drip(b"HTTP/1.1 200 OK\r\n\r\n", b"\x16\x03\x03\x40\x00" + b"x" * 200),
    "headers without end": flood,
}


@pytest.mark.parametrize("watching", [False, True], ids=["request", "watch"])
@pytest.mark.parametrize("proxy", PROXIES)
def test_a_proxy_is_not_awaited_longer_than_a_server(proxy: str, watching: bool) -> None:
    """The time to connect is limited as a whole, also for an answer that may take long, and so is the number of bytes."""
    with talker(PROXIES[proxy]) as address:
        connection = Https(trusting(CA.pem), timeout=1, proxy=f"http://{address}")
        began = time.monotonic()
        with pytest.raises(HttpsError) as caught:
            connection.send("GET", "https://192.0.2.1:6443/x", headers={}, read_timeout=30 if watching else None)
        assert time.monotonic() - began < 3
    assert not isinstance(caught.value, (TlsRefusedError, UnusableAnswerError))


@pytest.mark.parametrize("record", [b"\x16\x03\x03\x40\x00", b""])
def test_a_handshake_has_a_deadline_as_a_whole(record: bytes) -> None:
    """A record that never ends, without any proxy."""
    with talker(drip(record, b"\x16")) as address:
        began = time.monotonic()
        with pytest.raises(HttpsError):
            Https(trusting(CA.pem), timeout=1).send("GET", f"https://{address}/x", headers={}, read_timeout=30)
        assert time.monotonic() - began < 3


def test_a_server_behind_a_proxy_is_verified_and_read() -> None:
    """The limits before TLS do not count for the answer."""

    def tunnel(connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        host, _colon, port = head.split()[1].decode().rpartition(":")
        with socket.create_connection((host, int(port))) as behind:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            pairs = {connection: behind, behind: connection}
            while True:
                for end in select.select(pairs, [], [], 10)[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    pairs[end].sendall(data)

    with FakeServer(lambda _method, _path: (200, {"a": "x" * 1_000_000}), CA) as server, talker(tunnel) as address:
        connection = Https(trusting(CA.pem), timeout=10, proxy=f"http://{address}")
        with connection.send("GET", f"{server.url}/x", headers={}) as response:
            assert len(connection.read(response)) > 1_000_000
    with FakeServer(lambda _method, _path: (200, {}), CA) as server, talker(tunnel) as address:
        with pytest.raises(TlsRefusedError):
            Https(trusting(OTHER.pem), timeout=10, proxy=f"http://{address}").send("GET", server.url, headers={})


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1)
    )
)
def test_an_object_is_read_as_it_was_written(value: dict[str, t.Any]) -> None:
    """To the last digit."""
    assert parse_object(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"1",
        b"{",
        b"\xff",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": "\\ud800"}',
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_object_is_refused(answer: bytes) -> None:
    """As a ValueError, and nothing else."""
    with pytest.raises(ValueError, match="JSON"):
        parse_object(answer)


def test_a_number_longer_than_any_of_kubernetes_is_read_roughly() -> None:
    """To read it exactly would take long."""
    assert parse_object(b'{"a": ' + b"1" * 300 + b"}")["a"] == pytest.approx(1.1111e299, rel=1e-3)


@pytest.mark.parametrize("number", range(3))
def test_one_of_several_cas_of_one_name_is_enough(number: int) -> None:
    """As in Go, also without key identifiers. OpenSSL alone verifies with only one of them."""
    authorities = [Authority.make() for _number in range(3)]
    tls = trusting("".join(authority.pem for authority in authorities))
    with FakeServer(lambda method, path: (200, {}), authorities[number]) as server:
        https = Https(tls, timeout=5)
        for _request in range(2):
            with https.send("GET", server.url, headers={}) as response:
                assert https.read(response) == b"{}"
    with FakeServer(lambda method, path: (200, {}), CA) as server, pytest.raises(TlsRefusedError):
        Https(tls, timeout=5).send("GET", server.url, headers={})
