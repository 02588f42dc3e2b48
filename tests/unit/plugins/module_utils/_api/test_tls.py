# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS contexts, against real TLS servers: which servers are trusted, for how long and how many bytes are read."""

from __future__ import annotations

import ast
import socket
import ssl
import time
import typing as t
import urllib.parse

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import (
    MAX_FRAME,
    ExcessError,
    Tls,
    describe_cause,
    strict_tls,
    trusting,
    unverified,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer, server_tls
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import PLUGINS

CA, OTHER = Authority.make(), Authority.make("other")
MIDDLE = Authority.make("middle", parent=CA)


def talk(server: FakeServer, tls: Tls, name: str = "127.0.0.1") -> bytes:
    """Everything that the server answers to one request."""
    address = urllib.parse.urlsplit(server.url)
    answer = b""
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as connection:
        with tls.wrap_socket(connection, server_hostname=name) as stream:
            stream.sendall(b"GET / HTTP/1.1\r\n\r\n")
            buffer = bytearray(65536)
            while True:
                size = stream.recv_into(buffer)
                if not size:
                    return answer
                answer += buffer[:size]


def serving(answer: t.Any = b"answer", **options: t.Any) -> FakeServer:
    return FakeServer(lambda _method, _path: (200, answer), CA, **options)


def with_certificate(authority: Authority, *others: Authority, **options: t.Any) -> FakeServer:
    certificate, key = authority.issue("127.0.0.1", **options)
    return serving(tls=server_tls(certificate + "".join(other.pem for other in others), key))


@pytest.mark.parametrize("name", ["127.0.0.1", "api.invalid"])
def test_a_server_that_its_ca_vouches_for_is_trusted(name: str) -> None:
    with serving() as server:
        assert talk(server, trusting(OTHER.pem + CA.pem), name) == b"answer"
        assert talk(server, unverified(), name) == b"answer"


@pytest.mark.parametrize(
    ("tls", "name"),
    [(strict_tls(), "127.0.0.1"), (trusting(OTHER.pem), "127.0.0.1"), (trusting(CA.pem), "other.invalid")],
    ids=["nobody is trusted", "another CA", "another name"],
)
def test_other_servers_are_refused(tls: Tls, name: str) -> None:
    with serving() as server, pytest.raises(ssl.SSLCertVerificationError):
        talk(server, tls, name)


def test_a_common_name_is_no_name() -> None:
    """As in Go. The alternative names count alone."""
    with with_certificate(CA) as server, pytest.raises(ssl.SSLCertVerificationError):
        talk(server, trusting(CA.pem))


def test_an_intermediate_ca_that_is_trusted_ends_a_chain() -> None:
    """As in Go. Its root may be unknown."""
    with with_certificate(MIDDLE, addresses=["127.0.0.1"]) as server:
        assert talk(server, trusting(MIDDLE.pem)) == b"answer"
        with pytest.raises(ssl.SSLCertVerificationError):
            talk(server, trusting(CA.pem))
    with with_certificate(MIDDLE, MIDDLE, addresses=["127.0.0.1"]) as server:
        assert talk(server, trusting(CA.pem)) == b"answer"


@pytest.mark.parametrize("make", [strict_tls, unverified])
def test_old_versions_of_tls_are_refused(make: t.Callable[[], Tls]) -> None:
    assert make().minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_context_says_whether_it_verifies() -> None:
    """Credentials are sent over no other."""
    assert strict_tls().is_verified and trusting(CA.pem).is_verified and not unverified().is_verified


@pytest.mark.parametrize("text", ["", "no PEM", CA.pem.replace("M", "\xe9", 1), CA.pem[:200]])
def test_a_bundle_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(JoinError) as caught:
        trusting(text)
    assert caught.value.code == "certificate_malformed"


def drop_by_drop() -> t.Iterator[bytes]:
    while True:
        time.sleep(0.05)
        yield b"x"


def test_an_answer_has_a_deadline_as_a_whole() -> None:
    """A server that sends a byte now and then meets every timeout of a socket."""
    tls = trusting(CA.pem)
    tls.set_limits(0.5, 0)
    began = time.monotonic()
    with serving(drop_by_drop()) as server, pytest.raises(socket.timeout):
        talk(server, tls)
    assert time.monotonic() - began < 5


def test_an_answer_has_a_size_as_a_whole() -> None:
    """The next answer is counted anew."""
    tls = trusting(CA.pem)
    with serving(b"x" * (MAX_FRAME // 2)) as server:
        for _answer in range(3):
            tls.set_limits(30, 0)
            assert len(talk(server, tls)) == MAX_FRAME // 2
    with serving(b"x" * 4 * MAX_FRAME) as server:
        tls.set_limits(30, 4 * MAX_FRAME)
        assert len(talk(server, tls)) == 4 * MAX_FRAME
        tls.set_limits(30, 0)
        with pytest.raises(ExcessError):
            talk(server, tls)


def test_a_chain_of_exceptions_is_reported_by_its_first() -> None:
    """Without the reprs of objects that libraries put before it."""
    assert describe_cause(ValueError(OSError(111, "Connection refused"))) == "Connection refused"
    for library in ("<connection at 0x7f>", "HTTPSConnectionPool(host='127.0.0.1', port=6443)"):
        assert describe_cause(ValueError(f"{library}: nobody there")) == "nobody there"


def test_contexts_are_made_in_one_place() -> None:
    """All other code takes one of these."""
    makers = {
        path
        for path in PLUGINS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("SSLContext", "create_default_context", "PROTOCOL_TLS_CLIENT", "TLSVersion", "verify_flags")
    }
    assert makers == {PLUGINS / "module_utils/_api/tls.py"}
