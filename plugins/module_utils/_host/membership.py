# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The cluster of a host's kubelet.conf, and whether the host has joined it completely."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._api.kubeconfig import parse_kubeconfig_cluster
from .._api.node import ConnectAsNode, NodeStatus, observe_node
from .._core.clock import Clock
from .._core.errors import JoinError
from .._credentials.pki import parse_certificates, pin_of
from .file_mode import mode_problem
from .identity import observe_identity
from .kubelet_unit import KubeletUnit
from .machine import KUBELET_CLIENT_PEM, KUBELET_CONF, KUBELET_CONFIGURATION, KUBELET_FLAGS, Host
from .node_name import registers_node

__all__ = ("Membership", "observe_membership")


@dataclass(frozen=True)
class Membership:
    """The remaining steps, as sentences, and data of kubelet.conf and the client certificate.

    ``is_control_plane`` is whether its Node is labeled as one; ``error`` is why the API server could not be queried. Unknown values are None.
    """

    pending: tuple[str, ...]
    server: str | None = None
    ca_cert_hashes: tuple[str, ...] = ()
    certificate_expires: str | None = None
    is_control_plane: bool | None = None
    error: JoinError | None = None


def observe_membership(
    host: Host,
    kubeconfig: str,
    unit: KubeletUnit,
    *,
    node_name: str,
    pins: t.Collection[str],
    level: str,
    clock: Clock,
    connect: ConnectAsNode,
    can_ask: bool = True,
) -> Membership:
    """Check the membership in the cluster of kubelet.conf; see `_host.state` for the arguments.

    ``can_ask`` is false if the API server must not be queried.
    """
    try:
        cluster = parse_kubeconfig_cluster(kubeconfig, what=KUBELET_CONF)
        authorities = parse_certificates(cluster.certificate_authority_data, what=f"the CA in {KUBELET_CONF}")
    except JoinError as exc:
        return Membership((str(exc),))
    hashes = tuple(pin_of(authority) for authority in authorities)
    if pins and set(pins).isdisjoint(hashes):
        return Membership((f"{KUBELET_CONF} belongs to another cluster",), cluster.server, hashes)
    certificate, problem = observe_identity(host, node_name=node_name, authorities=authorities, now=clock.now())
    pending = list(_local_steps(host, problem))
    is_control_plane = error = None
    if not pending and host.is_live() and can_ask:
        try:
            status = observe_node(connect(cluster.server, cluster.certificate_authority_data), node_name)
            pending = list(_cluster_steps(status, node_name, level if registers_node(host, unit=unit) else "none"))
            is_control_plane = status.is_control_plane
        except JoinError as exc:
            pending, error = [str(exc)], exc
    expires = None
    if certificate is not None and problem is None:
        expires = f"{certificate.not_after:%Y-%m-%dT%H:%M:%SZ}"
    return Membership(tuple(pending), cluster.server, hashes, expires, is_control_plane, error)


def _local_steps(host: Host, identity: str | None) -> t.Iterator[str]:
    if identity is not None:
        yield f"{KUBELET_CLIENT_PEM} cannot be used: {identity}"
    for path in (KUBELET_CONFIGURATION, KUBELET_FLAGS):
        if host.read(path) is None:
            yield f"{path} is absent"
    for path in (KUBELET_CONF, KUBELET_CLIENT_PEM):
        problem = mode_problem(host.read(path), 0o600)
        if problem is not None:
            yield f"{path} {problem}"
    unit = host.unit("kubelet")
    if not unit.running and host.is_live():
        yield f"kubelet.service does not run ({unit.state})"
    elif not unit.enabled:
        yield "kubelet.service does not start at boot"


def _cluster_steps(status: NodeStatus, name: str, level: str) -> t.Iterator[str]:
    if not status.reached(level):
        yield f"node {name} is not {level}: {status.reason or 'there is no such node'} {status.message}".strip()
