# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong among many members at once: real etcd goes on to take writes, and all of them come in the end."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError

from testbed.shell import until

from ..writer import Writer
from .lab import EtcdLab, KubeLab

pytestmark = pytest.mark.bed

#: Seconds. An election of etcd takes one to two seconds from the leader's last beat, and a member that answers has to be
#: found. Without one, a write waits for nothing but the two processors.
ELECTION = 6.0
UNDISTURBED = 1.0


class Joining(threading.Thread):
    """A run that joins one member; ``refusal`` is what it ended with, if it did not succeed."""

    def __init__(self, lab: EtcdLab, name: str, **options: object) -> None:
        super().__init__()
        self.lab, self.member, self.options = lab, name, options
        self.refusal: JoinError | None = None
        self.start()

    def run(self) -> None:
        try:
            self.lab.join(self.member, **self.options)
        except JoinError as exc:
            self.refusal = exc


def expect_served(writer: Writer, within: float) -> None:
    assert writer.written > 0
    assert writer.lost == set()
    assert writer.longest_gap < within, writer.failed


def leader_of(lab: EtcdLab) -> str:
    health = lab.health()
    leader = next(iter(health.statuses.values())).leader
    return next(member.name for member in health.members if member.id == leader)


def test_four_at_once_then_the_leader_stops_while_one_more_joins(lab: EtcdLab, kube: KubeLab) -> None:
    """Four runs at once make five voters without an election. The leader's end costs one, and the sixth member no more than a rerun."""
    term = lab.health().statuses[lab.api().members()[0].id].raft_term
    with lab.writer("a") as writer:
        joins = [Joining(lab, name, lock=kube.lock(name), timeout=60) for name in "bcde"]
        for join in joins:
            join.join()
    assert [join.refusal for join in joins] == [None] * 4
    assert lab.states() == dict.fromkeys("abcde", "voter")
    expect_served(writer, UNDISTURBED)
    assert {status.raft_term for status in lab.health().statuses.values()} == {term}

    # The leader is asked last: the others have to notice by themselves that it has gone.
    leader = leader_of(lab)
    with lab.writer(leader, *(name for name in "abcde" if name != leader)) as writer:
        join = Joining(lab, "f", timeout=5)
        until("the learner", lambda: "f" in lab.states(), 30, 0.01)
        lab.processes.kill(leader)
        join.join()
        until("a write", lambda: writer.written > 0, 30, 0.01)  # the join may end before the election does
    expect_served(writer, ELECTION)
    states = {member.name: member.is_learner for member in lab.api("b", "c").members()}
    if join.refusal is None:
        assert states == dict.fromkeys("abcdef", False)
    else:
        assert join.refusal.code in ("etcd_not_started", "etcd_not_promoted", "etcd_unhealthy")
        assert join.refusal.details["undone"] is True
        assert states == dict.fromkeys("abcde", False)

    # The leader is back: a rerun reaches the same end.
    lab.run(leader, "")
    lab.await_healthy(leader)
    lab.join("f")
    assert lab.states() == dict.fromkeys("abcdef", "voter")
