# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is attempted again, for how long, after which pauses, and what is reported in the end."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import (
    ApiConflictError,
    ApiError,
    ApiUnauthorizedError,
    ApiUnreachableError,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.retry import retry
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock
from hypothesis import given
from hypothesis import strategies as st

AWAY = ApiUnreachableError("nobody there")
BUSY = ApiError("busy", status=503)
REFUSED = JoinError("api_forbidden", "not for you")
OVERTAKEN = ApiConflictError("somebody was faster", status=409)


class Attempts:
    """Attempts that go as they are listed, the last one again and again; each takes ``lasts`` seconds."""

    def __init__(self, clock: TestClock, *outcomes: t.Any, lasts: float = 0.0) -> None:
        self.clock, self.outcomes, self.lasts = clock, list(outcomes), lasts
        self.lefts: list[float] = []

    def __call__(self, left: float) -> t.Any:
        self.lefts.append(left)
        self.clock.seconds += self.lasts
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@given(st.lists(st.sampled_from([AWAY, BUSY, None]), max_size=6), st.sampled_from(["found", "", 0, False]))
def test_the_first_value_is_returned(failures: list[t.Any], value: t.Any) -> None:
    """Whatever failed before; of values, only None is none."""
    clock = TestClock()
    attempts = Attempts(clock, *failures, value)
    assert retry(attempts, clock=clock, timeout=60) == value
    assert len(attempts.lefts) == len(failures) + 1


@given(st.lists(st.sampled_from([AWAY, BUSY, None]), max_size=6))
def test_other_errors_end_it(failures: list[t.Any]) -> None:
    clock = TestClock()
    attempts = Attempts(clock, *failures, REFUSED)
    with pytest.raises(JoinError) as caught:
        retry(attempts, clock=clock, timeout=60)
    assert caught.value is REFUSED
    assert len(attempts.lefts) == len(failures) + 1


@given(st.lists(st.sampled_from([AWAY, None]), max_size=3), st.sampled_from([AWAY, BUSY]), st.floats(10, 300))
def test_the_last_error_is_raised_when_time_is_up(before: list[t.Any], last: JoinError, timeout: float) -> None:
    """It is the evidence. The last attempt is made at the deadline, not before and not later."""
    clock = TestClock()
    began = clock.monotonic()
    attempts = Attempts(clock, *before, last)
    with pytest.raises(JoinError) as caught:
        retry(attempts, clock=clock, timeout=timeout)
    assert caught.value is last
    assert clock.monotonic() - began == pytest.approx(timeout)
    assert attempts.lefts[0] == pytest.approx(timeout) and attempts.lefts[-1] == pytest.approx(0, abs=1e-6)


def test_none_is_returned_when_the_last_attempt_found_nothing() -> None:
    clock = TestClock()
    assert retry(Attempts(clock, AWAY, None), clock=clock, timeout=5) is None


def test_errors_may_count_as_transient_for_one_purpose() -> None:
    clock = TestClock()
    with pytest.raises(ApiConflictError):
        retry(Attempts(clock, OVERTAKEN, "done"), clock=clock, timeout=5)
    assert retry(Attempts(clock, OVERTAKEN, "done"), clock=clock, timeout=5, also=(ApiConflictError,)) == "done"


def test_a_starting_server_knows_no_token_yet() -> None:
    """Just after an outage, and no longer."""
    unauthorized = ApiUnauthorizedError("who are you", status=401)
    clock = TestClock()
    assert retry(Attempts(clock, AWAY, unauthorized, unauthorized, "found"), clock=clock, timeout=60) == "found"
    for outcomes in ([unauthorized, "found"], [AWAY, unauthorized]):
        clock = TestClock()
        with pytest.raises(ApiUnauthorizedError):
            retry(Attempts(clock, *outcomes), clock=clock, timeout=60)
        assert sum(clock.slept) < 20


def test_pauses_grow() -> None:
    clock = TestClock()
    retry(Attempts(clock, None), clock=clock, timeout=60, shortest=0.5, longest=4)
    length = 0.5
    for slept in clock.slept[:-1]:
        assert length * 0.5 <= slept <= length
        length = min(length * 1.5, 4)


def test_the_time_of_attempts_counts() -> None:
    clock = TestClock()
    attempts = Attempts(clock, None, lasts=6)
    assert retry(attempts, clock=clock, timeout=10) is None
    assert len(attempts.lefts) == 2


def test_a_server_says_when_to_ask_again() -> None:
    """Nodes that it refuses together do not return together, nor earlier than it wants, nor past the deadline."""

    def slept(wanted: float) -> float:
        clock = TestClock()
        attempts = Attempts(clock, ApiError("busy", status=429, retry_after=wanted), "found")
        assert retry(attempts, clock=clock, timeout=10) == "found"
        [pause] = clock.slept
        return pause

    pauses = {slept(3) for _node in range(100)}
    assert 3 <= min(pauses) < max(pauses) <= 4.5 and max(pauses) - min(pauses) > 0.5
    assert slept(100) == pytest.approx(10)
