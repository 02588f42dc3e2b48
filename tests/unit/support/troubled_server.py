# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on loopback that is in trouble for a number of connections or requests, and works afterwards."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import typing as t

from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import Answer, FakeServer

FOREVER = 10**6

#: Bytes in place of a TLS handshake; none are a connection that is closed.
BEFORE_TLS = {
    "a balancer without backends": b"",
    "SSH": b"SSH-2.0-OpenSSH_9.6\r\n",
    "plain HTTP": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    "a TLS alert": bytes.fromhex("15030300020250"),  # fatal, internal_error
    "an unknown name": bytes.fromhex("15030300020270"),  # fatal, unrecognized_name
}

_PAGE = b"<html><h1>Service Unavailable</h1></html>"
_BUSY = b"Too many requests, please try again later.\n"


def _http(status: str, kind: str, body: bytes, *headers: str) -> bytes:
    head = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


#: Answers over TLS.
AFTER_TLS = {
    "429 in plain text": _http("429 Too Many Requests", "text/plain; charset=utf-8", _BUSY, "Retry-After: 7"),
    "502 in HTML": _http("502 Bad Gateway", "text/html", _PAGE),
    "503 in HTML": _http("503 Service Unavailable", "text/html", _PAGE),
    "504 in HTML": _http("504 Gateway Timeout", "text/html", _PAGE),
    "a connection closed after the request": b"",
}


class TroubledServer(FakeServer):
    """Has this ``trouble``, a key of BEFORE_TLS or AFTER_TLS or "a reset", for the next ``times`` connections."""

    def __init__(self, answer: Answer, authority: Authority, trouble: str, times: int = FOREVER) -> None:
        super().__init__(answer, authority)
        self.trouble = trouble
        self.times = times
        self.troubled = 0

    def _is_in_trouble(self) -> bool:
        self.times -= 1
        self.troubled += self.times >= 0
        return self.times >= 0

    def _converse(self, connection: socket.socket, tls: ssl.SSLContext) -> None:
        if self.trouble in AFTER_TLS or not self._is_in_trouble():
            super()._converse(connection, tls)
            return
        with contextlib.suppress(OSError), connection:
            if self.trouble == "a reset":
                connection.recv(1)  # a client that is still connecting would see a refused connection
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            connection.sendall(BEFORE_TLS[self.trouble])
            connection.shutdown(socket.SHUT_WR)
            while BEFORE_TLS[self.trouble] and connection.recv(65536):
                pass

    def _respond(self, method: str, path: str, body: bytes) -> tuple[int, t.Any]:
        if self.trouble in AFTER_TLS and self._is_in_trouble():
            return 0, AFTER_TLS[self.trouble]
        return super()._respond(method, path, body)


def always(status: int, answer: t.Any) -> Answer:
    return lambda _method, _path: (status, answer)
