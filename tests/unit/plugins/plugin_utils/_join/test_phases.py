# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Phases: which of kubeadm's a run goes through."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.phases import (
    CONTROL_PLANE_PHASES,
    PHASES,
    WORKER_PHASES,
    select_phases,
)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, WORKER_PHASES),
        ({"skip": ["preflight"]}, ("kubelet-start", "kubelet-wait-bootstrap")),
        ({"only": ["kubelet-start"]}, ("kubelet-start",)),
        ({"start_at": "kubelet-start"}, ("kubelet-start", "kubelet-wait-bootstrap")),
        ({"start_at": "check-etcd"}, ("kubelet-start", "kubelet-wait-bootstrap")),
        ({"only": ["kubelet-start", "preflight"], "skip": ["preflight"]}, ("kubelet-start",)),
        ({"skip": ["etcd-join", "control-plane-join"]}, WORKER_PHASES),
    ],
)
def test_phases_of_a_worker(choice: dict[str, t.Any], expected: tuple[str, ...]) -> None:
    """Skipped, alone, resumed; names of phases that a worker does not have are no error, as in kubeadm."""
    assert select_phases(WORKER_PHASES, **choice) == expected


def test_phases_of_a_control_plane() -> None:
    """In kubeadm's order, with those that do something alone; a parent's name leaves out its children."""
    assert select_phases(CONTROL_PLANE_PHASES) == CONTROL_PLANE_PHASES
    assert list(CONTROL_PLANE_PHASES) == sorted(CONTROL_PLANE_PHASES, key=PHASES.index)
    assert set(WORKER_PHASES) < set(CONTROL_PLANE_PHASES)
    left = select_phases(CONTROL_PLANE_PHASES, skip=["control-plane-prepare", "control-plane-join"])
    assert left == (
        "preflight",
        "check-etcd",
        "kubelet-start",
        "etcd-join",
        "kubelet-wait-bootstrap",
        "wait-control-plane",
    )


def test_a_parent_stands_for_its_children() -> None:
    """As with --skip-phases."""
    left = select_phases(PHASES, skip=["control-plane-prepare"])
    assert not [phase for phase in left if phase.startswith("control-plane-prepare")]
    assert "control-plane-join/etcd" in select_phases(PHASES, only=["control-plane-join"])
    assert "control-plane-prepare/certs" not in select_phases(PHASES, skip=["control-plane-prepare/certs"])


@pytest.mark.parametrize("where", ["skip", "only", "start_at"])
def test_unknown_names_are_refused_with_those_that_there_are(where: str) -> None:
    """A mistyped name must not silently do everything, or nothing."""
    with pytest.raises(JoinError, match="kubelet-wait-bootstrap") as caught:
        select_phases(WORKER_PHASES, **{where: "kubelet-stat" if where == "start_at" else ["kubelet-stat"]})  # type: ignore[arg-type]
    assert caught.value.code == "unknown_phase"
