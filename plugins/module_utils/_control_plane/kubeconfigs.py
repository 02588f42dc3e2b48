# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The kubeconfigs of a control plane: admin.conf, controller-manager.conf and scheduler.conf."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass, field

from .._api.kubeconfig import (
    KubeconfigCluster,
    parse_kubeconfig_cluster,
    parse_kubeconfig_user,
    render_component_kubeconfig,
)
from .._config.cluster import ClusterConfiguration
from .._core.errors import JoinError
from .._credentials.pki import parse_certificates, pin_of
from .._host.file_mode import mode_problem
from .._host.machine import FileState
from .certificates import LeafProfile, client_profiles, unfit_because
from .local_node import ControlPlaneNode, release_for

if t.TYPE_CHECKING:
    from cryptography import x509

__all__ = (
    "ComponentKubeconfig",
    "KubeconfigCheck",
    "check_kubeconfig",
    "cluster_server",
    "plan_kubeconfigs",
    "render_kubeconfig",
)


@dataclass(frozen=True)
class ComponentKubeconfig:
    """One of the files: its user and its API server."""

    profile: LeafProfile
    server: str

    @property
    def file(self) -> str:
        return f"/etc/kubernetes/{self.profile.name}.conf"


def cluster_server(cluster: ClusterConfiguration, node: ControlPlaneNode) -> str:
    """The URL of the control plane endpoint, or without an endpoint, of the node's own API server."""
    endpoint = cluster.control_plane_endpoint
    return endpoint.url if endpoint else node.server


def plan_kubeconfigs(cluster: ClusterConfiguration, node: ControlPlaneNode) -> tuple[ComponentKubeconfig, ...]:
    """The administrator uses the endpoint; components use the API server on their host, which has their version."""
    return tuple(
        ComponentKubeconfig(profile, cluster_server(cluster, node) if profile.name == "admin" else node.server)
        for profile in client_profiles()
    )


def render_kubeconfig(
    wanted: ComponentKubeconfig,
    cluster: ClusterConfiguration,
    *,
    certificate_authority: str,
    certificate: str,
    key: str,
) -> str:
    """The text of the file; certificates and key are in PEM format. Secret."""
    return render_component_kubeconfig(
        cluster_name=cluster.cluster_name,
        server=wanted.server,
        certificate_authority=certificate_authority,
        user=wanted.profile.common_name,
        certificate=certificate,
        key=key,
        has_preferences=release_for(cluster).writes_empty_fields,
    )


@dataclass(frozen=True)
class KubeconfigCheck:
    """The result for a file: ``problem`` is a clause after `it`, None if the file is correct.

    ``identity`` is the valid client certificate and its key in PEM. With them, the file can be rewritten without a CA key.
    """

    problem: str | None
    identity: tuple[str, str] | None = field(default=None, repr=False)


def check_kubeconfig(
    wanted: ComponentKubeconfig, found: FileState, authority: x509.Certificate, *, now: datetime.datetime
) -> KubeconfigCheck:
    """Check an existing file.

    kubeadm itself checks only the CA, and reports another server; with an external CA it checks nothing.
    """
    try:
        user = parse_kubeconfig_user(found.text, what=wanted.file)
        cluster = parse_kubeconfig_cluster(found.text, what=wanted.file)
    except JoinError:
        return KubeconfigCheck("cannot be read as a kubeconfig of a cluster and a user")
    certificate, key = user.client_certificate_data, user.client_key_data
    reason = unfit_because(wanted.profile, certificate or None, key.encode("utf-8"), authority, now=now)
    if reason is not None:
        return KubeconfigCheck(f"has a client certificate that {reason}")
    return KubeconfigCheck(_other_cluster(wanted, cluster, authority) or mode_problem(found, 0o600), (certificate, key))


def _other_cluster(wanted: ComponentKubeconfig, cluster: KubeconfigCluster, authority: x509.Certificate) -> str | None:
    """Why its cluster is not correct; None if it is."""
    try:
        authorities = parse_certificates(cluster.certificate_authority_data, what=wanted.file)
    except JoinError:
        return "contains no CA of the cluster"
    if pin_of(authority) not in {pin_of(certificate) for certificate in authorities}:
        return "trusts the CA of another cluster"
    return None if cluster.server == wanted.server else f"names {cluster.server}, not {wanted.server}"
