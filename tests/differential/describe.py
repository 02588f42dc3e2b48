# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates and kubeconfigs in words: all of them but what is random, for goldens and for those who compare with them."""

from __future__ import annotations

import base64
import datetime
import re
import typing as t

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

__all__ = ("describe_certificate", "describe_kubeconfig")

_BEGIN = re.compile(rb"-----BEGIN ([^-]+)-----")
_DATA = re.compile(r"(?<=-data: )\S+")


def describe_certificate(pem: bytes, key_pem: bytes, authority_pem: bytes, now: float) -> dict[str, t.Any]:
    """``now`` is when its making began, in seconds since the epoch."""
    certificate = x509.load_pem_x509_certificate(pem)
    authority = x509.load_pem_x509_certificate(authority_pem)
    key = serialization.load_pem_private_key(key_pem, None)
    starts, ends = (_instant(certificate, attribute) for attribute in ("not_valid_before", "not_valid_after"))
    return {
        "version": certificate.version.name,
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "issuer_is_subject_of_ca": certificate.issuer.public_bytes() == authority.subject.public_bytes(),
        "serial_fits_63_bits": 0 < certificate.serial_number < 2**63,
        # Rounded to 10 s: each instant is read from the clock when it is needed.
        "starts": "with its CA"
        if starts == _instant(authority, "not_valid_before")
        else round((starts - now) / 10) * 10,
        "ends": round((ends - now) / 10) * 10,
        "signature": certificate.signature_algorithm_oid._name,
        "key": _describe_key(certificate.public_key()),
        "key_is_its_own": certificate.public_key().public_numbers() == key.public_key().public_numbers(),
        "blocks": [name.decode() for name in _BEGIN.findall(pem + key_pem)],
        "extensions": [_describe_extension(extension, authority) for extension in certificate.extensions],
    }


def _instant(certificate: x509.Certificate, attribute: str) -> float:
    # The aware attributes came with cryptography 42.
    aware = getattr(certificate, f"{attribute}_utc", None)
    return (aware or getattr(certificate, attribute).replace(tzinfo=datetime.timezone.utc)).timestamp()


def _describe_key(key: t.Any) -> str:
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size} {key.public_numbers().e}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    raise TypeError(f"no key of the kind {type(key)} is expected")


def _describe_extension(extension: x509.Extension[t.Any], authority: x509.Certificate) -> str:
    value = extension.value
    if isinstance(value, x509.KeyUsage):
        flags = {name.lstrip("_"): flag for name, flag in vars(value).items() if flag}
        text = " ".join(sorted(flags))
    elif isinstance(value, x509.ExtendedKeyUsage):
        text = " ".join(usage._name for usage in value)
    elif isinstance(value, x509.BasicConstraints):
        text = f"{value.ca} {value.path_length}"
    elif isinstance(value, x509.AuthorityKeyIdentifier):
        own = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        rest = (value.authority_cert_issuer, value.authority_cert_serial_number)
        text = f"{'of the CA' if value.key_identifier == own else 'another'} {rest}"
    elif isinstance(value, x509.SubjectAlternativeName):
        text = " ".join(f"{type(name).__name__}:{name.value}" for name in value)
    else:
        text = repr(value)
    return f"{extension.oid._name}{' critical' if extension.critical else ''}: {text}"


def describe_kubeconfig(text: str, authority_pem: bytes, now: float) -> dict[str, t.Any]:
    """The text with its data left out, and what those are."""
    document = yaml.safe_load(text)
    user, cluster = document["users"][0]["user"], document["clusters"][0]["cluster"]
    certificate, key = (base64.b64decode(user[f"client-{name}-data"]) for name in ("certificate", "key"))
    return {
        "text": _DATA.sub("DATA", text),
        "has_the_ca": base64.b64decode(cluster["certificate-authority-data"]) == authority_pem,
        "certificate": describe_certificate(certificate, key, authority_pem, now),
    }
