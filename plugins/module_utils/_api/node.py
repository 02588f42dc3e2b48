# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Node objects: check whether a name is taken, and wait until a node is registered or Ready."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._core.clock import Clock
from .._core.errors import JoinError, printable
from .._core.objects import list_at, mapping_at, render_taint, text_at, texts_at
from .._core.retry import retry
from .kubeapi import MAX_MESSAGE, KubeApi

__all__ = (
    "CONTROL_PLANE_LABEL",
    "NODES",
    "ConnectAsNode",
    "NodeStatus",
    "Watch",
    "await_node",
    "observe_annotation",
    "observe_node",
    "read_status",
    "refuse_taken_name",
    "submit_annotation",
)

#: The label of control planes. A kubelet may not set it on its own Node; mark-control-plane does.
CONTROL_PLANE_LABEL = "node-role.kubernetes.io/control-plane"

#: In the message of a Node that is not Ready because the container runtime has no network for pods.
_NO_POD_NETWORK = "NetworkPluginNotReady"

#: The path of all Nodes.
NODES = "/api/v1/nodes"

#: Connects as this node to the server at a URL, which is verified with CA certificates in PEM.
ConnectAsNode = t.Callable[[str, str], KubeApi]


@dataclass(frozen=True)
class NodeStatus:
    """The state of a Node: registered (it exists), ready, and the reason and message of its Ready condition.

    ``is_control_plane`` is whether it has CONTROL_PLANE_LABEL. ``taints`` have the form `key=value:Effect`.
    """

    registered: bool = False
    ready: bool = False
    reason: str = ""
    message: str = ""
    uid: str = ""
    labels: t.Mapping[str, str] = field(default_factory=dict)
    taints: tuple[str, ...] = ()

    @property
    def is_control_plane(self) -> bool:
        return CONTROL_PLANE_LABEL in self.labels

    def reached(self, level: str) -> bool:
        """Whether this is at least ``level``, one of WAIT_LEVELS."""
        return {"none": True, "registered": self.registered, "ready": self.ready}[level]

    @property
    def level(self) -> str:
        """The level that the node has reached, one of WAIT_LEVELS."""
        return "ready" if self.ready else "registered" if self.registered else "none"

    def describe(self, name: str) -> dict[str, t.Any]:
        """The Node as modules return it."""
        if not self.registered:
            return {"name": name, "uid": None, "level": "none", "labels": None, "taints": None}
        taints = list(self.taints)
        return {"name": name, "uid": self.uid, "level": self.level, "labels": dict(self.labels), "taints": taints}


class RegistrationLog(t.Protocol):
    """The kubelet's log; as text, the lines that matter."""

    @property
    def registration_error(self) -> str:
        """The last error of the registration, usually the answer of the API server; empty if there is none."""


class Watch(t.Protocol):
    """Information about the kubelet during a wait for its node."""

    def give_up(self) -> str | None:
        """The reason for ending the wait early, or None."""

    def log(self) -> RegistrationLog:
        """A summary of the kubelet's log."""


def observe_node(api: KubeApi, name: str) -> NodeStatus:
    """The status of the node according to the API server."""
    node = api.find(f"{NODES}/{name}")
    return read_status(node) if node is not None else NodeStatus()


def observe_annotation(api: KubeApi, name: str, annotation: str) -> str | None:
    """The value of an annotation of the Node, or None if the annotation or the Node does not exist."""
    node = api.find(f"{NODES}/{name}")
    annotations = mapping_at(node, "metadata", "annotations")
    return text_at(annotations, annotation) if annotation in annotations else None


def submit_annotation(api: KubeApi, name: str, annotation: str, value: str) -> None:
    """Set an annotation of the Node; nodes may change their own annotations."""
    api.patch(f"{NODES}/{name}", {"metadata": {"annotations": {annotation: value}}})


def refuse_taken_name(api: KubeApi, name: str) -> None:
    """Raise ``node_name_taken`` if a Ready node has this name (kubeadm: kubelet-start); names of other nodes may be reused."""
    if observe_node(api, name).ready:
        raise JoinError(
            "node_name_taken",
            f"Cannot join as {name}: {api.server} already has a Ready node of that name; expected a unique name for "
            "each node; set node_name, or remove the other node first.",
            node_name=name,
            server=api.server,
        )


def await_node(
    api: KubeApi,
    name: str,
    level: str,
    *,
    clock: Clock,
    timeout: float,
    watch: Watch,
) -> NodeStatus:
    """Wait until the node has reached ``level``, or ``watch`` gives up.

    Raises ``node_not_registered`` and ``node_not_ready`` with the reason reported by the node or the kubelet.
    """
    status = NodeStatus()

    def missed(reason: str | None) -> JoinError:
        return _missed(api, name, status, reason=reason, timeout=timeout, log=watch.log())

    def follow(left: float) -> NodeStatus | None:
        nonlocal status
        for event, node in api.watch(NODES, min(left, 5.0), name=name):
            status = read_status(node) if event != "DELETED" else NodeStatus()
            if status.reached(level):
                return status
        reason = watch.give_up()
        if reason is not None:
            raise missed(reason)
        return None

    reached = retry(follow, clock=clock, timeout=timeout)
    if reached is None:
        raise missed(None)
    return reached


def _missed(
    api: KubeApi, name: str, status: NodeStatus, *, reason: str | None, timeout: float, log: RegistrationLog
) -> JoinError:
    if status.registered:
        return JoinError(
            "node_not_ready",
            f"Node {name} is registered at {api.server} but did not become Ready within {timeout:g} s: "
            f"{reason or _because(status)}; {_next_step(name, status)}. The kubelet's log: {log}",
            node_name=name,
            reason=status.reason,
        )
    error = log.registration_error and f"its registration failed: {log.registration_error}"
    seen = "; ".join(filter(None, (reason, error))) or "the kubelet runs, but its log has no error of the registration"
    return JoinError(
        "node_not_registered",
        f"Node {name} did not register at {api.server} within {timeout:g} s: {seen}; check `journalctl -u kubelet` on the node. "
        f"The kubelet's log: {log}",
        node_name=name,
        reason=log.registration_error or reason or "",
    )


def _because(status: NodeStatus) -> str:
    return f"{status.reason or 'no condition Ready yet'}: {status.message}" if status.message else status.reason


def _next_step(name: str, status: NodeStatus) -> str:
    if _NO_POD_NETWORK in status.message:
        return "install a pod network in the cluster, or its plugin on this host, or set wait_for to registered, and run again"
    return f"check `kubectl describe node {name}`"


def read_status(node: t.Mapping[str, t.Any]) -> NodeStatus:
    """The status in a Node object."""
    ready = next((c for c in list_at(node, "status", "conditions") if c.get("type") == "Ready"), {})
    return NodeStatus(
        registered=True,
        ready=ready.get("status") == "True",
        reason=printable(text_at(ready, "reason"), MAX_MESSAGE),
        message=printable(text_at(ready, "message"), MAX_MESSAGE),
        uid=text_at(node, "metadata", "uid"),
        labels=texts_at(node, "metadata", "labels"),
        taints=tuple(render_taint(taint) for taint in list_at(node, "spec", "taints")),
    )
