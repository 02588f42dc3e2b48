# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conversation with etcd's gateway, where a real etcd cannot be made to answer like this."""

from __future__ import annotations

import contextlib
import json
import socket
import time
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting, unverified
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.client import EtcdApi
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer

CA = Authority.make()
LIST = "/v3/cluster/member/list"


def serve(*answers: tuple[int, t.Any]) -> FakeServer:
    """One answer after the other, the last for ever."""
    left = list(answers)
    return FakeServer(lambda method, path: left.pop(0) if len(left) > 1 else left[0], CA)


def api_of(*servers: FakeServer, **options: t.Any) -> EtcdApi:
    return EtcdApi([server.url for server in servers], trusting(CA.pem), **options)


def refusal_of(*servers: FakeServer, **options: t.Any) -> JoinError:
    with pytest.raises(JoinError) as caught:
        api_of(*servers, **options).members()
    return caught.value


def refused(message: str, code: int = 9, status: int = 400) -> tuple[int, t.Any]:
    return status, {"code": code, "message": message}


def listed(server: FakeServer) -> tuple[int, t.Any]:
    return 200, {"members": [{"ID": "7", "name": "cp1", "clientURLs": [server.url]}]}


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>"),
        (404, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        (200, [1]),
        (200, {"members": [{"name": "cp1"}]}),
        (200, {"members": "cp1"}),
        (200, b"\x00\x00\x06\x04\x00"),
    ],
    ids=["html", "not-found", "list", "no-id", "no-members", "http2"],
)
def test_what_is_not_etcds_gateway_is_said_to_be_none(answer: tuple[int, t.Any]) -> None:
    """Web pages, an etcd that serves gRPC alone, other JSON."""
    with serve(answer) as server:
        refusal = refusal_of(server)
        assert refusal.code == "etcd_unreachable"
        assert server.url in str(refusal)


def test_a_strangers_words_are_cleaned_and_cut() -> None:
    """No line breaks, no escape sequences, no novels."""
    with serve(refused("\x1b[31mno\n\n" + "x" * 5000)) as server:
        refusal = refusal_of(server)
    assert refusal.code == "etcd_refused"
    assert (
        " no  xxx" in str(refusal)
        and "[31m" not in str(refusal)
        and "\x1b" not in str(refusal)
        and "\n" not in str(refusal)
    )
    assert len(str(refusal)) < 700


def test_the_list_is_asked_for_with_quorum() -> None:
    """The gateway's default would be one member's own view."""
    with serve((200, {})) as server:
        assert api_of(server).members() == ()
    assert b'{"linearizable": true}' in server.received.replace(b'":true', b'": true')


def test_a_list_that_no_quorum_confirms_is_unhealthy_not_unreachable() -> None:
    """etcd is silent on the first question and answers the second: so it is there. Its health depends on what it knows."""

    def answer(method: str, path: str, body: bytes) -> tuple[int, t.Any]:
        if path == LIST and json.loads(body)["linearizable"]:
            time.sleep(0.5)
        return listed(server) if path == LIST else (200, {"header": {"member_id": "7"}})

    with serve((200, {})) as server:
        server.answer_with_body = answer
        assert refusal_of(server, timeout=0.2).code == "etcd_unhealthy"
        health = api_of(server, timeout=0.2).health()
    assert not health.has_quorum
    assert health.errors() == ["cp1 (ID 7, without peer URL): it has no leader"]


