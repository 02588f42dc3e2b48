# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The budget of hosts that join at once: its arithmetic, and the file with which the processes of a run share it."""

from __future__ import annotations

import collections
import multiprocessing
import os
import pathlib
import signal
import stat
import time
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.concurrency import (
    Budget,
    Outcome,
    Outcomes,
    read_limits,
)
from hypothesis import given
from hypothesis import strategies as st

SERVED, REJECTED = {"changed": True}, {"changed": True, "rejected_requests": 2}
#: Outcomes in their order; each host started when at most this share of the earlier ones was known.
OUTCOMES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60).map(
    lambda pairs: [Outcome(int(share * at), is_rejected) for at, (share, is_rejected) in enumerate(pairs)]
)
BOUNDS = st.integers(1, 1000)


@given(BOUNDS, OUTCOMES)
def test_the_budget_is_between_one_and_its_bound(bound: int, outcomes: list[Outcome]) -> None:
    """It grows by at most one for each outcome, and is at least halved but never more."""
    budget, earlier = Budget(bound), bound
    assert budget.follow([]) == bound
    for number in range(1, len(outcomes) + 1):
        value = budget.follow(outcomes[:number])
        assert 1 <= value <= bound
        if outcomes[number - 1].is_rejected:
            assert value in (earlier, max(earlier // 2, 1))
        else:
            assert value == min(earlier + 1, bound)
        earlier = value


@given(BOUNDS, OUTCOMES)
def test_it_does_not_matter_how_often_it_is_asked(bound: int, outcomes: list[Outcome]) -> None:
    often = Budget(bound)
    for number in range(len(outcomes)):
        often.follow(outcomes[:number])
    assert often.follow(outcomes) == Budget(bound).follow(outcomes)


@given(BOUNDS, st.integers(1, 30), st.integers(1, 6))
def test_hosts_that_were_at_work_together_halve_it_once(bound: int, together: int, rounds: int) -> None:
    """In each round, all of them have started after those of the round before had ended."""
    outcomes = [Outcome(number * together, True) for number in range(rounds) for _host in range(together)]
    assert Budget(bound).follow(outcomes) == max(bound >> rounds, 1)


@given(BOUNDS, OUTCOMES)
def test_it_recovers(bound: int, outcomes: list[Outcome]) -> None:
    """As soon as the API server serves all requests."""
    served = [Outcome(len(outcomes), False)] * (bound - 1)
    assert Budget(bound).follow([*outcomes, *served]) == bound


def simulate(hosts: int, bound: int, capacity: int) -> tuple[list[int], int]:
    """Hosts that take equally long, at a server that rejects if more than ``capacity`` work at once: the levels, and how many hosts it rejected."""
    budget, outcomes = Budget(bound), t.cast("list[Outcome]", [])
    at_work: collections.deque[int] = collections.deque()
    levels: list[int] = []
    for _host in range(hosts):
        while len(at_work) >= budget.follow(outcomes):
            outcomes.append(Outcome(at_work[0], len(at_work) > capacity))
            at_work.popleft()
        at_work.append(len(outcomes))
        levels.append(len(at_work))
    return levels, sum(outcome.is_rejected for outcome in outcomes)


@given(st.integers(1, 100), st.integers(1, 100))
def test_it_finds_what_a_server_bears(bound: int, capacity: int) -> None:
    """After a while the level stays around its capacity, or at the bound if that is less. A fixed bound would be rejected for nearly all hosts."""
    levels, rejected = simulate(2000, bound, capacity)
    settled = levels[1000:]
    assert min(bound, max(capacity // 2, 1)) - 1 <= min(settled) and max(settled) <= min(bound, 2 * capacity + 1)
    assert (rejected == 0) if bound <= capacity else rejected < len(levels)


def test_there_is_no_file_until_somebody_asks(tmp_path: pathlib.Path) -> None:
    """Then it is one for the operator alone."""
    outcomes = Outcomes(str(tmp_path))
    assert not outcomes.are_kept and not list(tmp_path.iterdir())
    outcomes.begin()
    outcomes.begin()
    (path,) = tmp_path.iterdir()
    assert outcomes.are_kept and stat.S_IMODE(path.stat().st_mode) == 0o600 and outcomes.read() == []


@pytest.mark.parametrize(
    ("result", "added"),
    [
        (SERVED, [Outcome(7, False)]),
        (REJECTED, [Outcome(7, True)]),
        ({**REJECTED, "failed": True}, [Outcome(7, True)]),
        ({"failed": True}, []),
    ],
)
def test_a_failure_says_nothing_of_the_api_server(
    tmp_path: pathlib.Path, result: dict[str, t.Any], added: list[Outcome]
) -> None:
    """Unless requests were rejected."""
    outcomes = Outcomes(str(tmp_path))
    outcomes.begin()
    outcomes.add(7, result)
    assert outcomes.read() == added == Outcomes(str(tmp_path)).read()


def test_a_file_that_cannot_be_written_changes_nothing(tmp_path: pathlib.Path) -> None:
    """No host fails because of it."""
    outcomes = Outcomes(str(tmp_path / "gone"))
    outcomes.begin()
    outcomes.add(0, REJECTED)
    assert outcomes.read() == [] and not outcomes.are_kept


@pytest.mark.parametrize("damage", [b"x 1\n", b"1\n", b"-1 0\n", b"1 2\n", b"\xff\xff\n", b"12345678901 0\n"])
def test_a_damaged_line_is_ignored(tmp_path: pathlib.Path, damage: bytes) -> None:
    outcomes = Outcomes(str(tmp_path))
    outcomes.begin()
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"0 0\n" + damage)
    outcomes.add(1, REJECTED)
    assert outcomes.read() == [Outcome(0, False), Outcome(1, True)]


def add_many(folder: str, number: int) -> None:
    outcomes = Outcomes(folder)
    for known in range(number):
        outcomes.add(known, REJECTED if known % 3 == 0 else SERVED)


def add_forever(folder: str) -> None:
    outcomes = Outcomes(folder)
    while True:
        outcomes.add(0, SERVED)


def test_processes_share_it(tmp_path: pathlib.Path) -> None:
    """Each adds while another one reads; none is lost, and one that is killed costs nothing but its own outcome."""
    outcomes = Outcomes(str(tmp_path))
    outcomes.begin()
    context = multiprocessing.get_context("fork")
    killed = context.Process(target=add_forever, args=(str(tmp_path),))
    killed.start()
    while not outcomes.read():
        time.sleep(0.01)
    os.kill(t.cast("int", killed.pid), signal.SIGKILL)
    killed.join()
    before = len(outcomes.read())
    processes = [context.Process(target=add_many, args=(str(tmp_path), 300)) for _process in range(8)]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        assert len(outcomes.read()) <= before + 8 * 300
    added = collections.Counter(outcomes.read()[before:])
    assert added == {Outcome(known, known % 3 == 0): 8 for known in range(300)}
    assert Budget(5).follow(outcomes.read()) == Budget(5).follow(Outcomes(str(tmp_path)).read())


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ({}, (0, 0)),
        ({"concurrency": "", "throttle": None}, (0, 0)),
        ({"concurrency": "40"}, (40, 0)),
        ({"throttle": 5}, (0, 5)),
        ({"concurrency": 40, "throttle": 5}, (5, 5)),
        ({"concurrency": 4, "throttle": 5}, (4, 5)),
    ],
)
def test_the_limits_of_a_play(values: dict[str, t.Any], limits: tuple[int, int]) -> None:
    """The fixed one limits the other."""
    found = read_limits(values)
    assert (found["concurrency"], found["throttle"]) == limits


@pytest.mark.parametrize("value", [-1, "-5", "many", 1.5, [3], True])
def test_a_limit_is_a_number(value: t.Any) -> None:
    with pytest.raises(JoinError) as caught:
        read_limits({"concurrency": value})
    assert caught.value.code == "invalid_join_configuration" and "concurrency: " in str(caught.value)
