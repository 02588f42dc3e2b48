# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The shared files of control planes: their names in the Secret kubeadm-certs, its encryption, and their validation.

kubeadm encrypts each file separately with AES-256-GCM: 12 random bytes, then the ciphertext, then the tag. A file that
was missing at the upload is an empty value. In Secrets that kubeadm does not read, the names of the Secret and of the entry
are authenticated as well, so that an entry cannot take the place of another.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import posixpath
import re
import typing as t
from dataclasses import dataclass

from .._config.cluster import ClusterConfiguration, ExternalEtcd, LocalEtcd
from .._core.defaults import KUBEADM_CERTS
from .._core.errors import JoinError, NamedError
from .._core.objects import texts_at
from .._credentials.pki import (
    instant_of,
    is_authority,
    parse_certificates,
    parse_private_key,
    pin_of,
    public_bytes_of,
    render_certificates,
    render_private_key,
)
from .local_node import certificate_path
from .validation import refuse_system_folders

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError:
    pass  # the adapter reports what is missing

__all__ = (
    "SharedCertificatesMissingError",
    "SharedFile",
    "decrypt_shared_files",
    "encrypt_shared_files",
    "parse_certificate_key",
    "plan_shared_files",
    "read_shared_data",
    "refuse_other_authority",
    "render_shared_files",
    "secret_path",
    "shared_entries",
    "verify_shared_files",
)

_EXTERNAL_ETCD = ("external-etcd-ca.crt", "external-etcd.crt", "external-etcd.key")
_NONCE = 12
_KEY = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)
_PUBLIC_KEY = re.compile(rb"-----BEGIN ((?:RSA )?PUBLIC KEY)-----[^-]+-----END \1-----")
_UPLOAD_AGAIN = (
    "upload them again on a control plane with `kubeadm init phase upload-certs --upload-certs`, which prints the key"
)


class SharedCertificatesMissingError(NamedError):
    """The shared certificates of control planes are missing."""

    CODE = "shared_certificates_missing"


@dataclass(frozen=True)
class SharedFile:
    """One file: its name in the Secret, its path on a control plane, and whether only root may read it."""

    entry: str
    path: str
    secret: bool = False

    @property
    def mode(self) -> int:
        return 0o600 if self.secret else 0o644


@dataclass(frozen=True)
class _Pair:
    """A certificate and its key, or a public key and its private one, by their entries."""

    public: str
    private: str
    is_authority: bool = True
    #: Whether the private key may be missing.
    key_is_optional: bool = True


def secret_path(name: str) -> str:
    """The API path of a Secret with shared files."""
    return f"/api/v1/namespaces/kube-system/secrets/{name}"


def parse_certificate_key(text: str) -> bytes:
    """Parse the certificate key, 64 hexadecimal digits, into bytes. Secret. Raises ``certificate_key_malformed``."""
    if not _KEY.fullmatch(text.strip()):
        raise JoinError(
            "certificate_key_malformed",
            "Cannot use the certificate key: expected 64 hexadecimal digits; set certificate_key to the key that "
            "`kubeadm init phase upload-certs --upload-certs` prints.",
        )
    return binascii.unhexlify(text.strip())


def plan_shared_files(cluster: ClusterConfiguration) -> tuple[SharedFile, ...]:
    """The files that all control planes of this cluster share. Raises ``invalid_cluster_configuration``."""
    refuse_system_folders(cluster)
    names = ["ca.crt", "ca.key", "front-proxy-ca.crt", "front-proxy-ca.key", "sa.pub", "sa.key"]
    if isinstance(cluster.etcd, LocalEtcd):
        names += ["etcd/ca.crt", "etcd/ca.key"]
    files = [
        SharedFile(name.replace("/", "-"), certificate_path(cluster, name), name.endswith(".key")) for name in names
    ]
    if isinstance(cluster.etcd, ExternalEtcd):
        etcd = cluster.etcd
        paths = dict(zip(_EXTERNAL_ETCD, (etcd.ca_file, etcd.cert_file, etcd.key_file)))
        _refuse_taken(paths.values(), {file.path for file in files})
        # Certificate and key may be in one file, which is then secret.
        files += [SharedFile(entry, path, path == etcd.key_file) for entry, path in paths.items() if path]
    return tuple(files)


