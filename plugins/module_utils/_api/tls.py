# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""TLS for all connections, with the standard library only: which servers are trusted, and limits on time and size."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
import time
import typing as t

from .._core.errors import JoinError

__all__ = (
    "MAX_ANSWER",
    "MAX_FRAME",
    "ExcessError",
    "Tls",
    "describe_cause",
    "is_closed",
    "limit_before_tls",
    "root_cause",
    "strict_tls",
    "trusting",
    "unverified",
)

#: The maximum size of an answer in bytes. All objects that a join reads are much smaller.
MAX_ANSWER = 4 * 1024 * 1024
#: The maximum number of bytes of an answer in addition to its content: headers and the framing of chunks.
MAX_FRAME = 1024 * 1024
#: The maximum number of bytes before TLS: the answer of a proxy to CONNECT.
MAX_BEFORE_TLS = 64 * 1024

#: The maximum number of CAs of one name that are tried.
_MAX_ALTERNATIVES = 8
# OpenSSL's X509_V_FLAG_PARTIAL_CHAIN, in Python's ssl since 3.10: any trusted certificate ends a chain, as in Go.
_PARTIAL_CHAIN = 0x80000


class _Limits(threading.local):
    """The limits of the current request of a thread: times of the monotonic clock, and bytes."""

    deadline = float("inf")
    connect_deadline = float("inf")
    budget = float("inf")
    #: The name of the server. Before 2.0, urllib3 does not pass IP addresses to Python for verification.
    server_name: str | None = None


class Tls(ssl.SSLContext):
    """TLS whose connections stop reading at a deadline, and after a budget of bytes. Threads may share it.

    The budget limits what a library reads before it returns any content: headers, trailers, chunk extensions.
    A proxy and the TLS handshake have a deadline of their own.
    """

    limits: _Limits
    #: Contexts with one CA for each name, if this one has several of a name: OpenSSL tries only one of these.
    alternatives: tuple[Tls, ...] = ()

    @property
    def is_verified(self) -> bool:
        """Whether it refuses servers without a trusted certificate."""
        return self.verify_mode == ssl.CERT_REQUIRED

    def wrap_socket(self, sock: socket.socket, *args: t.Any, **kwargs: t.Any) -> ssl.SSLSocket:
        kwargs["server_hostname"] = kwargs.get("server_hostname") or self.limits.server_name
        return super().wrap_socket(sock, *args, **kwargs)

    def load_cert_chain(self, *args: t.Any, **kwargs: t.Any) -> None:
        for context in self.alternatives:
            context.load_cert_chain(*args, **kwargs)
        super().load_cert_chain(*args, **kwargs)

    def set_limits(self, seconds: float, content: int, connect_seconds: float | None = None) -> None:
        """Set the limits for this thread's next answer: its time in seconds, its content in bytes, and the time to connect."""
        now = time.monotonic()
        self.limits.deadline = now + seconds
        self.limits.connect_deadline = now + (seconds if connect_seconds is None else min(seconds, connect_seconds))
        self.limits.budget = content + MAX_FRAME


class ExcessError(OSError):
    """An answer is too large."""


class _Socket(ssl.SSLSocket):
    """A socket with a total deadline. A normal timeout restarts with each byte, so a slow server could block a join forever."""

    def do_handshake(self, block: bool = False) -> None:
        with _until(self, t.cast("Tls", self.context).limits.connect_deadline):
            super().do_handshake(block)

    def recv_into(self, *args: t.Any, **kwargs: t.Any) -> int:
        limits = t.cast("Tls", self.context).limits
        with _until(self, limits.deadline):
            if limits.budget < 0:
                raise ExcessError("an answer without end")
            received = super().recv_into(*args, **kwargs)
            limits.budget -= received
            return received


