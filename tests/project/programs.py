# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The programs of this environment, on the project."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
COLLECTIONS = REPOSITORY / ".cache/collections"
PROGRAMS = pathlib.Path(sys.executable).parent


def run(*command: str, cwd: pathlib.Path = REPOSITORY, **environment: str) -> str:
    """What the command prints; fails with it when the command does."""
    known = {**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}", "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)}
    known.pop("PYTHONPATH", None)  # by which Ansible would find this collection instead of the one that a test means
    finished = subprocess.run(
        command,
        cwd=cwd,
        env={**known, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, f"{' '.join(command)}:\n{finished.stdout}"
    return finished.stdout
