# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""How many hosts join at once: a budget that follows what the API server answers."""

from __future__ import annotations

import contextlib
import functools
import pathlib
import re
import typing as t

from .variable_reader import read_variables
from .variables import LIMIT_VARIABLES

__all__ = ("Budget", "Outcome", "Outcomes", "budget_of", "outcomes_in", "read_limits")

#: The file of a run with the outcomes of modules, in Ansible's own temporary folder, which is private to the run.
_FILE = "kubejoin-outcomes"
_LINE = re.compile(rb"([0-9]{1,9}) ([01])\n")


def read_limits(values: t.Mapping[str, t.Any]) -> dict[str, int]:
    """The limits of a play: the upper bound of the budget as ``concurrency``, and ``throttle``. 0 means that there is none.

    Raises ``invalid_join_configuration``.
    """
    defaults = {name: int(variable.default) for name, variable in LIMIT_VARIABLES.items()}
    limits = {**defaults, **read_variables(values, LIMIT_VARIABLES, what="the variables")}
    both = [limit for limit in limits.values() if limit]
    return {**limits, "concurrency": min(both)} if limits["concurrency"] else limits


class Outcome(t.NamedTuple):
    """How a module on a host ended: with how many earlier outcomes it had started, and whether the API server rejected its requests."""

    known: int
    is_rejected: bool


class Budget:
    """How many hosts may work at once, from 1 to ``bound``, where it begins.

    The budget is halved when the API server has rejected requests, but once for all hosts that were at work then. It grows by one with each
    host that has ended otherwise.
    """

    def __init__(self, bound: int) -> None:
        self.value = self._bound = max(bound, 1)
        self._seen = self._halved = 0

    def follow(self, outcomes: t.Sequence[Outcome]) -> int:
        """The budget after these outcomes, of which all but the last have been seen in earlier calls."""
        for outcome in outcomes[self._seen :]:
            self._seen += 1
            if not outcome.is_rejected:
                self.value = min(self.value + 1, self._bound)
            elif outcome.known >= self._halved:
                self.value = max(self.value // 2, 1)
                self._halved = self._seen
        return self.value


class Outcomes:
    """The outcomes in this run, in a file to which Ansible's processes for its hosts append them, once ``begin`` has created it.

    If the file cannot be written or read, no host fails, and the budget stays as it is.
    """

    def __init__(self, folder: str) -> None:
        self._path = pathlib.Path(folder) / _FILE
        self._position = 0
        self._known: list[Outcome] = []

    @property
    def are_kept(self) -> bool:
        return self._path.exists()

    def begin(self) -> None:
        """From now on, outcomes are kept."""
        with contextlib.suppress(OSError):
            self._path.touch(mode=0o600)

    def read(self) -> list[Outcome]:
        """All outcomes so far. Only what is new is read."""
        with contextlib.suppress(OSError), self._path.open("rb") as stream:
            stream.seek(self._position)
            for line in stream:
                found = _LINE.fullmatch(line)
                if found:
                    self._known.append(Outcome(int(found[1]), found[2] == b"1"))
                self._position += len(line)
        return self._known

    def add(self, known: int, result: t.Mapping[str, t.Any]) -> None:
        """Append the outcome of a module that began with ``known`` outcomes. A failure without rejected requests says nothing of the API server."""
        is_rejected = bool(result.get("rejected_requests"))
        if is_rejected or not result.get("failed"):
            # In one step, since other processes append as well.
            with contextlib.suppress(OSError), self._path.open("ab", buffering=0) as stream:
                stream.write(b"%d %d\n" % (known, is_rejected))


@functools.cache
def outcomes_in(folder: str) -> Outcomes:
    """The outcomes of the run with this temporary folder. A process for a host inherits what has been read."""
    return Outcomes(folder)


@functools.cache
def budget_of(bound: int) -> Budget:
    """The budget of this run with this upper bound."""
    return Budget(bound)
