# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""etcd-join: one member more, as a learner first, and never less of a cluster than there was."""

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


#: The name of the lock under which members are added, whoever operates on the cluster.
ETCD_LOCK = "kubejoin-etcd"

#: Seconds: what cannot be undone soon is better left for a rerun.
_UNDO_TIMEOUT = 10.0


class EtcdInstance(t.Protocol):
    """What there is of etcd on this host."""

    def has_data(self) -> bool:
        """Whether there is the data of a member."""

    def is_placed(self) -> bool:
        """Whether there is what has it run, such as its static pod."""

    def start(self, members: t.Sequence[tuple[str, str]]) -> None:
        """Have etcd run as a member of an existing cluster: names and peer URLs of all, its own among them, in etcd's order."""

    def problem(self) -> str | None:
        """Why it will not come up, as far as that can be seen; None while it may."""

    def error(self) -> str:
        """What it says itself that is wrong; empty when that is nothing, or cannot be seen."""

    def withdraw(self) -> None:
        """Stop it and take away what ``start`` has made, data included: its member is gone for ever."""


class Lock(t.Protocol):
    """What only one run in the whole cluster holds at a time."""

    def acquire(self) -> None:
        """Wait for it. Raises ``lock_not_acquired``."""

    def keep(self) -> None:
        """Called before each act, and at least every few seconds. Raises ``lock_lost``."""

    def release(self) -> None:
        """Leave it to the next."""


@dataclass(frozen=True)
class EtcdSpec:
    """The member that this host shall be. ``timeout`` is in seconds and bounds each step (kubeadm: etcdAPICall).

    ``start_timeout`` is what the kubelet may need to start a pod of etcd that was there before: it first asks this host's own API
    server to delete the old one, in vain for want of etcd, until that request has timed out (seen: 35 s and more than 120 s).
    """

    name: str
    peer_url: str
    timeout: float = ETCD_CALL_TIMEOUT
    start_timeout: float = COMPONENT_TIMEOUT


@dataclass(frozen=True)
class MemberState:
    """How far this host's member has come: ``absent``, ``unstarted``, ``learner`` or ``voter``."""

    state: str
    member: Member | None = None


def find_own_member(members: t.Sequence[Member], spec: EtcdSpec, *, has_data: bool) -> MemberState:
    """This host's own member among ``members``. Raises ``etcd_member_conflict`` for one that is not its own."""
    own = next((member for member in members if member.listens_at(spec.peer_url)), None)
    namesake = next((member for member in members if member.name == spec.name and member is not own), None)
    if own is not None and own.is_started and own.name != spec.name:
        raise _conflict(spec, own, f"that peer address is already the one of {own.title}", _REMOVE)
    if namesake is not None:
        raise _conflict(spec, namesake, f"that name is already the one of {namesake.title}", _RENAME)
    if own is None and has_data:
        raise _conflict(
            spec,
            None,
            "this host has the data of a member that etcd does not know (any more)",
            "take the host out of its old cluster first, for instance with `kubeadm reset`",
        )
    if own is None:
        return MemberState("absent")
    if not own.is_started:
        return MemberState("unstarted", own)
    if not has_data:
        raise _conflict(spec, own, f"{own.title} has run before, and this host does not have its data", _REMOVE)
    return MemberState("learner" if own.is_learner else "voter", own)


_REMOVE = (
    "if it is of an earlier life of this host or of a host that is gone, remove it with `etcdctl member remove {id}`"
)
_RENAME = _REMOVE + "; else set node_name"


def _conflict(spec: EtcdSpec, member: Member | None, seen: str, next_step: str) -> JoinError:
    return JoinError(
        "etcd_member_conflict",
        f"Cannot make this host the etcd member {spec.name} at {spec.peer_url}: {seen}; expected name and peer address to be free, or "
        f"its own; {next_step.format(id=member.hex_id if member else '')}.",
        name=spec.name,
        peer_url=spec.peer_url,
        member_id=member.hex_id if member else "",
        seen=seen,
    )


def refuse_unhealthy(health: EtcdHealth) -> None:
    """Raise ``etcd_unhealthy`` when etcd has no quorum of healthy voters (kubeadm: check-etcd)."""
    if not health.has_quorum:
        raise _unhealthy(
            health,
            f"etcd has no quorum: {len(health.healthy_voters)} of {len(health.voters)} voting members are healthy, expected {health.quorum}",
        )


def _unhealthy(health: EtcdHealth, seen: str) -> JoinError:
    errors = health.errors()
    return EtcdUnhealthyError(
        f"Cannot change the members of etcd: {seen}{': ' if errors else ''}{'; '.join(errors)}; bring back what is down, or remove "
        "what never comes back with `etcdctl member remove`.",
        voters=len(health.voters),
        healthy=len(health.healthy_voters),
        quorum=health.quorum,
        errors=errors,
    )