class _PlainSocket(socket.socket):
    """A socket before TLS, with the same deadline and a budget of its own."""

    tls: Tls
    budget = MAX_BEFORE_TLS

    def recv_into(self, *args: t.Any, **kwargs: t.Any) -> int:
        with _until(self, self.tls.limits.connect_deadline):
            if self.budget < 0:
                raise OSError("the proxy sends an answer without end")
            received = super().recv_into(*args, **kwargs)
            self.budget -= received
            return received


@contextlib.contextmanager
def _until(sock: socket.socket, deadline: float) -> t.Iterator[None]:
    """Limit an operation of a socket to its timeout and to the deadline."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise socket.timeout("no complete answer in time")
    timeout = sock.gettimeout()
    sock.settimeout(left if timeout is None else min(left, timeout))
    try:
        yield
    finally:
        sock.settimeout(timeout)


def limit_before_tls(sock: socket.socket, tls: Tls) -> socket.socket:
    """The connection ``sock`` with the limits of ``tls`` for what is read before the TLS handshake."""
    timeout = sock.gettimeout()
    limited = _PlainSocket(sock.family, sock.type, sock.proto, fileno=sock.detach())
    limited.settimeout(timeout)
    limited.tls = tls
    return limited


def _context() -> Tls:
    context = Tls(ssl.PROTOCOL_TLS_CLIENT)
    context.limits = _Limits()
    context.sslsocket_class = _Socket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def strict_tls() -> Tls:
    """TLS that verifies servers, without any trusted CA yet."""
    context = _context()
    context.verify_flags |= _PARTIAL_CHAIN
    context.hostname_checks_common_name = False  # as in Go: only subject alternative names count
    return context


def trusting(certificates: str) -> Tls:
    """TLS that trusts only servers verified by these PEM certificates. Raises ``certificate_malformed``."""
    context = _trusting(certificates)
    names = [str(certificate["subject"]) for certificate in context.get_ca_certs()]
    if len(set(names)) < len(names):
        by_name: dict[str, list[bytes]] = {}
        for name, certificate in zip(names, context.get_ca_certs(binary_form=True)):
            by_name.setdefault(name, []).append(certificate)
        most = min(max(map(len, by_name.values())), _MAX_ALTERNATIVES)
        context.alternatives = tuple(
            _trusting(b"".join(same[at % len(same)] for same in by_name.values())) for at in range(most)
        )
    return context


def _trusting(certificates: str | bytes) -> Tls:
    context = strict_tls()
    try:
        context.load_verify_locations(cadata=certificates)
    except (ValueError, TypeError, OSError) as exc:
        raise JoinError(
            "certificate_malformed",
            f"Cannot read the CA certificates for verifying an API server ({describe_cause(exc)}); expected PEM; replace them.",
        ) from exc
    return context


def unverified() -> Tls:
    """TLS that does not verify servers, for the anonymous request whose answer is verified by a signature."""
    context = _context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def root_cause(exc: BaseException) -> BaseException:
    """The original exception in a library's chain of wrapped exceptions."""
    while True:
        inner = getattr(exc, "reason", None) or next((arg for arg in exc.args if isinstance(arg, Exception)), None)
        if not isinstance(inner, BaseException):
            return exc
        exc = inner


def is_closed(exc: BaseException) -> bool:
    """Whether the server closed the connection within TLS."""
    closed = isinstance(exc, (ssl.SSLEOFError, ssl.SSLZeroReturnError))
    return closed or (isinstance(exc, ssl.SSLError) and exc.reason == "UNEXPECTED_EOF_WHILE_READING")


def describe_cause(exc: BaseException) -> str:
    """The message of the original exception."""
    exc = root_cause(exc)
    if is_closed(exc):
        return "the server closed the connection"
    if isinstance(exc, ssl.SSLCertVerificationError):
        return exc.verify_message
    if isinstance(exc, OSError) and exc.strerror:
        return exc.strerror
    return re.sub(r"^(<.*? at 0x[0-9a-f]+>|\w+\(host=[^)]*\)): ", "", str(exc))
