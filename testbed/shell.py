# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running commands, and the one error that this tool ends with."""

from __future__ import annotations

import subprocess
import time
import typing as t


class BedError(Exception):
    """Something that the user can do something about; the message says what."""


def run(*command: str, check: bool = True, **options: t.Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, its output kept. Raises BedError with the end of its output when it fails.

    The command ends with this process, also when that is killed: it would go on writing where `down` cleans up.
    """
    options.setdefault("stdin", None if "input" in options else subprocess.DEVNULL)
    if "input" in options:
        options.pop("stdin")
    tied = ("setpriv", "--pdeathsig", "TERM", *command)
    finished = subprocess.run(tied, text=True, capture_output=True, check=False, **options)
    if check and finished.returncode != 0:
        said = (finished.stderr.strip() or finished.stdout.strip())[-2000:]
        raise BedError(f"`{' '.join(command)[:200]}` failed with {finished.returncode}: {said}")
    return finished


def until(
    what: str,
    condition: t.Callable[[], bool],
    timeout: float,
    pause: float = 0.1,
    *,
    evidence: t.Callable[[], str] = str,
) -> None:
    """Wait until ``condition`` holds. Raises BedError, naming ``what``, when it does not within ``timeout`` seconds.

    ``evidence`` is asked then for what there is instead.
    """
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise BedError(f"{what} did not come within {timeout:g} s {evidence()}".rstrip())
        time.sleep(pause)
