# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Certificates and keys: bundles, CA pins, and the signing request and client certificate of a node."""

from __future__ import annotations

import datetime
import functools
import hashlib
import re
import typing as t
import warnings
from dataclasses import dataclass

from .._core.errors import JoinError

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
    from cryptography.x509.oid import NameOID
except ImportError:
    pass  # the adapter reports what is missing

if t.TYPE_CHECKING:
    PrivateKey = t.Union[ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey]

__all__ = (
    "NodeCertificate",
    "describe_certificate",
    "describe_node_certificate",
    "extension_of",
    "instant_of",
    "is_authority",
    "is_vouched_for",
    "name_of",
    "parse_certificates",
    "parse_node_certificate",
    "parse_private_key",
    "pin_of",
    "public_bytes_of",
    "remember_private_key",
    "render_certificates",
    "render_node_pem",
    "render_node_request",
    "render_private_key",
    "select_pinned",
    "unusable_because",
)

# cryptography reports long names in certificates, which Kubernetes issues.
warnings.filterwarnings("ignore", "Attribute's length must be", UserWarning)

#: The keys that this process has generated, by their PEM blocks.
_GENERATED: dict[bytes, PrivateKey] = {}

# Base64 has no dash, so the search for the end of a block stops at the next dash. This keeps the search linear.
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")
_PRIVATE_KEY = re.compile(rb"-----BEGIN ((?:EC |RSA )?PRIVATE KEY)-----[^-]+-----END \1-----")
#: The curves of ECDSA in Go. Kubernetes refuses a bundle in which a certificate has another one.
_CURVES = ("secp224r1", "secp256r1", "secp384r1", "secp521r1")
_NODE_USER = "system:node:"
_NODE_GROUP = "system:nodes"


def pin_of(certificate: x509.Certificate) -> str:
    """The pin of a certificate: SHA-256 of its SubjectPublicKeyInfo in DER, as kubeadm computes it."""
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return "sha256:" + hashlib.sha256(spki).hexdigest()


def parse_certificates(pem: str | bytes, *, what: str) -> tuple[x509.Certificate, ...]:
    """Parse the certificates of a PEM bundle, at least one. The text around them may have any encoding.

    Raises ``certificate_malformed`` with ``what`` as its subject.
    """
    pem = pem.decode("ascii", "ignore") if isinstance(pem, bytes) else pem
    try:
        found = tuple(x509.load_pem_x509_certificate(block.encode("utf-8")) for block in _CERTIFICATE.findall(pem))
        for certificate in found:
            _read_whole(certificate)
    except (ValueError, TypeError, x509.InvalidVersion):
        raise _certificate_malformed(what, "one of its certificates cannot be read") from None
    except UnsupportedAlgorithm:
        raise _certificate_malformed(
            what, "one of its certificates has a key of a type that Kubernetes cannot use"
        ) from None
    if not found:
        raise _certificate_malformed(what, "it contains no PEM certificate")
    return found


def _read_whole(certificate: x509.Certificate) -> None:
    """Raise errors early: cryptography parses most parts of a certificate only on access."""
    for attribute in (certificate.subject, certificate.issuer):
        attribute.rfc4514_string()
    for name in ("not_valid_before", "not_valid_after"):
        instant_of(certificate, name)
    pin_of(certificate)
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name not in _CURVES:
        raise UnsupportedAlgorithm(f"the curve {key.curve.name}")


def _certificate_malformed(what: str, seen: str) -> JoinError:
    return JoinError(
        "certificate_malformed", f"Cannot read {what}: {seen}; expected PEM certificates; replace it.", what=what
    )


def render_certificates(certificates: t.Iterable[x509.Certificate]) -> str:
    """The certificates as one PEM bundle."""
    return "".join(certificate.public_bytes(serialization.Encoding.PEM).decode("ascii") for certificate in certificates)


