# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Discovery by file: what a kubeconfig says about a cluster, confirmed and completed by the cluster itself."""

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
    """The cluster, and sentences about what was unusual on the way."""

    cluster: Cluster
    notes: tuple[str, ...]


def discover_by_file(
    api: KubeApi, certificate_authority: str, *, what: str, clock: Clock, timeout: float
) -> FileDiscovery:
    """Trust a control plane because a file that is trusted names it and its CA (kubeadm: file discovery).

    ``api`` is a connection to the file's server, verified by the file's CA (``certificate_authority``, in PEM), or by the
    host's where that is empty. The file's server is kept; the CA of cluster-info is only taken where the file has none.
    A server that refuses to show cluster-info has proven by its certificate who it is, which is enough.
    """
    notes: list[str] = []
    described = None
    try:
        described = parse_kubeconfig_cluster(fetch_cluster_info(api, clock, timeout), what=CLUSTER_INFO_KUBECONFIG)
    except (ApiForbiddenError, ApiUnauthorizedError) as exc:
        notes.append(
            f"{api.server} does not show ConfigMap kube-public/cluster-info to this user (HTTP status {exc.status}); "
            f"what {what} says is used as it is."
        )
    if described is not None and described.server.rstrip("/") != api.server:
        notes.append(f"{what} names server {api.server}, cluster-info {described.server}; the former is used.")
    bundle = certificate_authority or (described.certificate_authority_data if described else "")
    if not bundle:
        raise JoinError(
            "discovery_file_incomplete",
            f"Cannot join by {what}: neither it nor ConfigMap kube-public/cluster-info of {api.server} has the cluster's CA, "
            "which the kubelet needs; add certificate-authority-data to the file.",
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
