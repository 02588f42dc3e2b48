# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Molecule's scenarios run against the same kind of hosts, from outside their network."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

from .play import COLLECTIONS, REPOSITORY

pytestmark = pytest.mark.bed


def test_the_scenario_worker_join(machine: None, tmp_path: pathlib.Path) -> None:
    """create, converge, idempotence, verify, destroy; both workers were really there."""
    programs = pathlib.Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "MOLECULE_EPHEMERAL_DIRECTORY": str(tmp_path),
        "NO_COLOR": "1",
    }
    finished = subprocess.run(
        [str(programs / "molecule"), "test", "--scenario-name", "worker_join"],
        cwd=REPOSITORY,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
    for line in ("w1 ", "w2 "):
        assert any(part.startswith(line) and "failed=0" in part for part in finished.stdout.splitlines())
    assert "Kubelet start" in finished.stdout
