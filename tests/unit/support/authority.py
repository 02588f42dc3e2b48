# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificate authorities that tests make: roots, servers and nodes, with keys of either kind."""

from __future__ import annotations

import datetime
import ipaddress
import typing as t
from dataclasses import dataclass

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import name_of
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

LONG_AGO = datetime.datetime(2020, 1, 1)
FAR_AWAY = datetime.datetime(2099, 1, 1)


def new_key(kind: str = "ecdsa") -> t.Any:
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())


def digest_for(key: t.Any) -> hashes.SHA256 | None:
    """The hash of a signature with this key; Ed25519 has its own."""
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def pem_of_key(key: t.Any) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()


@dataclass(frozen=True)
class Authority:
    """A CA, self-signed unless it has a parent."""

    certificate: x509.Certificate
    key: t.Any

    @classmethod
    def make(
        cls,
        name: str = "kubernetes",
        kind: str = "ecdsa",
        *,
        parent: Authority | None = None,
        is_ca: bool = True,
        not_after: datetime.datetime = FAR_AWAY,
        addresses: t.Sequence[str] = (),
    ) -> Authority:
        """A root, or what ``parent`` vouches for."""
        key = new_key(kind)
        signer = parent.key if parent else key
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = parent.certificate.subject if parent else subject
        builder = _builder(issuer, subject, key.public_key(), not_after).add_extension(
            x509.BasicConstraints(ca=is_ca, path_length=None), critical=True
        )
        return cls(_named(builder, addresses, ()).sign(signer, digest_for(signer)), key)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(
        self,
        common_name: str,
        *,
        organization: str = "",
        public_key: t.Any = None,
        not_after: datetime.datetime = FAR_AWAY,
        addresses: t.Sequence[str] = (),
        names: t.Sequence[str] = (),
        purpose: x509.ObjectIdentifier | None = None,
    ) -> tuple[str, t.Any]:
        """A certificate in PEM and its key (None when ``public_key`` was given)."""
        key = None if public_key is not None else new_key()
        subject = name_of(organization=organization, common_name=common_name)
        builder = _builder(self.certificate.subject, subject, public_key or key.public_key(), not_after)
        builder = _named(builder, addresses, names)
        if purpose is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        certificate = builder.sign(self.key, digest_for(self.key))
        return certificate.public_bytes(serialization.Encoding.PEM).decode(), key


def _named(
    builder: x509.CertificateBuilder, addresses: t.Sequence[str], names: t.Sequence[str]
) -> x509.CertificateBuilder:
    alternative: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    alternative += [x509.DNSName(name) for name in names]
    return builder.add_extension(x509.SubjectAlternativeName(alternative), critical=False) if alternative else builder


def _builder(
    issuer: x509.Name, subject: x509.Name, public_key: t.Any, not_after: datetime.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(LONG_AGO)
        .not_valid_after(not_after)
    )
