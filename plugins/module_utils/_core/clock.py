# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Time as an argument: the clock for waiting, and the pauses between polls."""

from __future__ import annotations

import datetime
import random
import time
import typing as t

__all__ = ("Clock", "SystemClock", "pauses", "polls", "spread")


class Clock(t.Protocol):
    """A source of time for code that waits. Seconds are floats; datetimes are aware and in UTC."""

    def now(self) -> datetime.datetime:
        """The current time."""

    def monotonic(self) -> float:
        """Seconds since a fixed point in time; never decreases."""

    def sleep(self, seconds: float) -> None:
        """Wait for this many seconds."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.timezone.utc)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def pauses(shortest: float, longest: float) -> t.Iterator[float]:
    """Yield the lengths of pauses, which grow from ``shortest`` to ``longest``.

    Each is randomized between half and all of its length, so that nodes that started together do not stay in step.
    """
    length = shortest
    while True:
        yield length * random.uniform(0.5, 1.0)  # noqa: S311 (jitter, not a secret)
        length = min(length * 1.5, longest)


def spread(seconds: float) -> float:
    """At least ``seconds``, and up to half as long again at random."""
    return seconds * random.uniform(1.0, 1.5)  # noqa: S311 (jitter, not a secret)


def polls(clock: Clock, timeout: float, shortest: float = 0.05, longest: float = 1.0) -> t.Iterator[float]:
    """Yield the remaining seconds: immediately, after pauses that grow from ``shortest`` to ``longest``, and at the deadline."""
    deadline = clock.monotonic() + timeout
    for pause in pauses(shortest, longest):
        left = deadline - clock.monotonic()
        yield max(left, 0.0)
        left = deadline - clock.monotonic()
        if left <= 0:
            return
        clock.sleep(min(left, pause))
