# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Token discovery: what makes a node trust a control plane, and everything that must not."""

from __future__ import annotations

import base64
import ipaddress
import socket
import typing as t
import urllib.parse

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.endpoint import parse_endpoint
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import parse_certificates, pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import BootstrapToken
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.by_token import (
    SIGNATURE_WAIT,
    discover_by_token,
    read_configuration,
    render_detached_signature,
    verify_detached_signature,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import KUBELET_CONFIGURATION
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import OTHER, TOKEN, cluster_info, kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import GOOD, control_plane
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer, server_tls
from hypothesis import given
from hypothesis import strategies as st

CLUSTER_INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info"

EVIL = Authority.make(kind="rsa")


def pin(authority: Authority) -> str:
    return pin_of(authority.certificate)


def always(answer: t.Any, status: int = 200) -> t.Callable[[str, str], tuple[int, t.Any]]:
    return lambda method, path: (status, answer)


def refused(status: int, message: str) -> t.Callable[[str, str], tuple[int, t.Any]]:
    return always({"kind": "Status", "status": "Failure", "message": message, "reason": "X", "code": status}, status)


def discover(
    server: FakeServer, *, token: BootstrapToken = TOKEN, pins: t.Sequence[str] = (), timeout: float = 0
) -> t.Any:
    return discover_by_token(server.endpoint, token, pins, clock=TestClock(), timeout=timeout)


def refusal_of(server: FakeServer, **arguments: t.Any) -> str:
    """The code that discovery refuses this server with; on the way, nothing secret was sent to it."""
    with server:
        with pytest.raises(JoinError) as caught:
            discover(server, **arguments)
    assert TOKEN.secret.encode() not in server.received
    assert TOKEN.secret not in str(caught.value) + repr(caught.value) + repr(caught.value.details)
    return caught.value.code


def test_a_pinned_and_signed_control_plane_is_trusted_in_two_anonymous_requests() -> None:
    """The good case: both requests go to cluster-info, the token goes nowhere, the bundle and the pin come back."""
    with FakeServer(always(cluster_info(kubeconfig(GOOD.pem), TOKEN)), GOOD) as server:
        cluster = discover(server, pins=[pin(GOOD)])
    assert server.requests == [f"GET {CLUSTER_INFO}"] * 2
    assert b"authorization" not in server.received.lower()
    assert cluster.server == "https://api.example.org:6443"
    assert cluster.certificate_authority == GOOD.pem
    assert cluster.ca_cert_hashes == (pin(GOOD),)


def test_of_two_cas_in_the_bundle_only_the_pinned_one_vouches() -> None:
    """A CA rotation under way: the bundle goes to the node whole, the connection is verified by the pinned CA alone."""
    with FakeServer(always(cluster_info(kubeconfig(EVIL.pem + GOOD.pem), TOKEN)), GOOD) as server:
        cluster = discover(server, pins=[pin(GOOD)])
    assert len(parse_certificates(cluster.certificate_authority, what="bundle")) == 2
    assert cluster.ca_cert_hashes == (pin(GOOD),)


def test_a_pin_of_another_ca_is_refused_with_both_hashes() -> None:
    """The sentence names what was seen and what is allowed."""
    with FakeServer(always(cluster_info(kubeconfig(EVIL.pem), TOKEN)), EVIL) as server:
        with pytest.raises(JoinError) as caught:
            discover(server, pins=[pin(GOOD)])
    assert caught.value.code == "pin_mismatch"
    assert pin(GOOD) in str(caught.value) and pin(EVIL) in str(caught.value)
    assert len(server.requests) == 1


def test_a_signature_that_this_token_did_not_make_is_refused_at_once() -> None:
    """No retry: the answer will not get better. The attack table has such signatures."""
    answer = cluster_info(kubeconfig(GOOD.pem))
    answer["data"]["jws-kubeconfig-abcdef"] = render_detached_signature(OTHER, kubeconfig(GOOD.pem))
    server = FakeServer(always(answer), GOOD)
    assert refusal_of(server, pins=[pin(GOOD)], timeout=300) == "cluster_info_signature_mismatch"
    assert len(server.requests) == 1


def test_a_token_without_signature_is_waited_for_and_then_refused() -> None:
    """Unknown, expired, or without usage `signing`: indistinguishable from here, so the sentence names all three."""
    clock = TestClock()
    with FakeServer(always(cluster_info(kubeconfig(GOOD.pem))), GOOD) as server:
        with pytest.raises(JoinError) as caught:
            discover_by_token(server.endpoint, TOKEN, [pin(GOOD)], clock=clock, timeout=300)
    assert caught.value.code == "token_not_signed"
    assert sum(clock.slept) == pytest.approx(SIGNATURE_WAIT)
    for reason in ("unknown", "expired", "signing"):
        assert reason in str(caught.value)


def test_a_signature_that_comes_a_moment_later_is_seen() -> None:
    """The signer controller needs a moment after the token was made."""
    answers = [cluster_info(kubeconfig(GOOD.pem)) for _ in range(3)]
    signed = cluster_info(kubeconfig(GOOD.pem), TOKEN)
    server = FakeServer(lambda method, path: (200, answers.pop() if answers else signed), GOOD)
    with server:
        assert discover(server, pins=[pin(GOOD)], timeout=60).ca_cert_hashes == (pin(GOOD),)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (always({"kind": "ConfigMap", "data": {}}), "token_not_signed"),
        (refused(404, "configmaps not found"), "cluster_info_missing"),
        (refused(403, "anonymous may not"), "api_forbidden"),
        (refused(401, "Unauthorized"), "api_unauthorized"),
    ],
    ids=["no data", "404", "403", "401"],
)
def test_whatever_else_answers_there_is_named(answer: t.Any, code: str) -> None:
    """One that was not made by kubeadm, or that shows it to nobody. The attack table has what is no API server."""
    assert refusal_of(FakeServer(answer, GOOD), pins=[pin(GOOD)]) == code


