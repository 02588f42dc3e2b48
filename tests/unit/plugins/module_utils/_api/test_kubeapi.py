# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One conversation with an API server: what is believed, what is refused, and that it always comes to an end."""

from __future__ import annotations

import datetime
import json
import ssl
import time
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api import https as _https
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api import kubeapi as _kubeapi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import ApiError, KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting, unverified
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support import fake_server
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import (
    ANYTHING,
    Expected,
    PreparedApi,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, pem_of_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer
from hypothesis import given
from hypothesis import strategies as st

CA = Authority.make()
OTHER_CA = Authority.make()
NODE = {"kind": "Node", "metadata": {"name": "worker-1"}}


class DrippingServer(FakeServer):
    """Sends ``head`` at once and then a byte of ``rest`` every twentieth of a second."""

    def __init__(self, head: bytes, rest: bytes) -> None:
        super().__init__(lambda method, path: (200, {}), CA)
        self.head, self.rest = head, rest

    def _exchange(self, stream: ssl.SSLSocket) -> bool:
        self.received += stream.recv(65536)
        stream.sendall(self.head)
        for byte in self.rest:
            time.sleep(0.05)
            stream.sendall(bytes([byte]))
        return False


def serve(answer: t.Any, status: int = 200) -> FakeServer:
    return FakeServer(lambda method, path: (status, answer), CA)


def http(content: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *headers, "Connection: close"))
    return head.encode() + b"\r\n" + content


def chunked(*chunks: bytes, whole: bool = True) -> bytes:
    """An answer in chunks, as watches come; without its last one unless ``whole``."""
    content = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return http(content + (b"0\r\n\r\n" if whole else b""), "Transfer-Encoding: chunked")


def event(kind: str, value: t.Any) -> bytes:
    return json.dumps({"type": kind, "object": value}).encode() + b"\n"


def api_of(server: FakeServer, **options: t.Any) -> KubeApi:
    return KubeApi(server.url, trusting(CA.pem), **options)


def refusal_of(server: FakeServer, **options: t.Any) -> JoinError:
    with server, pytest.raises(JoinError) as caught:
        api_of(server, **options).get("/x")
    return caught.value


def watched(server: FakeServer, timeout: float = 5) -> list[tuple[str, dict[str, t.Any]]]:
    with server:
        return list(api_of(server).watch("/nodes", timeout, name="worker-1"))


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Slow: ", id="in-a-header"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", id="in-a-body-of-known-length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", id="in-a-body-up-to-the-end"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n", id="in-a-chunk"),
    ],
)
def test_a_byte_now_and_then_does_not_extend_the_timeout(head: bytes) -> None:
    """The timeout bounds the request as a whole, wherever the server dawdles: its 4 seconds of bytes are not awaited."""
    began = time.monotonic()
    refusal = refusal_of(DrippingServer(head, b"x" * 80), timeout=0.5)
    assert refusal.code == "api_server_unreachable"
    assert 0.4 < time.monotonic() - began < 2


def test_a_watch_that_never_says_anything_ends_too() -> None:
    """A server that only sends blanks is left a second after the time that it was asked to end at."""
    server = DrippingServer(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b" " * 80)
    began = time.monotonic()
    assert watched(server, 0.2) == []
    assert 1 < time.monotonic() - began < 3


def test_one_slow_answer_does_not_shorten_the_next() -> None:
    """The deadline is each request's own: a connection that is kept alive works after the first deadline has passed."""
    with serve(NODE) as server:
        api = api_of(server, timeout=0.3)
        api.get("/x")
        time.sleep(0.4)
        assert api.get("/x") == NODE


