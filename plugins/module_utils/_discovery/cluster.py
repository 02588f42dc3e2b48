# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""A cluster as a node knows it once it trusts it: where it is, who vouches for it, and its configuration."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, field

from .._api.kubeapi import KubeApi
from .._api.tls import trusting
from .._credentials.pki import parse_certificates, pin_of, render_certificates, select_pinned

__all__ = ("Cluster",)


@dataclass(frozen=True)
class Cluster:
    """What discovery found out, read once a play and handed to every node. Nothing in it is secret.

    ``certificate_authority`` is the CA bundle in PEM that goes to the nodes; ``ca_cert_hashes`` are the pins of those of
    its certificates that vouch for ``server`` (an https URL). The two configurations are the texts of the ConfigMaps
    kubeadm-config (key ClusterConfiguration) and kubelet-config (key kubelet), and ``facts`` what `read_facts` found in them;
    all are empty where nobody has asked for them.
    """

    server: str
    certificate_authority: str
    ca_cert_hashes: tuple[str, ...]
    cluster_configuration: str = ""
    kubelet_configuration: str = ""
    facts: t.Mapping[str, t.Any] = field(default_factory=dict)

    @classmethod
    def from_mapping(cls, mapping: t.Mapping[str, t.Any]) -> Cluster:
        """The value that ``to_mapping`` made, after its way through Ansible."""
        return cls(**{**mapping, "ca_cert_hashes": tuple(mapping["ca_cert_hashes"])})

    def to_mapping(self) -> dict[str, t.Any]:
        """A plain mapping, as modules return it."""
        return {**asdict(self), "ca_cert_hashes": list(self.ca_cert_hashes)}

    def vouching(self) -> str:
        """The PEM certificates that vouch for the server. Raises ``pin_mismatch`` and ``certificate_malformed``."""
        bundle = parse_certificates(self.certificate_authority, what=f"the CA bundle of {self.server}")
        return render_certificates(select_pinned(bundle, self.ca_cert_hashes, server=self.server))

    def connect(self, bearer: str) -> KubeApi:
        """A connection to the server, as the user of a bearer token, which only goes to who is vouched for."""
        return KubeApi(self.server, trusting(self.vouching()), bearer=bearer)

    def all_pins(self) -> tuple[str, ...]:
        """The pins of the whole bundle."""
        bundle = parse_certificates(self.certificate_authority, what=f"the CA bundle of {self.server}")
        return tuple(pin_of(certificate) for certificate in bundle)
