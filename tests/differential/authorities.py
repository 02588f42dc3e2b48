# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CAs with keys of all types: which of them Go verifies with."""

from __future__ import annotations

import datetime
import typing as t

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

__all__ = ("make_authorities",)

_KEYS: dict[str, t.Callable[[], t.Any]] = {
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
    **{
        curve.name: lambda curve=curve: ec.generate_private_key(curve)  # type: ignore[misc]
        for curve in (
            ec.SECP224R1(),
            ec.SECP256R1(),
            ec.SECP384R1(),
            ec.SECP521R1(),
            ec.SECP256K1(),
            ec.BrainpoolP256R1(),
            ec.BrainpoolP384R1(),
        )
    },
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "Ed448": ed448.Ed448PrivateKey.generate,
    "DSA": lambda: dsa.generate_private_key(2048),
}


def make_authorities() -> dict[str, str]:
    """Self-signed certificates in PEM, by the types of their keys."""
    return {kind: _certificate(make()) for kind, make in _KEYS.items()}


def _certificate(key: t.Any) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kubernetes")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2026, 1, 1))
        .not_valid_after(datetime.datetime(2099, 1, 1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, None if isinstance(key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)) else hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
