# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CAs with keys of every kind, and certificates of a control plane that they issue."""

from __future__ import annotations

import dataclasses
import datetime
import sys
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import (
    ClusterConfiguration,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.certificates import (
    ALGORITHMS,
    LeafProfile,
    issue_certificate,
    key_algorithm,
    render_key,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.keys import generate_key
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import ControlPlaneNode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.prepare import generate_serial
from ansible_collections.kubejoin.kubeadm.tests.unit.support import control_plane_goldens as goldens
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import DIFFERENTIAL
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

sys.path.insert(0, str(DIFFERENTIAL))
from describe import describe_certificate as describe_certificate
from describe import describe_kubeconfig as describe_kubeconfig


@dataclasses.dataclass(frozen=True)
class Authority:
    certificate: x509.Certificate
    key: t.Any


def make_authority(
    key: t.Any, name: str = "kubernetes", parent: Authority | None = None, *, is_ca: bool = True
) -> Authority:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent.certificate.subject if parent else subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2026, 1, 1))
        .not_valid_after(datetime.datetime(2036, 1, 1))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(parent.key if parent else key, hashes.SHA256())
    )
    return Authority(certificate, key)


NOW = datetime.datetime(2026, 11, 24, 12, 0, 0, 700000, tzinfo=datetime.timezone.utc)


MINIMAL = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n"


NODE = ControlPlaneNode("cp-2", "192.0.2.2")


VERSIONS = goldens.load("manifests", "versions")


#: One CA for each kind of key, with all that kubeadm's own have; made once, as large keys take their time.
KEYS = {algorithm: generate_key(algorithm) for algorithm in ALGORITHMS}


AUTHORITIES = {algorithm: make_authority(key) for algorithm, key in KEYS.items()}


def pem_of(authority: Authority) -> str:
    return authority.certificate.public_bytes(serialization.Encoding.PEM).decode()


def issue(profile: LeafProfile, cluster: ClusterConfiguration, authority: Authority) -> tuple[str, str]:
    """Certificate and key as a joining control plane makes them; keys of one kind are the same in all of the tests."""
    key = KEYS[key_algorithm(cluster)]
    certificate = issue_certificate(
        profile,
        key,
        authority.certificate,
        authority.key,
        serial=generate_serial(),
        now=NOW,
        validity=cluster.certificate_validity,
    )
    return certificate, render_key(key)


def authority_of(case_name: str, cluster: ClusterConfiguration) -> Authority:
    """A CA with a key of the kind that the golden's had; in one case another than that of the leaves."""
    return AUTHORITIES["RSA-2048" if case_name in WITH_RSA_CA else cluster.encryption_algorithm]


#: The CAs of these were made before the cluster wanted other keys.
WITH_RSA_CA = ("names_that_are_none", "gate_public_keys_ecdsa")
