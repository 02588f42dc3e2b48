# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""A client of an etcd cluster over its JSON gateway and mutual TLS, with failover between endpoints."""

from __future__ import annotations

import functools
import typing as t

from .._api.https import Https, HttpsError, TlsAlertError, TlsRefusedError, parse_object, side_by_side
from .._api.tls import Tls
from .._core.errors import JoinError, NamedError, printable
from .._core.objects import text_at
from .members import EndpointStatus, EtcdHealth, Member, parse_members, parse_status

__all__ = (
    "EtcdApi",
    "EtcdRefusalError",
    "EtcdUnavailableError",
    "EtcdUnhealthyError",
    "EtcdUnreachableError",
)

_Value = t.TypeVar("_Value")

#: The maximum length of quoted messages, in characters.
_LONGEST = 300

#: The gRPC code UNAVAILABLE: another endpoint, or a later attempt, may succeed.
_UNAVAILABLE = 14

#: The error of a learner, which serves only its own status.
_OF_A_LEARNER = "etcdserver: rpc not supported for learner"

#: Transient refusals: another learner exists, connections between members are new, the learner has not caught up, or a
#: previous attempt with a lost answer has succeeded.
_TRANSIENT_REASONS = (
    "etcdserver: too many learner members in cluster",
    "etcdserver: unhealthy cluster",
    "etcdserver: can only promote a learner member which is in sync with leader",
    "etcdserver: can only promote a learner member",
    "etcdserver: member ID already exist",
    "etcdserver: Peer URLs already exists",
    "etcdserver: re-configuration failed due to not enough started members",
)


class EtcdUnreachableError(NamedError):
    """No member of etcd answered."""

    CODE = "etcd_unreachable"


class EtcdUnhealthyError(NamedError):
    """etcd has too few healthy members for the request."""

    CODE = "etcd_unhealthy"


class EtcdRefusalError(NamedError):
    """etcd refused the request. ``reason`` is its message."""

    CODE = "etcd_refused"

    @property
    def reason(self) -> str:
        return str(self.details["reason"])

    @property
    def transient(self) -> bool:
        return super().transient or self.reason in _TRANSIENT_REASONS


class EtcdUnavailableError(EtcdUnhealthyError, EtcdRefusalError):
    """etcd answered that it is currently unavailable."""


