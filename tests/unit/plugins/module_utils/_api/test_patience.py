# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One rule for every question of a join: what is final, and what is asked again until the deadline, against real servers."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import socket
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.cluster_discovery import discover
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.node import await_node, refuse_taken_name
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.mark import plan_mark
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core import load
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.retry import Patience
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import instant_of, pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.by_token import (
    discover_by_token,
    read_configuration,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.csr import request_node_identity
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.client import EtcdApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import https_file
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import ApiServer
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import GOOD, config, control_plane, options
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, run_program
from ansible_collections.kubejoin.kubeadm.tests.unit.support.troubled_server import (
    AFTER_TLS,
    BEFORE_TLS,
    FOREVER,
    TroubledServer,
    always,
)

TIMEOUT = 40.0
PIN = pin_of(GOOD.certificate)
TROUBLES = (*BEFORE_TLS, "a reset", *AFTER_TLS)
NOT_KUBERNETES = ("SSH", "plain HTTP", "a TLS alert", "an unknown name", "502 in HTML", "503 in HTML", "504 in HTML")


class Kubelet:
    """A kubelet that runs."""

    def give_up(self) -> str | None:
        return None

    def last_log_lines(self) -> str:
        return ""


@dataclasses.dataclass(frozen=True)
class World:
    """A server and a clock, with the questions of a join as methods."""

    server: TroubledServer
    clock: TestClock

    @property
    def patience(self) -> Patience:
        return Patience(self.clock, TIMEOUT)

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.server.url, GOOD.pem, (PIN,))

    @property
    def api(self) -> KubeApi:
        return self.cluster.connect(TOKEN.bearer, self.patience)

    def token_discovery(self) -> t.Any:
        return discover_by_token(self.server.endpoint, TOKEN, [PIN], clock=self.clock, timeout=TIMEOUT)

    def file_discovery(self) -> t.Any:
        given = options(discovery_kubeconfig=config(self.server.url, {"token": "x"}))
        given.update(timeout=TIMEOUT, api_call_timeout=TIMEOUT)
        return discover(given, self.clock, run_program)

    def discovery_url(self) -> t.Any:
        return self.patience.ask(lambda _left: https_file.fetch_file(f"{self.server.url}/d.conf"))

    def configuration(self) -> t.Any:
        return read_configuration(self.cluster.connect("x"), self.cluster, clock=self.clock, timeout=TIMEOUT)

    def name_check(self) -> t.Any:
        return refuse_taken_name(self.api, "worker-1")

    def certificate(self) -> t.Any:
        self.clock.now = lambda: instant_of(GOOD.certificate, "not_valid_before")  # type: ignore[method-assign]
        return request_node_identity(
            self.api, "worker-1", authorities=[GOOD.certificate], clock=self.clock, timeout=TIMEOUT
        )

    def certificate_wait(self) -> t.Any:
        """The server is in trouble only after the request."""
        times, self.server.times = self.server.times, 0
        whole = self.server.answer_with_body

        def answer(method: str, path: str, body: bytes) -> tuple[int, t.Any]:
            assert whole is not None
            status, value = whole(method, path, body)
            if method != "POST" or status != 201:
                return status, value
            self.server.times = times
            content = json.dumps(value).encode()
            return 201, b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (
                len(content),
                content,
            )

        self.server.answer_with_body = answer if whole else None
        return self.certificate()

    def node_wait(self) -> t.Any:
        return await_node(
            self.cluster.connect("x"), "worker-1", "ready", clock=self.clock, timeout=TIMEOUT, watch=Kubelet()
        )

    def mark(self) -> t.Any:
        change = plan_mark(self.api, "worker-1", [], clock=self.clock, timeout=TIMEOUT)
        return change.apply()

    def etcd(self) -> t.Any:
        api = EtcdApi([self.server.url], trusting(GOOD.pem))
        return self.patience.ask(lambda _left: api.status(self.server.url))


def answer_everything(method: str, path: str) -> tuple[int, t.Any]:
    """A control plane with a Node, in one function."""
    if "/nodes/worker-1" in path:
        node = {"metadata": {"name": "worker-1", "labels": {"kubernetes.io/hostname": "worker-1"}}}
        return 200, {**node, "status": {"conditions": [{"type": "Ready", "status": "False"}]}}
    if "/v3/" in path:
        return 200, {"header": {"member_id": "1", "cluster_id": "2"}, "leader": "1", "version": "3.6.4"}
    if path.endswith("/d.conf"):
        return 200, {"kind": "Config"}
    return control_plane()(method, path)


