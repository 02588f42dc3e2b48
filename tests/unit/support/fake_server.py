# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A TLS server on loopback that answers as a test wants and keeps every byte that it was sent.

It stands in for servers that a real API server cannot be made to be: one that lies, breaks off or belongs to somebody else.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import tempfile
import threading
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, pem_of_key

Answer = t.Callable[[str, str], t.Tuple[int, t.Any]]


class FakeServer:
    """``answer`` gets method and path and returns an HTTP status and a body.

    The body is a JSON value, or bytes, or an iterator of bytes; these are sent as they are, headers included.
    ``tls`` is the server's side of TLS, by default with a good certificate of ``authority``. ``received`` is every decrypted byte in order of arrival; ``requests`` are the request lines, without protocol.
    """

    def __init__(
        self, answer: Answer, authority: Authority, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
    ) -> None:
        self.answer = answer
        #: A richer answer, which also gets the body of the request; takes the place of ``answer``.
        self.answer_with_body: t.Callable[[str, str, bytes], tuple[int, t.Any]] | None = None
        self.received = b""
        self.requests: list[str] = []
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._host = f"[{host}]" if ":" in host else host
        self._tls = tls or _context(authority)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._closing = False

    @property
    def endpoint(self) -> str:
        return f"{self._host}:{self._listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        return f"https://{self.endpoint}"

    def present(self, authority: Authority) -> None:
        """From the next connection on, show a certificate of another CA."""
        self._tls = _context(authority)

    def __enter__(self) -> FakeServer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._closing = True
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname()[:2]).close()
        self._thread.join(timeout=5)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            connection, _address = self._listener.accept()
            if self._closing:
                connection.close()
                return
            threading.Thread(target=self._converse, args=(connection, self._tls), daemon=True).start()

    def _converse(self, connection: socket.socket, tls: ssl.SSLContext) -> None:
        connection.settimeout(30)
        with contextlib.suppress(OSError), tls.wrap_socket(connection, server_side=True) as stream:
            while self._exchange(stream):
                pass

    def _respond(self, method: str, path: str, body: bytes) -> tuple[int, t.Any]:
        if self.answer_with_body is not None:
            return self.answer_with_body(method, path, body)
        return self.answer(method, path)

    def _exchange(self, stream: ssl.SSLSocket) -> bool:
        request = b""
        while b"\r\n\r\n" not in request:
            chunk = stream.recv(65536)
            if not chunk:
                return False
            request += chunk
            self.received += chunk
        head, _separator, body = request.partition(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), 0
        )
        while len(body) < length:
            chunk = stream.recv(65536)
            body += chunk
            self.received += chunk
        method, path, _protocol = head.split(b"\r\n", 1)[0].decode().split(" ")
        self.requests.append(f"{method} {path}")
        status, answer = self._respond(method, path, body)
        if isinstance(answer, (bytes, t.Iterator)):
            for part in [answer] if isinstance(answer, bytes) else answer:
                stream.sendall(part)
            return False
        content = json.dumps(answer).encode()
        stream.sendall(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        return True


def _context(authority: Authority) -> ssl.SSLContext:
    certificate, key = authority.issue("kube-apiserver", addresses=["127.0.0.1", "::1"], names=["api.invalid"])
    return server_tls(certificate, key)


def server_tls(certificates: str, key: t.Any) -> ssl.SSLContext:
    """A server's side of TLS that shows these certificates in PEM, its own first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as stream:
        stream.write(certificates + pem_of_key(key))
        stream.flush()
        context.load_cert_chain(stream.name)
    return context


@contextlib.contextmanager
def serve_admin(authority: Authority, answer: t.Callable[[str, str, bytes], tuple[int, t.Any]]) -> t.Iterator[KubeApi]:
    """An administrator's connection to a server whose answers depend on the bodies of requests."""
    with FakeServer(lambda method, path: (500, {}), authority) as server:
        server.answer_with_body = answer
        yield KubeApi(server.url, trusting(authority.pem), bearer="admin")
