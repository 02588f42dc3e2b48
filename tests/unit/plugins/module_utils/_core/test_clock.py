# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pauses between two attempts."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.clock import SystemClock, polls
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock
from hypothesis import given
from hypothesis import strategies as st


@given(st.floats(0, 300), st.floats(0.01, 2), st.floats(1, 20))
def test_polls_come_at_once_then_after_growing_pauses_and_last_at_the_deadline(
    timeout: float, shortest: float, factor: float
) -> None:
    """Each pause is between half of its length and the whole; the last may be cut short by the deadline."""
    clock = TestClock()
    began = clock.monotonic()
    longest = shortest * factor
    lefts = list(polls(clock, timeout, shortest, longest))
    assert lefts[0] == pytest.approx(timeout)
    assert lefts == sorted(lefts, reverse=True)
    assert lefts[-1] == pytest.approx(0, abs=1e-6)
    assert clock.monotonic() - began == pytest.approx(timeout)
    assert all(0 <= pause <= longest for pause in clock.slept)
    pause = shortest
    for slept in clock.slept[:-1]:
        assert pause * 0.5 <= slept <= pause
        pause = min(pause * 1.5, longest)


def test_no_time_is_one_poll() -> None:
    """Without a wait, there is still one attempt."""
    clock = TestClock()
    assert list(polls(clock, 0)) == [0]
    assert clock.slept == []


def test_time_that_an_attempt_takes_counts() -> None:
    """An attempt that takes longer than there is time for is the last one."""
    clock = TestClock()
    attempts = 0
    for _left in polls(clock, 10):
        attempts += 1
        clock.sleep(6)
    assert attempts == 2


def test_two_that_begin_together_do_not_stay_in_step() -> None:
    """Many nodes join at once."""
    clocks = [TestClock(), TestClock()]
    for clock in clocks:
        list(polls(clock, 30))
    assert clocks[0].slept != clocks[1].slept


def test_the_systems_clock() -> None:
    """Instants are aware and in UTC; sleeping takes the time that it says."""
    clock = SystemClock()
    assert clock.now().utcoffset() == datetime.timedelta(0)
    assert abs(clock.now() - datetime.datetime.now(datetime.timezone.utc)) < datetime.timedelta(seconds=5)
    began = clock.monotonic()
    clock.sleep(0.01)
    assert clock.monotonic() - began >= 0.01
