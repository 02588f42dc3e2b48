# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""TLS as every conversation needs it, with the standard library alone: who is believed, for how long and for how many bytes."""

from __future__ import annotations

import socket
import ssl
import time
import typing as t

from .._core.errors import JoinError

__all__ = (
    "MAX_ANSWER",
    "MAX_FRAME",
    "ExcessError",
    "Tls",
    "bottom",
    "innermost",
    "strict_tls",
    "trusting",
    "unverified",
)

#: No object that a join reads comes near this; an answer that does is not read to its end.
MAX_ANSWER = 4 * 1024 * 1024
#: Bytes that an answer may have beside its content: headers, and what stands around chunks.
MAX_FRAME = 1024 * 1024

# OpenSSL's X509_V_FLAG_PARTIAL_CHAIN, which Python names from 3.10 on: any trusted certificate ends a chain, as in Go.
_PARTIAL_CHAIN = 0x80000


class Tls(ssl.SSLContext):
    """TLS whose connections stop to read at ``deadline``, an instant of the monotonic clock, and after ``budget`` bytes.

    The budget bounds what a library reads before it returns a byte: headers, trailers, extensions of chunks.
    """

    deadline = float("inf")
    budget = float("inf")
    #: Who is asked next. urllib3 before 2.0 does not pass addresses on, and Python verifies none that it is not told.
    server_name: str | None = None

    @property
    def is_verified(self) -> bool:
        """Whether it refuses servers that nobody vouches for."""
        return self.verify_mode == ssl.CERT_REQUIRED

    def wrap_socket(self, sock: socket.socket, *args: t.Any, **kwargs: t.Any) -> ssl.SSLSocket:
        kwargs["server_hostname"] = kwargs.get("server_hostname") or self.server_name
        return super().wrap_socket(sock, *args, **kwargs)

    def allow(self, seconds: float, content: int) -> None:
        """Allow for one more answer, of so many bytes of content."""
        self.deadline = time.monotonic() + seconds
        self.budget = content + MAX_FRAME


class ExcessError(OSError):
    """An answer is larger than any that is needed."""


class _Socket(ssl.SSLSocket):
    """A socket's own timeout begins anew with every byte: a server that sends one now and then would hold a join for ever."""

    def recv_into(self, *args: t.Any, **kwargs: t.Any) -> int:
        context = t.cast("Tls", self.context)
        left = context.deadline - time.monotonic()
        if left <= 0:
            raise socket.timeout("no whole answer in time")
        if context.budget < 0:
            raise ExcessError("an answer without end")
        timeout = self.gettimeout()
        self.settimeout(left if timeout is None else min(left, timeout))
        try:
            received = super().recv_into(*args, **kwargs)
            context.budget -= received
            return received
        finally:
            self.settimeout(timeout)


def _context() -> Tls:
    context = Tls(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = _Socket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def strict_tls() -> Tls:
    """TLS that verifies servers and believes nobody yet."""
    context = _context()
    context.verify_flags |= _PARTIAL_CHAIN
    context.hostname_checks_common_name = False  # as in Go: who a server is, its alternative names say alone
    return context


def trusting(certificates: str) -> Tls:
    """TLS that believes servers vouched for by these PEM certificates and by nobody else. Raises ``certificate_malformed``."""
    context = strict_tls()
    try:
        context.load_verify_locations(cadata=certificates)
    except (ValueError, TypeError, OSError) as exc:
        raise JoinError(
            "certificate_malformed",
            f"Cannot read the CA certificates that shall vouch for an API server ({innermost(exc)}); expected PEM; replace them.",
        ) from exc
    return context


def unverified() -> Tls:
    """TLS that believes anybody: for the one anonymous question that a signature answers for."""
    context = _context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def bottom(exc: BaseException) -> BaseException:
    """What a library's chain of wrapped exceptions began with."""
    while True:
        inner = getattr(exc, "reason", None) or next((arg for arg in exc.args if isinstance(arg, Exception)), None)
        if not isinstance(inner, BaseException):
            return exc
        exc = inner


def innermost(exc: BaseException) -> str:
    """The same in its own words."""
    exc = bottom(exc)
    if isinstance(exc, ssl.SSLCertVerificationError):
        return exc.verify_message
    if isinstance(exc, OSError) and exc.strerror:
        return exc.strerror
    text = str(exc)
    return text.split(": ", 1)[1] if text.startswith("<") and ": " in text else text
