# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The own certificates of a control plane: kubeadm's profiles, issuing, and validation of existing certificates."""

from __future__ import annotations

import datetime
import ipaddress
import typing as t
from dataclasses import dataclass

from .._config.cluster import ClusterConfiguration, LocalEtcd
from .._core.errors import JoinError
from .._credentials.pki import (
    describe_certificate,
    extension_of,
    instant_of,
    is_vouched_for,
    name_of,
    parse_certificates,
    parse_private_key,
    public_bytes_of,
)
from .._formats.go_addresses import IpAddress, nth_address, parse_address, parse_subnets
from .._formats.go_endpoints import is_dns_name, is_wildcard_name
from .local_node import ControlPlaneNode, release_for

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
except ImportError:
    pass  # the adapter reports what is missing

if t.TYPE_CHECKING:
    from .._credentials.pki import PrivateKey

__all__ = (
    "ALGORITHMS",
    "BACKDATE",
    "LeafProfile",
    "client_profiles",
    "describe_leaf",
    "issue_certificate",
    "key_algorithm",
    "plan_profiles",
    "render_key",
    "service_address",
    "unfit_because",
)

#: A certificate is valid from this long before its creation, for hosts whose clock is behind.
BACKDATE = datetime.timedelta(minutes=5)
#: The key algorithms that a cluster can select.
ALGORITHMS = ("RSA-2048", "RSA-3072", "RSA-4096", "ECDSA-P256", "ECDSA-P384")

_ECDSA_GATE = "PublicKeysECDSA"
_ECDSA_P384 = "ECDSA-P384"
_ADMINS = "kubeadm:cluster-admins"


@dataclass(frozen=True)
class LeafProfile:
    """The purpose of a certificate: ``name`` and ``authority`` are the file names of certificate and CA, without suffixes.

    Its validity starts shortly before its creation, or together with the CA's.
    """

    name: str
    authority: str
    common_name: str
    organization: str = ""
    server: bool = False
    client: bool = True
    starts_with_authority: bool = False
    dns_names: tuple[str, ...] = ()
    ip_addresses: tuple[IpAddress, ...] = ()

    @property
    def subject(self) -> str:
        """Who it is for, as RFC 4514 writes it."""
        return f"CN={self.common_name}" + (f",O={self.organization}" if self.organization else "")


def plan_profiles(cluster: ClusterConfiguration, node: ControlPlaneNode) -> tuple[LeafProfile, ...]:
    """The profiles of all own certificates of a control plane, in kubeadm's order.

    Raises ``invalid_cluster_configuration`` for a service subnet without addresses.
    """
    group = release_for(cluster).kubelet_client_group(cluster.kubernetes_version.patch)
    profiles = (
        _api_server(cluster, node),
        LeafProfile("apiserver-kubelet-client", "ca", "kube-apiserver-kubelet-client", group),
        LeafProfile("front-proxy-client", "front-proxy-ca", "front-proxy-client"),
    )
    if not isinstance(cluster.etcd, LocalEtcd):
        return profiles
    return (
        *profiles,
        _etcd_member("server", node, cluster.etcd.server_cert_sans),
        _etcd_member("peer", node, cluster.etcd.peer_cert_sans),
        LeafProfile("etcd/healthcheck-client", "etcd/ca", "kube-etcd-healthcheck-client"),
        LeafProfile("apiserver-etcd-client", "etcd/ca", "kube-apiserver-etcd-client"),
    )


def client_profiles() -> tuple[LeafProfile, ...]:
    """The profiles of the certificates in the kubeconfigs of a control plane, named after the kubeconfigs."""
    users = (
        ("admin", "kubernetes-admin", _ADMINS),
        ("controller-manager", "system:kube-controller-manager", ""),
        ("scheduler", "system:kube-scheduler", ""),
    )
    return tuple(LeafProfile(name, "ca", user, group, starts_with_authority=True) for name, user, group in users)


