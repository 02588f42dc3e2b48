# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""A discovered cluster: its server, its CA certificates and its configuration."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, field

from .._api.kubeapi import KubeApi
from .._api.tls import trusting
from .._core.retry import Patience
from .._credentials.pki import parse_certificates, pin_of, render_certificates, select_pinned

__all__ = ("Cluster",)


@dataclass(frozen=True)
class Cluster:
    """The result of discovery, as modules pass it to each other. It contains no secrets.

    ``certificate_authority`` is the CA bundle for the nodes, in PEM. ``ca_cert_hashes`` are the pins of the certificates in
    the bundle that verify ``server``, an https URL. The two configurations are the texts of the ConfigMaps kubeadm-config
    (key ClusterConfiguration) and kubelet-config (key kubelet), and ``facts`` is the result of `read_facts` for them; all
    three are empty if the configuration was not read.
    """

    server: str
    certificate_authority: str
    ca_cert_hashes: tuple[str, ...]
    cluster_configuration: str = ""
    kubelet_configuration: str = ""
    facts: t.Mapping[str, t.Any] = field(default_factory=dict)

    @classmethod
    def from_mapping(cls, mapping: t.Mapping[str, t.Any]) -> Cluster:
        """Restore a value from the result of ``to_mapping``."""
        return cls(**{**mapping, "ca_cert_hashes": tuple(mapping["ca_cert_hashes"])})

    def to_mapping(self) -> dict[str, t.Any]:
        """A mapping of plain values, as returned by modules."""
        return {**asdict(self), "ca_cert_hashes": list(self.ca_cert_hashes)}

    def trusted_certificates(self) -> str:
        """The PEM certificates that verify the server. Raises ``pin_mismatch`` and ``certificate_malformed``."""
        bundle = parse_certificates(self.certificate_authority, what=f"the CA bundle of {self.server}")
        return render_certificates(select_pinned(bundle, self.ca_cert_hashes, server=self.server))

    def connect(self, bearer: str, patience: Patience | None = None) -> KubeApi:
        """Connect to the server as the user of a bearer token, which is only sent if the server is verified."""
        return KubeApi(self.server, trusting(self.trusted_certificates()), bearer=bearer, patience=patience)

    def all_pins(self) -> tuple[str, ...]:
        """The pins of the whole bundle."""
        bundle = parse_certificates(self.certificate_authority, what=f"the CA bundle of {self.server}")
        return tuple(pin_of(certificate) for certificate in bundle)
