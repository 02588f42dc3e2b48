# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster-wide lock, without a cluster: whatever the order of events, two never hold it."""

from __future__ import annotations

import datetime
import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import (
    ApiNotFoundError,
    KubeApi,
    refusal_class,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.lease import LeaseLock
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer
from hypothesis import given
from hypothesis import strategies as st

CA = Authority.make()
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"


class Leases:
    """What an API server does with Leases: versions, and conflicts for clients that have read an older one. ``broken`` is what it says instead."""

    def __init__(self) -> None:
        self.stored: dict[str, t.Any] = {}
        self.version = 0
        self.broken: tuple[int, t.Any] | None = None

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, t.Any]:
        if self.broken is not None:
            return self.broken
        name = path[len(LEASES) + 1 :]
        if method == "GET":
            return (200, self.stored[name]) if name in self.stored else refused(404)
        lease = json.loads(body)
        name = lease["metadata"]["name"]
        if method == "POST" and name in self.stored:
            return refused(409)
        if method == "PUT":
            if name not in self.stored:
                return refused(404)
            if lease["metadata"]["resourceVersion"] != self.stored[name]["metadata"]["resourceVersion"]:
                return refused(409)
        self.version += 1
        lease["metadata"]["resourceVersion"] = str(self.version)
        self.stored[name] = lease
        return 200, lease


def refused(status: int) -> tuple[int, t.Any]:
    return status, {"kind": "Status", "reason": "X", "message": f"refused with {status}"}


class Direct:
    """Implements what LeaseLock needs of KubeApi without a socket, for many examples."""

    def __init__(self, leases: Leases) -> None:
        self.leases = leases

    def _ask(self, method: str, path: str, body: t.Any = None) -> t.Any:
        status, answer = self.leases.answer(method, path, json.dumps(body).encode())
        if status != 200:
            raise refusal_class(status)("refused", status=status)
        return json.loads(json.dumps(answer))

    def find(self, path: str) -> t.Any:
        try:
            return self._ask("GET", path)
        except ApiNotFoundError:
            return None

    def create(self, path: str, body: t.Any) -> t.Any:
        return self._ask("POST", path, body)

    def replace(self, path: str, body: t.Any) -> t.Any:
        return self._ask("PUT", path, body)


class MachineClock(TestClock):
    """The one time that passes, as machines with other wall clocks and other starts see it."""

    def __init__(self, shared: TestClock, skew: float) -> None:
        super().__init__()
        self.shared, self.skew = shared, skew

    def now(self) -> datetime.datetime:
        return self.shared.now() + datetime.timedelta(seconds=self.skew)

    def monotonic(self) -> float:
        return self.shared.monotonic() + abs(self.skew)

    def sleep(self, seconds: float) -> None:
        self.shared.sleep(seconds)


def code_of(action: t.Callable[[], None]) -> str:
    try:
        action()
    except JoinError as exc:
        return exc.code
    return ""


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["try", "keep", "release", "wait", "break", "repair"]), st.integers(0, 2), st.floats(0.1, 40)
    ),
    max_size=40,
)


@given(STEPS, st.lists(st.floats(-1e5, 1e5), min_size=3, max_size=3))
def test_two_never_hold_it(steps: list[tuple[str, int, float]], skews: list[float]) -> None:
    """Any order of tries, renewals, releases, pauses and outages, any wall clocks: at most one client holds it."""
    leases, clock = Leases(), TestClock()
    locks = [
        LeaseLock(Direct(leases), "x", f"run-{i}", clock=MachineClock(clock, skew), wait=0)
        for i, skew in enumerate(skews)
    ]  # type: ignore[arg-type]
    for what, who, seconds in steps:
        if what == "try" and code_of(locks[who].keep):
            code_of(locks[who].acquire)
        elif what == "keep":
            code_of(locks[who].keep)
        elif what == "release":
            locks[who].release()
        elif what == "wait":
            clock.sleep(seconds)
        elif what in ("break", "repair"):
            leases.broken = refused(503) if what == "break" else None
        assert [code_of(lock.keep) for lock in locks].count("") <= 1


def test_it_is_taken_over_once_it_was_seen_unchanged_for_as_long_as_it_lasts() -> None:
    """Counted from the first look, whatever the Lease's own times say; and not a moment sooner."""
    leases, clock = Leases(), TestClock()
    gone = LeaseLock(Direct(leases), "x", "gone", clock=clock, duration=30)  # type: ignore[arg-type]
    gone.acquire()
    clock.sleep(1000)
    began = clock.monotonic()
    LeaseLock(Direct(leases), "x", "heir", clock=clock, wait=60).acquire()  # type: ignore[arg-type]
    assert 30 <= clock.monotonic() - began < 33
    assert leases.stored["x"]["spec"]["leaseTransitions"] == 1
    assert code_of(gone.keep) == "lock_lost"


class Overtaken(Direct):
    """The first look is followed by another run's whole ``acquire``, before what was seen can be acted on."""

    rival: t.Callable[[], None] | None = None

    def find(self, path: str) -> t.Any:
        found = super().find(path)
        rival, self.rival = self.rival, None
        if rival is not None:
            rival()
        return found


