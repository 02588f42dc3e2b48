# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The phase etcd-join: add a member to etcd, first as a learner, without reducing the fault tolerance of the cluster."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._api.lease import LockLostError
from .._core.change import Change, Resources
from .._core.clock import Clock, polls
from .._core.defaults import COMPONENT_TIMEOUT, ETCD_CALL_TIMEOUT
from .._core.errors import JoinError
from .._core.retry import retry
from .client import EtcdApi, EtcdRefusalError, EtcdUnhealthyError
from .members import EtcdHealth, Member, initial_members

__all__ = (
    "ETCD_LOCK",
    "EtcdInstance",
    "EtcdSpec",
    "Lock",
    "MemberState",
    "find_own_member",
    "plan_membership",
    "refuse_unhealthy",
)

_Value = t.TypeVar("_Value")

_STRICT = "etcdserver: unhealthy cluster"
_TOO_MANY = "etcdserver: too many learner members in cluster"


#: The name of the lock for adding members, which is shared by all runs of the collection.
ETCD_LOCK = "kubejoin-etcd"

#: Seconds to try to undo a failed join; after that, a rerun completes it.
_UNDO_TIMEOUT = 10.0


class EtcdInstance(t.Protocol):
    """etcd on this host."""

    def has_data(self) -> bool:
        """Whether this host has the data of a member."""

    def is_placed(self) -> bool:
        """Whether its service definition exists, such as its static pod."""

    def start(self, members: t.Sequence[tuple[str, str]]) -> None:
        """Start etcd as a member of a cluster with these names and peer URLs, including its own, in etcd's order."""

    def problem(self) -> str | None:
        """The reason why it cannot start, if one is known; None while it may still start."""

    def error(self) -> str:
        """The error in its log; empty if there is none or the log is not available."""

    def withdraw(self) -> None:
        """Stop it and delete everything that ``start`` created, including its data: its member has been removed."""


class Lock(t.Protocol):
    """A lock that only one run in the whole cluster holds at a time."""

    def acquire(self) -> None:
        """Wait for the lock. Raises ``lock_not_acquired``."""

    def keep(self) -> None:
        """Renew the lock. Called before each change, and at least every few seconds. Raises ``lock_lost``."""

    def release(self) -> None:
        """Free the lock for other runs."""


@dataclass(frozen=True)
class EtcdSpec:
    """The desired member of this host. ``timeout`` is in seconds and limits each step (kubeadm: etcdAPICall).

    ``start_timeout`` is the time that the kubelet may need to replace an existing pod of etcd. It first requests the deletion of
    the old pod from this host's own API server, which does not work without etcd, until that request times out (observed: 35 s
    and more than 120 s).
    """

    name: str
    peer_url: str
    timeout: float = ETCD_CALL_TIMEOUT
    start_timeout: float = COMPONENT_TIMEOUT


@dataclass(frozen=True)
class MemberState:
    """The state of this host's member: ``absent``, ``unstarted``, ``learner`` or ``voter``."""

    state: str
    member: Member | None = None


def find_own_member(members: t.Sequence[Member], spec: EtcdSpec, *, has_data: bool) -> MemberState:
    """Find this host's member in ``members``. Raises ``etcd_member_conflict`` if its name, address or data conflict."""
    own = next((member for member in members if member.listens_at(spec.peer_url)), None)
    namesake = next((member for member in members if member.name == spec.name and member is not own), None)
    if own is not None and own.is_started and own.name != spec.name:
        raise _conflict(spec, own, f"that peer address already belongs to {own.title}", _READDRESS)
    if namesake is not None:
        raise _conflict(spec, namesake, f"that name already belongs to {namesake.title}", _RENAME)
    if own is None and has_data:
        raise _conflict(
            spec,
            None,
            "this host has the data of a member that is not, or is no longer, in etcd's list",
            "remove the host from its old cluster first, for example with `kubeadm reset`",
        )
    if own is None:
        return MemberState("absent")
    if not own.is_started:
        return MemberState("unstarted", own)
    if not has_data:
        raise _conflict(spec, own, f"{own.title} has already run, but this host does not have its data", _REMOVE)
    return MemberState("learner" if own.is_learner else "voter", own)


_REMOVE = (
    "if it belongs to a previous installation of this host or to a host that no longer exists, remove it with "
    "`etcdctl member remove {id}`"
)
_RENAME = _REMOVE + "; otherwise set node_name"
_READDRESS = (
    _REMOVE + "; if both hosts have that address, as virtual machines behind NAT do, set apiserver_advertise_address"
)


def _conflict(spec: EtcdSpec, member: Member | None, seen: str, next_step: str) -> JoinError:
    return JoinError(
        "etcd_member_conflict",
        f"Cannot make this host the etcd member {spec.name} at {spec.peer_url}: {seen}; expected the name and the peer address to be "
        f"unused or to belong to this host; {next_step.format(id=member.hex_id if member else '')}.",
        name=spec.name,
        peer_url=spec.peer_url,
        member_id=member.hex_id if member else "",
        seen=seen,
    )


