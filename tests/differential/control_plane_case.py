# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a case of the goldens of control planes is: a cluster, and the node that joins it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from minors import MINORS, until

__all__ = (
    "DUAL_STACK",
    "IPV6_NODE",
    "OLDER",
    "V1BETA3",
    "ControlPlaneCase",
    "Node",
    "arguments",
    "external_etcd",
    "local_etcd",
)


@dataclass(frozen=True)
class Node:
    """The node that joins: its name, and the address and port of its own API server."""

    name: str = "cp-2"
    advertise_address: str = "192.0.2.2"
    bind_port: int = 6443


@dataclass(frozen=True)
class ControlPlaneCase:
    """A cluster and a node.

    ``cluster`` are fields that the user gave to init, as this minor's kubeadm stores them; ``stored`` is in its place the
    text in the ConfigMap itself, where VERSION stands for the version. ``edits`` is what was done to the text afterwards.
    ``folders`` are those that the host has, ``environment`` is kubeadm's, ``timeouts`` are of the JoinConfiguration,
    ``members`` are the nodes that are control planes already, where the case is about their etcd.
    The manifests of init must be those of the join, and give that of etcd; ``only_joined`` where init refuses or differs.
    """

    name: str
    cluster: t.Mapping[str, t.Any] = field(default_factory=dict)
    stored: str = ""
    edits: t.Sequence[tuple[str, str]] = ()
    minors: t.Sequence[str] = MINORS
    node: Node = field(default_factory=Node)
    folders: t.Sequence[str] = ()
    environment: t.Mapping[str, str] = field(default_factory=dict)
    timeouts: t.Mapping[str, str] = field(default_factory=dict)
    external_ca: bool = False
    members: t.Sequence[Node] = ()
    only_joined: bool = False


def arguments(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def local_etcd(**fields: t.Any) -> dict[str, t.Any]:
    return {"etcd": {"local": fields}}


def external_etcd(*endpoints: str, **files: str) -> dict[str, t.Any]:
    return {"etcd": {"external": {"endpoints": list(endpoints), **files}}}


V1BETA3 = """apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
kubernetesVersion: VERSION
controlPlaneEndpoint: cp.example.com:6443
"""
OLDER = until("1.36")
DUAL_STACK = {"networking": {"serviceSubnet": "10.96.0.0/16,fd00:10::/112", "podSubnet": "10.244.0.0/16,fd00:20::/56"}}
IPV6_NODE = Node("cp-2", "2001:db8::2", 6443)
