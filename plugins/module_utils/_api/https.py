# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""HTTPS for all API clients: strict server verification, limits on time and size, JSON answers."""

from __future__ import annotations

import json
import queue
import socket
import ssl
import threading
import typing as t
import urllib.parse
import warnings

from .tls import MAX_ANSWER, ExcessError, Tls, describe_cause, is_closed, limit_before_tls, root_cause

try:
    import requests
    import requests.adapters
    import urllib3.connection
    import urllib3.connectionpool
    import urllib3.exceptions
except ImportError:
    pass  # the adapter reports what is missing

__all__ = (
    "Https",
    "HttpsError",
    "NotConnectedError",
    "NotTlsError",
    "TlsAlertError",
    "TlsRefusedError",
    "UnusableAnswerError",
    "parse_object",
    "session_over",
    "side_by_side",
)


_Value = t.TypeVar("_Value")


class HttpsError(Exception):
    """There is no usable answer; ``str()`` describes what was seen instead."""


class NotConnectedError(HttpsError):
    """There is no connection, so the server did not receive the request."""


class TlsRefusedError(HttpsError):
    """The server's certificate was refused."""


class TlsAlertError(HttpsError):
    """The server refused the connection with the ``alert`` of TLS."""

    def __init__(self, alert: str) -> None:
        super().__init__(f"a refusal of the TLS connection ({alert})")
        self.is_about_certificate = any(
            word in alert for word in ("certificate", "unknown ca", "access denied", "decrypt error")
        )


class NotTlsError(HttpsError):
    """The answer of the server is not TLS, or it violates the protocol."""


class UnusableAnswerError(HttpsError):
    """There is an answer, but it is too large or compressed."""


class Https:
    """Requests over ``tls``, through ``proxy`` if it is set. No other setting of the environment is used.

    ``timeout`` is in seconds and limits each request as a whole, including its answer. Redirects are not followed.
    """

    def __init__(self, tls: Tls, *, timeout: float, proxy: str = "") -> None:
        self.timeout = timeout
        self._sessions = [(context, session_over(context)) for context in (tls, *tls.alternatives)]
        self._proxies = {"https": proxy} if proxy else None

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: t.Mapping[str, str],
        read_timeout: float | None = None,
        **options: t.Any,
    ) -> requests.Response:
        """Send a request and return when the headers of the answer have arrived. ``options`` are passed to requests.

        Raises HttpsError.
        """
        for tls, session in list(self._sessions):
            try:
                response = self._send(tls, session, method, url, headers, read_timeout, options)
            except TlsRefusedError:
                if session is self._sessions[-1][1]:
                    raise
                continue
            self._sessions.sort(key=lambda pair: pair[1] is not session)  # the next request begins with it
            return response
        raise AssertionError("there is always a session")

    def _send(
        self,
        tls: Tls,
        session: requests.Session,
        method: str,
        url: str,
        headers: t.Mapping[str, str],
        read_timeout: float | None,
        options: t.Mapping[str, t.Any],
    ) -> requests.Response:
        longest = read_timeout or self.timeout
        tls.set_limits(longest, MAX_ANSWER, self.timeout)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
                return session.request(
                    method,
                    url,
                    headers={"Accept": "application/json", "User-Agent": "kubejoin.kubeadm", **headers},
                    timeout=(self.timeout, longest),
                    verify=tls.is_verified,
                    proxies=self._proxies,
                    allow_redirects=False,
                    stream=True,
                    **options,
                )
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as exc:
            raise _read_error(exc) from exc

    @staticmethod
    def read(response: requests.Response) -> bytes:
        """The body of the answer. Raises HttpsError."""
        answer = bytearray()
        try:
            for chunk in response.iter_content(chunk_size=65536):
                answer += chunk
                if len(answer) > MAX_ANSWER:
                    raise UnusableAnswerError(f"an answer of more than {MAX_ANSWER} bytes")
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as exc:
            raise _read_error(exc) from exc
        return bytes(answer)