def key_algorithm(cluster: ClusterConfiguration) -> str:
    """The key algorithm, one of ALGORITHMS. Raises ``invalid_cluster_configuration`` for one that kubeadm does not have."""
    release = release_for(cluster)
    # The feature gate of older clusters overrides the field, also if it is off; newer ones ignore it.
    if release.has_ecdsa_gate and _ECDSA_GATE in cluster.feature_gates:
        return "ECDSA-P256" if cluster.feature_gates[_ECDSA_GATE] else "RSA-2048"
    known = [name for name in ALGORITHMS if name != _ECDSA_P384 or release.has_ecdsa_p384]
    if cluster.encryption_algorithm not in known:
        raise JoinError(
            "invalid_cluster_configuration",
            "Cannot generate a key: encryptionAlgorithm in ConfigMap kube-system/kubeadm-config is "
            f"{cluster.encryption_algorithm!r}, expected one of {', '.join(known)}; correct it.",
            field="encryptionAlgorithm",
        )
    return cluster.encryption_algorithm


def _api_server(cluster: ClusterConfiguration, node: ControlPlaneNode) -> LeafProfile:
    names = [node.name, *(f"kubernetes{suffix}" for suffix in ("", ".default", ".default.svc"))]
    names.append(f"kubernetes.default.svc.{cluster.dns_domain}")
    endpoint = cluster.control_plane_endpoint
    dns, ips = _alternative_names([*([endpoint.host] if endpoint else []), *cluster.api_server_cert_sans])
    return LeafProfile(
        "apiserver",
        "ca",
        "kube-apiserver",
        server=True,
        client=False,
        dns_names=_in_order([*names, *dns]),
        ip_addresses=_unique([service_address(cluster), node.ip, *ips]),
    )


def _etcd_member(name: str, node: ControlPlaneNode, also: t.Sequence[str]) -> LeafProfile:
    loopback: list[IpAddress] = [ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv6Address("::1")]
    dns, ips = _alternative_names(also)
    return LeafProfile(
        f"etcd/{name}",
        "etcd/ca",
        node.name,
        server=True,
        dns_names=_in_order([node.name, "localhost", *dns]),
        ip_addresses=_unique([node.ip, *loopback, *ips]),
    )


def _alternative_names(texts: t.Iterable[str]) -> tuple[list[str], list[IpAddress]]:
    """Split into names and addresses; as in kubeadm, other texts are ignored."""
    names: list[str] = []
    addresses: list[IpAddress] = []
    for text in texts:
        address = parse_address(text)
        if address is not None:
            addresses.append(address)
        elif is_dns_name(text) or is_wildcard_name(text):
            names.append(text)
    return names, addresses


def _in_order(names: t.Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _unique(addresses: t.Iterable[IpAddress]) -> tuple[IpAddress, ...]:
    return tuple(dict.fromkeys(addresses))


def service_address(cluster: ClusterConfiguration) -> IpAddress:
    """The address of the Service `kubernetes`: the first one in the first service subnet.

    Raises ``invalid_cluster_configuration``.
    """
    subnets = parse_subnets(cluster.service_subnet)
    address = nth_address(subnets[0], 1) if subnets else None
    if address is None:
        raise JoinError(
            "invalid_cluster_configuration",
            "Cannot determine the address of Service kubernetes: networking.serviceSubnet in ConfigMap "
            f"kube-system/kubeadm-config is {cluster.service_subnet!r}, expected a CIDR with at least 2 addresses, or two CIDRs "
            "with only a comma between them; correct it.",
            field="networking.serviceSubnet",
        )
    return address


def issue_certificate(
    profile: LeafProfile,
    key: PrivateKey,
    authority: x509.Certificate,
    signer: PrivateKey,
    *,
    serial: int,
    now: datetime.datetime,
    validity: datetime.timedelta,
) -> str:
    """Issue a certificate in PEM format, with the same fields as kubeadm.

    ``signer`` is the key of the ``authority``, ``serial`` a number from 1 to 2^63-1.
    """
    start = now - BACKDATE
    if profile.starts_with_authority:
        start = instant_of(authority, "not_valid_before")
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of(organization=profile.organization, common_name=profile.common_name))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(_naive(start))
        .not_valid_after(_naive(now + validity))
    )
    for extension, critical in _extensions(profile, authority):
        builder = builder.add_extension(extension, critical=critical)
    certificate = builder.sign(signer, _digest(signer))
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def _extensions(profile: LeafProfile, authority: x509.Certificate) -> t.Iterator[tuple[x509.ExtensionType, bool]]:
    """In the order in which Go writes them."""
    uses = dict.fromkeys(
        ("key_cert_sign", "crl_sign", "content_commitment", "data_encipherment", "key_agreement"), False
    )
    yield (
        x509.KeyUsage(digital_signature=True, key_encipherment=True, encipher_only=False, decipher_only=False, **uses),
        True,
    )
    yield x509.ExtendedKeyUsage(_extended_usages(profile)), False
    yield x509.BasicConstraints(ca=False, path_length=None), True
    identifier = extension_of(authority, x509.SubjectKeyIdentifier)
    if identifier is not None:
        yield x509.AuthorityKeyIdentifier(identifier.digest, None, None), False
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in profile.dns_names]
    names += [x509.IPAddress(address) for address in profile.ip_addresses]
    if names:
        yield x509.SubjectAlternativeName(names), False