def refuse_unhealthy(health: EtcdHealth) -> None:
    """Raise ``etcd_unhealthy`` if etcd has no quorum of healthy voters (kubeadm: check-etcd)."""
    if not health.has_quorum:
        raise _unhealthy(
            health,
            f"etcd has no quorum: {len(health.healthy_voters)} of {len(health.voters)} voting members are healthy, "
            f"expected {health.quorum}",
        )


def _unhealthy(health: EtcdHealth, seen: str) -> JoinError:
    errors = health.errors()
    return EtcdUnhealthyError(
        f"Cannot change the members of etcd: {seen}{': ' if errors else ''}{'; '.join(errors)}; start the members that are "
        "down, or remove those that are permanently lost with `etcdctl member remove`.",
        voters=len(health.voters),
        healthy=len(health.healthy_voters),
        quorum=health.quorum,
        errors=errors,
    )


def plan_membership(api: EtcdApi, local: EtcdInstance, spec: EtcdSpec, *, clock: Clock, lock: Lock) -> Change:
    """Plan this host's membership in etcd: add a learner, start it, wait until it has caught up, and promote it.

    A partial join is continued. Raises ``etcd_member_conflict``, ``etcd_unhealthy``; on applying ``lock_not_acquired``,
    ``lock_lost``, ``etcd_not_started``, ``etcd_not_promoted`` and the errors of etcd. On failure, the steps of this run are
    undone.
    """

    def observe(_left: float) -> MemberState:
        health = api.health()
        member = find_own_member(health.members, spec, has_data=local.has_data())
        if member.state != "voter":
            refuse_unhealthy(health)
        return member

    member = retry(observe, clock=clock, timeout=spec.timeout, longest=0.5)
    thing = f"etcd member {spec.name}"

    def apply() -> None:
        lock.acquire()
        try:
            _Joining(api, local, spec, clock, lock).run()
        finally:
            lock.release()

    lost = member.state == "voter" and not local.is_placed()
    before = {"peer_url": spec.peer_url, "state": "voter that nothing runs" if lost else member.state}
    return Change(
        {thing: before}, {thing: {**before, "state": "voter"}}, apply, resources=_describe(spec, member.member)
    )


def _describe(spec: EtcdSpec, member: Member | None) -> Resources:
    own_id = member.hex_id if member else None
    return {"member": {"name": spec.name, "id": own_id, "peer_url": spec.peer_url, "state": "voter"}}