def _read_error(exc: Exception) -> HttpsError:
    """The error for an answer that could not be read."""
    cause = root_cause(exc)
    if isinstance(exc, requests.exceptions.ContentDecodingError) or isinstance(cause, ExcessError):
        return UnusableAnswerError(describe_cause(exc))
    if isinstance(cause, ssl.SSLCertVerificationError):
        return TlsRefusedError(describe_cause(exc))
    if isinstance(cause, ssl.SSLError) and not is_closed(cause):
        reason = (cause.reason or "").lower().replace("_", " ")
        if "alert" in reason or reason == "tlsv1 unrecognized name":
            return TlsAlertError(reason)
        return NotTlsError(f"an answer that is not TLS 1.2 or newer ({reason or describe_cause(exc)})")
    is_connected = not isinstance(
        cause, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    )
    return (HttpsError if is_connected else NotConnectedError)(describe_cause(exc))


def parse_object(answer: bytes) -> dict[str, t.Any]:
    """The JSON object in an answer. Raises ValueError with a description of any other answer."""
    try:
        value = json.loads(answer, parse_int=_whole_number)
        # Refuse values that could not be serialized later: lone surrogates, deep nesting, NaN and infinities.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise ValueError("an answer that is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("JSON that is not an object")
    return value


def _whole_number(digits: str) -> float:
    """Parse an integer. Integers longer than those of Kubernetes become floats, because exact parsing would be slow."""
    return int(digits) if len(digits) <= 20 else float(digits)


def side_by_side(calls: t.Sequence[t.Callable[[], _Value]]) -> t.Iterator[tuple[int, _Value]]:
    """Make the calls at the same time, and yield the positions and results in the order in which they end.

    A call must not raise. Calls that are no longer awaited do not delay the end of the process.
    """
    ended: queue.SimpleQueue[tuple[int, _Value]] = queue.SimpleQueue()

    def work(position: int) -> None:
        ended.put((position, calls[position]()))

    for position in range(len(calls)):
        threading.Thread(target=work, args=(position,), daemon=True).start()
    for _call in calls:
        yield ended.get()


def session_over(tls: Tls) -> requests.Session:
    """A session of requests that uses only this TLS context, also through a proxy, without redirects and decompression."""

    class Session(requests.Session):
        """Ignores redirects. The session of requests would read the content of a redirecting answer."""

        def get_redirect_target(self, resp: requests.Response) -> None:
            return None

    class Connection(urllib3.connection.HTTPSConnection):
        """Limits the answer of a proxy, which http.client reads without any limit."""

        def _new_conn(self) -> socket.socket:
            return limit_before_tls(super()._new_conn(), tls)

    class Pool(urllib3.connectionpool.HTTPSConnectionPool):
        """Uses these connections."""

        ConnectionCls = Connection

    class Adapter(requests.adapters.HTTPAdapter):
        """Uses exactly this TLS context. The adapter of requests would add the CAs of its own bundle."""

        def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
            super().init_poolmanager(*args, ssl_context=tls, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"https": Pool}

        def proxy_manager_for(self, proxy: str, **kwargs: t.Any) -> t.Any:
            manager = super().proxy_manager_for(proxy, ssl_context=tls, **kwargs)
            manager.pool_classes_by_scheme = {"https": Pool}
            return manager

        def cert_verify(self, conn: t.Any, url: str, verify: t.Any, cert: t.Any) -> None:
            tls.limits.server_name = urllib.parse.urlsplit(url).hostname
            conn.cert_reqs = tls.verify_mode
            conn.ca_certs = conn.ca_cert_dir = None

        def build_response(self, req: requests.PreparedRequest, resp: t.Any) -> requests.Response:
            if resp.headers.get("Content-Encoding", "identity").lower() != "identity":
                resp.close()
                raise requests.exceptions.ContentDecodingError("a compressed answer, which was not requested")
            return super().build_response(req, resp)

    session = Session()
    session.trust_env = False
    session.headers["Accept-Encoding"] = "identity"
    session.mount("https://", Adapter())
    return session
