# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Membership in etcd: whose member is whose, and what is undone when a real etcd cannot be made to fail at that moment."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.lease import LockLostError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.client import (
    EtcdRefusalError,
    EtcdUnavailableError,
    EtcdUnreachableError,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.members import Member
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.membership import (
    EtcdSpec,
    find_own_member,
    plan_membership,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_etcd import FIRST, OWN, OWN_URL, UNSTARTED, FakeEtcd
from hypothesis import given, settings
from hypothesis import strategies as st

SPEC = EtcdSpec("cp2", OWN_URL, timeout=60)
LEARNER = dataclasses.replace(OWN, is_learner=True)


def refused(reason: str, code: int = 9) -> EtcdRefusalError:
    kind = EtcdUnavailableError if code == 14 else EtcdRefusalError
    return kind(reason, grpc_code=code, reason=reason, seen=reason)


TOO_MANY = refused("etcdserver: too many learner members in cluster")
STRICT = refused("etcdserver: unhealthy cluster", 14)
NOT_IN_SYNC = refused("etcdserver: can only promote a learner member which is in sync with leader")
AWAY = EtcdUnreachableError("nobody there", seen="nobody there")


def plan(fake: FakeEtcd) -> t.Any:
    return plan_membership(fake, fake, SPEC, clock=TestClock(), lock=fake)  # type: ignore[arg-type]


def refusal_of(fake: FakeEtcd) -> JoinError:
    with pytest.raises(JoinError) as caught:
        plan(fake).apply()
    return caught.value


@pytest.mark.parametrize(
    ("listed", "has_data", "state"),
    [
        ([FIRST], False, "absent"),
        ([FIRST, UNSTARTED], False, "unstarted"),
        ([FIRST, UNSTARTED], True, "unstarted"),
        ([FIRST, LEARNER], True, "learner"),
        ([FIRST, OWN], True, "voter"),
    ],
)
def test_a_host_finds_how_far_its_member_has_come(listed: list[Member], has_data: bool, state: str) -> None:
    """From the list alone, and from whether the host has data."""
    assert find_own_member(listed, SPEC, has_data=has_data).state == state


@pytest.mark.parametrize(
    ("listed", "has_data", "said"),
    [
        ([FIRST, dataclasses.replace(OWN, name="old")], False, "peer address already belongs to old (ID 2, "),
        (
            [FIRST, dataclasses.replace(OWN, peer_urls=("https://10.0.0.9:2380",))],
            False,
            "name already belongs to cp2 (ID 2, ",
        ),
        ([FIRST, OWN], False, "has already run, but this host does not have its data"),
        ([FIRST, LEARNER], False, "has already run, but this host does not have its data"),
        ([FIRST], True, "data of a member that is not, or is no longer, in etcd's list"),
        (
            [FIRST, UNSTARTED, Member(5, "cp2", ("https://10.0.0.9:2380",))],
            False,
            "name already belongs to cp2 (ID 5, ",
        ),
    ],
)
def test_a_member_that_is_not_the_hosts_own_is_explained(listed: list[Member], has_data: bool, said: str) -> None:
    """Same address, same name, data gone, member gone: with the id to remove, and nothing done."""
    fake = FakeEtcd(*listed)
    fake.data = has_data
    refusal = refusal_of(fake)
    assert refusal.code == "etcd_member_conflict"
    assert said in str(refusal)
    assert refusal.details["member_id"] == "" or f"etcdctl member remove {refusal.details['member_id']}" in str(refusal)
    assert fake.actions == []


def test_a_voter_has_nothing_to_do_and_no_lock_to_wait_for() -> None:
    """Not even a healthy cluster is asked for."""
    fake = FakeEtcd(FIRST, OWN)
    fake.data, fake.dead = True, {1}
    assert not plan(fake).changed
    assert fake.actions == []


def test_a_voter_that_nothing_runs_is_started_again() -> None:
    """Its data and its vote are there, its static pod was lost; nothing is added or promoted."""
    fake = FakeEtcd(FIRST, OWN)
    fake.data, fake.placed = True, False
    change = plan(fake)
    assert change.before["etcd member cp2"]["state"] == "voter that nothing runs"
    change.apply()
    assert fake.actions == ["acquire", "start", "release"]
    assert not plan(fake).changed


def test_what_passes_is_waited_for() -> None:
    """Another's learner, connections that are new, a learner that is behind, an endpoint that is away, answers that are lost."""
    fake = FakeEtcd(add=[TOO_MANY, STRICT, AWAY, (AWAY, True)], promote=[NOT_IN_SYNC, AWAY, (AWAY, True)])
    change = plan(fake)
    assert (change.before["etcd member cp2"]["state"], change.after["etcd member cp2"]["state"]) == ("absent", "voter")
    change.apply()
    assert fake.actions == ["acquire", "add", "start", "promote", "release"]
    assert not plan(fake).changed


def test_what_does_not_pass_is_said_at_once() -> None:
    """And nothing is left to undo."""
    fake = FakeEtcd(add=[refused("etcdserver: permission denied", 7)])
    assert refusal_of(fake).code == "etcd_refused"
    assert fake.actions == ["acquire", "release"]


@pytest.mark.parametrize(
    ("trouble", "code", "said"), [(TOO_MANY, "etcd_refused", "(ID 9, "), (STRICT, "etcd_unhealthy", "cp3 (ID 3")]
)
def test_the_member_that_is_in_the_way_is_named(trouble: JoinError, code: str, said: str) -> None:
    """Another's learner, or a voter that is down, when they stay for as long as is waited."""
    other = Member(9, "", ("https://10.0.0.9:2380",), is_learner=True)
    third = Member(3, "cp3", ("https://10.0.0.3:2380",))
    fourth = Member(4, "cp4", ("https://10.0.0.4:2380",))
    fake = FakeEtcd(FIRST, third, fourth, other, add=[trouble] * 1000)
    fake.dead = {3}
    refusal = refusal_of(fake)
    assert refusal.code == code
    assert said in str(refusal)


def test_a_host_whose_etcd_ends_is_not_waited_for() -> None:
    """Its own reason is reported, and the learner is taken back together with what was started."""
    fake = FakeEtcd()
    fake.starts, fake.ends_with = False, "etcd ended: no space left on device"
    refusal = refusal_of(fake)
    assert refusal.code == "etcd_not_started"
    assert "no space left" in str(refusal) and "removed again" in str(refusal)
    assert fake.actions == ["acquire", "add", "start", "remove", "withdraw", "release"]
    assert refusal.details["undone"] is True


def test_what_etcd_complains_of_is_reported_when_it_was_waited_for_in_vain() -> None:
    """In its own words."""
    fake = FakeEtcd()
    fake.starts, fake.warns_of = False, "rejected connection: tls: unknown certificate authority"
    assert "unknown certificate authority; check its log" in str(refusal_of(fake))


def test_what_cannot_be_taken_away_from_the_host_is_reported() -> None:
    """The member is gone all the same."""
    fake = FakeEtcd(withdraw=[JoinError("etcd_not_started", "etcd did not stop; stop it.")])
    fake.starts = False
    refusal = refusal_of(fake)
    assert "was removed again, but not its files on this host: etcd did not stop; stop it." in str(refusal)
    assert refusal.details["undone"] is False
    assert fake.listed == {1: FIRST}


def test_how_far_a_learner_came_is_reported() -> None:
    """In entries of etcd's log."""
    fake = FakeEtcd(promote=[NOT_IN_SYNC] * 1000)
    refusal = refusal_of(fake)
    assert refusal.code == "etcd_not_promoted"
    assert "it has applied 5 of 9 entries" in str(refusal)
    assert fake.listed == {1: FIRST}


def test_nothing_is_removed_without_quorum() -> None:
    """etcd might do it at any later time: learner and data stay, and a rerun goes on with them."""
    fake = FakeEtcd()
    fake.starts = False
    fake.start = lambda members: fake.dead.add(1)  # type: ignore[method-assign]
    refusal = refusal_of(fake)
    assert refusal.code == "etcd_not_started"
    assert refusal.details["undone"] is False
    assert "this run added was not removed (" in str(refusal) and "no quorum" in str(refusal)
    assert "remove" not in fake.actions and "withdraw" not in fake.actions


def test_nothing_more_is_done_without_the_lock() -> None:
    """Another may hold it by now."""
    lost = LockLostError("lost")
    fake = FakeEtcd(keep=[None, None, lost])
    assert refusal_of(fake).code == "lock_lost"
    assert fake.actions == ["acquire", "add", "release"]


def test_a_member_that_somebody_removes_meanwhile_is_not_waited_for() -> None:
    """It will never come up."""
    fake = FakeEtcd()
    fake.start = lambda members: fake.listed.pop(2)  # type: ignore[method-assign]
    refusal = refusal_of(fake)
    assert refusal.code == "etcd_member_conflict"
    assert "was removed while it joined" in str(refusal)


TROUBLES = st.fixed_dictionaries(
    {
        "add": st.lists(st.sampled_from([TOO_MANY, STRICT, AWAY, (AWAY, True), refused("no", 7)]), max_size=3),
        "start": st.lists(st.just(JoinError("file_not_written", "x")), max_size=1),
        "promote": st.lists(
            st.sampled_from([NOT_IN_SYNC, AWAY, (AWAY, True), (refused("no", 7), True), refused("no", 7)]), max_size=3
        ),
        "remove": st.lists(st.sampled_from([AWAY, (AWAY, True)]), max_size=1),
        "keep": st.lists(st.sampled_from([None] * 9 + [LockLostError("x")]), max_size=9),
        "acquire": st.lists(st.just(JoinError("lock_not_acquired", "x")), max_size=1),
    }
)


@settings(max_examples=max(400, settings().max_examples))
@given(TROUBLES, st.booleans(), st.sampled_from([None, UNSTARTED, LEARNER]))
def test_whatever_fails_no_voter_goes_and_a_rerun_converges(
    troubles: dict[str, t.Any], starts: bool, found: Member | None
) -> None:
    """Only what this run added is ever removed, never with a vote; and the next run, undisturbed, ends with a voter."""
    fake = FakeEtcd(*([FIRST, found] if found else [FIRST]), **troubles)
    fake.starts, fake.data = starts, found is LEARNER
    removed: list[Member] = []
    remove = fake.remove

    def watched(member_id: int) -> None:
        removed.append(fake.listed[member_id])
        remove(member_id)

    fake.remove = watched  # type: ignore[method-assign]
    try:
        plan(fake).apply()
    except JoinError:
        pass
    assert fake.listed[1] == FIRST
    assert all(member.is_learner and member.id == 2 for member in removed)
    assert not (found and removed)
    assert ("acquire" in fake.actions) == ("release" in fake.actions)
    fake.troubles, fake.starts = {}, True
    plan(fake).apply()
    assert fake.listed[2] == OWN and not plan(fake).changed
