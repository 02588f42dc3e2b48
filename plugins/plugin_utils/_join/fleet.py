# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""A fleet: nodes that would replace each other, and names of many hosts."""

from __future__ import annotations

import typing as t

from ...module_utils._core.errors import JoinError

__all__ = ("find_duplicates", "name_hosts", "read_nodes")

#: How many hosts of a group are named.
_NAMED = 8
_NODE_KEYS = ("node_name", "machine_id", "joined", "server")


def read_nodes(nodes: t.Mapping[str, t.Any]) -> dict[str, dict[str, t.Any]]:
    """What is compared of each node: its name, its machine id, and whether it has joined or begun to. Raises ``invalid_join_configuration``."""
    wrong = [str(host) for host, node in nodes.items() if not isinstance(node, t.Mapping)]
    if wrong:
        raise JoinError(
            "invalid_join_configuration",
            f"Cannot check the nodes of {name_hosts(wrong)}: expected for each host a mapping with node_name, machine_id and joined, as "
            "preflight_info returns it.",
            hosts=wrong,
        )
    return {host: {key: node[key] for key in _NODE_KEYS if key in node} for host, node in nodes.items()}


def find_duplicates(
    nodes: t.Mapping[str, t.Mapping[str, t.Any]], ready_nodes: t.Collection[str] = ()
) -> dict[str, JoinError]:
    """By host that would replace another one in the cluster, the error; ``nodes`` has by host what ``read_nodes`` returns.

    ``ready_nodes`` are the names of the cluster's Ready nodes, which kubeadm does not replace. A host with a kubelet.conf may be one of them.
    The codes are ``node_name_duplicate``, ``machine_id_duplicate`` and ``node_name_taken``.
    """
    taken = set(ready_nodes)
    errors = {
        host: _taken_name(host, str(node["node_name"]))
        for host, node in nodes.items()
        if node.get("joined") is False and not node.get("server") and str(node.get("node_name")) in taken
    }
    for key, code, what, remedy in (
        ("node_name", "node_name_duplicate", "the node name", "set the node_name of each, or change the host names"),
        ("machine_id", "machine_id_duplicate", "the machine id", "create a new /etc/machine-id on all but one"),
    ):
        hosts: dict[str, list[str]] = {}
        for host, node in nodes.items():
            if node.get(key):
                hosts.setdefault(str(node[key]), []).append(host)
        for value, sharing in hosts.items():
            if len(sharing) > 1:
                error = JoinError(
                    code,
                    f"Cannot join these hosts together: {what} {value} is that of {name_hosts(sorted(sharing))}; {remedy}. They were "
                    "not changed.",
                    hosts={value: sorted(sharing)},
                )
                errors = {**dict.fromkeys(sharing, error), **errors}
    return errors


def _taken_name(host: str, name: str) -> JoinError:
    return JoinError(
        "node_name_taken",
        f"Cannot join {host}: the cluster already has a Ready node of its name, {name}; expected a unique name for each node; set the node_name of "
        "this host, or remove the other node first. Nothing was changed.",
        node_name=name,
    )


def name_hosts(hosts: t.Sequence[str]) -> str:
    """The first hosts of a group, and how many more there are."""
    more = f" and {len(hosts) - _NAMED} more" if len(hosts) > _NAMED else ""
    return ", ".join(hosts[:_NAMED]) + more
