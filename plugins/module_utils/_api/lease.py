# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""A cluster-wide lock: a Lease that its holder renews, and that others take over when it expires."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

from .._core.clock import Clock
from .._core.defaults import LOCK_TIMEOUT
from .._core.errors import JoinError, NamedError
from .._core.objects import mapping_at, text_at
from .._core.retry import retry
from .kubeapi import ApiConflictError, ApiNotFoundError, KubeApi

__all__ = ("LeaseLock", "LockLostError")

_NAMESPACE = "kube-system"

#: The longest time without a renewal, in seconds. A Lease of more would lock out all other runs.
_MAX_DURATION = 120
#: Kubernetes stores the number of transitions in 32 bits.
_MAX_TRANSITIONS = 2**31 - 1

#: The errors if another run has changed the Lease first.
_OVERTAKEN = (ApiConflictError, ApiNotFoundError)


class LockLostError(NamedError):
    """Another run holds the lock, or may soon hold it."""

    CODE = "lock_lost"


@dataclass(frozen=True)
class _Seen:
    """The fields of a Lease that change with each action of its holder. Times follow the holder's clock; do not compare them."""

    holder: str = ""
    acquired: str = ""
    renewed: str = ""
    transitions: int = 0


class LeaseLock:
    """The lock ``name``, for ``holder``, which must be unique to this run.

    The holder renews the lock at least every third of ``duration`` seconds by calling ``keep``. Another run takes the lock
    if it is free, or if it has seen no renewal for the duration in the Lease, or for two minutes, by its own monotonic clock.
    The holder counts from before each renewal, so it notices first that the lock expires. ``acquire`` waits for up to
    ``wait`` seconds.
    """

    def __init__(
        self, api: KubeApi, name: str, holder: str, *, clock: Clock, duration: int = 30, wait: float = LOCK_TIMEOUT
    ) -> None:
        if duration > _MAX_DURATION:
            raise ValueError(f"a lock of more than {_MAX_DURATION} seconds")
        self._api = api
        self._collection = f"/apis/coordination.k8s.io/v1/namespaces/{_NAMESPACE}/leases"
        self._name = name
        self._holder = holder
        self._clock = clock
        self._duration = duration
        self._wait = wait
        self._lease: dict[str, t.Any] | None = None
        self._renewed = 0.0
        self._last = _Seen()
        self._since = clock.monotonic()

    def acquire(self) -> None:
        """Wait until this run holds the lock. Raises ``lock_not_acquired`` with the name of the holder."""
        try:
            if retry(self._try, clock=self._clock, timeout=self._wait, shortest=0.1, longest=0.5, also=_OVERTAKEN):
                return
        except JoinError as exc:
            if not self._last.holder or not (exc.transient or isinstance(exc, _OVERTAKEN)):
                raise
        last = self._last
        raise JoinError(
            "lock_not_acquired",
            f"Cannot acquire the lock {self._title} within {self._wait:g} s: {last.holder} has held it since {last.acquired} and "
            f"renewed it at {last.renewed}; wait for that run to end, then run again.",
            lock=self._title,
            holder=last.holder,
            acquired=last.acquired,
            renewed=last.renewed,
        )

    def _try(self, _left: float) -> t.Literal[True] | None:
        """Take the lock if it is free, already held by this run, or expired."""
        began = self._clock.monotonic()
        found = self._api.find(f"{self._collection}/{self._name}")
        seen, now = _seen(found), self._clock.monotonic()
        if seen != self._last:
            self._last, self._since = seen, now
        if seen.holder not in ("", self._holder) and now - self._since < self._duration_of(found):
            return None
        self._submit(found, began)
        return True

    def keep(self) -> None:
        """Renew the lock if it is due. Raises ``lock_lost`` if another run holds it or may soon hold it."""
        if self._lease is None:
            raise self._lost("it is not held")
        began = self._clock.monotonic()
        if began - self._renewed < self._duration / 3:
            return
        seen = "it was not renewed in time"
        if began - self._renewed < self._duration:
            try:
                self._submit(self._lease, began)
            except JoinError as exc:
                if not exc.transient and not isinstance(exc, _OVERTAKEN):
                    raise
                seen = str(exc)
                self._check_holder(exc)
        if self._clock.monotonic() - self._renewed > self._duration * 2 / 3:
            raise self._lost(seen)

    def release(self) -> None:
        """Free the lock for other runs. If that fails, the lock expires."""
        lease, self._lease = self._lease, None
        self._last = _Seen()
        if lease is None:
            return
        spec = {key: value for key, value in mapping_at(lease, "spec").items() if key != "holderIdentity"}
        try:
            self._api.replace(f"{self._collection}/{self._name}", {**lease, "spec": spec})
        except JoinError:
            return

    def _duration_of(self, found: t.Mapping[str, t.Any] | None) -> int:
        """The seconds until the lock expires without a renewal; if the Lease does not have them, our own duration."""
        return min(_count(found, "leaseDurationSeconds") or self._duration, _MAX_DURATION)

    def _check_holder(self, exc: JoinError) -> None:
        """After a failed renewal, read who holds the lock: the renewal may have succeeded, and only its answer was lost."""
        if not isinstance(exc, _OVERTAKEN):
            return
        try:
            found = self._api.find(f"{self._collection}/{self._name}")
        except JoinError as why:
            if why.transient:
                return
            raise
        holder = _seen(found).holder
        if found is None or holder != self._holder:
            self._lease = None
            raise self._lost(f"{holder or 'no run'} holds it now") from exc
        self._lease = found

    def _submit(self, found: dict[str, t.Any] | None, began: float) -> None:
        """Write this run as the holder of the lock, on condition that the Lease has not changed since ``found``."""
        stamp = self._clock.now().astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        before = _seen(found)
        is_ours = before.holder == self._holder
        spec = {
            "holderIdentity": self._holder,
            "leaseDurationSeconds": self._duration,
            "acquireTime": before.acquired if is_ours and before.acquired else stamp,
            "renewTime": stamp,
            "leaseTransitions": min(before.transitions + (0 if is_ours or found is None else 1), _MAX_TRANSITIONS),
        }
        if found is None:
            lease = {
                "apiVersion": "coordination.k8s.io/v1",
                "kind": "Lease",
                "metadata": {"name": self._name, "namespace": _NAMESPACE},
                "spec": spec,
            }
            self._lease = self._api.create(self._collection, lease)
        else:
            self._lease = self._api.replace(f"{self._collection}/{self._name}", {**found, "spec": spec})
        self._renewed = began

    @property
    def _title(self) -> str:
        return f"{_NAMESPACE}/{self._name}"

    def _lost(self, seen: str) -> JoinError:
        return LockLostError(
            f"Lost the lock {self._title}: {seen}; expected to hold it until all changes are made; no further changes were made, "
            "so run again.",
            lock=self._title,
            seen=seen,
        )


def _seen(found: t.Mapping[str, t.Any] | None) -> _Seen:
    return _Seen(
        holder=text_at(found, "spec", "holderIdentity"),
        acquired=text_at(found, "spec", "acquireTime"),
        renewed=text_at(found, "spec", "renewTime"),
        transitions=_count(found, "leaseTransitions"),
    )


def _count(found: t.Mapping[str, t.Any] | None, key: str) -> int:
    value = mapping_at(found, "spec").get(key)
    return value if isinstance(value, int) and value > 0 else 0
