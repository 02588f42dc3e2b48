# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The versions of ansible-core beside the one of this environment, with Pythons that controllers may have."""

from __future__ import annotations

import os
import pathlib
import subprocess
import typing as t

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]


class Core(t.NamedTuple):
    """A version of ansible-core, and of the Python that it is tested with."""

    version: str
    python: str

    def __str__(self) -> str:
        return f"{self.version} with Python {self.python}"

    @property
    def requirements(self) -> str:
        return f"requirements-core-{self.version}.txt"

    @property
    def release(self) -> str:
        """The pinned version."""
        pinned = (REPOSITORY / self.requirements).read_text(encoding="utf-8").split("ansible-core==")[1]
        return pinned.split()[0]

    def venv(self) -> pathlib.Path:
        """The virtual environment, made on first use."""
        command = ["tools/venv", self.python, self.requirements]
        finished = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True)
        return pathlib.Path(finished.stdout.strip().splitlines()[-1])

    def programs(self) -> pathlib.Path:
        return self.venv() / "bin"


ALL = (
    Core("2.16", "3.10"),
    Core("2.17", "3.11"),
    Core("2.18", "3.11"),
    Core("2.19", "3.12"),
    Core("2.20", "3.12"),
    Core("2.22", "3.14"),
)
#: Every run has the oldest one, and the one of the session, which is the newest release. `make test-long` has all.
OTHERS = ALL if os.environ.get("KUBEJOIN_MATRIX") else ALL[:1]
