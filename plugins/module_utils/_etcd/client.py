# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""A conversation with an etcd cluster over its JSON gateway and mutual TLS, with whichever endpoints answer."""

from __future__ import annotations

import typing as t

from .._api.https import Https, HttpsError, TlsRefusedError, parse_object
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

#: What of a stranger's words is repeated.
_LONGEST = 300

#: gRPC's code of an answer that another endpoint, or the same one a little later, may give otherwise.
_UNAVAILABLE = 14

#: Refusals of a learner, which serves nothing but its own status.
_OF_A_LEARNER = "etcdserver: rpc not supported for learner"

#: What passes by itself: a learner's place that becomes free, connections between members that are new, a learner that
#: catches up, what the same request came to that was already sent.
_PASSING = (
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
    """etcd has too few healthy members for what is asked of it."""

    CODE = "etcd_unhealthy"


class EtcdRefusalError(NamedError):
    """etcd answered, and the answer was a refusal. ``reason`` is in its own words."""

    CODE = "etcd_refused"

    @property
    def reason(self) -> str:
        return str(self.details["reason"])

    @property
    def transient(self) -> bool:
        return super().transient or self.reason in _PASSING


class EtcdUnavailableError(EtcdUnhealthyError, EtcdRefusalError):
    """etcd answered that it cannot serve for the moment."""


class EtcdApi:
    """The etcd cluster whose members serve clients at ``endpoints`` (https URLs), over ``tls`` with its client certificate.

    Each request goes to one endpoint after the other until one answers, the one that answered last first. ``timeout`` is in
    seconds and bounds each of these attempts as a whole.
    """

    def __init__(self, endpoints: t.Sequence[str], tls: Tls, *, timeout: float = 5.0) -> None:
        if not tls.is_verified:
            raise ValueError("members are only added to a cluster that is verified")
        if not endpoints:
            raise ValueError("etcd needs an endpoint")
        self._endpoints = [endpoint.rstrip("/") for endpoint in endpoints]
        self._https = Https(tls, timeout=timeout)

    @property
    def endpoints(self) -> tuple[str, ...]:
        return tuple(self._endpoints)

    def members(self) -> tuple[Member, ...]:
        """The members as a quorum has them. Raises ``etcd_unhealthy`` when there is none.

        The gateway's default is one member's own view, which may be old. Without quorum, etcd lets the question wait for longer
        than it is waited for here.
        """
        try:
            return self._members(linearizable=True)
        except EtcdUnreachableError as exc:
            self._members(linearizable=False)
            raise EtcdUnhealthyError(
                f"etcd has no quorum: it answers, but no majority of its members confirms it in time ({exc.details['seen']}); bring back "
                "the members that are down.",
                endpoints=list(self._endpoints),
            ) from exc

    def health(self) -> EtcdHealth:
        """Every started member as it is now. The list is one member's view when there is no quorum to confirm it."""
        try:
            members = self.members()
        except EtcdUnhealthyError:
            members = self._members(linearizable=False)
        statuses: dict[int, EndpointStatus] = {}
        faults: dict[int, str] = {}
        for member in members:
            for endpoint in member.client_urls:
                try:
                    found = self.status(endpoint)
                except JoinError as exc:
                    faults[member.id] = str(exc.details.get("seen") or exc)
                    continue
                if found.member_id == member.id:
                    statuses[member.id] = found
                    break
                faults[member.id] = f"at {endpoint} answers another member, {found.member_id:x}"
        return EtcdHealth(members, statuses, faults)

    def status(self, endpoint: str) -> EndpointStatus:
        """What the member behind this one endpoint says of itself; a learner says it, too."""
        answer = self._ask("maintenance/status", {}, endpoints=[endpoint.rstrip("/")])
        return self._parsed(lambda: parse_status(answer, endpoint=endpoint))

    def add_learner(self, peer_url: str) -> Member:
        """Add a member without a vote, not started yet."""
        answer = self._ask("cluster/member/add", {"peerURLs": [peer_url], "isLearner": True})
        return self._parsed(lambda: parse_members({"members": [answer.get("member")]}))[0]

    def promote(self, member_id: int) -> None:
        """Give a learner a vote; etcd refuses until it has caught up."""
        self._ask("cluster/member/promote", {"ID": str(member_id)})

    def remove(self, member_id: int) -> None:
        """Remove a member; one that is not there counts as removed. Without quorum, etcd might do it at any later time."""
        try:
            self._ask("cluster/member/remove", {"ID": str(member_id)})
        except EtcdRefusalError as exc:
            if exc.reason != "etcdserver: member not found":
                raise

    def _members(self, *, linearizable: bool) -> tuple[Member, ...]:
        answer = self._ask("cluster/member/list", {"linearizable": linearizable})
        members = self._parsed(lambda: parse_members(answer))
        self._learn(members)
        return members

    def _learn(self, members: t.Sequence[Member]) -> None:
        """From now on, ask those too that serve clients; learners do not (kubeadm: the endpoints are synced)."""
        for member in members:
            urls = [url.rstrip("/") for url in member.client_urls if url.startswith("https://")]
            self._endpoints += [url for url in urls if not member.is_learner and url not in self._endpoints]

    def _parsed(self, parse: t.Callable[[], _Value]) -> _Value:
        try:
            return parse()
        except ValueError as exc:
            raise _unreachable({", ".join(self._endpoints): f"an answer that is not etcd's: {exc}"}) from exc

    def _ask(
        self, path: str, body: t.Mapping[str, t.Any], endpoints: t.Sequence[str] | None = None
    ) -> dict[str, t.Any]:
        """Ask one endpoint after the other. What is refused by all for now, or reached by none, is told by its best reason."""
        refused: EtcdRefusalError | None = None
        faults: dict[str, JoinError] = {}
        for endpoint in list(endpoints or self._endpoints):
            try:
                answer = self._ask_one(endpoint, path, body)
            except EtcdRefusalError as exc:
                if not isinstance(exc, EtcdUnavailableError) and exc.reason != _OF_A_LEARNER:
                    raise
                refused = exc
            except JoinError as exc:
                faults[endpoint] = exc
            else:
                if endpoints is None:
                    self._endpoints.sort(key=lambda known: known != endpoint)
                return answer
        if refused is not None:
            raise refused
        named = [fault for fault in faults.values() if not isinstance(fault, EtcdUnreachableError)]
        if named:
            raise named[0]
        raise _unreachable({endpoint: str(fault.details["seen"]) for endpoint, fault in faults.items()})

    def _ask_one(self, endpoint: str, path: str, body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        try:
            with self._https.send("POST", f"{endpoint}/v3/{path}", headers={}, json=body) as response:
                content = self._https.read(response)
                status = response.status_code
        except TlsRefusedError as exc:
            raise _tls_refusal(endpoint, printable(str(exc), _LONGEST)) from exc
        except HttpsError as exc:
            raise _unreachable({endpoint: printable(str(exc), _LONGEST)}) from exc
        try:
            answer = parse_object(content)
        except ValueError as exc:
            raise _unreachable({endpoint: f"no gateway of etcd, but {exc} (HTTP status {status})"}) from exc
        if status != 200:
            raise _refusal(endpoint, path, status, answer)
        return answer


def _refusal(endpoint: str, path: str, status: int, answer: t.Mapping[str, t.Any]) -> EtcdRefusalError:
    reason = printable(text_at(answer, "message"), _LONGEST) or "no reason given"
    unavailable = answer.get("code") == _UNAVAILABLE
    next_step = (
        "bring back the members that are down, or remove those that never come back with `etcdctl member remove`"
        if unavailable
        else "look into the log of etcd there"
    )
    return (EtcdUnavailableError if unavailable else EtcdRefusalError)(
        f"etcd at {endpoint} refused {path}: {reason} (HTTP status {status}); {next_step}.",
        endpoint=endpoint,
        path=path,
        status=status,
        grpc_code=answer.get("code"),
        reason=reason,
    )


def _tls_refusal(endpoint: str, seen: str) -> JoinError:
    if "alert" in seen.lower():
        return JoinError(
            "etcd_unauthorized",
            f"etcd at {endpoint} refused this host's client certificate: {seen}; expected it to take one that etcd's CA signed; check "
            "/etc/kubernetes/pki/etcd/healthcheck-client.crt and ca.crt against those of the other control planes.",
            endpoint=endpoint,
            seen=seen,
        )
    return JoinError(
        "etcd_untrusted",
        f"Cannot trust etcd at {endpoint}: its TLS certificate was refused ({seen}); expected one that etcd's CA signed for this "
        "address; check /etc/kubernetes/pki/etcd/ca.crt, and what answers there.",
        endpoint=endpoint,
        seen=seen,
    )


def _unreachable(faults: t.Mapping[str, str]) -> EtcdUnreachableError:
    reported = "; ".join(f"{endpoint}: {seen}" for endpoint, seen in faults.items())
    return EtcdUnreachableError(
        f"Cannot reach etcd: {reported}; expected a member to answer there; check that etcd runs on the control planes, and the route "
        "and the firewalls on the way to port 2379.",
        endpoints=sorted(faults),
        seen="; ".join(faults.values()),
    )
