# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attack table: each is mounted for real on a whole join, refused by its own code, learns no secret, and writes nothing.

Attacks on single parts are beside those parts: on discovery URLs in test_discovery_file.py, on API conversations in
test_kubeapi.py, on YAML in test_yaml.py; what parsers do with anything at all is in test_parsers.py.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import gzip
import json
import os
import pathlib
import re
import ssl
import time
import typing as t

import pytest
import urllib3.response
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import MAX_ANSWER, MAX_FRAME
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import MAX_SENTENCE, JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import BootstrapToken
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.by_token import (
    render_detached_signature,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.attack_mutants import MUTANTS, MUTATIONS, Mutant
from ansible_collections.kubejoin.kubeadm.tests.unit.support.attack_world import (
    EVIL,
    GOOD,
    PIN,
    SECRET,
    SECRETS,
    Attack,
    ControlPlane,
    World,
    always,
    drip,
    raw,
    status,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import OTHER, TOKEN, cluster_info, kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import config
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer, server_tls
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY
from cryptography.x509.oid import ExtendedKeyUsageOID

#: These tests run each attack once for each rule that it is refused by.
IS_LONG = pytest.mark.skipif("KUBEJOIN_FUZZ" not in os.environ, reason="a matter of `make test-long`")
LONG_PAST = datetime.datetime(2021, 1, 1)
ATTACKS: list[Attack] = []
Mount = t.Callable[[World], object]


def attack(name: str, code: str, knows: str = "nobody") -> t.Callable[[Mount], Mount]:
    def register(mount: Mount) -> Mount:
        ATTACKS.append(Attack(name, code, mount, knows))
        return mount

    return register


# Attackers that can answer, but know no token and have no key of the CA.


@attack("a server on the path with a CA of its own", "pin_mismatch")
def _own_ca(world: World) -> object:
    return world.join(world.serve(always(cluster_info(kubeconfig(EVIL.pem), TOKEN))).endpoint)


@attack("the genuine answer passed on, then a server of its own", "api_server_untrusted")
def _swapped(world: World) -> object:
    return world.join(world.switch(world.control_plane(), world.serve(always({}))))


@attack("an old answer replayed, then the genuine server", "cluster_info_changed")
def _replayed(world: World) -> object:
    old = cluster_info(kubeconfig(GOOD.pem, "https://10.0.0.1:6443"), TOKEN)
    return world.join(world.switch(world.serve(always(old)), world.control_plane()))


@attack("an old answer replayed, of a CA that was given up and whose key is known", "pin_mismatch")
def _replayed_ca(world: World) -> object:
    old = Authority.make()
    return world.join(world.serve(always(cluster_info(kubeconfig(old.pem), TOKEN)), old).endpoint)


@attack("an old answer replayed, from before the token was made", "token_not_signed")
def _replayed_before(world: World) -> object:
    old = cluster_info(kubeconfig(GOOD.pem), BootstrapToken("aaaaaa", TOKEN.secret))
    return world.join(world.serve(always(old)).endpoint)


SIGNATURES: dict[str, t.Any] = {
    "another token": render_detached_signature(OTHER, kubeconfig(GOOD.pem)),
    "the token over another content": render_detached_signature(TOKEN, kubeconfig(GOOD.pem, "https://10.66.6.6:6443")),
    "algorithm none": "eyJhbGciOiJub25lIiwia2lkIjoiYWJjZGVmIn0..",
    "another key id": render_detached_signature(BootstrapToken("zzzzzz", TOKEN.secret), kubeconfig(GOOD.pem)),
    "nothing": "",
    "something that is no text": {"alg": "none"},
    "a letter outside of ASCII": "\u00e9",
}
for _name, _signature in SIGNATURES.items():

    @attack(f"a signature by {_name}", "cluster_info_signature_mismatch")
    def _signed_otherwise(world: World, signature: t.Any = _signature) -> object:
        answer = cluster_info(kubeconfig(GOOD.pem))
        answer["data"]["jws-kubeconfig-abcdef"] = signature
        return world.join(world.serve(always(answer)).endpoint)


#: What the control plane answers; an attack with it is refused for its manner, not for its content.
GENUINE = json.dumps(cluster_info(kubeconfig(GOOD.pem), TOKEN)).encode()


def _packed(content: bytes) -> bytes:
    """Small, but 50 MB when it is unpacked."""
    return gzip.compress(content + b" " * 50_000_000)


ANSWERS: dict[str, tuple[str, t.Any]] = {
    "a redirect to plain http": ("api_server_not_kubernetes", raw("302 Found\r\nLocation: http://127.0.0.1:1/")),
    "a redirect to no URL": ("api_server_not_kubernetes", raw("302 Found\r\nLocation: https://[")),
    "a redirect to no text": ("api_server_not_kubernetes", raw("302 Found\r\nLocation: \u00ff")),
    "a web page": ("api_server_not_kubernetes", raw("200 OK", b"<html>")),
    "a list": ("api_server_not_kubernetes", ["a", "list"]),
    "lists without end": ("api_server_not_kubernetes", raw("200 OK", b"[" * 100_000)),
    "text that is not UTF-8": ("api_server_not_kubernetes", raw("200 OK", b'{"data": "\xff"}')),
    "half a character": ("api_server_not_kubernetes", raw("200 OK", b'{"data": {"kubeconfig": "\\ud800"}}')),
    "a number without end": ("api_server_not_kubernetes", raw("200 OK", b'{"data": ' + b"1" * 1_000_000 + b"}")),
    "what is not a number": ("api_server_not_kubernetes", raw("200 OK", b'{"data": NaN}')),
    "a signature of nothing": ("cluster_info_missing", {"data": {"jws-kubeconfig-abcdef": "x"}}),
    "a packed bomb": ("api_server_not_kubernetes", raw("200 OK\r\nContent-Encoding: gzip", _packed(GENUINE))),
    "a bomb in a bomb": (
        "api_server_not_kubernetes",
        raw("200 OK\r\nContent-Encoding: gzip, gzip", gzip.compress(_packed(GENUINE))),
    ),
    "a packed redirect": (
        "api_server_not_kubernetes",
        raw("302 Found\r\nLocation: /\r\nContent-Encoding: gzip", _packed(GENUINE)),
    ),
    "nine megabytes": ("api_server_not_kubernetes", raw("200 OK", GENUINE + b" " * 9_000_000)),
    "a second answer in a header": (
        "api_server_not_kubernetes",
        b"HTTP/1.1 200 OK\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}",
    ),
    "no HTTP": ("api_server_unreachable", b"SSH-2.0-OpenSSH_9.2\r\n"),
    "a chunk of no size": ("api_server_unreachable", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nx"),
    "a length that is none": ("api_server_not_kubernetes", b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx"),
    "headers that are none": ("api_server_not_kubernetes", b"HTTP/1.1 200 OK\r\n\0\x1b[2J\r\n: :\r\n\r\n"),
    "a refusal with orders to a terminal": ("api_forbidden", status(403, "\x1b]0;owned\x07\r\n\x9b2J\u202e")),
    "a refusal without end": ("api_forbidden", status(403, "no " * 300_000)),
    "a refusal that is no text": ("api_forbidden", status(403, {"a": ["deep"] * 1000})),
}
for _name, (_code, _answer) in ANSWERS.items():

    @attack(f"it answers with {_name}", _code)
    def _answers(world: World, answer: t.Any = _answer) -> object:
        return world.join(world.serve(always(answer)).endpoint)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#: A newer urllib3 gives up on such a line by itself, and so breaks the connection.
ON_LONG_LINE = (
    "api_server_unreachable" if hasattr(urllib3.response, "_MAX_CHUNK_LINE_LENGTH") else "api_server_not_kubernetes"
)
NOT_KUBERNETES = "api_server_not_kubernetes"
FLOODS = {
    "content": (NOT_KUBERNETES, b"HTTP/1.1 200 OK\r\n\r\n", b" " * 65536),
    "chunks": (NOT_KUBERNETES, CHUNKED, b"1000\r\n" + b" " * 4096 + b"\r\n"),
    "one chunk's extension": (ON_LONG_LINE, CHUNKED + b"5;", b"x" * 65536),
    "extensions of chunks": (NOT_KUBERNETES, CHUNKED, b"1;" + b"x" * 60000 + b"\r\n \r\n"),
    "a chunk up to the end": (NOT_KUBERNETES, CHUNKED + b"-1\r\n", b" " * 65536),
    "trailers": (NOT_KUBERNETES, CHUNKED + b"0\r\n", b"x: y\r\n" * 8192),
    "one header": ("api_server_unreachable", b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536),
    "headers": ("api_server_unreachable", b"HTTP/1.1 200 OK\r\n", b"x: " + b"y" * 20_000 + b"\r\n"),
    "promises to go on": (NOT_KUBERNETES, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1024),
    "a redirect's content": (NOT_KUBERNETES, b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", b" " * 65536),
}
for _name, (_code, _head, _part) in FLOODS.items():

    @attack(f"it answers without end, with {_name}", _code)
    def _floods(world: World, head: bytes = _head, part: bytes = _part) -> object:
        return world.join(world.serve(world.flood(head, part)).endpoint)


for _name, _head in {"headers": b"HTTP/1.1 200 OK\r\nX: ", "content": b"HTTP/1.1 200 OK\r\n\r\n"}.items():

    @attack(f"it answers byte by byte, in its {_name}", "api_server_unreachable")
    def _drips(world: World, head: bytes = _head) -> object:
        return world.join(world.serve(drip(head)).endpoint, timeout=0.5)


@attack("it never ends the TLS handshake", "api_server_unreachable")
def _no_handshake(world: World) -> object:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return world.join(f"127.0.0.1:{listener.getsockname()[1]}", timeout=0.5)


def _old_tls() -> ssl.SSLContext:
    tls = server_tls(*GOOD.issue("kube-apiserver", addresses=["127.0.0.1"]))
    tls.set_ciphers("ALL:@SECLEVEL=0")
    tls.minimum_version, tls.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    return tls


def _nameless_tls() -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    tls.set_ciphers("aNULL:@SECLEVEL=0")
    return tls


for _name, _make in {"an old TLS": _old_tls, "a TLS without certificates": _nameless_tls}.items():

    @attack(f"it only speaks {_name}", "api_server_not_kubernetes")
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def _downgrades(world: World, make: t.Callable[[], ssl.SSLContext] = _make) -> object:
        answer = cluster_info(kubeconfig(GOOD.pem), TOKEN)
        server = world.serve(always(answer), GOOD, make())
        assert _a_lax_client_connects(server)
        return world.join(server.endpoint)


def _a_lax_client_connects(server: FakeServer) -> bool:
    import socket

    lax = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lax.check_hostname, lax.verify_mode = False, ssl.CERT_NONE
    lax.minimum_version = ssl.TLSVersion.TLSv1
    lax.set_ciphers("ALL:aNULL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", int(server.endpoint.rpartition(":")[2]))) as plain:
        with lax.wrap_socket(plain) as stream:
            return stream.version() is not None


# Attackers that know the token, and so can sign any answer, but have no key of the CA.


def _signed(world: World, text: str, *, pins: t.Sequence[str] = (PIN,), tls: ssl.SSLContext | None = None) -> object:
    return world.join(world.serve(always(cluster_info(text, TOKEN)), EVIL, tls).endpoint, pins)


#: Of another name, so that only the rule about pins refuses its server: CAs of one name and without key identifiers get in each other's way.
APPENDED = Authority.make("appended")


@attack("a CA of its own appended to the genuine one", "api_server_untrusted")
def _appended(world: World) -> object:
    tls = server_tls(*APPENDED.issue("kube-apiserver", addresses=["127.0.0.1"]))
    return _signed(world, kubeconfig(GOOD.pem + APPENDED.pem), tls=tls)


ROOT = Authority.make("company")
OURS = Authority.make("kubernetes", parent=ROOT)
THEIRS = Authority.make("somebody else", parent=ROOT)
LEAF = Authority.make("kube-apiserver", parent=GOOD, is_ca=False)
PAST = Authority.make(not_after=LONG_PAST)


@attack("a sibling of the intermediate CA that is pinned, below the same root", "api_server_untrusted")
def _sibling(world: World) -> object:
    certificate, key = THEIRS.issue("kube-apiserver", addresses=["127.0.0.1"])
    chain = server_tls(certificate + THEIRS.pem, key)
    return _signed(world, kubeconfig(ROOT.pem + OURS.pem), pins=[pin_of(OURS.certificate)], tls=chain)


@attack("the pin of an intermediate CA that is shown in the handshake only", "pin_mismatch")
def _displayed(world: World) -> object:
    certificate, key = EVIL.issue("kube-apiserver", addresses=["127.0.0.1"])
    chain = server_tls(certificate + OURS.pem, key)
    return _signed(world, kubeconfig(ROOT.pem + EVIL.pem), pins=[pin_of(OURS.certificate)], tls=chain)


def _shows(authority: Authority, *chain: Authority, name: str = "kube-apiserver", **certificate: t.Any) -> Mount:
    """The genuine answer, behind a certificate that is not the API server's."""

    def mount(world: World) -> object:
        pem, key = authority.issue(name, **certificate)
        tls = server_tls(pem + "".join(link.pem for link in chain), key)
        answer = cluster_info(kubeconfig(GOOD.pem), TOKEN)
        endpoint = world.serve(always(answer), EVIL, tls).endpoint
        return world.join(endpoint.replace("127.0.0.1", name) if name == "localhost" else endpoint)

    return mount


HERE = {"addresses": ["127.0.0.1"]}
for _name, _mount in {
    "another CA of the same name": _shows(EVIL, **HERE),
    "a node's key": _shows(GOOD, **HERE, purpose=ExtendedKeyUsageOID.CLIENT_AUTH),
    "another server's key": _shows(GOOD, addresses=["127.0.0.2"]),
    "a key whose certificate has expired": _shows(GOOD, **HERE, not_after=LONG_PAST),
    "a key whose certificate has the name as common name only": _shows(GOOD, name="localhost"),
    "a certificate signed by a server's": _shows(LEAF, LEAF, **HERE),
}.items():
    attack(f"TLS with {_name}", "api_server_untrusted")(_mount)


@attack("a server's certificate pinned, and used as a CA", "api_server_untrusted")
def _leaf_pinned(world: World) -> object:
    tls = server_tls(*LEAF.issue("kube-apiserver", **HERE))
    return _signed(world, kubeconfig(LEAF.pem), pins=[pin_of(LEAF.certificate)], tls=tls)


@attack("a CA that has expired, and whose key is known", "api_server_untrusted")
def _expired_ca(world: World) -> object:
    tls = server_tls(*PAST.issue("kube-apiserver", **HERE))
    return _signed(world, kubeconfig(PAST.pem), pins=[pin_of(PAST.certificate)], tls=tls)


def _pem(der: bytes) -> str:
    return ssl.DER_cert_to_PEM_cert(der)


GOOD_DER = ssl.PEM_cert_to_DER_cert(GOOD.pem)
P256 = bytes.fromhex("2a8648ce3d030107")
BUNDLES = {
    "no certificate": "",
    "a certificate that is cut": _pem(GOOD_DER[:-5]),
    "a certificate that is no certificate": _pem(b"0\x03\x02\x01\x05"),
    "a key on an unknown curve": _pem(GOOD_DER.replace(P256, P256[:-1] + b"\x77")),
    "beginnings of certificates": "-----BEGIN CERTIFICATE-----" * 20_000,
}
for _name, _bundle in BUNDLES.items():

    @attack(f"a CA bundle of {_name}", "certificate_malformed")
    def _bundled(world: World, bundle: str = _bundle) -> object:
        return _signed(world, kubeconfig(bundle), pins=())


SERVERS = (
    "http://127.0.0.1:1", "file:///etc/shadow", "https://", "https://a:b", "https://[::1", "https://a:99999",
    "https://user:password@127.0.0.1:1", "https://127.0.0.1:1?x=y", "https://127.0.0.1:1#x", "https://127.0.0.1:1\n",
    "https://127.0.0.1:1/\r\nX: y", "https://a b", "https://a\0b", "https://a\\@b", "https://\u0430pi:1", "",
)  # fmt: skip
for _server in SERVERS:

    @attack(f"an API server at {_server!r}", "kubeconfig_malformed")
    def _elsewhere(world: World, server: str = _server) -> object:
        return _signed(world, kubeconfig(GOOD.pem, server), pins=())


def _doubling(last: str) -> str:
    lines = [f"a0: &a0 [{last}]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9))]
    return "\n".join(lines) + "\n"


BOMBS = {
    "aliases of aliases": _doubling("x"),
    "aliases of a long text": "a: &a " + "x" * 500_000 + "\nb: [" + "*a, " * 40_000 + "*a]\n",
    "lists in lists": "a: " + "[" * 100_000 + "]" * 100_000 + "\n",
    "a null character": "a: \0\n",
}
for _name, _text in BOMBS.items():

    @attack(f"a signed kubeconfig of {_name}", "kubeconfig_malformed")
    def _bomb(world: World, text: str = _text) -> object:
        lines = (f"{key}: {json.dumps(value)}\n" for key, value in json.loads(kubeconfig(GOOD.pem)).items())
        return _signed(world, "".join(lines) + text)


@attack("a signed kubeconfig with a CA by path, not embedded", "certificate_malformed")
def _ca_by_path(world: World) -> object:
    cluster = {"certificate-authority": "file:///etc/ssl/certs/ca-certificates.crt", "server": "https://127.0.0.1:1"}
    return _signed(world, json.dumps({"clusters": [{"name": "", "cluster": cluster}]}), pins=())


# Attackers that write the discovery file, or control the server that it comes from.

PATHS: dict[str, dict[str, t.Any]] = {
    "certificate-authority": {"ca": "", "certificate-authority": "file:///etc/shadow"},
    "client-key": {"user": {"client-certificate": "/etc/shadow", "client-key": "/etc/shadow"}},
    "tokenFile": {"user": {"tokenFile": "/var/run/secrets/token"}},
}
for _name, _parts in PATHS.items():

    @attack(f"a discovery file from outside with a {_name} on this host", "discovery_file_not_embedded")
    def _path_from_outside(world: World, parts: dict[str, t.Any] = _parts) -> object:
        server = world.serve(always({}))
        return world.discover(discovery_kubeconfig=config(server.url, **{"user": {"token": SECRET}, **parts}))

    @attack(f"the same behind a URL: {_name}", "discovery_file_not_embedded")
    def _path_from_url(world: World, parts: dict[str, t.Any] = _parts) -> object:
        content = config("https://127.0.0.1:1", **{"user": {"token": SECRET}, **parts}).encode()
        return world.discover(discovery_file=_published(world, raw("200 OK", content)).url)


def _published(world: World, answer: t.Any) -> FakeServer:
    (world.outside / "host.pem").write_text(EVIL.pem)
    world.monkeypatch.setenv("SSL_CERT_FILE", str(world.outside / "host.pem"))
    return world.serve(answer if callable(answer) else always(answer))


@attack("a discovery file from outside with a program in the current folder", "credential_plugin_failed")
def _program_from_outside(world: World) -> object:
    (world.outside / "plugin").write_text("#!/bin/sh\ntouch ran\n")
    (world.outside / "plugin").chmod(0o755)
    world.monkeypatch.chdir(world.outside)
    user = {"exec": {"command": "./plugin", "apiVersion": "client.authentication.k8s.io/v1beta1"}}
    return world.discover(discovery_kubeconfig=config("https://127.0.0.1:1", user))


@attack("a discovery file whose token holds a header of its own", "credentials_malformed")
def _header_in_token(world: World) -> object:
    server = world.serve(always({}), GOOD)
    return world.discover(discovery_kubeconfig=config(server.url, {"token": f"{SECRET}\r\nX-Remote-User: admin"}))


@attack("a discovery file whose CA is none", "certificate_malformed")
def _ca_of_file(world: World) -> object:
    server = world.serve(always({}))
    return world.discover(discovery_kubeconfig=config(server.url, {"token": SECRET}, "no certificate"))


URLS: dict[str, tuple[str, t.Any]] = {
    "a redirect to plain http": (
        "discovery_url_insecure",
        raw(f"302 Found\r\nLocation: http://127.0.0.1:1/?key={SECRET}"),
    ),
    "a redirect to a file": ("discovery_url_insecure", raw("302 Found\r\nLocation: file:///etc/shadow")),
    "a redirect to no URL": ("discovery_url_failed", raw("302 Found\r\nLocation: https://[")),
    "a redirect to no port": ("discovery_url_failed", raw("302 Found\r\nLocation: https://a:b/")),
    "redirects in a circle": ("discovery_url_failed", raw("302 Found\r\nLocation: /")),
    "a packed bomb": (
        "discovery_url_failed",
        raw("200 OK\r\nContent-Encoding: gzip", _packed(config("https://127.0.0.1:1", {"token": SECRET}).encode())),
    ),
}
for _name, (_code, _answer) in URLS.items():

    @attack(f"the discovery URL answers with {_name}", _code)
    def _url(world: World, answer: t.Any = _answer) -> object:
        return world.discover(discovery_file=_published(world, answer).url)


@attack("the discovery URL answers without end", "discovery_url_failed")
def _url_flood(world: World) -> object:
    return world.discover(discovery_file=_published(world, world.flood(CHUNKED + b"5;", b"x" * 65536)).url)


# A verified control plane that answers wrongly: it knows the token by then.


def _certificate(pem: str) -> bytes:
    csr = {"metadata": {"name": "csr-1"}, "status": {"certificate": base64.b64encode(pem.encode()).decode()}}
    event = json.dumps({"type": "ADDED", "object": csr}).encode() + b"\n"
    return raw("200 OK\r\nConnection: close", event)


NODE = {"organization": "system:nodes", **HERE}
CERTIFICATES = {
    "for another node's name": ("csr_bad_certificate", GOOD.issue("system:node:worker-2", **NODE)[0]),
    "for another key": ("csr_bad_certificate", GOOD.issue("system:node:worker-1", **NODE)[0]),
    "by another CA": ("csr_bad_certificate", EVIL.issue("system:node:worker-1", **NODE)[0]),
    "that is cut": ("certificate_malformed", _pem(GOOD_DER[:-5])),
    "that is none": ("certificate_malformed", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
}
SIGNING_REQUESTS = "certificatesigningrequests"
for _name, (_code, _issued) in CERTIFICATES.items():

    @attack(f"a certificate {_name} for the signing request", _code, "the control plane")
    def _issues(world: World, issued: str = _issued) -> object:
        control = ControlPlane()
        control.instead = {SIGNING_REQUESTS: _certificate(issued)}
        genuine = control.signer.answer

        def answer(method: str, path: str, body: bytes) -> tuple[int, t.Any]:
            return genuine(method, path, body) if method == "POST" else ControlPlane.answer(control, method, path, body)

        server = world.control_plane(control)
        server.answer_with_body = answer
        return world.join(server.endpoint)


def _kubelet_config(text: str) -> dict[str, t.Any]:
    return {"data": {"kubelet": text}}


def _cluster_configuration(text: str) -> dict[str, t.Any]:
    return {"data": {"ClusterConfiguration": text}}


UNNAMED: tuple[int, t.Any] = (201, {"metadata": ["no", "name"]})
WRONG: dict[str, tuple[str, str, t.Any]] = {
    **{
        f"a kubelet configuration of {name}": (
            "invalid_kubelet_configuration",
            "kubelet-config",
            _kubelet_config(KUBELET_CONFIGURATION + text),
        )
        for name, text in BOMBS.items()
    },
    "a kubelet configuration with a quantity without end": (
        "invalid_kubelet_configuration",
        "kubelet-config",
        _kubelet_config(KUBELET_CONFIGURATION + f"containerLogMaxSize: 1\nnodeStatusMaxImages: {'9' * 90_000}\n"),
    ),
    "a kubelet configuration with a duration without end": (
        "invalid_kubelet_configuration",
        "kubelet-config",
        _kubelet_config(KUBELET_CONFIGURATION + f"syncFrequency: '{'1' * 900_000}'\n"),
    ),
    "a cluster configuration with a long text thousands of times": (
        "invalid_cluster_configuration",
        "kubeadm-config",
        _cluster_configuration(CLUSTER_CONFIGURATION + f"networking: &a {'x' * 500_000}\nb: [{'*a, ' * 40_000}*a]\n"),
    ),
    "a cluster configuration that is no text": (
        "cluster_configuration_unreadable", "kubeadm-config", {"data": {"ClusterConfiguration": ["a"]}}
    ),
    "a signing request without a name": ("api_server_not_kubernetes", SIGNING_REQUESTS, UNNAMED),
}  # fmt: skip
for _name, (_code, _end, _answer) in WRONG.items():

    @attack(f"the control plane has {_name}", _code, "the control plane")
    def _wrong(world: World, end: str = _end, answer: t.Any = _answer) -> object:
        return world.join(world.control_plane(ControlPlane(instead={end: answer})).endpoint)


# Attackers that can write on the host, but are not root.

FILES = (
    "etc/kubernetes/pki/ca.crt", "etc/kubernetes/kubelet.conf", "var/lib/kubelet/instance-config.yaml",
    "var/lib/kubelet/config.yaml", "var/lib/kubelet/kubeadm-flags.env",
)  # fmt: skip
for _file in FILES:

    @attack(f"a link planted at /{_file}", "path_is_link", "the control plane")
    def _planted(world: World, file: str = _file) -> object:
        (world.outside / "loot").write_text("old")
        (world.root / file).symlink_to("/loot")
        return _joins_without_asking(world)


for _folder in ("etc", "etc/kubernetes", "etc/kubernetes/pki", "var/lib/kubelet", "var/lib/kubelet/pki"):

    @attack(f"a world-writable folder /{_folder}", "folder_unsafe", "the control plane")
    def _writable(world: World, folder: str = _folder) -> object:
        (world.root / folder).chmod(0o777)
        return _joins_without_asking(world)


for _folder in ("etc/kubernetes/pki", "var/lib/kubelet"):

    @attack(f"a link at /{_folder} to a folder that others may write to", "folder_unsafe", "the control plane")
    def _linked(world: World, folder: str = _folder) -> object:
        (world.root / "tmp").mkdir()
        (world.root / "tmp").chmod(0o777)
        (world.root / folder).rename(world.root / "tmp/loot")
        (world.root / folder).symlink_to("/tmp/loot")
        return _joins_without_asking(world)


def _joins_without_asking(world: World) -> object:
    """It is seen before the token is used for a certificate."""
    server = world.control_plane()
    try:
        return world.join(server.endpoint)
    finally:
        assert world.signer is not None and world.signer.sent == []


@pytest.fixture
def world(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[World]:
    for name in ("HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    with contextlib.ExitStack() as stack:
        yield World(tmp_path, stack, monkeypatch)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name.encode("ascii", "replace").decode())
def test_the_attack_is_refused_learns_nothing_and_writes_nothing(attack: Attack, world: World) -> None:
    """Its own code; no secret to a server that is not verified, none in the error; a clean, short sentence; soon, and not a byte."""
    expect_refusal(attack, world)


def expect_refusal(attack: Attack, world: World) -> None:
    began = time.monotonic()
    with pytest.raises(JoinError) as caught:
        attack.mount(world)
    error = caught.value
    assert error.code == attack.code, str(error)
    assert time.monotonic() - began < 15
    informed = [server for server in world.servers if any(secret.encode() in server.received for secret in SECRETS)]
    assert informed == ([world.verified] if attack.knows == "the control plane" else [])
    assert world.written() == world.before
    assert not any(secret in f"{error}{error!r}{error.details}" for secret in SECRETS)
    assert str(error).isprintable()
    assert len(str(error)) <= MAX_SENTENCE + 10
    assert len(json.dumps(error.details)) < 100_000
    assert world.flooded < MAX_ANSWER + MAX_FRAME + 16 * 1024 * 1024  # what buffers of both ends hold


def test_without_an_attack_the_same_join_ends_well(world: World) -> None:
    """So the table's refusals are those of the attacks: the files are there, and only the control plane knows the token."""
    expect_success(world)


def expect_success(world: World) -> None:
    server = world.control_plane()
    world.join(server.endpoint)
    assert all((world.root / file).is_file() for file in FILES)
    assert TOKEN.secret.encode() in server.received
    assert world.written() != world.before


def test_every_attack_has_a_name_of_its_own() -> None:
    """The table is read by its names."""
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names)


def test_the_guide_names_what_refuses_attacks() -> None:
    """Its table has each code of this one, and no other."""
    guide = REPOSITORY / "docs/docsite/rst/guide_trust.rst"
    section = guide.read_text(encoding="utf-8").partition("Attacks\n-------\n")[2].partition("\n-------")[0]
    assert set(re.findall(r"``([a-z_]+)``", section)) == {attack.code for attack in ATTACKS}


def _is_noticed(attack: Attack, mutant: Mutant, world: World) -> bool:
    """Whether the test of an attack fails for this mutant."""
    with pytest.MonkeyPatch.context() as patch:
        mutant.apply(patch)
        try:
            expect_refusal(attack, world)
        except (Exception, pytest.fail.Exception):
            return True
    return False


@IS_LONG
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name.encode("ascii", "replace").decode())
def test_the_attack_succeeds_without_its_rule(attack: Attack, world: World, request: pytest.FixtureRequest) -> None:
    """Or is refused for another reason; either way its test fails, so the test proves that the rule works."""
    rules = [mutant for mutant in MUTANTS if mutant.attacks.search(attack.name)]
    noticed = [mutant.rule for mutant in rules if _is_noticed(attack, mutant, world)]
    request.config.stash[MUTATIONS].append((attack.name, ", ".join(noticed) or "NOT NOTICED"))
    assert noticed, f"its test passes without: {', '.join(mutant.rule for mutant in rules) or 'no rule is known'}"


@IS_LONG
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.rule)
def test_without_a_rule_the_genuine_join_still_ends_well(mutant: Mutant, world: World) -> None:
    """So a mutant does nothing but leave out its rule, and there is an attack for each."""
    assert any(mutant.attacks.search(attack.name) for attack in ATTACKS)
    with pytest.MonkeyPatch.context() as patch:
        mutant.apply(patch)
        expect_success(world)
