# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Membership against real etcd: it grows by learners, nothing that fails hurts it, and every refusal names its cause."""

from __future__ import annotations

import threading
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.clock import SystemClock
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.client import EtcdApi, EtcdRefusalError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.membership import (
    plan_membership,
    refuse_unhealthy,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority

from testbed.shell import until

from .lab import EtcdLab, FreeLock, HostEtcd, KubeLab

pytestmark = pytest.mark.bed


class DeadEtcd(HostEtcd):
    """A host whose etcd never comes up."""

    def start(self, members: t.Sequence[tuple[str, str]]) -> None:
        self.started_with = list(members)


def refusal_of(action: t.Callable[[], t.Any]) -> JoinError:
    with pytest.raises(JoinError) as caught:
        action()
    return caught.value


def plan(lab: EtcdLab, name: str, local: HostEtcd | None = None, timeout: float = 30) -> t.Any:
    spec = lab.spec(name, timeout)
    return plan_membership(lab.api(), local or HostEtcd(lab, name), spec, clock=SystemClock(), lock=FreeLock())


def test_a_cluster_grows_from_one_to_three_voters(lab: EtcdLab, kube: KubeLab) -> None:
    """Two hosts at once, one after the other under the lock; etcd's five seconds between two are waited for; a rerun does nothing."""
    failed: list[JoinError] = []

    def join(name: str) -> None:
        try:
            lab.join(name, lock=kube.lock(name))
        except JoinError as exc:
            failed.append(exc)

    threads = [threading.Thread(target=join, args=(name,)) for name in "bc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert lab.states() == {"a": "voter", "b": "voter", "c": "voter"}
    health = lab.health()
    assert (len(health.healthy_voters), health.spare) == (3, 1)
    assert not plan(lab, "b").changed
    spec = kube.api().get("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kubejoin-etcd")["spec"]
    assert "holderIdentity" not in spec and spec["leaseTransitions"] == 1

    # What a member that ends costs: the cluster lives on, but takes nobody; the one that is down is named.
    lab.processes.kill("c")
    refuse_unhealthy(lab.health())
    refusal = refusal_of(plan(lab, "d", timeout=1).apply)
    assert refusal.code == "etcd_unhealthy"
    assert "it accepts no new member" in str(refusal) and "c (ID " in str(refusal)
    assert lab.states() == {"a": "voter", "b": "voter", "c": "voter"}
    # An endpoint that is down is passed over.
    assert len(EtcdApi([lab.client_url("c"), lab.client_url("a")], lab.tls()).members()) == 3

    # Without quorum nothing is even tried, and both that are down are named.
    lab.processes.kill("b")
    refusal = refusal_of(lambda: plan(lab, "d"))
    assert refusal.code == "etcd_unhealthy"
    assert refusal.details["healthy"] < refusal.details["quorum"] == 2
    assert "b (ID " in str(refusal) and "c (ID " in str(refusal)


def test_a_learner_is_promoted_only_once_it_has_caught_up(lab: EtcdLab) -> None:
    """etcd refuses before; the refusal is one that passes."""
    api = lab.api()
    member = api.add_learner(lab.peer_url("b"))
    refusal = refusal_of(lambda: api.promote(member.id))
    assert isinstance(refusal, EtcdRefusalError) and refusal.transient
    assert "in sync with leader" in str(refusal)
    assert lab.states() == {"a": "voter", "b": "unstarted"}

    # And another learner has to wait: the error names the other one, which stays.
    refusal = refusal_of(plan(lab, "c", timeout=1).apply)
    assert refusal.code == "etcd_refused"
    assert member.hex_id in str(refusal) and "one at a time" in str(refusal)

    # The half-added one goes on where it is, with its own name in the list of members.
    local = lab.join("b")
    assert sorted(local.started_with) == [(name, lab.peer_url(name)) for name in "ab"]
    assert lab.states() == {"a": "voter", "b": "voter"}
    assert [found.id for found in api.members() if found.name == "b"] == [member.id]

    # A voter is no learner: promoting it again is refused, and a run that finds it so is content.
    refusal = refusal_of(lambda: api.promote(member.id))
    assert isinstance(refusal, EtcdRefusalError) and refusal.transient


def test_a_learner_that_runs_but_has_no_vote_yet_goes_on(lab: EtcdLab) -> None:
    """A run that was cut off after it had started etcd: the next one adds nothing, starts nothing anew, and promotes it."""
    member = lab.api().add_learner(lab.peer_url("b"))
    lab.run("b", f"a={lab.peer_url('a')},b={lab.peer_url('b')}")
    until("the learner", lambda: lab.states()["b"] == "learner", 30)
    process = lab.processes.running["b"]
    change = plan(lab, "b")
    assert change.before == {"etcd member b": {"peer_url": lab.peer_url("b"), "state": "learner"}}
    change.apply()
    assert lab.states() == {"a": "voter", "b": "voter"}
    assert lab.processes.running["b"] is process
    assert {found.id for found in lab.api().members() if found.name == "b"} == {member.id}


def test_a_learner_that_never_starts_is_taken_back_by_the_run_that_added_it(lab: EtcdLab) -> None:
    """By this run alone: one that was there before stays, and a rerun finds it."""
    local = DeadEtcd(lab, "b")
    refusal = refusal_of(plan(lab, "b", local, timeout=1).apply)
    assert refusal.code == "etcd_not_started"
    assert refusal.details["undone"] is True
    assert local.withdrawn and lab.states() == {"a": "voter"}

    lab.api().add_learner(lab.peer_url("b"))
    local = DeadEtcd(lab, "b")
    refusal = refusal_of(plan(lab, "b", local, timeout=1).apply)
    assert refusal.code == "etcd_not_started"
    assert not local.withdrawn and lab.states() == {"a": "voter", "b": "unstarted"}


def test_a_learner_that_stops_before_it_has_caught_up_is_taken_back(
    lab: EtcdLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had started; what it had written goes with it, and the next run begins anew and gets through."""
    local = HostEtcd(lab, "b")
    monkeypatch.setattr(
        EtcdApi, "promote", lambda self, member_id: lab.processes.kill("b") if "b" in lab.processes.running else None
    )
    refusal = refusal_of(plan(lab, "b", local, timeout=2).apply)
    assert refusal.code == "etcd_not_promoted"
    assert local.withdrawn and lab.states() == {"a": "voter"}
    monkeypatch.undo()
    lab.join("b")
    assert lab.states() == {"a": "voter", "b": "voter"}

    # Data gone, member still listed: it was a voter, so it is explained and neither replaced nor removed.
    lab.processes.kill("b")
    HostEtcd(lab, "b").withdraw()
    refusal = refusal_of(lambda: plan(lab, "b"))
    assert refusal.code == "etcd_member_conflict"
    assert "etcdctl member remove" in str(refusal) and refusal.details["member_id"] in str(refusal)


def test_a_member_that_gets_its_vote_stays_whatever_fails_afterwards(
    lab: EtcdLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait after promotion fails: nothing is removed."""
    local = HostEtcd(lab, "b")
    change = plan(lab, "b", local)
    monkeypatch.setattr(
        "ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.membership._Joining._await_healthy",
        lambda self, member_id: refuse_unhealthy(type(lab.health())(())),
    )
    refusal = refusal_of(change.apply)
    assert refusal.code == "etcd_unhealthy"
    assert "has become a voting member" in str(refusal)
    assert not local.withdrawn and lab.states() == {"a": "voter", "b": "voter"}


def test_a_client_and_a_server_that_are_not_trusted_are_distinguished(lab: EtcdLab) -> None:
    """A client certificate of another CA, none at all, a server of another CA, nobody there."""
    other = Authority.make("other")
    url = lab.client_url("a")
    assert refusal_of(EtcdApi([url], lab.tls(other)).members).code == "etcd_unauthorized"
    assert refusal_of(EtcdApi([url], trusting(lab.ca.pem)).members).code == "etcd_unauthorized"
    assert refusal_of(EtcdApi([url], trusting(other.pem)).members).code == "etcd_untrusted"
    refusal = refusal_of(EtcdApi([lab.client_url("e")], lab.tls()).members)
    assert refusal.code == "etcd_unreachable" and "Connection refused" in str(refusal)
    status = lab.api().status(url)
    assert (status.version[0], status.is_learner, status.problem) == ("3", False, "")