@pytest.mark.parametrize(
    "first",
    [
        refused("etcdserver: rpc not supported for learner"),
        refused("etcdserver: no leader", 14, 503),
        (500, b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"),
    ],
    ids=["learner", "no-leader", "torn"],
)
def test_another_endpoint_is_asked_where_one_cannot_answer(first: tuple[int, t.Any]) -> None:
    """A learner, a member without a leader, something else; the endpoint that has answered is asked first from then on."""
    with serve(first) as unable, serve((200, {})) as able:
        api = api_of(unable, able)
        api.members()
        api.members()
        assert api.endpoints == (able.url, unable.url)
    assert len(unable.requests) == 1


def test_a_refusal_is_not_asked_for_twice() -> None:
    """What one member refuses for good, all do."""
    with serve(refused("etcdserver: given member URLs are invalid", 3)) as one, serve((200, {})) as other:
        assert refusal_of(one, other).code == "etcd_refused"
    assert other.requests == []


def test_all_that_was_seen_is_reported_when_nobody_answers() -> None:
    """Every endpoint with its own fault; one that refuses TLS is the better cause."""
    with serve((200, [1])) as one, serve((200, b"")) as other:
        refusal = refusal_of(one, other)
        assert refusal.code == "etcd_unreachable"
        assert f"{one.url}: not a gateway of etcd, but JSON" in str(refusal) and f"{other.url}: " in str(refusal)
        other.present(Authority.make())
        assert refusal_of(one, other).code == "etcd_untrusted"


def test_members_that_serve_clients_are_asked_too() -> None:
    """What is listed with a vote becomes an endpoint, a learner does not."""
    with serve((200, {})) as server:
        answer = {
            "members": [
                {
                    "ID": "7",
                    "name": "cp1",
                    "clientURLs": [server.url, "https://10.0.0.1:2379/", "http://10.0.0.1:2381"],
                },
                {"ID": "8", "name": "cp2", "clientURLs": ["https://10.0.0.2:2379"], "isLearner": True},
            ]
        }
        server.answer = lambda method, path: (200, answer)
        api = api_of(server)
        api.members()
        assert api.endpoints == (server.url, "https://10.0.0.1:2379")


@pytest.fixture
def silent() -> t.Iterator[list[str]]:
    """The URLs of thirty servers that accept connections and never answer."""
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _position in range(30)]
        yield [f"https://127.0.0.1:{listener.getsockname()[1]}" for listener in listeners]


def test_endpoints_that_do_not_answer_cost_the_time_of_two(silent: list[str]) -> None:
    """The first alone, the others side by side. The one that has answered is asked first from then on."""
    with serve((200, {})) as server:
        api = EtcdApi([*silent, server.url], trusting(CA.pem), timeout=1)
        began = time.monotonic()
        api.members()
        assert time.monotonic() - began < 4
        assert api.endpoints[0] == server.url
    began = time.monotonic()
    with pytest.raises(JoinError) as caught:
        EtcdApi(silent, trusting(CA.pem), timeout=0.5).members()
    assert caught.value.code == "etcd_unreachable"
    assert time.monotonic() - began < 4


def test_the_health_of_members_that_do_not_answer_costs_the_time_of_one(silent: list[str]) -> None:
    members = [{"ID": str(at), "name": f"cp{at}", "clientURLs": [url]} for at, url in enumerate(silent, 10)]

    def answer(_method: str, path: str) -> tuple[int, t.Any]:
        if path == LIST:
            return 200, {"members": [*members, {"ID": "7", "name": "cp1", "clientURLs": [server.url]}]}
        return 200, {"header": {"member_id": "7"}, "leader": "7"}

    with FakeServer(answer, CA) as server:
        began = time.monotonic()
        health = api_of(server, timeout=1).health()
        assert time.monotonic() - began < 4
    assert list(health.statuses) == [7]
    assert len(health.faults) == len(silent)


def test_a_change_is_requested_from_one_member_at_a_time() -> None:
    """Two that take it would both make it."""
    answers = [(500, b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"), (200, {"member": {"ID": "9"}})]
    with serve(answers[0]) as first, serve(answers[1]) as second, serve(answers[1]) as third:
        assert api_of(first, second, third).add_learner("https://10.0.0.9:2380").id == 9
    assert [len(server.requests) for server in (first, second, third)] == [1, 1, 0]


def test_another_member_behind_an_address_is_not_taken_for_it() -> None:
    """Its health would be another's."""
    with serve((200, {})) as server:
        server.answer = lambda method, path: (
            listed(server) if path == LIST else (200, {"header": {"member_id": "9"}, "leader": "9"})
        )
        [error] = api_of(server).health().errors()
    assert "another member, 9, answers at " in error


def test_a_member_that_is_gone_is_removed() -> None:
    """Not found is what was wanted; other refusals are none."""
    with serve(
        refused("etcdserver: member not found", 5, 404), refused("etcdserver: permission denied", 7, 403)
    ) as server:
        api_of(server).remove(7)
        with pytest.raises(JoinError) as caught:
            api_of(server).remove(7)
    assert caught.value.code == "etcd_refused"


def test_only_a_verified_cluster_is_spoken_to() -> None:
    """And only one that there is."""
    with pytest.raises(ValueError, match="verified"):
        EtcdApi(["https://127.0.0.1:1"], unverified())
    with pytest.raises(ValueError, match="endpoint"):
        EtcdApi([], trusting(CA.pem))