def _refuse_taken(paths: t.Iterable[str], own: t.Collection[str]) -> None:
    """Refuse files of an external etcd in the place of the cluster's own, which would replace its CA."""
    for path in paths:
        if "/" + posixpath.normpath(path).lstrip("/") in own:
            raise JoinError(
                "invalid_cluster_configuration",
                f"Cannot share certificates of control planes: etcd.external in ConfigMap kube-system/kubeadm-config names {path}, which is a "
                "file of the cluster itself; expected files of etcd; correct it with `kubectl -n kube-system edit configmap kubeadm-config`.",
                field="etcd.external",
            )


def shared_entries(cluster: ClusterConfiguration) -> tuple[str, ...]:
    """The entries that kubeadm expects in the Secret. Those of an external etcd without TLS have no file, and are empty."""
    entries = tuple(file.entry for file in plan_shared_files(cluster))
    return tuple(dict.fromkeys([*entries, *(_EXTERNAL_ETCD if isinstance(cluster.etcd, ExternalEtcd) else ())]))


def read_shared_data(secret: t.Mapping[str, t.Any] | None, *, server: str, name: str = KUBEADM_CERTS) -> dict[str, str]:
    """The data of the Secret, in base64. Raises ``shared_certificates_missing`` if there is no Secret."""
    if secret is None:
        raise SharedCertificatesMissingError(
            f"Cannot download the shared certificates of control planes: {server} has no Secret kube-system/{name}; "
            f"it was never created, was deleted, or has expired; {_UPLOAD_AGAIN}.",
            server=server,
        )
    return texts_at(secret, "data")


def decrypt_shared_files(
    data: t.Mapping[str, str],
    files: t.Sequence[SharedFile],
    key: bytes,
    *,
    server: str,
    name: str = KUBEADM_CERTS,
) -> dict[str, bytes]:
    """Decrypt these files from the Secret's ``data``, by their entries; empty entries are left out. Secret.

    Raises ``shared_certificates_incomplete`` for a missing entry, and ``certificate_key_wrong`` for one that the key does
    not decrypt.
    """
    missing = [file.entry for file in files if file.entry not in data]
    if missing:
        raise JoinError(
            "shared_certificates_incomplete",
            f"Cannot use Secret kube-system/{name} of {server}: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing; "
            f"{_UPLOAD_AGAIN}.",
            missing=missing,
            server=server,
        )
    return {
        file.entry: _decrypt(file.entry, data[file.entry], key, server=server, name=name)
        for file in files
        if data[file.entry]
    }


def _decrypt(entry: str, value: str, key: bytes, *, server: str, name: str) -> bytes:
    try:
        sealed = base64.b64decode(value, validate=True)
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _associated_data(name, entry))
    except (InvalidTag, ValueError):
        raise JoinError(
            "certificate_key_wrong",
            f"Cannot decrypt {entry} of Secret kube-system/{name} of {server}: it was not encrypted with this "
            f"certificate key; use the key printed at the last upload, or {_UPLOAD_AGAIN}.",
            entry=entry,
            server=server,
        ) from None


def _associated_data(name: str, entry: str) -> bytes | None:
    return None if name == KUBEADM_CERTS else f"{name}/{entry}".encode()


def encrypt_shared_files(
    contents: t.Mapping[str, bytes], key: bytes, nonces: t.Iterable[bytes], *, name: str = KUBEADM_CERTS
) -> dict[str, str]:
    """The ``data`` of the Secret ``name`` for files by their entries; the content of a missing file is empty.

    ``nonces`` are 12 random bytes for each file, never used before with this key.
    """
    sealed = {}
    for (entry, content), nonce in zip(contents.items(), nonces):
        value = nonce + AESGCM(key).encrypt(nonce, content, _associated_data(name, entry)) if content else b""
        sealed[entry] = base64.b64encode(value).decode("ascii")
    return sealed


def verify_shared_files(
    contents: t.Mapping[str, bytes], files: t.Sequence[SharedFile], *, now: datetime.datetime, source: str
) -> None:
    """Validate the files together, before any of them is written; ``source`` describes their origin.

    Raises ``shared_certificates_unusable`` with all problems: a CA certificate that is not from a CA, has expired or is not
    yet valid, a key that belongs to another certificate, an invalid or incomplete key pair for service accounts, or a
    missing certificate. The key of a CA may be missing.
    """
    entries = {file.entry for file in files}
    problems = [
        f"{pair.public} {problem}" for pair in _pairs(entries) for problem in _problems_of(pair, contents, now=now)
    ]
    if problems:
        raise JoinError(
            "shared_certificates_unusable",
            f"Cannot use the shared certificates of control planes from {source}: {'; '.join(problems)}; correct them on the "
            "control plane that they come from, and share them again.",
            problems=problems,
            source=source,
        )


