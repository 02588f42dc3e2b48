# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Discovery by file: the cluster in a kubeconfig, verified and completed with cluster-info."""

from __future__ import annotations

from dataclasses import dataclass

from .._api.kubeapi import ApiForbiddenError, ApiUnauthorizedError, KubeApi
from .._api.kubeconfig import parse_kubeconfig_cluster
from .._core.clock import Clock
from .._core.errors import JoinError
from .._credentials.pki import parse_certificates, pin_of
from .by_token import CLUSTER_INFO_KUBECONFIG, fetch_cluster_info
from .cluster import Cluster

__all__ = ("FileDiscovery", "discover_by_file")


@dataclass(frozen=True)
class FileDiscovery:
    """The cluster, and notes about unusual findings."""

    cluster: Cluster
    notes: tuple[str, ...]


def discover_by_file(
    api: KubeApi, certificate_authority: str, *, what: str, clock: Clock, timeout: float
) -> FileDiscovery:
    """Discover a cluster with a trusted file that contains its server and its CA (kubeadm: file discovery).

    ``api`` is a connection to the server in the file, verified with the file's CA (``certificate_authority``, in PEM), or
    with the host's CAs if that is empty. The server of the file takes precedence. The CA of cluster-info is only used if the
    file has no CA. If the server denies access to cluster-info, the verification of its certificate is sufficient.
    """
    notes: list[str] = []
    described = None
    try:
        described = parse_kubeconfig_cluster(fetch_cluster_info(api, clock, timeout), what=CLUSTER_INFO_KUBECONFIG)
    except (ApiForbiddenError, ApiUnauthorizedError) as exc:
        notes.append(
            f"{api.server} does not let this user read ConfigMap kube-public/cluster-info (HTTP status {exc.status}); "
            f"{what} is used as it is."
        )
    if described is not None and described.server.rstrip("/") != api.server:
        notes.append(f"{what} has the server {api.server}, cluster-info has {described.server}; the former is used.")
    bundle = certificate_authority or (described.certificate_authority_data if described else "")
    if not bundle:
        raise JoinError(
            "discovery_file_incomplete",
            f"Cannot join with {what}: neither the file nor ConfigMap kube-public/cluster-info of {api.server} has the "
            "cluster's CA, which the kubelet needs; add certificate-authority-data to the file.",
            what=what,
            server=api.server,
        )
    authorities = parse_certificates(bundle, what=f"the CA of {what if certificate_authority else 'cluster-info'}")
    return FileDiscovery(
        Cluster(
            server=api.server,
            certificate_authority=bundle,
            ca_cert_hashes=tuple(pin_of(certificate) for certificate in authorities),
        ),
        tuple(notes),
    )
