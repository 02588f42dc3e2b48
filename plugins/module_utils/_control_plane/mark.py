# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The phase mark-control-plane: labels that identify a Node as a control plane, and taints that repel other pods."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._api.kubeapi import ApiConflictError, KubeApi
from .._api.node import CONTROL_PLANE_LABEL
from .._core.change import Change
from .._core.clock import Clock
from .._core.errors import JoinError
from .._core.objects import list_at, mapping_at, render_taint, text_at
from .._core.retry import retry

__all__ = ("LABELS", "plan_mark")

LABELS = (CONTROL_PLANE_LABEL, "node.kubernetes.io/exclude-from-external-load-balancers")

_NODES = "/api/v1/nodes"
#: The label that the kubelet sets on a complete Node.
_HOSTNAME = "kubernetes.io/hostname"


@dataclass(frozen=True)
class _Marks:
    """The marks of a Node: its labels among LABELS, and all its taints."""

    labels: tuple[str, ...]
    taints: tuple[t.Mapping[str, t.Any], ...]

    def outline(self) -> dict[str, t.Any]:
        return {"labels": list(self.labels), "taints": [render_taint(taint) for taint in self.taints]}


def plan_mark(
    api: KubeApi, name: str, taints: t.Sequence[t.Mapping[str, str]], *, clock: Clock, timeout: float
) -> Change:
    """Plan the labels and taints of Node ``name``. Others are kept, for example the taints of nodes that are not ready.

    Raises on applying ``node_not_registered`` if the Node is missing or incomplete after ``timeout`` seconds.
    """
    thing = f"marks of node {name}"
    node = api.find(f"{_NODES}/{name}")
    found = _observe(node)
    wanted = _wanted(found, taints)

    def apply() -> None:
        def patch(_left: float) -> dict[str, t.Any] | None:
            current = api.find(f"{_NODES}/{name}")
            if current is None or _HOSTNAME not in mapping_at(current, "metadata", "labels"):
                return None
            return api.patch(f"{_NODES}/{name}", _patch(current, _wanted(_observe(current), taints)))

        if retry(patch, clock=clock, timeout=timeout, shortest=0.1, also=(ApiConflictError,)) is not None:
            return
        raise JoinError(
            "node_not_registered",
            f"Cannot mark {name} as a control plane: {api.server} has no Node of that name with the label {_HOSTNAME} within "
            f"{timeout:g} s; check `journalctl -u kubelet` on the node.",
            node_name=name,
            reason="",
        )

    return Change(
        {thing: found.outline()}, {thing: wanted.outline()}, apply, resources={"node": _describe(node, wanted)}
    )


def _describe(node: t.Mapping[str, t.Any] | None, wanted: _Marks) -> dict[str, t.Any]:
    """What is returned of the Node; of one that is not there yet, its marks are all that is known."""
    labels = {**dict.fromkeys(wanted.labels, ""), **mapping_at(node, "metadata", "labels")}
    return {"uid": text_at(node, "metadata", "uid") or None, "labels": labels, "taints": wanted.outline()["taints"]}


def _observe(node: t.Mapping[str, t.Any] | None) -> _Marks:
    labels = mapping_at(node, "metadata", "labels")
    return _Marks(tuple(label for label in LABELS if label in labels), tuple(list_at(node, "spec", "taints")))


def _wanted(found: _Marks, taints: t.Sequence[t.Mapping[str, str]]) -> _Marks:
    """Missing taints come first, as in kubeadm; a second run finds them at any position."""
    missing = [taint for taint in taints if render_taint(taint) not in {render_taint(other) for other in found.taints}]
    return _Marks(LABELS, (*missing, *found.taints))


def _patch(node: t.Mapping[str, t.Any], wanted: _Marks) -> dict[str, t.Any]:
    """The patch includes the version that was read, because it replaces all taints and others may add some meanwhile."""
    version = text_at(node, "metadata", "resourceVersion")
    labels = mapping_at(node, "metadata", "labels")
    missing = {label: "" for label in wanted.labels if label not in labels}
    return {
        "metadata": {"resourceVersion": version, "labels": missing},
        "spec": {"taints": [dict(taint) for taint in wanted.taints]},
    }