def test_an_answer_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte more than allowed is refused, the most that is allowed is not."""
    content = json.dumps(NODE).encode()
    monkeypatch.setattr(_https, "MAX_ANSWER", len(content))
    with serve(http(content)) as server:
        assert api_of(server).get("/x") == NODE
    refusal = refusal_of(serve(http(content + b" ")))
    assert refusal.code == "api_server_not_kubernetes"
    assert f"more than {len(content)} bytes" in str(refusal)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (http(b"<html>login</html>"), 200),
        (http(b""), 200),
        (http(b"\xff\xfe"), 200),
        (http(b"[" * 200_000), 200),
        ([NODE], 200),
        (http(b"<html>busy</html>", status="503 Busy"), 503),
        ({"message": "who are you"}, 401),
    ],
    ids=["html", "empty", "no-text", "deep", "list", "html-503", "no-status"],
)
def test_what_is_no_answer_of_kubernetes_is_said_to_be_none(answer: t.Any, status: int) -> None:
    """Web pages, empty and torn answers, other JSON, refusals that are no Status."""
    assert refusal_of(serve(answer, status)).code == "api_server_not_kubernetes"


def test_what_does_not_speak_http_is_unreachable() -> None:
    """No traceback of the HTTP library."""
    assert refusal_of(serve(b"220 mail.example.org ESMTP\r\n")).code == "api_server_unreachable"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "api_unauthorized"),
        (403, "api_forbidden"),
        (404, "api_not_found"),
        (409, "api_conflict"),
        (422, "api_refused"),
        (500, "api_refused"),
    ],
)
def test_a_refusal_keeps_kubernetes_own_words(status: int, code: str) -> None:
    """Code by HTTP status, Kubernetes' reason and message inside."""
    refusal = refusal_of(serve({"kind": "Status", "reason": "ItsReason", "message": "it said so"}, status))
    assert isinstance(refusal, ApiError)
    assert (refusal.code, refusal.status, refusal.details["reason"]) == (code, status, "ItsReason")
    assert "it said so" in str(refusal)


def test_find_takes_only_not_found_for_absence() -> None:
    """404 is None; 403 stays an error."""
    with serve({"kind": "Status"}, 404) as server:
        assert api_of(server).find("/x") is None
    with serve({"kind": "Status"}, 403) as server, pytest.raises(ApiError):
        api_of(server).find("/x")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    """The token stays with the server it was meant for."""
    with serve(NODE) as target:
        answer = http(b"", f"Location: {target.url}/x", "Content-Length: 0", status=f"{status} Moved")
        assert refusal_of(serve(answer), bearer="its-token").code == "api_server_not_kubernetes"
        assert target.requests == []


def test_a_watch_ends_when_the_server_ends_it() -> None:
    """What came before is handed on."""
    answer = chunked(event("ADDED", NODE), event("MODIFIED", NODE))
    assert watched(serve(answer)) == [("ADDED", NODE), ("MODIFIED", NODE)]


def test_a_watch_asks_for_one_object_and_for_an_end() -> None:
    """Never for the whole collection, and the server itself ends it in time."""
    server = serve(chunked())
    assert watched(server, 7.5) == []
    assert server.requests == ["GET /nodes?watch=1&timeoutSeconds=7&fieldSelector=metadata.name%3Dworker-1"]


@pytest.mark.parametrize("whole", [True, False], ids=["ended", "torn"])
def test_a_line_that_a_closing_connection_cut_is_dropped(whole: bool) -> None:
    """The events before it count, and it is no reason to fail: the caller asks again."""
    answer = chunked(event("ADDED", NODE), event("MODIFIED", NODE)[:20], whole=whole)
    assert watched(serve(answer)) == [("ADDED", NODE)]


def test_a_whole_line_that_is_no_event_is_an_error() -> None:
    """A login page of a proxy, say."""
    with pytest.raises(JoinError) as caught:
        watched(serve(chunked(b"<html>\n", event("ADDED", NODE))))
    assert caught.value.code == "api_server_not_kubernetes"


def test_an_error_event_is_raised_with_its_reason() -> None:
    """A watch whose version is gone does not look like an object."""
    gone = {"kind": "Status", "reason": "Expired", "message": "too old resource version"}
    with pytest.raises(ApiError) as caught:
        watched(serve(chunked(event("ERROR", gone))))
    assert caught.value.details["reason"] == "Expired"
    assert "too old resource version" in str(caught.value)


def test_bookmarks_are_not_taken_for_the_object() -> None:
    """They hold a version and nothing else."""
    bookmark = event("BOOKMARK", {"kind": "Node", "metadata": {"resourceVersion": "7"}})
    assert watched(serve(chunked(bookmark, event("ADDED", NODE)))) == [("ADDED", NODE)]


def test_a_refused_watch_is_a_refusal() -> None:
    """By status, as anywhere."""
    with pytest.raises(ApiError) as caught:
        watched(serve({"kind": "Status", "reason": "Forbidden"}, 403))
    assert caught.value.code == "api_forbidden"


