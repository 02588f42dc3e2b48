# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters that a control plane joins: cases of the goldens of certificates and kubeconfigs."""

from __future__ import annotations

from control_plane_case import (
    DUAL_STACK,
    IPV6_NODE,
    OLDER,
    V1BETA3,
    ControlPlaneCase,
    Node,
    external_etcd,
)
from minors import since
from running_cases import REFUSED_CASES, RUNNING_CASES

__all__ = ("CERTIFICATE_CASES",)

_WITH_P384 = since("1.34")
_ECDSA = {"encryptionAlgorithm": "ECDSA-P256"}
#: For these the certificates and kubeconfigs are made, too. Most have keys that are made fast.
CERTIFICATE_CASES = (
    ControlPlaneCase("defaults"),
    ControlPlaneCase("rsa_3072", {"encryptionAlgorithm": "RSA-3072"}, minors=("1.34", "1.37")),
    ControlPlaneCase("rsa_4096", {"encryptionAlgorithm": "RSA-4096"}, minors=("1.37",)),
    ControlPlaneCase("ecdsa_p256", _ECDSA),
    ControlPlaneCase("ecdsa_p384", {"encryptionAlgorithm": "ECDSA-P384"}, minors=_WITH_P384),
    ControlPlaneCase("gate_public_keys_ecdsa", {"featureGates": {"PublicKeysECDSA": True}}, minors=OLDER),
    ControlPlaneCase("gate_off_over_algorithm", {"featureGates": {"PublicKeysECDSA": False}, **_ECDSA}, minors=OLDER),
    ControlPlaneCase(
        "gate_over_algorithm",
        {"featureGates": {"PublicKeysECDSA": True}, "encryptionAlgorithm": "ECDSA-P384"},
        minors=[minor for minor in OLDER if minor in _WITH_P384],
    ),
    ControlPlaneCase("validity", {**_ECDSA, "certificateValidityPeriod": "720h30m"}),
    ControlPlaneCase("validity_longer_than_of_the_ca", {**_ECDSA, "certificateValidityPeriod": "175200h"}),
    ControlPlaneCase("v1beta3", stored=V1BETA3, minors=("1.34", "1.36")),
    ControlPlaneCase(
        "own_names",
        {
            **_ECDSA,
            "clusterName": "blue",
            "certificatesDir": "/opt/pki",
            "networking": {"dnsDomain": "blue.example.com", "serviceSubnet": "172.30.0.16/28"},
        },
    ),
    ControlPlaneCase(
        "extra_names",
        {
            **_ECDSA,
            "apiServer": {
                "certSANs": [
                    "Zed.example.com",
                    "*.wild.example.com",
                    "192.0.2.50",
                    "2001:db8::50",
                    "cp.example.com",
                    "192.0.2.2",
                ]
            },
            "etcd": {
                "local": {
                    "serverCertSANs": ["b.example.com", "192.0.2.60"],
                    "peerCertSANs": ["a.example.com", "127.0.0.1"],
                }
            },
        },
    ),
    ControlPlaneCase(
        "names_that_are_none",
        edits=[
            (
                "apiServer: {}",
                "apiServer: {certSANs: [under_score, '-x', 'a..b', '*', 'w.*.example.com', 'host:443', '10.0.0.0/8', ok]}",
            ),
            ("RSA-2048", "ECDSA-P256"),
        ],
        only_joined=True,
    ),
    ControlPlaneCase("endpoint_as_address", {**_ECDSA, "controlPlaneEndpoint": "192.0.2.100"}),
    ControlPlaneCase("endpoint_as_address_with_port", {**_ECDSA, "controlPlaneEndpoint": "192.0.2.100:443"}),
    ControlPlaneCase(
        "endpoint_as_ipv6",
        {**_ECDSA, "controlPlaneEndpoint": "[2001:db8::100]:443", "networking": {"serviceSubnet": "fd00:10::/112"}},
        node=IPV6_NODE,
    ),
    ControlPlaneCase(
        "endpoint_without_port",
        {**_ECDSA, "controlPlaneEndpoint": "cp.example.com"},
        node=Node("cp-2", "192.0.2.2", 8443),
    ),
    ControlPlaneCase("dual_stack", {**_ECDSA, **DUAL_STACK}),
    ControlPlaneCase("node_name", _ECDSA, node=Node("cp-2.example.com", "192.0.2.9", 6443)),
    ControlPlaneCase(
        "external_etcd",
        {
            **_ECDSA,
            **external_etcd(
                "https://192.0.2.11:2379",
                caFile="/opt/etcd/ca.crt",
                certFile="/opt/etcd/client.crt",
                keyFile="/opt/etcd/client.key",
            ),
        },
    ),
    *RUNNING_CASES,
    *REFUSED_CASES,
)