def test_a_port_where_nobody_listens_is_named_with_the_reason() -> None:
    """And nobody waits 300 seconds when there are none."""
    with FakeServer(always({}), GOOD) as server:
        endpoint = server.endpoint
    with pytest.raises(JoinError) as caught:
        discover_by_token(endpoint, TOKEN, [pin(GOOD)], clock=TestClock(), timeout=0)
    assert caught.value.code == "api_server_unreachable"
    assert "refused" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["https://api:6443", "api", "api:", "api:0", "api:65536", ":6443", "::1:6443", "a b:1", "api:64x", "api:1/x", ""]
    + ["[fd00:::1]:6443", "[10.0.0.1]:6443", "[api]:6443", "[]:6443", "[::1%eth0]:6443", "[::1]", "[::1]6443"],
)
def test_an_endpoint_that_is_no_address_is_refused(text: str) -> None:
    """As kubeadm's validation does: host and port, no scheme."""
    with pytest.raises(JoinError) as caught:
        parse_endpoint(text)
    assert caught.value.code == "endpoint_malformed"


@pytest.mark.parametrize("text", ["api.example.org:6443", "10.0.0.1:443", "[fd00::1]:6443"])
def test_an_endpoint_becomes_a_url(text: str) -> None:
    """IPv6 keeps its brackets."""
    assert parse_endpoint(text) == f"https://{text}"


@given(st.ip_addresses(v=6), st.integers(1, 65535))
def test_every_ipv6_address_is_taken_in_brackets_and_not_without(address: ipaddress.IPv6Address, port: int) -> None:
    """And what the URL then says is that address and port; `host:port` cut at the last colon would be another host."""
    for text in (address.compressed, address.exploded):
        url = urllib.parse.urlsplit(parse_endpoint(f"[{text}]:{port}"))
        assert (ipaddress.ip_address(url.hostname or ""), url.port) == (address, port)
        with pytest.raises(JoinError):
            parse_endpoint(f"{text}:{port}")


def test_without_the_right_to_read_it_the_configuration_is_named() -> None:
    """The token's group lacks the Role of kubeadm: its own code, not a bare 403."""
    with FakeServer(refused(403, "cannot get configmaps"), GOOD) as server:
        cluster = Cluster(server.url, GOOD.pem, (pin(GOOD),))
        with pytest.raises(JoinError) as caught:
            read_configuration(cluster.connect(TOKEN.bearer), cluster, clock=TestClock(), timeout=60)
    assert caught.value.code == "cluster_configuration_unreadable"
    assert "kubeadm-config" in str(caught.value)
    assert TOKEN.secret not in str(caught.value)


def test_a_configuration_without_a_version_has_that_of_the_api_server() -> None:
    """It is asked for only then."""
    maps = "/api/v1/namespaces/kube-system/configmaps"
    for version, asked in (("", ["GET /version"]), ("kubernetesVersion: v1.36.3\n", [])):
        text = f"apiVersion: kubeadm.k8s.io/v1beta4\n{version}"
        answers = {
            f"{maps}/kubeadm-config": {"data": {"ClusterConfiguration": text}},
            f"{maps}/kubelet-config": {"data": {"kubelet": KUBELET_CONFIGURATION}},
            "/version": {"major": "1", "minor": "36", "gitVersion": "v1.36.3"},
        }
        with FakeServer(lambda _method, path, answers=answers: (200, answers[path]), GOOD) as server:
            cluster = Cluster(server.url, GOOD.pem, (pin(GOOD),))
            read = read_configuration(cluster.connect(TOKEN.bearer), cluster, clock=TestClock(), timeout=60)
        assert read.facts["kubernetes_version"] == "v1.36.3"
        assert [request for request in server.requests if maps not in request] == asked


