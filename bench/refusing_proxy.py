# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server with the certificate of an API server, which refuses every third request as a busy API server does and passes on the others.

usage: python3 bench/refusing_proxy.py record|serve < VALUES

`record` asks the API server at ``address`` until it refuses a request with 429, and prints this answer as JSON. `serve` listens at port 6443 of this
machine, prints a line when it does, and ends when its input does: it answers every third request with the recorded ``refusal``.
VALUES are JSON; `serve` also has the PEM texts ``ca``, ``certificate`` and ``key`` of the API server.
"""

from __future__ import annotations

import contextlib
import http.client
import http.server
import itertools
import json
import os
import socket
import ssl
import sys
import tempfile
import threading
import time
import typing as t

PORT = 6443
#: Every which request is refused.
EVERY = 3
#: How many ask at once for a refusal, and for how many seconds at most.
_ASKERS, _PATIENCE = 64, 60.0
#: Headers of one connection, which a proxy does not pass on.
_OF_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length"}

Refusal = t.Mapping[str, t.Any]


def record_refusal(address: str, port: int = PORT) -> dict[str, t.Any]:
    """An answer 429 of the API server: its ``reason``, ``headers`` and ``body``. Raises TimeoutError if it refuses nothing."""
    found: list[dict[str, t.Any]] = []
    end = time.monotonic() + _PATIENCE

    def ask() -> None:
        while not found and time.monotonic() < end:
            with contextlib.suppress(OSError, http.client.HTTPException):
                context = ssl._create_unverified_context()  # no secret is sent
                connection = http.client.HTTPSConnection(address, port, timeout=10, context=context)
                connection.request("GET", "/api/v1/namespaces/kube-public/configmaps/cluster-info")
                answer = connection.getresponse()
                body = answer.read().decode("utf-8")
                if answer.status == http.client.TOO_MANY_REQUESTS:
                    found.append({"reason": answer.reason, "headers": answer.getheaders(), "body": body})

    threads = [threading.Thread(target=ask) for _asker in range(_ASKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not found:
        raise TimeoutError(f"no request was refused in {_PATIENCE:.0f} seconds")
    return found[0]


class RefusingProxy(http.server.ThreadingHTTPServer):
    """Listens at ``listen``, and passes on to ``upstream``, whose certificate is one of the CA ``ca``, what it does not refuse."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(
        self, listen: tuple[str, int], upstream: tuple[str, int], *, ca: str, chain: str, refusal: Refusal
    ) -> None:
        super().__init__(listen, _Handler)
        self.upstream, self.refusal = upstream, refusal
        self.client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.client_context.load_verify_locations(cadata=ca)
        self._numbers = itertools.count(1)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(chain)
            file.flush()
            self._context.load_cert_chain(file.name)

    def finish_request(self, request: t.Any, client_address: t.Any) -> None:
        """In the thread of the connection, so that a slow client delays no other one."""
        request.settimeout(600)
        with contextlib.suppress(OSError), self._context.wrap_socket(request, server_side=True) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            super().finish_request(connection, client_address)

    def is_refused(self) -> bool:
        """Whether the next request is refused."""
        return next(self._numbers) % EVERY == 0


class _Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: RefusingProxy

    def setup(self) -> None:
        super().setup()
        context = self.server.client_context
        self._upstream = http.client.HTTPSConnection(*self.server.upstream, timeout=600, context=context)

    def finish(self) -> None:
        self._upstream.close()
        super().finish()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.is_refused():
            refusal = self.server.refusal
            content = refusal["body"].encode("utf-8")
            self.send_response_only(http.client.TOO_MANY_REQUESTS, refusal["reason"])
            self._send_headers(refusal["headers"], f"Content-Length: {len(content)}")
            self.wfile.write(content)
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_CONNECTION}
        self._upstream.request(self.command, self.path, body or None, headers)
        answer = self._upstream.getresponse()
        self.send_response_only(answer.status, answer.reason)
        if answer.length is not None:
            self._send_headers(answer.getheaders(), f"Content-Length: {answer.length}")
            self.wfile.write(answer.read())
            return
        self._send_headers(answer.getheaders(), "Transfer-Encoding: chunked")
        while chunk := answer.read1(65536):  # a watch comes event by event
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 (names of the base class)

    def _send_headers(self, headers: t.Iterable[t.Sequence[str]], length: str) -> None:
        for name, value in headers:
            if name.lower() not in _OF_CONNECTION:
                self.send_header(name, value)
        self.send_header(*length.split(": "))
        self.end_headers()


def main() -> None:
    values = json.loads(sys.stdin.readline())
    if sys.argv[1:] == ["record"]:
        print(json.dumps(record_refusal(values["address"])))
        return
    proxy = RefusingProxy(
        ("127.0.0.1", PORT),
        (values["address"], PORT),
        ca=values["ca"],
        chain=values["certificate"] + values["key"],
        refusal=values["refusal"],
    )
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    print("listening", flush=True)
    sys.stdin.read()
    os._exit(0)  # threads of connections that are still open do not delay the end


if __name__ == "__main__":
    main()