def select_pinned(
    certificates: t.Sequence[x509.Certificate], pins: t.Collection[str], *, server: str
) -> tuple[x509.Certificate, ...]:
    """The certificates that match a pin, at least one. Raises ``pin_mismatch`` with the pins of the certificates.

    kubeadm trusts the whole bundle as soon as one certificate matches. Here only the matching certificates are trusted. One with
    a key that no kubelet can verify with, such as DSA, is ``certificate_malformed``.
    """
    matching = tuple(certificate for certificate in certificates if pin_of(certificate) in pins)
    if not matching:
        seen = [pin_of(certificate) for certificate in certificates]
        raise JoinError(
            "pin_mismatch",
            f"Cannot trust {server}: its CA has pin {', '.join(seen)}, allowed are {', '.join(sorted(pins))}; "
            "compare with the hash printed by `kubeadm init`.",
            server=server,
            seen=seen,
            allowed=sorted(pins),
        )
    usable = (rsa.RSAPublicKey, ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey)
    if not any(isinstance(certificate.public_key(), usable) for certificate in matching):
        raise _certificate_malformed(
            f"the CA of {server}", "the key of its pinned certificate is neither RSA nor ECDSA nor Ed25519"
        )
    return matching


def render_node_request(key: PrivateKey, node_name: str) -> str:
    """The PKCS#10 request of a kubelet in PEM format: organisation ``system:nodes``, no alternative names."""
    subject = name_of(organization=_NODE_GROUP, common_name=_NODE_USER + node_name)
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode("ascii")


def name_of(*, organization: str = "", common_name: str) -> x509.Name:
    """The subject of a certificate. Its parts may be longer than X.509 permits, as in Go, which Kubernetes uses."""
    values = ((NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, common_name))
    return x509.Name([_attribute(oid, value) for oid, value in values if value])


def _attribute(oid: x509.ObjectIdentifier, value: str) -> x509.NameAttribute[str]:
    try:
        return x509.NameAttribute(oid, value, _validate=False)
    except TypeError:  # older versions of cryptography have neither this argument nor the limit
        return x509.NameAttribute(oid, value)


def render_node_pem(certificates: str, key: PrivateKey) -> bytes:
    """The content of the kubelet's client identity file: the certificates, then the key. Secret."""
    return certificates.encode("utf-8") + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


@dataclass(frozen=True)
class NodeCertificate:
    """A node's client certificate, which is the first of ``certificates``. Times are in UTC."""

    certificates: tuple[x509.Certificate, ...]
    organization: str
    node_name: str
    not_before: datetime.datetime
    not_after: datetime.datetime
    public_key: bytes


def parse_node_certificate(pem: str, *, what: str) -> NodeCertificate:
    """Parse a node's client certificate, the first of ``pem``. Raises ``certificate_malformed``."""
    certificates = parse_certificates(pem, what=what)
    certificate = certificates[0]
    name = _subject(certificate, NameOID.COMMON_NAME)
    return NodeCertificate(
        certificates=certificates,
        organization=_subject(certificate, NameOID.ORGANIZATION_NAME),
        node_name=name[len(_NODE_USER) :] if name.startswith(_NODE_USER) else "",
        not_before=instant_of(certificate, "not_valid_before"),
        not_after=instant_of(certificate, "not_valid_after"),
        public_key=public_bytes_of(certificate.public_key()),
    )


# Cached, because loading a key checks it, which takes 30 ms with OpenSSL 3.0, and a control plane loads the same keys repeatedly.
@functools.lru_cache(maxsize=32)
def parse_private_key(pem: bytes) -> PrivateKey | None:
    """The private key in PEM data; None if there is no readable one."""
    block = _PRIVATE_KEY.search(pem)
    if block is None:
        return None
    if block.group() in _GENERATED:
        return _GENERATED[block.group()]
    try:
        key = serialization.load_pem_private_key(block.group(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)) else None


def remember_private_key(pem: bytes, key: PrivateKey) -> None:
    """Let `parse_private_key` return a key that was generated here, without another check of it."""
    block = _PRIVATE_KEY.search(pem)
    if block is not None:
        _GENERATED[block.group()] = key


def render_private_key(pem: bytes) -> bytes:
    """The private key in PEM data, which must be readable, in its own format and without other text. Secret."""
    key, block = parse_private_key(pem), _PRIVATE_KEY.search(pem)
    if key is None or block is None:
        raise ValueError("there is no readable private key")
    is_pkcs8 = block.group(1) == b"PRIVATE KEY"
    kind = serialization.PrivateFormat.PKCS8 if is_pkcs8 else serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())