QUESTIONS = (
    "token_discovery", "file_discovery", "discovery_url", "configuration", "name_check", "certificate", "certificate_wait", "node_wait",
    "mark", "etcd",
)  # fmt: skip


@contextlib.contextmanager
def world(question: str, trouble: str, times: int) -> t.Iterator[World]:
    server = TroubledServer(answer_everything, GOOD, trouble, times)
    if question in ("certificate", "certificate_wait", "node_wait"):
        api = ApiServer(GOOD)
        server.answer_with_body = api.answer
    with server:
        yield World(server, TestClock())


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: t.Any) -> None:
    """The host trusts the CA of the servers."""
    (tmp_path / "ca.crt").write_text(GOOD.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.crt"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))


def expected(question: str, trouble: str) -> str:
    """The code of a trouble that lasts."""
    if question == "etcd":
        return "etcd_unreachable"
    if question == "discovery_url":
        return "discovery_url_failed"
    if trouble == "429 in plain text":
        return "api_refused"
    return "api_server_not_kubernetes" if trouble in NOT_KUBERNETES else "api_server_unreachable"


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_server_in_trouble_for_a_while_is_asked_again(
    question: str, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time that it requests. What an API server has rejected is counted."""
    monkeypatch.setattr(load, "_rejected", [])
    with world(question, trouble, 3) as here:
        getattr(here, question)()
    assert here.server.troubled == 3
    assert here.clock.slept
    is_rejected = trouble == "429 in plain text" and question not in ("etcd", "discovery_url")
    assert load.describe_load() == ({"rejected_requests": 3} if is_rejected else {})
    if is_rejected:
        assert 7 <= max(here.clock.slept) <= 10.5


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_trouble_that_lasts_is_the_error_at_the_deadline(question: str, trouble: str) -> None:
    """The last answer is the evidence, with its documented code."""
    with world(question, trouble, FOREVER) as here, pytest.raises(JoinError) as caught:
        getattr(here, question)()
    assert caught.value.code == expected(question, trouble)
    assert sum(here.clock.slept) == pytest.approx(TIMEOUT)
    evidence = {
        "a balancer without backends": "closed",
        "a TLS alert": "internal error",
        "a reset": "reset",
        "429 in plain text": "Too many requests, please try again later." if "api" in caught.value.code else "429",
    }
    assert evidence.get(trouble, "") in str(caught.value)


STATUS = {"kind": "Status", "message": "no"}

#: Answers that do not get better: the question, the server's answer, and the code.
FINAL = [
    *((question, always(status, STATUS), code)
      for question in ("configuration", "name_check", "certificate", "certificate_wait", "node_wait", "mark")
      for status, code in ((401, "api_unauthorized"), (403, "api_forbidden"))),
    *((question, always(200, b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"), "api_server_not_kubernetes")
      for question in ("file_discovery", "configuration", "name_check", "certificate", "mark")),
    ("token_discovery", always(404, STATUS), "cluster_info_missing"),
    ("file_discovery", always(404, STATUS), "cluster_info_missing"),
    ("configuration", always(404, STATUS), "api_not_found"),
    *(("discovery_url", always(status, STATUS), "discovery_url_failed") for status in (401, 403, 404)),
]  # fmt: skip


@pytest.mark.parametrize(("question", "answer", "code"), FINAL)
def test_a_final_answer_is_not_asked_for_again(question: str, answer: t.Any, code: str) -> None:
    server = TroubledServer(answer, GOOD, "SSH", 0)
    here = World(server, TestClock())
    with server, pytest.raises(JoinError) as caught:
        getattr(here, question)()
    assert code in (
        caught.value.code,
        "api_forbidden" if caught.value.code == "cluster_configuration_unreadable" else "",
    )
    assert len(server.requests) == 1
    assert not here.clock.slept


@pytest.mark.parametrize("question", [name for name in QUESTIONS if name != "certificate_wait"])
def test_another_ca_is_final(question: str) -> None:
    """The certificate is refused before a request is sent. Token discovery pins it after its first request."""
    server = TroubledServer(answer_everything, Authority.make(), "SSH", 0)
    here = World(server, TestClock())
    with server, pytest.raises(JoinError) as caught:
        getattr(here, question)()
    assert caught.value.code in ("api_server_untrusted", "discovery_url_failed", "etcd_untrusted")
    assert len(server.requests) == (1 if question == "token_discovery" else 0)
    assert not here.clock.slept


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_of_an_unverified_server_is_not_final(status: int) -> None:
    """Nothing is known of the server yet."""
    server = TroubledServer(always(status, STATUS), GOOD, "SSH", 0)
    here = World(server, TestClock())
    with server, pytest.raises(JoinError) as caught:
        here.token_discovery()
    assert caught.value.code in ("api_unauthorized", "api_forbidden")
    assert sum(here.clock.slept) == pytest.approx(TIMEOUT)


def test_the_object_of_a_lost_answer_is_not_a_conflict() -> None:
    """A request that was processed, but whose answer was lost, is not an error when it is repeated."""
    stored: dict[str, t.Any] = {}
    lost = ["POST", "DELETE"]

    def answer(method: str, path: str, body: bytes) -> tuple[int, t.Any]:
        if method == "GET":
            return 200, stored["x"]
        was = dict(stored)
        if method == "POST":
            stored.setdefault("x", json.loads(body))
        else:
            stored.pop("x", None)
        if method in lost:
            lost.remove(method)
            return 200, b""
        return (409 if was else 200, STATUS) if method == "POST" else (200 if was else 404, STATUS)

    server = TroubledServer(always(200, {}), GOOD, "SSH", 0)
    server.answer_with_body = answer
    with server:
        api = World(server, TestClock()).api
        made = {"metadata": {"name": "x"}}
        assert api.create("/things", made) == made
        assert api.delete("/things/x") == {}
        with pytest.raises(JoinError):
            api.delete("/things/x")


CONFLICT = 409, {"kind": "Status", "reason": "AlreadyExists", "message": "it exists"}
SENT = {"kind": "Secret", "metadata": {"name": "x"}, "type": "t", "stringData": {"key": "value"}}
STORED = {"kind": "Secret", "metadata": {"name": "x", "uid": "1"}, "type": "t", "data": {"key": "dmFsdWU="}}
#: Whether the server may have processed a request in this trouble.
MAY_BE_PROCESSED = {
    **dict.fromkeys(TROUBLES, True),
    **dict.fromkeys(("SSH", "plain HTTP", "a TLS alert", "an unknown name", "429 in plain text"), False),
}


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_only_a_request_that_may_have_been_processed_explains_a_refusal(trouble: str, method: str) -> None:
    """After a trouble in which the server did not process the request, the refusal is a refusal."""

    def answer(asked: str, path: str) -> tuple[int, t.Any]:
        return {"GET": (200, STORED), "POST": CONFLICT}.get(asked, (404, STATUS))

    server = TroubledServer(answer, GOOD, trouble, 1)
    with server:
        api = World(server, TestClock()).api
        ask = (lambda: api.create("/things", SENT)) if method == "POST" else (lambda: api.delete("/things/x"))
        if MAY_BE_PROCESSED[trouble]:
            assert ask() == (STORED if method == "POST" else {})
        else:
            with pytest.raises(JoinError) as caught:
                ask()
            assert caught.value.code == ("api_conflict" if method == "POST" else "api_not_found")
    assert server.troubled == 1


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_request_without_a_connection_does_not_explain_a_refusal(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = TroubledServer(lambda asked, _path: CONFLICT if asked == "POST" else (404, STATUS), GOOD, "SSH", 0)
    with server, socket.create_server(("127.0.0.1", 0)) as closed:
        port, server_url = closed.getsockname()[1], server.url
        closed.close()
        clock = TestClock()
        api = Cluster(f"https://127.0.0.1:{port}", GOOD.pem, (PIN,)).connect(TOKEN.bearer, Patience(clock, TIMEOUT))
        monkeypatch.setattr(clock, "sleep", lambda _seconds: setattr(api, "server", server_url))
        with pytest.raises(JoinError) as caught:
            api.create("/things", SENT) if method == "POST" else api.delete("/things/x")
    assert caught.value.code == ("api_conflict" if method == "POST" else "api_not_found")


@pytest.mark.parametrize(
    "stored",
    [
        {**STORED, "data": {"key": "b3RoZXI="}},
        {**STORED, "data": {}},
        {**STORED, "type": "other"},
        {"kind": "Secret", "metadata": {"name": "x"}},
    ],
)
def test_an_object_with_another_content_is_a_conflict_after_a_lost_answer(stored: dict[str, t.Any]) -> None:
    """Another client has created it."""
    server = TroubledServer(
        lambda method, _path: (200, stored) if method == "GET" else CONFLICT, GOOD, "502 in HTML", 1
    )
    with server, pytest.raises(JoinError) as caught:
        World(server, TestClock()).api.create("/things", SENT)
    assert caught.value.code == "api_conflict"
