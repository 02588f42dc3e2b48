# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Molecule's scenarios run against the same kind of hosts, from outside their network."""

from __future__ import annotations

import pathlib

import pytest

from .play import run_tool

pytestmark = pytest.mark.bed


def test_the_scenario_worker_join(machine: None, tmp_path: pathlib.Path) -> None:
    """create, converge, idempotence, verify, destroy; both workers were really there."""
    command = ("molecule", "test", "--scenario-name", "worker_join")
    finished = run_tool(*command, timeout=300, MOLECULE_EPHEMERAL_DIRECTORY=str(tmp_path))
    assert finished.returncode == 0, finished.stdout
    for line in ("w1 ", "w2 "):
        assert any(part.startswith(line) and "failed=0" in part for part in finished.stdout.splitlines())
    assert "Kubelet start" in finished.stdout
