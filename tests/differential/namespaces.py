# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts a script in Linux namespaces of its own, so that a real kubeadm in it sees a machine that nobody else sees."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import typing as t

__all__ = ("run_inside", "version_of", "without_log_lines")

_LOG_LINE = re.compile(r"^[IWEF][0-9]{4} .*\n?", re.MULTILINE)


def run_inside(script: str, *arguments: str, job: t.Any = None) -> t.Any:
    """What the script prints, as JSON. ``ROOT`` among the arguments stands for an empty folder; the job goes to its input.

    What the script says of a failure is what this process ends with.
    """
    with tempfile.TemporaryDirectory() as root:
        command = ["unshare", "--mount", "--pid", "--fork", "--net", "--uts", "--ipc", sys.executable, script]
        run = subprocess.run(
            [*command, *(root if argument == "ROOT" else argument for argument in arguments)],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode:
        sys.exit(f"{script} {' '.join(arguments)}: {run.stderr}")
    return json.loads(run.stdout)


def version_of(binary: str) -> tuple[str, str]:
    """What kubeadm says that its version is, as ``v1.37.2``, and its minor version, as ``1.37``."""
    command = [binary, "version", "-o", "short"]
    version = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return version, ".".join(version.lstrip("v").split(".")[:2])


def without_log_lines(output: str) -> str:
    """What kubeadm prints for people. Its errors begin with `error: ` from 1.34 on only."""
    return _LOG_LINE.sub("", output)
