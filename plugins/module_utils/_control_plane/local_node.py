# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The node that becomes a control plane, as far as its files depend on it and its host."""

from __future__ import annotations

import datetime
import posixpath
import typing as t
from dataclasses import dataclass, field

from .._config.cluster import ClusterConfiguration
from .._core.defaults import API_SERVER_PORT
from .._core.errors import JoinError
from .._core.releases import Release, release_of
from .._formats.go_addresses import IpAddress, parse_address

__all__ = ("ControlPlaneNode", "certificate_path", "host_in_url", "release_for")


@dataclass(frozen=True)
class ControlPlaneNode:
    """The joining node, and the facts of its host that its static pods depend on.

    ``ca_folders`` are the existing CA_FOLDERS of the host. ``environment`` is that of the joining program, whose proxy
    variables are passed on. ``has_ca_key`` is false if the key of the cluster's CA is not on the host.
    ``health_timeout`` is the time that a component may take to start.
    """

    name: str
    advertise_address: str
    bind_port: int = API_SERVER_PORT
    ca_folders: frozenset[str] = frozenset()
    environment: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    has_ca_key: bool = True
    health_timeout: datetime.timedelta = datetime.timedelta(minutes=4)

    @property
    def ip(self) -> IpAddress:
        """The advertise address. Raises ``invalid_join_configuration``."""
        address = parse_address(self.advertise_address)
        if address is None:
            raise JoinError(
                "invalid_join_configuration",
                f"Cannot make {self.name} a control plane: its advertise address is {self.advertise_address!r}, expected "
                "an IP address; set apiserver_advertise_address.",
                field="controlPlane.localAPIEndpoint.advertiseAddress",
            )
        return address

    @property
    def address(self) -> str:
        """The advertise address in its canonical form, as in Go."""
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
    """A host in URL syntax, with brackets around an IPv6 address."""
    return f"[{address}]" if ":" in address else address


def certificate_path(cluster: ClusterConfiguration, name: str) -> str:
    """The path of a certificate file such as `etcd/ca.crt`, normalized as in Go."""
    return "/" + posixpath.normpath(posixpath.join(cluster.certificates_dir, name)).lstrip("/")


def release_for(cluster: ClusterConfiguration) -> Release:
    """How control planes of the cluster's version differ. Raises ``unsupported_kubernetes_version``."""
    return release_of(cluster.kubernetes_version, task="write the files of a control plane")
