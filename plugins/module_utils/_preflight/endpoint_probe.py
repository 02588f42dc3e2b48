# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""A probe of the cluster's endpoint from the node: its route, its certificate and its clock.

The probe is for diagnosis only: it sends no secret, and its result is used for nothing but findings.
"""

from __future__ import annotations

import contextlib
import datetime
import email.utils
import http.client
import socket
import ssl
import threading
import typing as t
import urllib.parse
from dataclasses import dataclass, field, replace

from .._api.proxy import proxy_for
from .._api.tls import Tls, trusting, unverified
from .._core.errors import JoinError
from .._credentials.der import names_of

__all__ = ("EndpointProbe", "PendingProbe", "start_probe")

#: Seconds for each step, and for the whole probe.
STEP = 2.0
PROBE_TIMEOUT = 5.0


@dataclass(frozen=True)
class EndpointProbe:
    """The result of a probe. ``unresolved``, ``no_route``, ``unreachable`` and ``untrusted`` are reasons in words, or empty.

    ``source`` is the source address of this host; ``skew`` is the number of seconds that the server's clock is
    ahead of this host's, None if unknown; ``names`` are the names in the server's certificate.
    """

    source: str = ""
    unresolved: str = ""
    no_route: str = ""
    unreachable: str = ""
    untrusted: str = ""
    names: tuple[str, ...] = field(default=())
    skew: float | None = None


class PendingProbe:
    """A probe that runs in the background."""

    def __init__(self, server: str, certificate_authority: str, environ: t.Mapping[str, str]) -> None:
        self._seen = EndpointProbe(unreachable=f"no answer within {PROBE_TIMEOUT:g} seconds")
        # A daemon, because it must not delay the end of the process: a resolver has no timeout.
        self._thread = threading.Thread(target=self._work, args=(server, certificate_authority, environ), daemon=True)
        self._thread.start()

    def result(self) -> EndpointProbe:
        """The result so far, at most after the timeout."""
        self._thread.join(PROBE_TIMEOUT)
        return self._seen

    def _work(self, server: str, certificate_authority: str, environ: t.Mapping[str, str]) -> None:
        self._seen = _probe(server, certificate_authority, environ)


def start_probe(server: str, *, certificate_authority: str, environ: t.Mapping[str, str]) -> PendingProbe:
    """Start to probe ``server``, an https URL. Its certificate is verified if the cluster's CA (PEM) is known.

    ``environ`` has a usable proxy or no proxy.
    """
    return PendingProbe(server, certificate_authority, environ)


def _probe(server: str, certificate_authority: str, environ: t.Mapping[str, str]) -> EndpointProbe:
    parts = urllib.parse.urlsplit(server)
    host, port = parts.hostname or "", parts.port or 443
    proxy = proxy_for(server, environ)
    if "@" in proxy:
        return EndpointProbe()  # the proxy needs a password, and the probe sends no secret
    if proxy:
        hop = urllib.parse.urlsplit(proxy)
        first = (hop.hostname or "", hop.port or 80)
    else:
        first = (host, port)
    try:
        addresses = socket.getaddrinfo(*first, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as exc:
        return EndpointProbe(unresolved=f"{first[0]} cannot be resolved ({getattr(exc, 'strerror', None) or exc})")
    seen = _find_route(addresses)
    if seen.no_route:
        return seen
    try:
        tls = trusting(certificate_authority) if certificate_authority else unverified()
        for context in tls.alternatives:
            with contextlib.suppress(ssl.SSLCertVerificationError):
                return _ask(seen, context, host, port, first)
        return _ask(seen, tls, host, port, first)
    except ssl.SSLCertVerificationError as exc:
        seen = replace(seen, untrusted=exc.verify_message)
    except (OSError, ValueError, http.client.HTTPException, JoinError) as exc:
        return replace(seen, unreachable=_reason(exc))
    try:
        return _ask(seen, unverified(), host, port, first)
    except (OSError, ValueError, http.client.HTTPException):
        return seen


def _find_route(addresses: t.Sequence[t.Any]) -> EndpointProbe:
    """The source address for the first reachable address. Connecting a UDP socket selects a route and sends nothing."""
    reason = ""
    for family, kind, protocol, _name, address in addresses:
        with socket.socket(family, kind, protocol) as probe:
            try:
                probe.connect(address)
                return EndpointProbe(source=probe.getsockname()[0])
            except OSError as exc:
                reason = f"{address[0]}: {exc.strerror or exc}"
    return EndpointProbe(no_route=reason)


def _ask(seen: EndpointProbe, context: Tls, host: str, port: int, first: tuple[str, int]) -> EndpointProbe:
    """Request /version; every response, even a refusal, has a date."""
    connection = http.client.HTTPSConnection(*first, timeout=STEP, context=context)
    if first != (host, port):
        connection.set_tunnel(host, port)
    try:
        connection.connect()
        certificate = t.cast("ssl.SSLSocket", connection.sock).getpeercert(binary_form=True)
        seen = replace(seen, names=names_of(certificate or b""))
        try:
            connection.request("GET", "/version", headers={"User-Agent": "kubejoin.kubeadm"})
            date = connection.getresponse().getheader("Date")
        except (OSError, http.client.HTTPException):
            return seen  # the server speaks TLS, so it is reachable; discovery checks the rest
        return replace(seen, skew=_skew(date or ""))
    finally:
        connection.close()


def _skew(date: str) -> float | None:
    try:
        there = email.utils.parsedate_to_datetime(date)
        there = there if there.tzinfo else there.replace(tzinfo=datetime.timezone.utc)
        # The header has whole seconds; half a second is the mean of the truncated part.
        return (there - datetime.datetime.now(datetime.timezone.utc)).total_seconds() + 0.5
    except (ValueError, TypeError, OverflowError):
        return None


def _reason(exc: Exception) -> str:
    return getattr(exc, "strerror", None) or str(exc) or type(exc).__name__