def _presenting(
    authority: Authority, tmp_path: t.Any, monkeypatch: pytest.MonkeyPatch, **certificate: t.Any
) -> FakeServer:
    """A server with a certificate of its own making."""

    def context(_authority: Authority) -> ssl.SSLContext:
        pem, key = authority.issue("kube-apiserver", **certificate)
        (tmp_path / "server.pem").write_text(pem + pem_of_key(key), encoding="ascii")
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(tmp_path / "server.pem")
        return made

    monkeypatch.setattr(fake_server, "_context", context)
    return serve(NODE)


YESTERDAY = datetime.datetime(2021, 1, 1)


@pytest.mark.parametrize(
    ("authority", "certificate"),
    [
        pytest.param(OTHER_CA, {"addresses": ["127.0.0.1"]}, id="another-ca"),
        pytest.param(CA, {"addresses": ["127.0.0.2"]}, id="another-address"),
        pytest.param(CA, {"names": ["api.example.org"]}, id="another-name"),
        pytest.param(CA, {"addresses": ["127.0.0.1"], "not_after": YESTERDAY}, id="expired"),
    ],
)
def test_a_server_that_cannot_be_trusted_gets_nothing(
    authority: Authority, certificate: dict[str, t.Any], tmp_path: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another CA, another address, another name, expired: refused before a byte of the request is sent."""
    server = _presenting(authority, tmp_path, monkeypatch, **certificate)
    assert refusal_of(server, bearer="its-token").code == "api_server_untrusted"
    assert server.received == b""


def test_a_server_with_the_right_certificate_gets_the_token(tmp_path: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counterpart of the refusals: made the same way, believed, and spoken to as the token's user."""
    with _presenting(CA, tmp_path, monkeypatch, addresses=["127.0.0.1"]) as server:
        assert api_of(server, bearer="its-token").get("/x") == NODE
    assert b"Authorization: Bearer its-token\r\n" in server.received


def test_a_token_is_not_taken_without_verified_tls() -> None:
    """Not even with a server that nobody has connected to yet."""
    with pytest.raises(ValueError, match="verified"):
        KubeApi("https://127.0.0.1:1", unverified(), bearer="its-token")


@pytest.mark.parametrize(
    ("header", "instant"),
    [
        ("Date: Mon, 01 Jun 2026 10:00:00 GMT", datetime.datetime(2026, 6, 1, 10, tzinfo=datetime.timezone.utc)),
        ("Date: Mon, 01 Jun 2026 10:00:00 +0200", datetime.datetime(2026, 6, 1, 8, tzinfo=datetime.timezone.utc)),
        ("Date: Mon, 01 Jun 2026 10:00:00 -0000", datetime.datetime(2026, 6, 1, 10, tzinfo=datetime.timezone.utc)),
        ("Date: yesterday", None),
        ("Date: Mon, 99 Jun 2026 10:00:00 GMT", None),
        ("X-None: x", None),
    ],
)
def test_the_servers_date_is_an_instant_in_utc_or_none(header: str, instant: datetime.datetime | None) -> None:
    """A date that is none is no reason to fail: an unverified server may send anything."""
    with serve(http(json.dumps(NODE).encode(), header)) as server:
        api = api_of(server)
        api.get("/x")
    assert api.date == instant
    assert instant is None or (api.date is not None and api.date.utcoffset() == datetime.timedelta(0))


@given(st.binary(max_size=200) | ANYTHING.map(lambda value: json.dumps(value).encode()) | st.text().map(str.encode))
def test_an_answer(answer: bytes) -> None:
    """Bytes become an object that can be written as JSON again."""
    with Expected():
        json.dumps(PreparedApi(None)._parse(answer, "/x"), ensure_ascii=False, allow_nan=False).encode()


DATES = st.datetimes().map(lambda moment: moment.strftime("%a, %d %b %Y %H:%M:%S GMT"))


@given(st.text() | DATES | st.text("0123456789 :+-,GMTJanMon", max_size=40))
def test_a_date(text: str) -> None:
    """An instant to which times can be added, or none."""
    found = _kubeapi._instant(text)
    assert found is None or found + datetime.timedelta(days=36500) > found
