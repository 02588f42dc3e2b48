# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The look at the endpoint: what it sees of real TLS servers, and what is made of that."""

from __future__ import annotations

import datetime
import email.utils
import socket
import threading
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight import endpoint_probe as endpoint_probe
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.endpoint import (
    find_endpoint_problems,
    find_proxy_problems,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.endpoint_probe import (
    EndpointProbe,
    start_probe,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer

CA, OTHER = Authority.make(), Authority.make()


def dated(seconds: float) -> t.Callable[[str, str], tuple[int, t.Any]]:
    """Answers with a Date that far from now."""
    date = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    head = f"HTTP/1.1 401 X\r\nDate: {email.utils.format_datetime(date, usegmt=True)}\r\nContent-Length: 0\r\n\r\n"
    return lambda _method, _path: (401, head.encode())


def probe(server: str, certificate_authority: str = "", **environ: str) -> EndpointProbe:
    return start_probe(server, certificate_authority=certificate_authority, environ=environ).result()


@pytest.mark.parametrize("authority", ["", CA.pem], ids=["unverified", "verified"])
def test_what_is_seen_of_a_server(authority: str) -> None:
    """Source address, names and clock; one anonymous question is asked."""
    with FakeServer(dated(100), CA) as server:
        seen = probe(server.url, authority)
    assert (seen.source, seen.untrusted, seen.unreachable) == ("127.0.0.1", "", "")
    assert set(seen.names) == {"127.0.0.1", "::1", "api.invalid"}
    assert seen.skew is not None and 98 < seen.skew < 102
    assert server.requests == ["GET /version"]
    assert b"authorization" not in server.received.lower()


def test_a_server_of_another_ca_is_reported() -> None:
    """And looked at all the same, for its names and its clock."""
    with FakeServer(dated(0), OTHER) as server:
        seen = probe(server.url, CA.pem)
    assert "certificate" in seen.untrusted
    assert "api.invalid" in seen.names
    assert seen.skew is not None


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 X\r\nDate: nonsense\r\n\r\n"])
def test_a_server_without_a_date_is_reachable_all_the_same(answer: bytes) -> None:
    """Discovery finds out what it is."""
    with FakeServer(lambda _method, _path: (200, answer), CA) as server:
        seen = probe(server.url)
    assert (seen.unreachable, seen.skew) == ("", None)


def test_one_that_never_answers_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look ends in time, whatever the server does."""
    monkeypatch.setattr(endpoint_probe, "PROBE_TIMEOUT", 0.3)
    release = threading.Event()
    with FakeServer(lambda _method, _path: (200, b"late" * release.wait(10)), CA) as server:
        seen = probe(server.url)
        release.set()
    assert seen.unreachable == "no answer within 0.3 seconds"


def test_a_ca_that_is_none_is_reported() -> None:
    """In TLS's own words."""
    assert probe("https://127.0.0.1:1", "no certificate").unreachable


def test_nobody_there() -> None:
    """A closed port, a name that is none, and an address that this host will not send to."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert probe(f"https://127.0.0.1:{port}").unreachable == "Connection refused"
    assert "nosuch.invalid cannot be resolved" in probe("https://nosuch.invalid:6443").unresolved
    assert probe("https://255.255.255.255:6443").no_route == "255.255.255.255: Permission denied"


def test_a_server_without_tls_is_unreachable() -> None:
    """Its own words are in the reason."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _address = listener.accept()
            with client:
                client.recv(1000)
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        assert probe(f"https://127.0.0.1:{listener.getsockname()[1]}").unreachable


def test_the_way_to_a_proxy_is_looked_at_and_no_password_is_sent() -> None:
    """A proxy with a password is left alone."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        asked = []

        def serve() -> None:
            client, _address = listener.accept()
            with client:
                asked.append(client.recv(1000))
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        port = listener.getsockname()[1]
        seen = probe("https://api.example.org:6443", HTTPS_PROXY=f"http://127.0.0.1:{port}")
        assert probe("https://api.example.org:6443", HTTPS_PROXY=f"http://u:p@127.0.0.1:{port}") == EndpointProbe()
    assert "403" in seen.unreachable
    assert asked[0].startswith(b"CONNECT api.example.org:6443")


NAMES = ("api.example.org", "*.lab.example.org", "192.0.2.1", "2001:db8::1")


@pytest.mark.parametrize(
    ("server", "seen", "expected"),
    [
        ("https://192.0.2.1:6443", EndpointProbe(no_route="192.0.2.1: Network is unreachable"), "Endpoint error no_route"),
        ("https://api:6443", EndpointProbe(unresolved="api cannot be resolved"), "Endpoint warning api_server_unreachable"),
        ("https://api:6443", EndpointProbe(unreachable="timed out"), "Endpoint warning api_server_unreachable"),
        ("https://api.example.org:6443", EndpointProbe(names=NAMES), ""),
        ("https://API.example.org.:6443", EndpointProbe(names=NAMES), ""),
        ("https://a.lab.example.org:6443", EndpointProbe(names=NAMES), ""),
        ("https://a.b.lab.example.org:6443", EndpointProbe(names=NAMES), "Endpoint error endpoint_not_certified"),
        ("https://192.0.2.1:6443", EndpointProbe(names=NAMES), ""),
        ("https://[2001:db8::1]:6443", EndpointProbe(names=NAMES), ""),
        ("https://192.0.2.2:6443", EndpointProbe(names=NAMES), "Endpoint error endpoint_not_certified"),
        ("https://192.0.2.2:6443", EndpointProbe(names=NAMES, untrusted="IP mismatch"), "Endpoint error endpoint_not_certified"),
        ("https://192.0.2.1:6443", EndpointProbe(names=NAMES, untrusted="self-signed"), "Endpoint error api_server_untrusted"),
        ("https://192.0.2.1:6443", EndpointProbe(skew=29), ""),
        ("https://192.0.2.1:6443", EndpointProbe(skew=-29), ""),
        ("https://192.0.2.1:6443", EndpointProbe(skew=31), "ClockSkew warning clock_skew"),
        ("https://192.0.2.1:6443", EndpointProbe(skew=-9999), "ClockSkew warning clock_skew"),
        ("https://192.0.2.1:6443", EndpointProbe(skew=301), "ClockSkew error clock_skew"),
        ("https://192.0.2.1:6443", EndpointProbe(source="192.0.2.9"), ""),
        ("https://192.0.2.1:6443", EndpointProbe(source="127.0.0.1"), "Endpoint warning source_address_odd"),
        ("https://api:6443", EndpointProbe(source="127.0.1.1"), "Endpoint warning source_address_odd"),
        ("https://192.0.2.1:6443", EndpointProbe(source="169.254.3.4"), "Endpoint warning source_address_odd"),
        ("https://169.254.1.1:6443", EndpointProbe(source="169.254.3.4"), ""),
        ("https://127.0.0.1:6443", EndpointProbe(source="127.0.0.1"), ""),
    ],
)  # fmt: skip
def test_what_is_made_of_it(server: str, seen: EndpointProbe, expected: str) -> None:
    """What can never work is an error, what may yet is a warning."""
    found = [f"{finding.check} {finding.severity} {finding.code}" for finding in find_endpoint_problems(server, seen)]
    assert found == ([expected] if expected else [])


def test_an_address_that_nobody_can_answer_is_reported() -> None:
    """As a resolver that takes the endpoint's name for this host's own makes it."""
    (found,) = find_endpoint_problems("https://api:6443", EndpointProbe(source="127.0.1.1"))
    assert found.code == "source_address_odd"
    assert "from 127.0.1.1" in found.message


def test_a_clock_is_reported_in_the_right_direction() -> None:
    """A server ahead of this host is a host behind it."""
    (behind,) = find_endpoint_problems("https://a:1", EndpointProbe(skew=90))
    (ahead,) = find_endpoint_problems("https://a:1", EndpointProbe(skew=-90))
    assert "90 seconds behind" in behind.message
    assert "90 seconds ahead" in ahead.message


def test_proxies_are_reported_without_their_password() -> None:
    """And one that cannot be used is an error."""
    (found,) = find_proxy_problems("https://api:6443", {"HTTPS_PROXY": "http://user:secret@proxy:3128"})
    assert (found.check, found.severity, found.code) == ("HTTPProxy", "warning", "proxy_in_the_way")
    assert "proxy:3128" in found.message and "secret" not in found.message
    (found,) = find_proxy_problems("https://api:6443", {"HTTPS_PROXY": "socks5://proxy:3128"})
    assert (found.severity, found.code) == ("error", "proxy_unusable")
    assert list(find_proxy_problems("https://api:6443", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "api"})) == []
