# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""What a host is now: whether it has joined, which cluster, and what is left to do. Read from the host and the cluster."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._clock import Clock
from ._errors import JoinError
from ._host import KUBELET_CONF, Host

if t.TYPE_CHECKING:
    from ._membership import Connect

__all__ = ("NodeState", "observe_node_state")


@dataclass(frozen=True)
class NodeState:
    """A host's membership. ``pending`` are the steps that are not done, as sentences; none are left when it has joined.

    ``machine_id`` is what systemd tells hosts apart by, empty when there is none.
    ``server`` and ``ca_cert_hashes`` name the cluster that kubelet.conf speaks of, ``certificate_expires`` is RFC 3339.
    """

    node_name: str
    machine_id: str
    pending: tuple[str, ...]
    server: str = ""
    ca_cert_hashes: tuple[str, ...] = ()
    certificate_expires: str = ""

    @property
    def joined(self) -> bool:
        return not self.pending


def observe_node_state(
    host: Host,
    *,
    node_name: str,
    pins: t.Collection[str],
    level: str,
    clock: Clock,
    connect: Connect,
    can_look: bool = True,
) -> NodeState:
    """Look at the host first and at the cluster, as this node, only when the host looks joined.

    ``pins`` are those of the cluster it should be in, empty when that is not known; ``level`` is one of WAIT_LEVELS;
    ``connect`` makes a connection as this node from a server and its CA bundle; ``can_look`` is false where
    the libraries to read certificates with are missing. A host of another cluster has that pending. Raises
    ``not_privileged``.
    """
    if not host.is_root():
        raise JoinError(
            "not_privileged", "Cannot look at the state of this host: this does not run as root; set `become: true`."
        )
    name = node_name or host.hostname()
    identity = host.read("/etc/machine-id")
    machine_id = identity.text.strip() if identity else ""
    kubeconfig = host.read(KUBELET_CONF)
    if kubeconfig is None:
        return NodeState(name, machine_id, (f"{KUBELET_CONF} is absent",))
    if not can_look:
        return NodeState(
            name, machine_id, (f"{KUBELET_CONF} is there, but the Python libraries to judge it are missing",)
        )
    # Only here: the libraries that this imports take longer to load than all of the above, and may not even be there.
    from ._membership import observe_membership

    found = observe_membership(
        host, kubeconfig.text, node_name=name, pins=pins, level=level, clock=clock, connect=connect
    )
    return NodeState(name, machine_id, found.pending, found.server, found.ca_cert_hashes, found.certificate_expires)
