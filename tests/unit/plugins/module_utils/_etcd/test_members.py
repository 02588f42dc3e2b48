# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""etcd's members as values, and the arithmetic of quorum."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.members import (
    EndpointStatus,
    EtcdHealth,
    Member,
    initial_members,
    parse_members,
    parse_status,
    quorum_of,
)
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ID", "name", "peerURLs", "members"]), inner)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(["members", "header", "leader", "raftIndex", "errors", "isLearner", "version", "dbSize"])


def member(number: int, *, is_learner: bool = False) -> Member:
    return Member(
        number, f"cp{number}", (f"https://10.0.0.{number}:2380",), (f"https://10.0.0.{number}:2379",), is_learner
    )


def health_of(healthy: int, dead: int, learner: str = "") -> EtcdHealth:
    """So many voters that answer and that do not; and a ``healthy`` or a ``dead`` learner with id 99."""
    members = [member(number + 1) for number in range(healthy + dead)]
    statuses = {found.id: EndpointStatus("x", found.id, leader=1) for found in members[:healthy]}
    faults = {found.id: "Connection refused" for found in members[healthy:]}
    if learner:
        members.append(member(99, is_learner=True))
        if learner == "healthy":
            statuses[99] = EndpointStatus("x", 99, leader=1, is_learner=True)
    return EtcdHealth(tuple(members), statuses, faults)


@given(st.integers(1, 50))
def test_two_quorums_always_meet(voters: int) -> None:
    """And a smaller number would not do."""
    assert 2 * quorum_of(voters) > voters >= 2 * (quorum_of(voters) - 1)


@given(st.integers(0, 9), st.integers(0, 9), st.sampled_from(["healthy", "dead"]))
def test_a_promotion_never_takes_from_what_the_cluster_survives(healthy: int, dead: int, learner: str) -> None:
    """Allowed exactly when there is quorum and it survives as many further failures afterwards; counted by failing voters."""
    before = health_of(healthy, dead, learner)

    def survives(up: int, down: int) -> int:
        voters = up + down
        return max((lost for lost in range(up + 1) if voters and 2 * (up - lost) > voters), default=-1)

    after = (healthy + 1, dead) if learner == "healthy" else (healthy, dead + 1)
    now = survives(healthy, dead)
    assert before.spare == now or (before.spare < 0 and now == -1)
    assert before.has_quorum == before.may_add_learner() == (now >= 0)
    assert before.may_promote(99) == (now >= 0 and survives(*after) >= now)
    if learner == "healthy":
        assert before.may_promote(99) == before.has_quorum


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (EndpointStatus("x", 1, leader=1), ""),
        (EndpointStatus("x", 1), "it has no leader"),
        (EndpointStatus("x", 1, leader=1, errors=("etcdserver: no leader", "memberID:1 alarm:NOSPACE")), "NOSPACE"),
        (None, "Connection refused"),
    ],
)
def test_an_unhealthy_member_is_reported_with_its_reason(status: EndpointStatus | None, problem: str) -> None:
    """Without a leader, with an alarm, or silent."""
    health = EtcdHealth((member(1),), {1: status} if status else {}, {} if status else {1: "Connection refused"})
    assert problem in health.problem_of(member(1))
    assert bool(problem) == bool(health.errors())
    assert health.has_quorum is not bool(problem)


def test_an_answer_of_etcd_is_read() -> None:
    """As etcd 3.7 writes it: numbers beyond 2^53 as text; no name, no isLearner where they are empty."""
    answer = {
        "members": [
            {"ID": "11462420561825773980", "peerURLs": ["https://10.0.0.2:2380"], "isLearner": True},
            {"ID": "7", "name": "cp1", "peerURLs": ["https://10.0.0.1:2380"], "clientURLs": ["https://10.0.0.1:2379"]},
        ]
    }
    learner, voter = parse_members(answer)
    assert (learner.id, learner.is_learner, learner.is_started) == (11462420561825773980, True, False)
    assert learner.hex_id == "9f12b2c53dc2399c"
    assert (voter.name, voter.is_learner, voter.is_started) == ("cp1", False, True)
    status = parse_status(
        {"header": {"member_id": "7"}, "leader": "7", "raftIndex": "12", "raftAppliedIndex": "11", "version": "3.7.0"},
        endpoint="x",
    )
    assert status == EndpointStatus("x", 7, leader=7, raft_index=12, applied_index=11, version="3.7.0")


@given(st.dictionaries(KEYS, JSON))
def test_what_is_no_answer_of_etcd_is_a_value_error_or_a_value(answer: dict[str, t.Any]) -> None:
    """Nothing else escapes, and every member that is read has an id."""
    for parse in (parse_members, lambda given: parse_status(given, endpoint="x")):
        try:
            parsed = parse(answer)
        except ValueError:
            continue
        assert all(found.id for found in parsed) if isinstance(parsed, tuple) else parsed.endpoint == "x"


def test_the_initial_cluster_is_kubeadms() -> None:
    """In etcd's order; the own name, the ID of a member that was never started, the first peer URL."""
    members = (
        Member(0xABC, "", ("https://10.0.0.3:2380",)),
        member(1),
        Member(0xDEF, "", ("https://10.0.0.2:2380", "https://192.0.2.2:2380"), is_learner=True),
    )
    assert initial_members(members, own_id=0xDEF, own_name="cp2") == (
        ("abc", "https://10.0.0.3:2380"),
        ("cp1", "https://10.0.0.1:2380"),
        ("cp2", "https://10.0.0.2:2380"),
    )


@pytest.mark.parametrize(
    ("listed", "wanted", "same"),
    [
        ("https://[fd00::1]:2380", "https://[fd00:0:0::1]:2380", True),
        ("https://CP1.example:2380", "https://cp1.example:2380", True),
        ("https://10.0.0.1:2380", "https://10.0.0.1:2381", False),
        ("https://10.0.0.1:2380", "http://10.0.0.1:2380", False),
        ("https://10.0.0.1:x", "https://10.0.0.1:2380", False),
    ],
)
def test_one_address_may_be_written_in_many_ways(listed: str, wanted: str, same: bool) -> None:
    """By scheme, host and port."""
    assert Member(1, "x", (listed,)).listens_at(wanted) is same
