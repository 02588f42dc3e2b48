# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""mark-control-plane: the labels by which a Node is known as a control plane, and the taints that keep others' pods away."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._api.kubeapi import ApiConflictError, KubeApi
from .._api.node import CONTROL_PLANE_LABEL
from .._config.taint import render_taint
from .._core.change import Change
from .._core.clock import Clock
from .._core.errors import JoinError
from .._core.objects import list_at, mapping_at, text_at
from .._core.retry import retry

__all__ = ("LABELS", "plan_mark")

LABELS = (CONTROL_PLANE_LABEL, "node.kubernetes.io/exclude-from-external-load-balancers")

_NODES = "/api/v1/nodes"
#: What the kubelet labels a Node with once it is whole.
_HOSTNAME = "kubernetes.io/hostname"


@dataclass(frozen=True)
class _Marks:
    """What a Node is marked with: its labels of LABELS, and all taints."""

    labels: tuple[str, ...]
    taints: tuple[t.Mapping[str, t.Any], ...]

    def outline(self) -> dict[str, t.Any]:
        return {"labels": list(self.labels), "taints": [render_taint(taint) for taint in self.taints]}


def plan_mark(
    api: KubeApi, name: str, taints: t.Sequence[t.Mapping[str, str]], *, clock: Clock, timeout: float
) -> Change:
    """Plan the labels and taints of Node ``name``; others that it has stay, as those of nodes that are not ready.

    Raises on applying ``node_not_registered`` when the Node is not there or not whole within ``timeout`` seconds.
    """
    thing = f"marks of node {name}"
    found = _observe(api.find(f"{_NODES}/{name}"))
    wanted = _wanted(found, taints)

    def apply() -> None:
        def patch(_left: float) -> dict[str, t.Any] | None:
            node = api.find(f"{_NODES}/{name}")
            if node is None or _HOSTNAME not in mapping_at(node, "metadata", "labels"):
                return None
            return api.patch(f"{_NODES}/{name}", _patch(node, _wanted(_observe(node), taints)))

        if retry(patch, clock=clock, timeout=timeout, shortest=0.1, also=(ApiConflictError,)) is not None:
            return
        raise JoinError(
            "node_not_registered",
            f"Cannot mark {name} as a control plane: {api.server} has no Node of that name with the label {_HOSTNAME} within "
            f"{timeout:g} s; look at `journalctl -u kubelet` on the node.",
            node_name=name,
            reason="",
        )

    return Change({thing: found.outline()}, {thing: wanted.outline()}, apply)


def _observe(node: t.Mapping[str, t.Any] | None) -> _Marks:
    labels = mapping_at(node, "metadata", "labels")
    return _Marks(tuple(label for label in LABELS if label in labels), tuple(list_at(node, "spec", "taints")))


def _wanted(found: _Marks, taints: t.Sequence[t.Mapping[str, str]]) -> _Marks:
    """Those that the Node lacks come first, as kubeadm has it; a second run finds them wherever they are."""
    missing = [taint for taint in taints if render_taint(taint) not in {render_taint(other) for other in found.taints}]
    return _Marks(LABELS, (*missing, *found.taints))


def _patch(node: t.Mapping[str, t.Any], wanted: _Marks) -> dict[str, t.Any]:
    """With the version that was read: the list of taints is replaced as a whole, and somebody may just have added one."""
    version = text_at(node, "metadata", "resourceVersion")
    labels = mapping_at(node, "metadata", "labels")
    missing = {label: "" for label in wanted.labels if label not in labels}
    return {
        "metadata": {"resourceVersion": version, "labels": missing},
        "spec": {"taints": [dict(taint) for taint in wanted.taints]},
    }
