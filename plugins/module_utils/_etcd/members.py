# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""etcd's members as values: identity, health, and the number of failures that their cluster tolerates."""

from __future__ import annotations

import typing as t
import urllib.parse
from dataclasses import dataclass, field

from .._formats.go_addresses import parse_address

__all__ = (
    "EndpointStatus",
    "EtcdHealth",
    "Member",
    "initial_members",
    "parse_members",
    "parse_status",
    "quorum_of",
)


@dataclass(frozen=True)
class Member:
    """A member in etcd's list. It has no name until its first start. ``id`` is an unsigned 64-bit number."""

    id: int
    name: str = ""
    peer_urls: tuple[str, ...] = ()
    client_urls: tuple[str, ...] = ()
    is_learner: bool = False

    @property
    def is_started(self) -> bool:
        return bool(self.name)

    @property
    def hex_id(self) -> str:
        """The ID in the format of etcdctl."""
        return f"{self.id:x}"

    @property
    def title(self) -> str:
        """The description of the member in sentences."""
        named = self.name or "a member that has never started"
        return f"{named} (ID {self.hex_id}, {', '.join(self.peer_urls) or 'without peer URL'})"

    def listens_at(self, peer_url: str) -> bool:
        """Whether ``peer_url`` is one of its peer URLs."""
        return any(_is_same_url(url, peer_url) for url in self.peer_urls)


@dataclass(frozen=True)
class EndpointStatus:
    """The status of the member at an endpoint. ``leader`` is 0 if the member has no leader; ``errors`` are its alarms."""

    endpoint: str
    member_id: int
    leader: int = 0
    raft_term: int = 0
    raft_index: int = 0
    applied_index: int = 0
    is_learner: bool = False
    db_size: int = 0
    version: str = ""
    errors: tuple[str, ...] = ()

    @property
    def problem(self) -> str:
        """The reason why this member is not healthy; empty if it is healthy."""
        return "; ".join(self.errors) or ("" if self.leader else "it has no leader")


def parse_members(answer: t.Mapping[str, t.Any]) -> tuple[Member, ...]:
    """The members in an answer of etcd's gateway, in their order. Raises ValueError for any other answer.

    The gateway writes 64-bit numbers as text and omits values that are empty, false or 0.
    """
    return tuple(_member(_mapping(found)) for found in _sequence(answer.get("members")))


def parse_status(answer: t.Mapping[str, t.Any], *, endpoint: str) -> EndpointStatus:
    """The status in an answer of etcd's gateway. Raises ValueError for any other answer."""
    return EndpointStatus(
        endpoint=endpoint,
        member_id=_number(_mapping(answer.get("header")).get("member_id")),
        leader=_number(answer.get("leader")),
        raft_term=_number(answer.get("raftTerm")),
        raft_index=_number(answer.get("raftIndex")),
        applied_index=_number(answer.get("raftAppliedIndex")),
        is_learner=answer.get("isLearner") is True,
        db_size=_number(answer.get("dbSize")),
        version=str(answer.get("version") or ""),
        errors=_texts(answer.get("errors")),
    )


def _member(found: t.Mapping[str, t.Any]) -> Member:
    member_id = _number(found.get("ID"))
    if not member_id:
        raise ValueError("a member without an ID")
    return Member(
        id=member_id,
        name=str(found.get("name") or ""),
        peer_urls=_texts(found.get("peerURLs")),
        client_urls=_texts(found.get("clientURLs")),
        is_learner=found.get("isLearner") is True,
    )


def _number(value: t.Any) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError("a field that should be a number but is not")
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise ValueError("a field that should be a number but is not")
    return int(text)


def _sequence(value: t.Any) -> t.Sequence[t.Any]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError("a field that should be a list but is not")
    return value


def _mapping(value: t.Any) -> t.Mapping[str, t.Any]:
    if not isinstance(value, dict):
        raise ValueError("a field that should be an object but is not")
    return value


def _texts(value: t.Any) -> tuple[str, ...]:
    return tuple(str(part) for part in _sequence(value))


def _is_same_url(one: str, other: str) -> bool:
    """Whether two peer URLs have the same address, regardless of its notation."""
    return one == other or _address(one) == _address(other)


def _address(url: str) -> tuple[t.Any, ...]:
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        return (url,)
    return parts.scheme, str(parse_address(host) or host), port


def initial_members(members: t.Sequence[Member], *, own_id: int, own_name: str) -> tuple[tuple[str, str], ...]:
    """The values for etcd's ``--initial-cluster``: name and first peer URL of each member, in etcd's order (kubeadm: etcd-join).

    The name of a member that has never started is its hexadecimal ID; the name of this host's member is ``own_name``.
    """
    return tuple(
        (own_name if member.id == own_id else member.name or member.hex_id, member.peer_urls[0])
        for member in members
        if member.peer_urls
    )


def quorum_of(voters: int) -> int:
    """The number of voting members that must agree."""
    return voters // 2 + 1


@dataclass(frozen=True)
class EtcdHealth:
    """The members of a cluster and their health: ``statuses`` of those that answer, ``faults`` of the others.

    The keys of both are member IDs. A member in neither was not probed.
    """

    members: tuple[Member, ...]
    statuses: t.Mapping[int, EndpointStatus] = field(default_factory=dict)
    faults: t.Mapping[int, str] = field(default_factory=dict)

    @property
    def voters(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if not member.is_learner)

    @property
    def healthy_voters(self) -> tuple[Member, ...]:
        return tuple(member for member in self.voters if not self.problem_of(member))

    @property
    def quorum(self) -> int:
        return quorum_of(len(self.voters))

    @property
    def spare(self) -> int:
        """The number of voters that may still fail; negative if too many have failed."""
        return len(self.healthy_voters) - self.quorum

    @property
    def has_quorum(self) -> bool:
        return bool(self.voters) and self.spare >= 0

    def spare_with(self, *, healthy: bool) -> int:
        """The value of ``spare`` after adding a voter, healthy or not."""
        return len(self.healthy_voters) + int(healthy) - quorum_of(len(self.voters) + 1)

    def problem_of(self, member: Member) -> str:
        """The reason why a member does not count as healthy; empty if it does."""
        status = self.statuses.get(member.id)
        if status is None:
            return self.faults.get(member.id) or ("it was not probed" if member.is_started else "it has never started")
        return status.problem

    def may_add_learner(self) -> bool:
        """Whether a learner can be added: it has no vote and does not change the quorum, but adding it requires a quorum."""
        return self.has_quorum

    def may_promote(self, member_id: int) -> bool:
        """Whether the cluster would tolerate at least as many failures with this learner as a voter as it does now."""
        status = self.statuses.get(member_id)
        healthy = status is not None and not status.problem
        return self.has_quorum and self.spare_with(healthy=healthy) >= max(self.spare, 0)

    def errors(self) -> list[str]:
        """The problems of the voters that are not healthy."""
        return [
            f"{member.title}: {problem}" for member in self.voters for problem in [self.problem_of(member)] if problem
        ]