def _extended_usages(profile: LeafProfile) -> list[x509.ObjectIdentifier]:
    usages = ((profile.server, ExtendedKeyUsageOID.SERVER_AUTH), (profile.client, ExtendedKeyUsageOID.CLIENT_AUTH))
    return [usage for wanted, usage in usages if wanted]


def _digest(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA384() if isinstance(key, ec.EllipticCurvePrivateKey) and key.key_size == 384 else hashes.SHA256()


def _naive(instant: datetime.datetime) -> datetime.datetime:
    """In UTC, without a time zone as required by old versions of the library, and in whole seconds."""
    return instant.astimezone(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)


def render_key(key: PrivateKey) -> str:
    """A private key in PEM format, as `RSA PRIVATE KEY` or `EC PRIVATE KEY`. Secret."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode("ascii")


def describe_leaf(profile: LeafProfile, pem: str, problem: str | None) -> dict[str, t.Any]:
    """The certificate of a profile as modules return it; ``problem`` is what `unfit_because` says of ``pem``."""
    return describe_certificate(
        parse_certificates(pem, what=profile.name)[0] if problem is None else None,
        subject=profile.subject,
        because=None if problem is None else f"it {problem}",
    )


def unfit_because(
    profile: LeafProfile,
    certificate_pem: str | None,
    key_pem: bytes | None,
    authority: x509.Certificate,
    *,
    now: datetime.datetime,
) -> str | None:
    """Why the certificate and key of a profile are not valid, as a clause after `it`; None if they are.

    A missing file is None. Intermediate CAs may follow the certificate. kubeadm itself checks only the signature and the
    alternative names.
    """
    if certificate_pem is None:
        return "is missing"
    try:
        certificates = parse_certificates(certificate_pem, what=profile.name)
    except JoinError:
        return "cannot be read"
    certificate = certificates[0]
    key = parse_private_key(key_pem or b"")
    if key is None:
        return "has no readable private key"
    if public_bytes_of(key.public_key()) != public_bytes_of(certificate.public_key()):
        return "belongs to another private key"
    if not is_vouched_for(certificates, authority):
        return f"was not signed by {profile.authority}.crt"
    if not is_vouched_for(certificates, authority, now=now):
        return "is followed by an intermediate CA that has expired or is not valid yet"
    starts, ends = instant_of(certificate, "not_valid_before"), instant_of(certificate, "not_valid_after")
    if ends <= now:
        return f"expired at {ends:%Y-%m-%dT%H:%M:%SZ}"
    if starts > now:
        return f"is not valid before {starts:%Y-%m-%dT%H:%M:%SZ}"
    return _other_purpose(profile, certificate)


def _other_purpose(profile: LeafProfile, certificate: x509.Certificate) -> str | None:
    """What is missing for its profile. Additional names and usages are accepted, as in kubeadm."""
    for oid, wanted in ((NameOID.COMMON_NAME, profile.common_name), (NameOID.ORGANIZATION_NAME, profile.organization)):
        found = [str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(oid)]
        if wanted and wanted not in found:
            return f"names {', '.join(found) or 'nobody'}, not {wanted}"
    usages = extension_of(certificate, x509.ExtendedKeyUsage) or ()
    if not set(usages).issuperset(_extended_usages(profile)):
        return "is not for " + " and ".join(
            word for wanted, word in ((profile.server, "servers"), (profile.client, "clients")) if wanted
        )
    alternative = extension_of(certificate, x509.SubjectAlternativeName)
    names = alternative.get_values_for_type(x509.DNSName) if alternative else []
    addresses = alternative.get_values_for_type(x509.IPAddress) if alternative else []
    missing = [name for name in profile.dns_names if name not in names]
    missing += [str(address) for address in profile.ip_addresses if address not in addresses]
    return f"does not name {', '.join(missing)}" if missing else None