def unusable_because(
    identity: NodeCertificate,
    key: PrivateKey | None,
    *,
    node_name: str,
    authorities: t.Sequence[x509.Certificate],
    now: datetime.datetime,
) -> str | None:
    """Why this identity is not valid for ``node_name`` in the cluster of ``authorities``; None if it is."""
    if key is None or public_bytes_of(key.public_key()) != identity.public_key:
        return "its private key is missing or belongs to another certificate"
    if identity.organization != _NODE_GROUP or not identity.node_name:
        return "it is not the certificate of a node"
    if identity.node_name != node_name:
        return f"it names the node {identity.node_name}, not {node_name}"
    signers = [authority for authority in authorities if is_vouched_for(identity.certificates, authority)]
    if not signers:
        return "no CA of this cluster has signed it"
    if not any(is_vouched_for(identity.certificates, authority, now=now) for authority in signers):
        return "an intermediate CA that follows it has expired or is not valid yet"
    if identity.not_after <= now:
        return f"it expired at {identity.not_after:%Y-%m-%dT%H:%M:%SZ}"
    return None


def describe_certificate(
    certificate: x509.Certificate | None, *, subject: str, because: str | None
) -> dict[str, t.Any]:
    """A certificate as modules return it: the one that is reused, or that of ``subject`` which is issued ``because`` of something.

    Subjects are written as in RFC 4514, `CN=system:node:worker-1,O=system:nodes`.
    """
    if certificate is None or because is not None:
        return {"subject": subject, "expires": None, "reused": False, "because": because}
    # Attribute by attribute: not all versions of cryptography write whole names in this order.
    found = ",".join(attribute.rfc4514_string() for attribute in reversed(list(certificate.subject)))
    expires = f"{instant_of(certificate, 'not_valid_after'):%Y-%m-%dT%H:%M:%SZ}"
    return {"subject": found, "expires": expires, "reused": True, "because": None}


def describe_node_certificate(
    identity: NodeCertificate | None, node_name: str, because: str | None
) -> dict[str, t.Any]:
    """The same of the client certificate of a node."""
    certificate = identity.certificates[0] if identity else None
    return describe_certificate(certificate, subject=f"CN={_NODE_USER}{node_name},O={_NODE_GROUP}", because=because)


def _subject(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    attributes = certificate.subject.get_attributes_for_oid(oid)
    return str(attributes[0].value) if attributes else ""


def instant_of(certificate: x509.Certificate, attribute: str) -> datetime.datetime:
    """``not_valid_before`` or ``not_valid_after`` of a certificate, in UTC."""
    # The aware attributes came with cryptography 42; older distributions have only the naive ones.
    aware = getattr(certificate, attribute + "_utc", None)
    if isinstance(aware, datetime.datetime):
        return aware
    naive: datetime.datetime = getattr(certificate, attribute)
    return naive.replace(tzinfo=datetime.timezone.utc)


def extension_of(certificate: x509.Certificate, kind: type[t.Any]) -> t.Any:
    """The value of an extension by its type, None if it is missing or cannot be read."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        return None


def public_bytes_of(key: t.Any) -> bytes:
    """A public key in DER format, for comparison."""
    spki: bytes = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return spki


def is_vouched_for(
    certificates: t.Sequence[x509.Certificate], authority: x509.Certificate, *, now: datetime.datetime | None = None
) -> bool:
    """Whether the authority signed the first certificate, directly or through intermediate CAs among the others.

    With ``now``, the intermediate CAs must be valid at that time.
    """
    first, *others = certificates
    if now is not None:
        others = [
            other
            for other in others
            if instant_of(other, "not_valid_before") <= now < instant_of(other, "not_valid_after")
        ]
    issuers = [authority]
    for issuer in issuers:  # the list grows during the loop
        if _is_issued_by(first, issuer):
            return True
        issuers += [
            other for other in others if other not in issuers and is_authority(other) and _is_issued_by(other, issuer)
        ]
    return False


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it is the certificate of a CA."""
    constraints = extension_of(certificate, x509.BasicConstraints)
    return constraints is not None and bool(constraints.ca)


def _is_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the certificate was signed with the authority's key, of one of the kinds that Go verifies with."""
    key, signed = authority.public_key(), certificate.tbs_certificate_bytes
    try:
        if certificate.issuer != authority.subject:
            return False
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(certificate.signature, signed)
            return True
        algorithm = certificate.signature_hash_algorithm
        if algorithm is None:
            return False
        if isinstance(key, rsa.RSAPublicKey):
            # Older versions of cryptography do not report the padding.
            parameters = getattr(certificate, "signature_algorithm_parameters", None)
            used = parameters if isinstance(parameters, padding.PSS) else padding.PKCS1v15()
            key.verify(certificate.signature, signed, used, algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(certificate.signature, signed, ec.ECDSA(algorithm))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
