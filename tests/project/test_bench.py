# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmarks' own data, and the proxy that stands for a busy API server."""

from __future__ import annotations

import json
import pathlib
import runpy
import threading
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import ApiError, KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, pem_of_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"


def test_the_results_are_those_that_modules_document() -> None:
    """The file is what its script writes."""
    written = json.loads((BENCH / "results.json").read_text(encoding="utf-8"))
    assert written == runpy.run_path(str(BENCH / "regenerate_results.py"))["results"]()


#: An answer of a real API server.
REFUSAL = {
    "reason": "Too Many Requests",
    "headers": [["Content-Type", "text/plain; charset=utf-8"], ["Retry-After", "1"], ["Content-Length", "43"]],
    "body": "Too many requests, please try again later.\n",
}
EVENT = b'{"type":"ADDED","object":{"metadata":{"name":"w1"}}}\n'


def test_the_proxy_refuses_every_third_request_and_passes_on_the_others() -> None:
    """On one connection or on several, with what the client has sent; a watch as well."""
    authority = Authority.make()
    certificate, key = authority.issue("kube-apiserver", addresses=["127.0.0.1"])

    def answer(method: str, path: str) -> tuple[int, t.Any]:
        watched = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(EVENT), EVENT)
        return 200, watched if "watch" in path else {"kind": "Answer", "asked": f"{method} {path}"}

    with FakeServer(answer, authority) as server:
        host, _colon, port = server.endpoint.partition(":")
        proxy = runpy.run_path(str(BENCH / "refusing_proxy.py"))["RefusingProxy"](
            ("127.0.0.1", 0), (host, int(port)), ca=authority.pem, chain=certificate + pem_of_key(key), refusal=REFUSAL
        )
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            url = f"https://127.0.0.1:{proxy.server_address[1]}"
            clients = [KubeApi(url, trusting(authority.pem), bearer="a-token") for _client in range(2)]
            for number in range(1, 13):
                client = clients[number % 2]
                if number % 3:
                    assert client.get(f"/{number}") == {"kind": "Answer", "asked": f"GET /{number}"}
                    continue
                with pytest.raises(ApiError, match="Too many requests, please try again later") as caught:
                    client.get(f"/{number}")
                assert (caught.value.status, caught.value.retry_after) == (429, 1.0)
            assert clients[0].create("/x", {"a": "b"})["asked"] == "POST /x"
            assert list(clients[0].watch("/y", 5)) == [("ADDED", {"metadata": {"name": "w1"}})]
        finally:
            proxy.shutdown()
            proxy.server_close()
    assert server.received.count(b"Bearer a-token") == 10 and b'{"a": "b"}' in server.received
