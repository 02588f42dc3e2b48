# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""HTTPS as every conversation needs it: strict about who answers, bounded in time and size, JSON at its end."""

from __future__ import annotations

import json
import socket
import ssl
import time
import typing as t
import urllib.parse
import warnings

from .._core.errors import JoinError

try:
    import requests
    import requests.adapters
    import urllib3.exceptions
except ImportError:
    pass  # the adapter reports what is missing

__all__ = (
    "MAX_ANSWER",
    "MAX_FRAME",
    "Https",
    "HttpsError",
    "Tls",
    "TlsRefusedError",
    "UnusableAnswerError",
    "innermost",
    "parse_object",
    "session_over",
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

    The budget is there for all that a library reads before it hands on a byte: headers, trailers, extensions of chunks.
    """

    deadline = float("inf")
    budget = float("inf")
    #: Who is asked next. urllib3 before 2.0 does not pass addresses on, and Python verifies none that it is not told.
    server_name: str | None = None

    def wrap_socket(self, sock: socket.socket, *args: t.Any, **kwargs: t.Any) -> ssl.SSLSocket:
        kwargs["server_hostname"] = kwargs.get("server_hostname") or self.server_name
        return super().wrap_socket(sock, *args, **kwargs)

    def allow(self, seconds: float, content: int) -> None:
        """Allow for one more answer."""
        self.deadline = time.monotonic() + seconds
        self.budget = content + MAX_FRAME


class _ExcessError(OSError):
    """An answer is larger than any that is needed."""


class _Socket(ssl.SSLSocket):
    """A socket's own timeout begins anew with every byte: a server that sends one now and then would hold a join for ever."""

    def recv_into(self, *args: t.Any, **kwargs: t.Any) -> int:
        context = t.cast("Tls", self.context)
        left = context.deadline - time.monotonic()
        if left <= 0:
            raise socket.timeout("no whole answer in time")
        if context.budget < 0:
            raise _ExcessError("an answer without end")
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
    return context


def strict_tls() -> Tls:
    """TLS that verifies servers and believes nobody yet."""
    context = _context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
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
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class HttpsError(Exception):
    """There is no answer; ``str()`` is what was seen instead."""


class TlsRefusedError(HttpsError):
    """One of both ends refused the certificate of the other."""


class UnusableAnswerError(HttpsError):
    """There is an answer, but none that is read to its end."""


class Https:
    """Requests over ``tls``, through ``proxy`` if there is one, and with nothing else of the environment.

    ``timeout`` is in seconds and bounds each request as a whole, its answer included. Redirects are not followed.
    """

    def __init__(self, tls: Tls, *, timeout: float, proxy: str = "") -> None:
        self.timeout = timeout
        self._tls = tls
        self._proxies = {"https": proxy} if proxy else None
        self._session = session_over(tls)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: t.Mapping[str, str],
        read_timeout: float | None = None,
        **options: t.Any,
    ) -> requests.Response:
        """Ask, and return once the head of the answer is there. Raises HttpsError; ``options`` are those of requests."""
        longest = read_timeout or self.timeout
        self._tls.allow(longest, MAX_ANSWER)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
                return self._session.request(
                    method,
                    url,
                    headers={"Accept": "application/json", "User-Agent": "kubejoin.kubeadm", **headers},
                    timeout=(self.timeout, longest),
                    verify=self._tls.verify_mode == ssl.CERT_REQUIRED,
                    proxies=self._proxies,
                    allow_redirects=False,
                    stream=True,
                    **options,
                )
        except requests.exceptions.SSLError as exc:
            raise TlsRefusedError(innermost(exc)) from exc
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as exc:
            raise _unread(exc) from exc

    @staticmethod
    def read(response: requests.Response) -> bytes:
        """The answer's body. Raises HttpsError."""
        answer = bytearray()
        try:
            for chunk in response.iter_content(chunk_size=65536):
                answer += chunk
                if len(answer) > MAX_ANSWER:
                    raise UnusableAnswerError(f"an answer of more than {MAX_ANSWER} bytes")
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as exc:
            raise _unread(exc) from exc
        return bytes(answer)


def _unread(exc: Exception) -> HttpsError:
    """Why an answer could not be had."""
    if isinstance(exc, requests.exceptions.ContentDecodingError) or isinstance(_bottom(exc), _ExcessError):
        return UnusableAnswerError(innermost(exc))
    return HttpsError(innermost(exc))


def parse_object(answer: bytes) -> dict[str, t.Any]:
    """The JSON object in an answer. Raises ValueError, saying what it is instead."""
    try:
        value = json.loads(answer, parse_int=_whole_number)
        # What could not be written again is refused now: halves of characters, depths, what is not a number.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError) as exc:
        raise ValueError("an answer that is not JSON") from exc
    if not isinstance(value, dict):
        raise ValueError("JSON that is not an object")
    return value


def _whole_number(digits: str) -> float:
    """An integer; what no integer of Kubernetes is as long as is not read exactly, which would take long."""
    return int(digits) if len(digits) <= 20 else float(digits)


def session_over(tls: Tls) -> requests.Session:
    """A session of requests that speaks over this TLS alone, through a proxy, too, and that follows and unpacks nothing."""

    class Session(requests.Session):
        """Does not look at where an answer redirects to, as requests would, and read its content for that."""

        def get_redirect_target(self, resp: requests.Response) -> None:
            return None

    class Adapter(requests.adapters.HTTPAdapter):
        """Speaks over exactly this TLS context: requests alone would add the CAs of its own bundle to it."""

        def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
            super().init_poolmanager(*args, ssl_context=tls, **kwargs)

        def proxy_manager_for(self, proxy: str, **kwargs: t.Any) -> t.Any:
            return super().proxy_manager_for(proxy, ssl_context=tls, **kwargs)

        def cert_verify(self, conn: t.Any, url: str, verify: t.Any, cert: t.Any) -> None:
            tls.server_name = urllib.parse.urlsplit(url).hostname
            conn.cert_reqs = tls.verify_mode
            conn.ca_certs = conn.ca_cert_dir = None

        def build_response(self, req: requests.PreparedRequest, resp: t.Any) -> requests.Response:
            if resp.headers.get("Content-Encoding", "identity").lower() != "identity":
                resp.close()
                raise requests.exceptions.ContentDecodingError("a packed answer, which nobody asked for")
            return super().build_response(req, resp)

    session = Session()
    session.trust_env = False
    session.headers["Accept-Encoding"] = "identity"
    session.mount("https://", Adapter())
    return session


def _bottom(exc: BaseException) -> BaseException:
    while True:
        inner = getattr(exc, "reason", None) or next((arg for arg in exc.args if isinstance(arg, Exception)), None)
        if not isinstance(inner, BaseException):
            return exc
        exc = inner


def innermost(exc: BaseException) -> str:
    """What happened at the bottom of a library's chain of wrapped exceptions, in its own words."""
    exc = _bottom(exc)
    if isinstance(exc, ssl.SSLCertVerificationError):
        return exc.verify_message
    if isinstance(exc, OSError) and exc.strerror:
        return exc.strerror
    text = str(exc)
    return text.split(": ", 1)[1] if text.startswith("<") and ": " in text else text
