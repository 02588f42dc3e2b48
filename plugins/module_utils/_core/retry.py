# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Retries of attempts that may succeed later."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .clock import Clock, pauses, spread
from .errors import JoinError

__all__ = ("Patience", "retry")

_Value = t.TypeVar("_Value")

#: The time after an outage in which a refusal may come from a server that is still starting, in seconds.
_START_TIME = 15.0


@dataclass(frozen=True)
class Patience:
    """How long a question to a server is repeated while its errors are transient, in seconds."""

    clock: Clock
    seconds: float = 0.0

    def ask(self, question: t.Callable[[float], _Value]) -> _Value:
        """Call ``question`` like `retry`, with pauses that suit a server that many nodes ask."""
        return retry(question, clock=self.clock, timeout=self.seconds, shortest=0.5, longest=5.0)


def retry(
    attempt: t.Callable[[float], _Value],
    *,
    clock: Clock,
    timeout: float,
    shortest: float = 0.05,
    longest: float = 1.0,
    also: tuple[type[JoinError], ...] = (),
) -> _Value:
    """Call ``attempt`` with the remaining seconds until it returns a value, for up to ``timeout`` seconds; return the value.

    The first attempt is made immediately, the last at the deadline. The pauses grow from ``shortest`` to ``longest``, or are as
    long as the server requests, and up to half as long again, so that nodes that it refused together do not return together. An
    attempt is repeated if it returns None or raises a transient error or one of ``also``, or just after an outage an error of a
    starting server; other errors are raised immediately. After the last attempt, its error is raised or None is returned.
    """
    deadline = clock.monotonic() + timeout
    lengths = pauses(shortest, longest)
    failed = float("-inf")
    while True:
        requested, error = 0.0, None
        try:
            value = attempt(max(deadline - clock.monotonic(), 0.0))
            if value is not None:
                return value
        except JoinError as exc:
            is_starting = exc.is_possible_at_start and clock.monotonic() - failed < _START_TIME
            if exc.transient:
                failed = clock.monotonic()
            elif not is_starting and not isinstance(exc, also):
                raise
            requested, error = exc.retry_after, exc
        left = deadline - clock.monotonic()
        if left <= 0:
            if error is not None:
                raise error
            return value
        clock.sleep(min(left, max(next(lengths), spread(requested))))