@pytest.mark.parametrize("before", ["never-held", "released", "expired"])
def test_of_two_that_saw_it_free_one_gets_it(before: str) -> None:
    """The API server's versions decide; the error of the other names the faster one."""
    leases, clock = Leases(), TestClock()
    earlier = LeaseLock(Direct(leases), "x", "earlier", clock=clock)  # type: ignore[arg-type]
    api = Overtaken(leases)
    slow = LeaseLock(api, "x", "slow", clock=clock, wait=0)  # type: ignore[arg-type]
    fast = LeaseLock(Direct(leases), "x", "fast", clock=clock, wait=0)  # type: ignore[arg-type]
    if before != "never-held":
        earlier.acquire()
    if before == "released":
        earlier.release()
    if before == "expired":
        assert code_of(slow.acquire) == code_of(fast.acquire) == "lock_not_acquired"
        clock.sleep(31)
    api.rival = fast.acquire
    assert code_of(slow.acquire) != ""
    fast.keep()
    assert code_of(slow.keep) == "lock_lost"
    with pytest.raises(JoinError, match="fast has held it since") as caught:
        slow.acquire()
    assert caught.value.code == "lock_not_acquired"


@pytest.fixture
def served() -> t.Iterator[tuple[Leases, FakeServer]]:
    leases = Leases()
    server = FakeServer(lambda method, path: (500, {}), CA)
    server.answer_with_body = leases.answer
    with server:
        yield leases, server


def lock_of(served: tuple[Leases, FakeServer], holder: str, clock: TestClock, **options: t.Any) -> LeaseLock:
    return LeaseLock(KubeApi(served[1].url, trusting(CA.pem)), "x", holder, clock=clock, **options)


def test_the_holder_is_named(served: tuple[Leases, FakeServer]) -> None:
    """With the instant it was acquired at, in Kubernetes' form."""
    clock = TestClock()
    lock_of(served, "cp2 of run 17", clock).acquire()
    with pytest.raises(JoinError) as caught:
        lock_of(served, "cp3", clock, wait=5).acquire()
    assert caught.value.code == "lock_not_acquired"
    assert "cp2 of run 17 has held it since 2026-06-01T00:16:40.000000Z" in str(caught.value)


def test_a_lock_that_is_freed_is_taken_soon(served: tuple[Leases, FakeServer]) -> None:
    """However long it was held: the next host joins etcd within half a second."""
    freed: list[float] = []

    class FreeingClock(TestClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            first.keep()
            if self.monotonic() - began > 60 and not freed:
                first.release()
                freed.append(self.monotonic())

    clock = FreeingClock()
    began = clock.monotonic()
    first = lock_of(served, "cp2", clock)
    first.acquire()
    lock_of(served, "cp3", clock).acquire()
    assert clock.monotonic() - freed[0] <= 0.5


def test_it_is_renewed_every_third_and_lost_to_nobody_in_a_short_outage(served: tuple[Leases, FakeServer]) -> None:
    """Nothing is asked before; an outage of less than the last third is survived, a longer one is not."""
    leases, server = served
    clock = TestClock()
    lock = lock_of(served, "cp2", clock, duration=30)
    lock.acquire()
    asked = len(server.requests)
    clock.sleep(9)
    lock.keep()
    assert len(server.requests) == asked
    leases.broken = refused(503)
    clock.sleep(8)
    lock.keep()
    leases.broken = None
    lock.keep()
    assert leases.stored["x"]["spec"]["renewTime"] > leases.stored["x"]["spec"]["acquireTime"]
    leases.broken = refused(503)
    clock.sleep(21)
    assert code_of(lock.keep) == "lock_lost"


def test_a_lease_that_is_gone_or_anothers_is_lost_at_once(served: tuple[Leases, FakeServer]) -> None:
    """Deleted, or somebody else's by force; releasing it then changes nothing."""
    leases, _server = served
    clock = TestClock()
    lock = lock_of(served, "cp2", clock)
    lock.acquire()
    del leases.stored["x"]
    clock.sleep(11)
    assert code_of(lock.keep) == "lock_lost"
    other = lock_of(served, "cp3", clock)
    other.acquire()
    lock.release()
    other.keep()
    assert leases.stored["x"]["spec"]["holderIdentity"] == "cp3"


def test_what_does_not_pass_is_not_waited_for(served: tuple[Leases, FakeServer]) -> None:
    """A right that is lacking is said at once, an API server that is away for as long as was waited."""
    leases, _server = served
    clock = TestClock()
    leases.broken = refused(403)
    assert code_of(lock_of(served, "cp2", clock).acquire) == "api_forbidden"
    assert clock.slept == []
    leases.broken = refused(503)
    assert code_of(lock_of(served, "cp2", clock, wait=5).acquire) == "api_refused"
    assert sum(clock.slept) == pytest.approx(5)


@given(st.fixed_dictionaries({}, optional={
    "holderIdentity": st.text(min_size=1, max_size=9),
    "leaseDurationSeconds": st.integers(1, 2**31 - 1),
    "leaseTransitions": st.integers(0, 2**31 - 1),
    "acquireTime": st.just("9999-12-31T23:59:59.000000Z"),
    "renewTime": st.just("9999-12-31T23:59:59.000000Z"),
}))  # fmt: skip
def test_no_lease_locks_everybody_out(spec: dict[str, t.Any]) -> None:
    """Whatever is in it, a Lease that nobody renews is taken within minutes, and what is written is valid."""
    leases, clock = Leases(), TestClock()
    leases.stored["x"] = {"metadata": {"name": "x", "resourceVersion": "0"}, "spec": spec}
    LeaseLock(Direct(leases), "x", "mine", clock=clock, wait=300).acquire()  # type: ignore[arg-type]
    written = leases.stored["x"]["spec"]
    assert written["holderIdentity"] == "mine"
    assert written["leaseDurationSeconds"] == 30
    assert 0 <= written["leaseTransitions"] < 2**31


def test_a_lock_is_never_longer_than_others_wait() -> None:
    with pytest.raises(ValueError, match="120"):
        LeaseLock(t.cast("t.Any", None), "x", "mine", clock=TestClock(), duration=121)
