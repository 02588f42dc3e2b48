# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The node that becomes a control plane: what of it and its host is seen in its files."""

from __future__ import annotations

import datetime
import ipaddress
import posixpath
import typing as t
from dataclasses import dataclass, field

from .._config.cluster import ClusterConfiguration
from .._core.errors import JoinError

__all__ = ("MINORS", "ControlPlaneNode", "certificate_path", "host_in_url", "require_known_minor")

MINORS = ("1.34", "1.35", "1.36", "1.37")


@dataclass(frozen=True)
class ControlPlaneNode:
    """The node that joins, and what of its host is seen in the static pods.

    ``ca_folders`` are those of CA_FOLDERS that the host has, ``environment`` is that of the joining program, of which the
    variables of a proxy are passed on. ``has_ca_key`` is false where the key of the cluster's CA is kept elsewhere.
    ``health_timeout`` is how long a component may take to start.
    """

    name: str
    advertise_address: str
    bind_port: int = 6443
    ca_folders: frozenset[str] = frozenset()
    environment: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    has_ca_key: bool = True
    health_timeout: datetime.timedelta = datetime.timedelta(minutes=4)

    @property
    def ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
        """The advertise address. Raises ``invalid_join_configuration``."""
        try:
            address = ipaddress.ip_address(self.advertise_address)
        except ValueError as exc:
            raise JoinError(
                "invalid_join_configuration",
                f"Cannot make {self.name} a control plane: its advertise address is {self.advertise_address!r}, expected "
                "an IP address; set join_apiserver_advertise_address.",
                field="controlPlane.localAPIEndpoint.advertiseAddress",
            ) from exc
        return getattr(address, "ipv4_mapped", None) or address

    @property
    def address(self) -> str:
        """The advertise address in its short form, as Go writes it."""
        return str(self.ip)

    @property
    def server(self) -> str:
        """The URL of its own API server."""
        return f"https://{host_in_url(self.address)}:{self.bind_port}"

    @property
    def loopback(self) -> str:
        """The loopback address of the same family."""
        return "::1" if self.ip.version == 6 else "127.0.0.1"


def host_in_url(address: str) -> str:
    """A host as a URL has it."""
    return f"[{address}]" if ":" in address else address


def certificate_path(cluster: ClusterConfiguration, name: str) -> str:
    """Where a file of certificates is, `etcd/ca.crt` for one, in the form of the path that Go gives it."""
    return "/" + posixpath.normpath(posixpath.join(cluster.certificates_dir, name)).lstrip("/")


def require_known_minor(cluster: ClusterConfiguration) -> None:
    """Raises ``unsupported_kubernetes_version``."""
    if cluster.kubernetes_version.release not in MINORS:
        raise JoinError(
            "unsupported_kubernetes_version",
            f"Cannot write the files of a control plane of Kubernetes {cluster.kubernetes_version}: this release "
            f"knows {', '.join(MINORS)}; use a release of the collection that knows {cluster.kubernetes_version.release}.",
            version=str(cluster.kubernetes_version),
            supported=list(MINORS),
        )
