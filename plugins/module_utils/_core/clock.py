# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Time as an argument: the clock that conversations wait by, and the pauses between two looks."""

from __future__ import annotations

import datetime
import random
import time
import typing as t

__all__ = ("Clock", "SystemClock", "pauses", "polls")


class Clock(t.Protocol):
    """What a waiting conversation needs to know of time. Seconds are floats, instants are aware and in UTC."""

    def now(self) -> datetime.datetime:
        """The wall clock."""

    def monotonic(self) -> float:
        """Seconds since some fixed instant; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Let that much time pass."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.timezone.utc)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def pauses(shortest: float, longest: float) -> t.Iterator[float]:
    """Yield the lengths of pauses, which grow from ``shortest`` to ``longest``.

    Each is drawn from the upper half of its length, so that many nodes that began together do not stay in step.
    """
    length = shortest
    while True:
        yield length * random.uniform(0.5, 1.0)  # noqa: S311 (jitter, not a secret)
        length = min(length * 1.5, longest)


def polls(clock: Clock, timeout: float, shortest: float = 0.05, longest: float = 1.0) -> t.Iterator[float]:
    """Yield the seconds left: at once, then after pauses that grow from ``shortest`` to ``longest``, last at the deadline."""
    deadline = clock.monotonic() + timeout
    for pause in pauses(shortest, longest):
        left = deadline - clock.monotonic()
        yield max(left, 0.0)
        left = deadline - clock.monotonic()
        if left <= 0:
            return
        clock.sleep(min(left, pause))