@dataclass(frozen=True)
class _Joining:
    """The steps under the lock. Each step checks the current state first, so it does not matter which run did it."""

    api: EtcdApi
    local: EtcdInstance
    spec: EtcdSpec
    clock: Clock
    lock: Lock

    def run(self) -> None:
        members, own, is_ours = self._add()
        try:
            self.lock.keep()
            self.local.start(initial_members(members, own_id=own.id, own_name=self.spec.name))
            self._await_started(own.id)
            self._promote(own.id)
            self._await_healthy(own.id)
        except LockLostError:
            raise
        except JoinError as exc:
            if not is_ours:
                raise
            raise self._undone(own.id, exc) from exc

    def _polls(self) -> t.Iterator[None]:
        for _left in polls(self.clock, self.spec.timeout, 0.05, 0.5):
            self.lock.keep()
            yield

    def _retry(self, attempt: t.Callable[[], _Value], timeout: float | None = None) -> _Value:
        def guarded(_left: float) -> _Value:
            self.lock.keep()
            return attempt()

        timeout = self.spec.timeout if timeout is None else timeout
        return retry(guarded, clock=self.clock, timeout=timeout, longest=0.5)

    def _add(self) -> tuple[tuple[Member, ...], Member, bool]:
        """All members, including this host's, this host's member, and whether this run has added it."""
        has_data, is_ours = self.local.has_data(), False

        def add() -> tuple[tuple[Member, ...], Member] | None:
            nonlocal is_ours
            health = self.api.health()
            own = find_own_member(health.members, self.spec, has_data=has_data).member
            if own is not None:
                return health.members, own
            refuse_unhealthy(health)
            self.lock.keep()
            is_ours = True  # even if the answer is lost
            self.api.add_learner(self.spec.peer_url)
            return None

        found, failure = None, None
        try:
            found = self._retry(add)
        except JoinError as exc:
            if not exc.transient:
                raise
            failure = exc
        if found is None:
            raise self._not_added(failure)
        return (*found, is_ours)

    def _not_added(self, failure: JoinError | None) -> JoinError:
        """The error with the members that prevent the addition, which etcd's message does not contain."""
        reason = failure.reason if isinstance(failure, EtcdRefusalError) else ""
        if reason == _STRICT:
            return _unhealthy(
                self.api.health(), "it accepts no new member while a voting member is down or has just started"
            )
        if reason == _TOO_MANY and failure is not None:
            learners = [member for member in self.api.members() if member.is_learner]
            titles = ", ".join(member.title for member in learners)
            return failure.reworded(
                f"Cannot add a learner at {self.spec.peer_url}: etcd accepts one at a time, and there still is {titles}; run the "
                "join of that host again, or remove the learner with `etcdctl member remove` and its ID.",
                learners=[member.hex_id for member in learners],
            )
        return failure or JoinError(
            "etcd_refused",
            f"Cannot add a learner at {self.spec.peer_url}: it was not listed within {self.spec.timeout:g} s; check the log of etcd.",
            peer_url=self.spec.peer_url,
        )

    def _own(self, member_id: int) -> Member | None:
        """This host's member in etcd's list; None while etcd does not answer. Raises an error if it is no longer listed."""
        try:
            members = self.api.members()
        except JoinError as exc:
            if exc.transient:
                return None
            raise
        own = next((member for member in members if member.id == member_id), None)
        if own is None:
            raise JoinError(
                "etcd_member_conflict",
                f"The etcd member {self.spec.name} (ID {member_id:x}) was removed while it joined; find out who removed it, "
                "then run again.",
                name=self.spec.name,
                member_id=f"{member_id:x}",
            )
        return own

    def _await_started(self, member_id: int) -> None:
        problem: str | None = None
        for _attempt in self._polls():
            own = self._own(member_id)
            if own is not None and own.is_started:
                return
            problem = self.local.problem()
            if problem:
                break
        problem = problem or self.local.error()
        raise JoinError(
            "etcd_not_started",
            f"etcd on this host did not come up as member {self.spec.name} within {self.spec.timeout:g} s: "
            f"{problem or 'it has not reported its name to the cluster'}; check its log, and check that the other members reach "
            f"{self.spec.peer_url}.",
            name=self.spec.name,
            peer_url=self.spec.peer_url,
            problem=problem,
        )

    def _promote(self, member_id: int) -> None:
        seen = "etcd did not report its progress"
        for _attempt in self._polls():
            own = self._own(member_id)
            if own is not None and not own.is_learner:
                return
            try:
                health = self.api.health()
                seen = _progress(health, member_id)
                if health.may_promote(member_id):
                    self.lock.keep()
                    self.api.promote(member_id)
            except JoinError as exc:
                if not exc.transient:
                    raise
            problem = self.local.problem()
            if problem:
                seen = problem
                break
        raise JoinError(
            "etcd_not_promoted",
            f"The etcd member {self.spec.name} did not catch up with its leader within {self.spec.timeout:g} s: {seen}; check its log, "
            "its disk, and the network between the members.",
            name=self.spec.name,
            seen=seen,
        )

    def _await_healthy(self, member_id: int) -> None:
        health = EtcdHealth(())
        timeout = max(self.spec.timeout, self.spec.start_timeout)

        def check() -> Member | None:
            nonlocal health
            health = self.api.health()
            own = next((member for member in health.voters if member.id == member_id), None)
            return own if own is not None and not health.problem_of(own) and health.has_quorum else None

        if self._retry(check, timeout) is None:
            raise _unhealthy(health, f"it did not become healthy with {self.spec.name} within {timeout:g} s")

    def _undone(self, member_id: int, exc: JoinError) -> JoinError:
        """Remove the learner that this run added, unless it has become a voter; return the error with the outcome."""
        try:
            outcome, undone = self._undo(member_id)
        except JoinError as why:
            outcome, undone = (
                f"The learner that this run added was not removed ({why}); a rerun continues with it.",
                False,
            )
        return exc.reworded(f"{exc} {outcome}", undone=undone)

    def _undo(self, member_id: int) -> tuple[str, bool]:
        """Remove the member, and repeat until it is no longer listed, because the answer to a removal may be lost.

        Returns a sentence about the outcome, and whether everything was undone. Raises the error if the member cannot be removed.
        """

        def undo() -> tuple[str, bool] | None:
            health = self.api.health()
            own = next((member for member in health.members if member.id == member_id), None)
            if own is not None and not own.is_learner:
                return "It has become a voting member and stays; a rerun continues with it.", True
            refuse_unhealthy(health)
            if own is None:
                return self._withdraw()
            self.lock.keep()
            self.api.remove(member_id)
            return None

        undone = self._retry(undo, min(self.spec.timeout, _UNDO_TIMEOUT))
        if undone is None:
            raise JoinError("etcd_refused", "etcd accepted the removal, but still lists the member")
        return undone

    def _withdraw(self) -> tuple[str, bool]:
        """Delete the files that the removed member has left on this host."""
        try:
            self.local.withdraw()
        except JoinError as exc:
            return f"The learner that this run added was removed again, but not its files on this host: {exc}", False
        return "The learner that this run added was removed again.", True


def _progress(health: EtcdHealth, member_id: int) -> str:
    status = health.statuses.get(member_id)
    if status is None:
        return health.faults.get(member_id) or "it does not answer"
    if not health.has_quorum:
        return "etcd has no quorum: " + "; ".join(health.errors())
    newest = max(found.raft_index for found in health.statuses.values())
    return status.problem or f"it has applied {status.applied_index} of {newest} entries"