def refuse_other_authority(contents: t.Mapping[str, bytes], pins: t.Collection[str], *, server: str) -> None:
    """Check that the CA of verified files is a trusted CA of the cluster.

    Raises ``shared_certificates_unusable``.
    """
    pin = pin_of(parse_certificates(contents["ca.crt"], what="ca.crt")[0])
    if pin not in pins:
        raise JoinError(
            "shared_certificates_unusable",
            f"Cannot use the shared certificates of control planes: the CA in ca.crt has pin {pin} and is not a CA of the "
            f"cluster at {server}; remove the files of another cluster, or share the files of this cluster again.",
            problems=["ca.crt is not a CA of this cluster"],
            source=server,
        )


def render_shared_files(contents: t.Mapping[str, bytes], files: t.Sequence[SharedFile]) -> dict[str, bytes]:
    """The certificates and keys of verified files, by their entries; those in one file together. Secret."""
    rendered = {entry: _render_shared_file(entry, content) for entry, content in contents.items()}
    paths = {file.entry: file.path for file in files}
    return {
        entry: b"".join(rendered[other] for other in rendered if paths[other] == paths[entry]) for entry in rendered
    }


def _render_shared_file(entry: str, content: bytes) -> bytes:
    """The certificates or keys of a verified file, without the text that others may have written around them. May be secret."""
    if entry.endswith(".crt"):
        return render_certificates(parse_certificates(content, what=entry)).encode("utf-8")
    if entry.endswith(".key"):
        return render_private_key(content)
    return b"".join(
        key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        for key in _public_keys(content)
    )


def _pairs(entries: t.Collection[str]) -> list[_Pair]:
    pairs = [_Pair("ca.crt", "ca.key"), _Pair("front-proxy-ca.crt", "front-proxy-ca.key")]
    pairs += [_Pair("sa.pub", "sa.key", is_authority=False, key_is_optional=False)]
    if "etcd-ca.crt" in entries:
        pairs.append(_Pair("etcd-ca.crt", "etcd-ca.key"))
    if "external-etcd-ca.crt" in entries:
        pairs.append(_Pair("external-etcd-ca.crt", ""))
    if "external-etcd.crt" in entries:
        pairs.append(_Pair("external-etcd.crt", "external-etcd.key", is_authority=False, key_is_optional=False))
    return pairs


def _problems_of(pair: _Pair, contents: t.Mapping[str, bytes], *, now: datetime.datetime) -> t.Iterator[str]:
    content, secret = contents.get(pair.public), contents.get(pair.private)
    if content is None:
        yield "is missing"
        return
    public = _public_key(content) if pair.public == "sa.pub" else None
    if pair.public != "sa.pub":
        certificate = _certificate(content)
        if certificate is None:
            yield "contains no certificate"
            return
        yield from _problems_of_certificate(certificate, pair.is_authority, now)
        public = public_bytes_of(certificate.public_key())
    if public is None:
        yield "contains no public key"
        return
    if secret is None:
        if not pair.key_is_optional:
            yield f"has no private key, {pair.private}"
        return
    key = parse_private_key(secret)
    if key is None:
        yield f"has a private key, {pair.private}, that cannot be read"
    elif public_bytes_of(key.public_key()) != public:
        yield f"belongs to another private key than {pair.private}"


def _problems_of_certificate(
    certificate: x509.Certificate, must_be_authority: bool, now: datetime.datetime
) -> t.Iterator[str]:
    if must_be_authority and not is_authority(certificate):
        yield "is not the certificate of a CA"
    starts, ends = instant_of(certificate, "not_valid_before"), instant_of(certificate, "not_valid_after")
    if ends <= now:
        yield f"expired at {ends:%Y-%m-%dT%H:%M:%SZ}"
    if starts > now:
        yield f"is not valid before {starts:%Y-%m-%dT%H:%M:%SZ}: compare the clocks"


def _certificate(content: bytes) -> x509.Certificate | None:
    try:
        return parse_certificates(content, what="it")[0]
    except JoinError:
        return None


def _public_key(content: bytes) -> bytes | None:
    """The first public key in DER format; None if one of them cannot be read."""
    try:
        keys = _public_keys(content)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return public_bytes_of(keys[0]) if keys else None


def _public_keys(content: bytes) -> list[t.Any]:
    return [serialization.load_pem_public_key(block.group()) for block in _PUBLIC_KEY.finditer(content)]