class EtcdApi:
    """A client of the etcd cluster at ``endpoints`` (https URLs), over ``tls`` with its client certificate.

    Each request tries the endpoint that answered last, then the others until one answers: a change in turn, all other
    requests side by side. ``timeout`` is in seconds and limits each of these attempts as a whole.
    """

    def __init__(self, endpoints: t.Sequence[str], tls: Tls, *, timeout: float = 5.0) -> None:
        if not tls.is_verified:
            raise ValueError("etcd requires verified TLS")
        if not endpoints:
            raise ValueError("etcd requires an endpoint")
        self._endpoints = [endpoint.rstrip("/") for endpoint in endpoints]
        self._https = Https(tls, timeout=timeout)

    @property
    def endpoints(self) -> tuple[str, ...]:
        return tuple(self._endpoints)

    def members(self) -> tuple[Member, ...]:
        """The members, confirmed by a quorum. Raises ``etcd_unhealthy`` if there is no quorum.

        The gateway's default is the view of one member, which may be outdated. Without quorum, etcd delays the answer beyond the
        timeout of this client.
        """
        try:
            return self._members(linearizable=True)
        except EtcdUnreachableError as exc:
            seen = exc.details["seen"]
        self._members(linearizable=False)
        raise EtcdUnhealthyError(
            f"etcd has no quorum: it answers, but no majority of its members confirms it in time ({seen}); start the members that "
            "are down.",
            endpoints=list(self._endpoints),
        )

    def health(self) -> EtcdHealth:
        """The current state of all started members. Without quorum, the list of members is the view of one member."""
        try:
            members = self.members()
        except EtcdUnhealthyError:
            members = self._members(linearizable=False)
        statuses: dict[int, EndpointStatus] = {}
        faults: dict[int, str] = {}
        for at, found in side_by_side([functools.partial(self._status_of, member) for member in members]):
            if isinstance(found, EndpointStatus):
                statuses[members[at].id] = found
            elif found:
                faults[members[at].id] = found
        return EtcdHealth(members, statuses, faults)

    def _status_of(self, member: Member) -> EndpointStatus | str:
        """The status of a member, or why it is not known; empty if the member has no endpoint."""
        fault = ""
        for endpoint in member.client_urls:
            try:
                found = self.status(endpoint)
            except JoinError as exc:
                fault = str(exc.details.get("seen") or exc)
                continue
            if found.member_id == member.id:
                return found
            fault = f"another member, {found.member_id:x}, answers at {endpoint}"
        return fault

    def status(self, endpoint: str) -> EndpointStatus:
        """The status of the member at this endpoint; learners report it, too."""
        answer = self._ask("maintenance/status", {}, endpoints=[endpoint.rstrip("/")])
        return self._parsed(lambda: parse_status(answer, endpoint=endpoint))

    def add_learner(self, peer_url: str) -> Member:
        """Add a member as a learner, which has no vote, before it is started."""
        answer = self._ask("cluster/member/add", {"peerURLs": [peer_url], "isLearner": True}, is_change=True)
        return self._parsed(lambda: parse_members({"members": [answer.get("member")]}))[0]

    def promote(self, member_id: int) -> None:
        """Make a learner a voting member; etcd refuses until the learner has caught up."""
        self._ask("cluster/member/promote", {"ID": str(member_id)}, is_change=True)

    def remove(self, member_id: int) -> None:
        """Remove a member; a missing member counts as removed. Without quorum, etcd might remove it at any later time."""
        try:
            self._ask("cluster/member/remove", {"ID": str(member_id)}, is_change=True)
        except EtcdRefusalError as exc:
            if exc.reason != "etcdserver: member not found":
                raise

    def _members(self, *, linearizable: bool) -> tuple[Member, ...]:
        answer = self._ask("cluster/member/list", {"linearizable": linearizable})
        members = self._parsed(lambda: parse_members(answer))
        self._learn(members)
        return members

    def _learn(self, members: t.Sequence[Member]) -> None:
        """Add the client URLs of the members to the endpoints, except those of learners (kubeadm: the endpoints are synced)."""
        for member in members:
            urls = [url.rstrip("/") for url in member.client_urls if url.startswith("https://")]
            self._endpoints += [url for url in urls if not member.is_learner and url not in self._endpoints]

    def _parsed(self, parse: t.Callable[[], _Value]) -> _Value:
        try:
            return parse()
        except ValueError as exc:
            raise _unreachable({", ".join(self._endpoints): f"an answer that is not etcd's: {exc}"}) from None

    def _ask(
        self,
        path: str,
        body: t.Mapping[str, t.Any],
        endpoints: t.Sequence[str] | None = None,
        *,
        is_change: bool = False,
    ) -> dict[str, t.Any]:
        """Try the endpoints until one answers. If none succeeds, raise the most specific error."""
        refused: EtcdRefusalError | None = None
        faults: dict[str, JoinError] = {}
        asked = list(endpoints or self._endpoints)
        for endpoint, answer in self._attempts(asked, path, body, is_change=is_change):
            if isinstance(answer, EtcdRefusalError):
                if not isinstance(answer, EtcdUnavailableError) and answer.reason != _OF_A_LEARNER:
                    raise answer
                refused = answer
            elif isinstance(answer, JoinError):
                faults[endpoint] = answer
            else:
                if endpoints is None:
                    self._endpoints.sort(key=lambda known: known != endpoint)
                return answer
        if refused is not None:
            raise refused
        named = [fault for fault in faults.values() if not isinstance(fault, EtcdUnreachableError)]
        if named:
            raise named[0]
        raise _unreachable({endpoint: str(faults[endpoint].details["seen"]) for endpoint in asked})

    def _attempts(
        self, endpoints: t.Sequence[str], path: str, body: t.Mapping[str, t.Any], *, is_change: bool
    ) -> t.Iterator[tuple[str, dict[str, t.Any] | JoinError]]:
        """The answers or errors of the endpoints, which are asked only while the caller continues."""

        def attempt(endpoint: str) -> dict[str, t.Any] | JoinError:
            try:
                return self._ask_one(endpoint, path, body)
            except JoinError as exc:
                return exc

        in_turn = len(endpoints) if is_change else 1
        for endpoint in endpoints[:in_turn]:
            yield endpoint, attempt(endpoint)
        others = endpoints[in_turn:]
        for at, answer in side_by_side([functools.partial(attempt, endpoint) for endpoint in others]):
            yield others[at], answer

    def _ask_one(self, endpoint: str, path: str, body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        try:
            with self._https.send("POST", f"{endpoint}/v3/{path}", headers={}, json=body) as response:
                content = self._https.read(response)
                status = response.status_code
        except TlsRefusedError as exc:
            raise _untrusted(endpoint, printable(str(exc), _LONGEST)) from exc
        except TlsAlertError as exc:
            if exc.is_about_certificate:
                raise _unauthorized(endpoint, printable(str(exc), _LONGEST)) from exc
            raise _unreachable({endpoint: printable(str(exc), _LONGEST)}) from exc
        except HttpsError as exc:
            raise _unreachable({endpoint: printable(str(exc), _LONGEST)}) from exc
        try:
            answer = parse_object(content)
        except ValueError as exc:
            raise _unreachable({endpoint: f"not a gateway of etcd, but {exc} (HTTP status {status})"}) from None
        if status != 200:
            raise _refusal(endpoint, path, status, answer)
        return answer


def _refusal(endpoint: str, path: str, status: int, answer: t.Mapping[str, t.Any]) -> EtcdRefusalError:
    reason = printable(text_at(answer, "message"), _LONGEST) or "without a reason"
    unavailable = answer.get("code") == _UNAVAILABLE
    next_step = (
        "start the members that are down, or remove those that are permanently lost with `etcdctl member remove`"
        if unavailable
        else "check the log of etcd there"
    )
    return (EtcdUnavailableError if unavailable else EtcdRefusalError)(
        f"etcd at {endpoint} refused {path}: {reason} (HTTP status {status}); {next_step}.",
        endpoint=endpoint,
        path=path,
        status=status,
        grpc_code=answer.get("code"),
        reason=reason,
    )


def _unauthorized(endpoint: str, seen: str) -> JoinError:
    return JoinError(
        "etcd_unauthorized",
        f"etcd at {endpoint} refused this host's client certificate: {seen}; expected it to accept certificates signed by etcd's CA; "
        "compare /etc/kubernetes/pki/etcd/healthcheck-client.crt and ca.crt with those of the other control planes.",
        endpoint=endpoint,
        seen=seen,
    )


def _untrusted(endpoint: str, seen: str) -> JoinError:
    return JoinError(
        "etcd_untrusted",
        f"Cannot trust etcd at {endpoint}: its TLS certificate was refused ({seen}); expected a certificate signed by etcd's CA for this "
        "address; check /etc/kubernetes/pki/etcd/ca.crt and the server that answers there.",
        endpoint=endpoint,
        seen=seen,
    )


def _unreachable(faults: t.Mapping[str, str]) -> EtcdUnreachableError:
    reported = "; ".join(f"{endpoint}: {seen}" for endpoint, seen in faults.items())
    return EtcdUnreachableError(
        f"Cannot reach etcd: {reported}; expected a member to answer there; check that etcd runs on the control planes, and check the "
        "route and the firewalls to port 2379.",
        endpoints=sorted(faults),
        seen="; ".join(faults.values()),
    )
