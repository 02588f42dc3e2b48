# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Kubernetes API as small as kubeadm needs it to upload a configuration and to join: objects in memory, over TLS."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import http.server
import ipaddress
import json
import socket
import ssl
import tempfile
import threading
import typing as t

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ("TOKEN", "Authority", "StubApi")

TOKEN = "abcdef.0123456789abcdef"


class Authority:
    """A CA, and the certificate and key of a server that it vouches for, as PEM: one on 127.0.0.1 and at ``also``."""

    def __init__(self, also: t.Sequence[x509.GeneralName] = ()) -> None:
        self._names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), *also]
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")])
        self.certificate = self._issue(name, name, key, key, authority=True)
        server_key = ec.generate_private_key(ec.SECP256R1())
        server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kube-apiserver")])
        server = self._issue(server_name, name, server_key, key, authority=False)
        self.server_pem = server.public_bytes(serialization.Encoding.PEM) + server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def _issue(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        issuer_key: ec.EllipticCurvePrivateKey,
        *,
        authority: bool,
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(x509.SubjectAlternativeName(self._names), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(issuer_key, hashes.SHA256())
        )

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def pin(self) -> str:
        key = self.certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return f"sha256:{hashlib.sha256(key).hexdigest()}"


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _cluster_info(server: str, authority: Authority) -> dict[str, str]:
    """The data of ConfigMap cluster-info, signed for the token."""
    cluster = {"server": server, "certificate-authority-data": base64.b64encode(authority.pem).decode()}
    kubeconfig = json.dumps(
        {"apiVersion": "v1", "kind": "Config", "clusters": [{"name": "", "cluster": cluster}], "users": []}
    )
    token_id, secret = TOKEN.split(".")
    header = _encode(json.dumps({"alg": "HS256", "kid": token_id}, separators=(",", ":")).encode())
    signed = f"{header}.{_encode(kubeconfig.encode())}".encode()
    signature = _encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest())
    return {"kubeconfig": kubeconfig, f"jws-kubeconfig-{token_id}": f"{header}..{signature}"}


def _parse_object(body: bytes) -> dict[str, t.Any]:
    """An object as kubeadm sends it, in JSON or Kubernetes' protobuf: type, name, and the data of a ConfigMap or Secret."""
    if not body.startswith(b"k8s\0"):
        return t.cast("dict[str, t.Any]", json.loads(body))
    envelope = _parse_message(body[4:])
    api_version, kind = (_parse_message(envelope[1][0])[number][0].decode() for number in (1, 2))
    message = _parse_message(envelope[2][0])
    name = _parse_message(message[1][0])[1][0].decode()
    value: dict[str, t.Any] = {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}}
    if kind == "ConfigMap":
        entries = (_parse_message(entry) for entry in message[2])
        value["data"] = {entry[1][0].decode(): entry[2][0].decode() for entry in entries}
    if kind == "Secret":
        entries = (_parse_message(entry) for entry in message.get(2, []))
        value["data"] = {entry[1][0].decode(): base64.b64encode(entry.get(2, [b""])[0]).decode() for entry in entries}
    return value


def _parse_message(data: bytes) -> dict[int, list[bytes]]:
    """The fields of a protobuf message that have a length, by number."""
    fields: dict[int, list[bytes]] = {}
    position = 0

    def number() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while position < len(data):
        tag = number()
        length = number()
        if tag & 7 == 2:
            fields.setdefault(tag >> 3, []).append(data[position : position + length])
            position += length
        elif tag & 7:
            raise ValueError(f"no object of Kubernetes has a field of wire type {tag & 7} here")
    return fields


class _ServerEverywhere(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


class StubApi:
    """The server, from `with` to its end.

    ``objects`` holds what is stored, by the path of its URL; ``patches`` what was sent to change objects, likewise.
    It listens at a port of 127.0.0.1, or with an ``address`` (host:port) at that port of every address. Where it ``keeps`` what
    is there, an object that is to be created must not be there yet, as with a real one.
    """

    def __init__(self, authority: Authority, address: str = "", *, keeps: bool = False) -> None:
        self._authority = authority
        self._keeps = keeps
        self.address = address
        self.objects: dict[str, t.Any] = {}
        self.patches: dict[str, t.Any] = {}

    def __enter__(self) -> StubApi:
        if self.address:
            self._server = _ServerEverywhere(("::", int(self.address.rpartition(":")[2])), self._handler())
        else:
            self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as file:
            file.write(self._authority.server_pem)
            file.flush()
            context.load_cert_chain(file.name)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.address = self.address or f"127.0.0.1:{self._server.server_address[1]}"
        self.objects["/api/v1/namespaces/kube-public/configmaps/cluster-info"] = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "cluster-info", "namespace": "kube-public"},
            "data": _cluster_info(f"https://{self.address}", self._authority),
        }
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        objects, patches, keeps = self.objects, self.patches, self._keeps

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _body(self) -> bytes:
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))

            def _path(self) -> str:
                return self.path.partition("?")[0]

            def _answer(self, code: int, value: t.Any) -> None:
                body = json.dumps(value).encode()
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _answer_stored(self) -> None:
                path = self._path()
                if path in objects:
                    # A stored refusal is given as one.
                    self._answer(objects[path].get("code", 200), objects[path])
                    return
                status = {"apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}
                self._answer(404, {**status, "message": f"{path} not found"})

            def do_GET(self) -> None:
                self._answer_stored()

            def do_PATCH(self) -> None:
                patches[self._path()] = json.loads(self._body())
                self._answer_stored()

            def do_POST(self) -> None:
                value = _parse_object(self._body())
                path = f"{self._path()}/{value['metadata']['name']}"
                if keeps and path in objects:
                    status = {"apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": "AlreadyExists"}
                    self._answer(409, {**status, "code": 409, "message": f"{path} already exists"})
                    return
                objects[path] = value
                self._answer(201, value)

            def do_PUT(self) -> None:
                objects[self._path()] = _parse_object(self._body())
                self._answer(200, objects[self._path()])

            def log_message(self, *_args: object) -> None:
                pass

        return Handler