def plan_membership(api: EtcdApi, local: EtcdInstance, spec: EtcdSpec, *, clock: Clock, lock: Lock) -> Change:
    """Plan this host's membership in etcd: added as a learner, started, caught up, promoted; from wherever it has come to.

    Raises ``etcd_member_conflict``, ``etcd_unhealthy``; on applying ``lock_not_acquired``, ``lock_lost``,
    ``etcd_not_started``, ``etcd_not_promoted`` and what etcd answers. What fails is undone as far as this run has done it.
    """
    health = api.health()
    member = find_own_member(health.members, spec, has_data=local.has_data())
    if member.state != "voter":
        refuse_unhealthy(health)
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
    """The serial part, under the lock. Every step looks first, so that it makes no difference who has done it."""

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
        """All members, the own one among them, and whether this run has added it."""
        has_data, is_ours = self.local.has_data(), False

        def add() -> tuple[tuple[Member, ...], Member] | None:
            nonlocal is_ours
            health = self.api.health()
            own = find_own_member(health.members, self.spec, has_data=has_data).member
            if own is not None:
                return health.members, own
            refuse_unhealthy(health)
            self.lock.keep()
            is_ours = True  # even when its answer is lost on the way
            self.api.add_learner(self.spec.peer_url)
            return None

        found, trouble = None, None
        try:
            found = self._retry(add)
        except JoinError as exc:
            if not exc.transient:
                raise
            trouble = exc
        if found is None:
            raise self._not_added(trouble)
        return (*found, is_ours)

    def _not_added(self, trouble: JoinError | None) -> JoinError:
        """etcd's own words do not say who is in the way."""
        reason = trouble.reason if isinstance(trouble, EtcdRefusalError) else ""
        if reason == _STRICT:
            return _unhealthy(
                self.api.health(), "it takes no new member while one with a vote is down or has just come"
            )
        if reason == _TOO_MANY and trouble is not None:
            learners = [member for member in self.api.members() if member.is_learner]
            titles = ", ".join(member.title for member in learners)
            return trouble.reworded(
                f"Cannot add a learner at {self.spec.peer_url}: etcd takes one at a time, and there still is {titles}; run the join "
                "of that host again, or remove it with `etcdctl member remove` and its id.",
                learners=[member.hex_id for member in learners],
            )
        return trouble or JoinError(
            "etcd_refused",
            f"Cannot add a learner at {self.spec.peer_url}: it was not listed within {self.spec.timeout:g} s; look into the log of etcd.",
            peer_url=self.spec.peer_url,
        )

    def _own(self, member_id: int) -> Member | None:
        """The own member as it is listed; None while etcd does not say. Raises when it is not listed any more."""
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
                f"The etcd member {self.spec.name} (id {member_id:x}) was removed while it joined; find out by whom, then run again.",
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
            f"{problem or 'it has not told the cluster its name'}; look at its log, and whether the other members reach {self.spec.peer_url}.",
            name=self.spec.name,
            peer_url=self.spec.peer_url,
            problem=problem,
        )

    def _promote(self, member_id: int) -> None:
        seen = "etcd did not say how far it is"
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
            f"The etcd member {self.spec.name} did not catch up with its leader within {self.spec.timeout:g} s: {seen}; look at its log, and "
            "at the network and the disk between them.",
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
        """The error, after the learner that this run added was removed again; one that has got a vote stays."""
        try:
            said, undone = self._undo(member_id)
        except JoinError as why:
            said, undone = (
                f"The learner that this run added was left where it is ({why}); a rerun goes on with it.",
                False,
            )
        return exc.reworded(f"{exc} {said}", undone=undone)

    def _undo(self, member_id: int) -> tuple[str, bool]:
        """Asked for until it is seen to be done: the answer may have been lost. What was done, and whether that is all.

        Raises why the member cannot be removed.
        """

        def undo() -> tuple[str, bool] | None:
            health = self.api.health()
            own = next((member for member in health.members if member.id == member_id), None)
            if own is not None and not own.is_learner:
                return "It has a vote by now and stays; a rerun goes on with it.", True
            refuse_unhealthy(health)
            if own is None:
                return self._withdraw()
            self.lock.keep()
            self.api.remove(member_id)
            return None

        undone = self._retry(undo, min(self.spec.timeout, _UNDO_TIMEOUT))
        if undone is None:
            raise JoinError("etcd_refused", "etcd removes it, but goes on to list it")
        return undone

    def _withdraw(self) -> tuple[str, bool]:
        """Take away what the member, which is gone, has left on this host."""
        try:
            self.local.withdraw()
        except JoinError as exc:
            return f"The learner that this run added was removed again, but not what it left on this host: {exc}", False
        return "The learner that this run added was removed again.", True


def _progress(health: EtcdHealth, member_id: int) -> str:
    status = health.statuses.get(member_id)
    if status is None:
        return health.faults.get(member_id) or "it does not answer"
    if not health.has_quorum:
        return "etcd has no quorum: " + "; ".join(health.errors())
    newest = max(found.raft_index for found in health.statuses.values())
    return status.problem or f"it has applied {status.applied_index} of {newest} entries"
