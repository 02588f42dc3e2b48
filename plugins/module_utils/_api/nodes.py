# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""All Nodes of a cluster: the names of the Ready ones, and one wait for many of them."""

from __future__ import annotations

import typing as t

from .._core.clock import Clock
from .._core.errors import JoinError
from .._core.objects import list_at, text_at
from .._core.retry import retry
from .kubeapi import ApiExpiredError, KubeApi, list_parts
from .node import NODES, NodeStatus, read_status

__all__ = ("await_nodes", "list_ready_nodes")

#: Seconds for which one watch lasts.
_WATCH = 30.0


def list_ready_nodes(api: KubeApi) -> list[str]:
    """The names of all Ready nodes, in the order of the API server."""
    nodes = (node for part in list_parts(api, NODES) for node in list_at(part, "items"))
    names = [text_at(node, "metadata", "name") for node in nodes if read_status(node).ready]
    return [name for name in names if name]


def await_nodes(
    api: KubeApi, names: t.Iterable[str], level: str, *, clock: Clock, timeout: float
) -> dict[str, NodeStatus]:
    """The status of each node in ``names``, as soon as all of them have reached ``level``, or after ``timeout`` seconds.

    The nodes are listed once, and then one watch follows all of them. Raises the errors of the API server.
    """
    statuses = dict.fromkeys(names, NodeStatus())
    version = ""
    trouble: JoinError | None = None

    def note(event: str, node: t.Mapping[str, t.Any]) -> None:
        name = text_at(node, "metadata", "name")
        if name in statuses:
            statuses[name] = read_status(node) if event != "DELETED" else NodeStatus()

    def is_complete() -> bool:
        return all(status.reached(level) for status in statuses.values())

    def list_all() -> str:
        statuses.update(dict.fromkeys(statuses, NodeStatus()))
        first = ""
        for part in list_parts(api, NODES):
            first = first or text_at(part, "metadata", "resourceVersion")
            for node in list_at(part, "items"):
                note("ADDED", node)
        return first

    def follow(left: float) -> bool | None:
        nonlocal version, trouble
        if not version:
            version = list_all()
        if is_complete():
            return True
        if left <= 0:
            if trouble is not None:
                raise trouble
            return None
        try:
            for event, node in api.watch(NODES, min(left, _WATCH), version=version):
                version = text_at(node, "metadata", "resourceVersion") or version
                note(event, node)
                if is_complete():
                    return True
            trouble = None
        except JoinError as exc:
            trouble = exc
            if isinstance(exc, ApiExpiredError):
                version = ""
            raise
        return None

    if statuses:
        retry(follow, clock=clock, timeout=timeout)
    return statuses