def test_token_discovery_over_ipv6() -> None:
    """[::1]:port, verified by its address."""
    with FakeServer(control_plane(), GOOD, "::1") as server:
        cluster = discover_by_token(server.endpoint, TOKEN, [pin_of(GOOD.certificate)], clock=TestClock(), timeout=0)
    assert cluster.certificate_authority == GOOD.pem


@pytest.mark.parametrize("shown", [GOOD, EVIL], ids=["ecdsa", "rsa"])
def test_two_pins_let_either_ca_of_a_rotation_vouch(shown: Authority) -> None:
    """An ECDSA and an RSA CA, and a third in the bundle that no pin names and that vouches for nobody."""
    third = Authority.make()
    pins = [pin_of(GOOD.certificate), pin_of(EVIL.certificate)]
    bundle = GOOD.pem + third.pem + EVIL.pem
    with FakeServer(control_plane(bundle), shown) as server:
        cluster = discover_by_token(server.endpoint, TOKEN, pins, clock=TestClock(), timeout=0)
        assert sorted(cluster.ca_cert_hashes) == sorted(pins)
        server.present(third)
        with pytest.raises(JoinError) as caught:
            discover_by_token(server.endpoint, TOKEN, pins, clock=TestClock(), timeout=0)
    assert caught.value.code == "api_server_untrusted"


def test_ipv6_is_verified_by_the_address_and_not_by_a_name() -> None:
    """A server of the right CA whose certificate is for another address is somebody else; brackets are no part of it."""
    tls = server_tls(*GOOD.issue("kube-apiserver", addresses=["127.0.0.1"]))
    with FakeServer(control_plane(), GOOD, "::1", tls) as server:
        with pytest.raises(JoinError) as caught:
            discover_by_token(server.endpoint, TOKEN, [pin_of(GOOD.certificate)], clock=TestClock(), timeout=0)
    assert caught.value.code == "api_server_untrusted"


@pytest.mark.parametrize("family", ["127.0.0.1", "::1"])
def test_a_name_with_addresses_of_both_families_is_reached_where_it_answers(
    family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dual stack: the other address refuses the connection, and TLS verifies the name."""
    with FakeServer(control_plane(), GOOD, family) as server:
        port = int(server.endpoint.rpartition(":")[2])
        both = [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: both)
        endpoint = f"api.invalid:{port}"
        cluster = discover_by_token(endpoint, TOKEN, [pin_of(GOOD.certificate)], clock=TestClock(), timeout=0)
    assert cluster.certificate_authority == GOOD.pem


@pytest.mark.parametrize(
    ("token", "payload", "signature"),
    [
        (
            BootstrapToken("joshua", "my voice is my passcode"),
            "Hello from the other side. I must have called a thousand times.",
            "eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..VShe2taLd-YTrmWuRkcL_8QTNDHYxQIEBsAYYiIj1_8",
        ),
        (
            BootstrapToken("joshua", "my voice is my passcode"),
            "",
            "eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..7Ui1ALizW4jXphVUB7xUqC9vLYLL9RZeOFfVLoB7Tgk",
        ),
        (TOKEN, "hello\n", "eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..jGfh3cAKffhbjQqP1x03VRxdhcDip6Xp1PFxbB0P9vg"),
    ],
)
def test_signatures_are_those_of_the_signer_controller(token: BootstrapToken, payload: str, signature: str) -> None:
    """Known answers."""
    assert render_detached_signature(token, payload) == signature
    assert verify_detached_signature(token, payload, signature)
    assert not verify_detached_signature(token, payload + " ", signature)


@given(st.text(), st.text())
def test_another_text_is_never_the_signature(payload: str, signature: str) -> None:
    """True for the one that the token makes; half characters, which no API server has, are no reason to fail."""
    right = render_detached_signature(TOKEN, payload)
    assert verify_detached_signature(TOKEN, payload, right)
    assert verify_detached_signature(TOKEN, payload, signature) is (signature == right)


def test_another_token_makes_another_signature() -> None:
    """By its secret, and by its id, which is in the header."""
    right = render_detached_signature(TOKEN, "x")
    assert not verify_detached_signature(BootstrapToken(TOKEN.id, "fedcba9876543210"), "x", right)
    assert not verify_detached_signature(BootstrapToken("aaaaaa", TOKEN.secret), "x", right)


def test_another_algorithm_is_refused_before_anything_is_computed() -> None:
    """As `none`, which some libraries once took."""
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"abcdef"}').decode().rstrip("=")
    assert not verify_detached_signature(TOKEN, "x", f"{header}..")
    assert not verify_detached_signature(
        TOKEN, "x", f"{header}.." + render_detached_signature(TOKEN, "x").split("..")[1]
    )
