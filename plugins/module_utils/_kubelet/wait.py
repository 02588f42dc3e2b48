# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The phase kubelet-wait-bootstrap: wait until the kubelet has registered its node and the node has reached its level."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._api.kubeapi import KubeApi
from .._api.node import ConnectAsNode, NodeStatus, await_node, observe_annotation, observe_node, submit_annotation
from .._config.settings import ClusterSettings
from .._core.change import Change, in_phase, join_changes
from .._core.clock import Clock
from .._core.defaults import NODE_TIMEOUT
from .._core.errors import JoinError
from .._discovery.cluster import Cluster
from .._host.machine import KUBELET_CLIENT_PEM, Host, Services, find_cri_socket
from .._host.node_name import registers_node
from .files import node_annotations

if t.TYPE_CHECKING:
    from .._host.kubelet_unit import KubeletUnit
    from .log import KubeletLog

__all__ = ("WAIT_PHASE", "KubeletWaitSpec", "KubeletWatch", "find_stopped_kubelet", "plan_kubelet_wait")

WAIT_PHASE = "kubelet-wait-bootstrap"

#: The kubelet may exit once, if it starts before the container runtime. A second exit indicates a problem.
PATIENCE = 2
#: The number of log lines to read: the kubelet repeats some ten times a second, and its registration every seven seconds.
_LOG_LINES = 3000


@dataclass(frozen=True)
class KubeletWaitSpec:
    """The node to wait for: ``wait_for`` is one of ``WAIT_LEVELS``, with a limit of ``wait_timeout`` seconds.

    ``node_name`` is the result of `settle_node_name`; ``cri_socket`` defaults to that of this host. The kubelet's unit is read unless
    ``unit`` has it.
    """

    cluster: Cluster
    node_name: str
    cri_socket: str = ""
    wait_for: str = "ready"
    wait_timeout: float = NODE_TIMEOUT
    unit: KubeletUnit | None = None


def plan_kubelet_wait(
    host: Host, spec: KubeletWaitSpec, *, clock: Clock, connect: ConnectAsNode, is_settled: bool = True
) -> Change:
    """Plan the wait for the node, and in older clusters the annotation with its runtime's socket.

    No request is sent before the kubelet has its identity, or if ``is_settled`` is false because changes to it are pending.
    Raises ``node_not_registered`` and ``node_not_ready`` on applying, and the errors of the API server.
    """
    return in_phase(WAIT_PHASE, lambda: _Waiting(host, spec, clock, connect, is_settled).plan())


@dataclass(frozen=True)
class _Waiting:
    host: Host
    spec: KubeletWaitSpec
    clock: Clock
    connect: ConnectAsNode
    is_settled: bool

    def plan(self) -> Change:
        settings = ClusterSettings.from_facts(self.spec.cluster.facts)
        annotations = node_annotations(settings, find_cri_socket(self.host, self.spec.cri_socket))
        if not registers_node(self.host, unit=self.spec.unit):
            return self._plan_node("none")
        return join_changes([*map(self._plan_annotation, annotations.items()), self._plan_node(self.spec.wait_for)])

    @property
    def _may_ask(self) -> bool:
        return self.is_settled and self.host.read(KUBELET_CLIENT_PEM) is not None

    def _api(self) -> KubeApi:
        return self.connect(self.spec.cluster.server, self.spec.cluster.certificate_authority)

    def _await(self, api: KubeApi, level: str) -> None:
        watch = KubeletWatch(self.host)
        await_node(api, self.spec.node_name, level, clock=self.clock, timeout=self.spec.wait_timeout, watch=watch)

    def _registers_still(self) -> bool:
        """Whether the kubelet registers its Node now that its files are written; patches may have turned it off."""
        return registers_node(self.host)

    def _plan_annotation(self, annotation: tuple[str, str]) -> Change:
        """Annotate the Node with the runtime's socket, in clusters whose nodes do not keep it in a file."""
        name, value = annotation
        thing = f"annotation {name} of node {self.spec.node_name}"
        before = observe_annotation(self._api(), self.spec.node_name, name) if self._may_ask else None

        def apply() -> None:
            api = self._api()
            if not self._registers_still():
                return
            self._await(api, "registered")
            submit_annotation(api, self.spec.node_name, name, value)

        return Change({thing: before or "absent"}, {thing: value}, apply)

    def _plan_node(self, level: str) -> Change:
        """Wait until the Node has reached its level; kubeadm does not check the Node."""
        thing = f"node {self.spec.node_name}"
        asks = self._may_ask and level != "none"
        status = observe_node(self._api(), self.spec.node_name) if asks else NodeStatus()
        node = status.describe(self.spec.node_name)
        if status.reached(level):
            node["level"] = status.level if asks else None
            return Change({thing: status.level}, {thing: status.level}, resources={"node": node})

        def apply() -> None:
            if self._registers_still():
                self._await(self._api(), level)

        return Change({thing: status.level}, {thing: level}, apply, resources={"node": {**node, "level": level}})


def find_stopped_kubelet(host: Services) -> JoinError | None:
    """``node_not_registered`` with the kubelet's log if the kubelet does not run although it was started."""
    unit = host.unit("kubelet")
    if unit.running:
        return None
    log = KubeletWatch(host).log()
    error = JoinError(
        "node_not_registered",
        f"The kubelet of this host exits repeatedly, now {unit.state}: correct its arguments or configuration, then run again; check "
        f"`journalctl -u kubelet` on the node. The kubelet's log: {log}",
        reason=log.registration_error or unit.state,
    )
    error.phase = WAIT_PHASE
    return error


class KubeletWatch:
    """Implements `_api.node.Watch` for the kubelet of a host. The watch starts with the creation of the object."""

    def __init__(self, host: Services) -> None:
        self._host = host
        self._restarts = host.unit("kubelet").restarts

    def give_up(self) -> str | None:
        """The reason for giving up, if the kubelet exits repeatedly; None otherwise."""
        unit = self._host.unit("kubelet")
        if unit.restarts - self._restarts < PATIENCE:
            return None
        return f"the kubelet exits repeatedly, now {unit.state}"

    def log(self) -> KubeletLog:
        """A summary of its log."""
        # Only here: a wait that fails is rare.
        from .log import summarize_log

        return summarize_log(self._host.unit_log("kubelet", _LOG_LINES))
