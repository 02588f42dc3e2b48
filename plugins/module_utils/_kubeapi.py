# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""One conversation with a Kubernetes API server: JSON in, JSON out, every refusal with its cause."""

from __future__ import annotations

import base64
import datetime
import email.utils
import json
import os
import re
import socket
import ssl
import time
import typing as t
import urllib.parse
import warnings

from ._errors import JoinError, printable
from ._objects import mapping_at, text_at
from ._proxy import proxy_for

try:
    import requests
    import requests.adapters
    import urllib3.exceptions
except ImportError:
    pass  # the adapter reports what is missing

__all__ = (
    "MAX_ANSWER",
    "MAX_WORDS",
    "ApiError",
    "KubeApi",
    "Tls",
    "innermost",
    "session_over",
    "strict_tls",
    "trusting",
    "unverified",
)

#: No object that a join reads comes near this; an answer that does is not read to its end.
MAX_ANSWER = 4 * 1024 * 1024
#: Bytes that an answer may have beside its content: headers, and what stands around chunks.
MAX_FRAME = 1024 * 1024
#: Characters of a server's own words that a sentence repeats.
MAX_WORDS = 1000

# OpenSSL's X509_V_FLAG_PARTIAL_CHAIN, which Python names from 3.10 on: any trusted certificate ends a chain, as in Go.
_PARTIAL_CHAIN = 0x80000


class ApiError(JoinError):
    """The API server answered, and the answer was a refusal. ``status`` is the HTTP status, ``reason`` Kubernetes' own."""

    @property
    def status(self) -> int:
        return int(self.details["status"])


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


class KubeApi:
    """An API server at ``server`` (an https URL), spoken to over ``tls``, as ``bearer`` or as the TLS client certificate.

    ``timeout`` is in seconds and bounds each request as a whole. Credentials, a bearer token or ``basic``, a name and a
    password, are only taken with verified TLS. The environment's HTTPS_PROXY is used as Go does (``proxy``, empty if none),
    and nothing else of the environment. Raises ``proxy_unusable`` and ``credentials_malformed``.
    """

    def __init__(
        self,
        server: str,
        tls: Tls,
        *,
        bearer: str | None = None,
        basic: tuple[str, str] | None = None,
        timeout: float = 10.0,
    ) -> None:
        if (bearer or basic) and tls.verify_mode != ssl.CERT_REQUIRED:
            raise ValueError("credentials need a verified server")
        self.server = server.rstrip("/")
        self.date: datetime.datetime | None = None
        self.proxy = proxy_for(self.server, os.environ)
        self._authorization = _authorization(self.server, bearer, basic)
        self._tls = tls
        self._timeout = timeout
        self._verify = tls.verify_mode == ssl.CERT_REQUIRED
        self._session = session_over(tls)

    def get(self, path: str, **params: str) -> dict[str, t.Any]:
        """The object at ``path``."""
        return self._ask("GET", path, params=params)

    def create(self, path: str, body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Create an object; returns it as stored."""
        return self._ask("POST", path, body=body)

    def patch(self, path: str, body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Change the object at ``path`` by a strategic merge patch; returns it as stored."""
        return self._ask("PATCH", path, body=body, content_type="application/strategic-merge-patch+json")

    def delete(self, path: str) -> dict[str, t.Any]:
        """Delete the object at ``path``."""
        return self._ask("DELETE", path)

    def find(self, path: str, **params: str) -> dict[str, t.Any] | None:
        """The object at ``path``, or None when there is none."""
        try:
            return self.get(path, **params)
        except ApiError as exc:
            if exc.status == 404:
                return None
            raise

    def watch(self, path: str, name: str, timeout: float) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
        """Follow the object called ``name`` in the collection at ``path``: pairs of event type and object.

        Begins with the object as it is, ends after ``timeout`` seconds or whenever the server ends it.
        """
        params = {"watch": "1", "fieldSelector": f"metadata.name={name}", "timeoutSeconds": str(max(1, int(timeout)))}
        response = self._send("GET", path, params=params, read_timeout=timeout + 1)
        with response:
            self._refuse(response, path)
            try:
                for line in _whole_lines(response.iter_content(chunk_size=1024)):
                    event = self._parse(line, path)
                    if event.get("type") == "ERROR":
                        raise self._refusal(path, 410, mapping_at(event, "object"))
                    if event.get("type") == "BOOKMARK":
                        continue  # holds a version, not the object
                    yield text_at(event, "type"), mapping_at(event, "object")
            except (OSError, urllib3.exceptions.HTTPError):
                return  # the server or a load balancer closed it: the caller asks again while it has time

    def _ask(self, method: str, path: str, **options: t.Any) -> dict[str, t.Any]:
        with self._send(method, path, **options) as response:
            self._refuse(response, path)
            return self._parse(self._read(response, path), path)

    def _send(
        self,
        method: str,
        path: str,
        params: t.Mapping[str, str] | None = None,
        body: t.Mapping[str, t.Any] | None = None,
        content_type: str = "application/json",
        read_timeout: float | None = None,
    ) -> requests.Response:
        headers = {"Accept": "application/json", "User-Agent": "kubejoin.kubeadm"}
        if body is not None:
            headers["Content-Type"] = content_type
        headers.update(self._authorization)
        self._tls.allow(read_timeout or self._timeout, MAX_ANSWER)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
                response = self._session.request(
                    method,
                    self.server + path,
                    params=params,
                    json=body,
                    headers=headers,
                    timeout=(self._timeout, read_timeout or self._timeout),
                    verify=self._verify,
                    proxies={"https": self.proxy} if self.proxy else None,
                    allow_redirects=False,
                    stream=True,
                )
        except requests.exceptions.SSLError as exc:
            raise JoinError(
                "api_server_untrusted",
                f"Cannot trust {self.server}: its TLS certificate was refused ({innermost(exc)}); expected one that the "
                "cluster's CA signed for this address; check the address, and what answers there.",
                server=self.server,
            ) from exc
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as exc:
            raise self._unread(path, exc) from exc
        self.date = _instant(response.headers.get("Date") or "")
        return response

    def _read(self, response: requests.Response, path: str) -> bytes:
        answer = bytearray()
        try:
            for chunk in response.iter_content(chunk_size=65536):
                answer += chunk
                if len(answer) > MAX_ANSWER:
                    raise self.not_kubernetes(path, f"an answer of more than {MAX_ANSWER} bytes")
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as exc:
            raise self._unread(path, exc) from exc
        return bytes(answer)

    def _parse(self, answer: bytes, path: str) -> dict[str, t.Any]:
        try:
            value = json.loads(answer, parse_int=_whole_number)
            # What could not be written again is refused now: halves of characters, depths, what is not a number.
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
        except (ValueError, RecursionError) as exc:
            raise self.not_kubernetes(path, "an answer that is not JSON") from exc
        if not isinstance(value, dict):
            raise self.not_kubernetes(path, "JSON that is not an object")
        return value

    def _refuse(self, response: requests.Response, path: str) -> None:
        if response.status_code in (200, 201, 202):
            return
        status = self._parse(self._read(response, path), path)
        if status.get("kind") != "Status":
            raise self.not_kubernetes(path, f"HTTP status {response.status_code} without a Kubernetes Status")
        raise self._refusal(path, response.status_code, status)

    def _refusal(self, path: str, code: int, status: t.Mapping[str, t.Any]) -> ApiError:
        message = printable(text_at(status, "message"), MAX_WORDS)
        name = {401: "api_unauthorized", 403: "api_forbidden", 404: "api_not_found", 409: "api_conflict"}
        return ApiError(
            name.get(code, "api_refused"),
            f"{self.server} refused {path}: {message or 'no reason given'} (HTTP status {code}); "
            f"{_NEXT_STEP.get(code, 'look into the log of the API server')}.",
            server=self.server,
            path=path,
            status=code,
            reason=printable(text_at(status, "reason"), MAX_WORDS),
        )

    def _unread(self, path: str, exc: Exception) -> JoinError:
        """Why an answer could not be had."""
        if isinstance(exc, requests.exceptions.ContentDecodingError) or isinstance(_bottom(exc), _ExcessError):
            return self.not_kubernetes(path, innermost(exc))
        return JoinError(
            "api_server_unreachable",
            f"Cannot reach {self.server} for {path}: {innermost(exc)}; expected an API server to answer there; "
            "check the address, the route from this host and the firewalls in between.",
            server=self.server,
            path=path,
        )

    def not_kubernetes(self, path: str, seen: str) -> JoinError:
        """The refusal of an answer that no API server gives."""
        return JoinError(
            "api_server_not_kubernetes",
            f"What answers at {self.server} is not a Kubernetes API server: {seen} to {path}; "
            "check address and port, and any proxy or load balancer in between.",
            server=self.server,
            path=path,
        )


_NEXT_STEP = {
    401: "the token is unknown or expired, or the certificate is not of this cluster: use one that is valid here",
    403: "give the user the right it lacks, or use another one",
    404: "check that the cluster was made by kubeadm and still has it",
}


def _authorization(server: str, bearer: str | None, basic: tuple[str, str] | None) -> dict[str, str]:
    if bearer:
        if re.fullmatch("[!-~]+", bearer) is None:
            raise JoinError(
                "credentials_malformed",
                f"Cannot speak to {server}: the bearer token is not one word of ASCII characters, so it is not one that an API "
                "server gave out; look at where it comes from.",
                server=server,
            )
        return {"Authorization": f"Bearer {bearer}"}
    if basic:
        return {"Authorization": "Basic " + base64.b64encode(":".join(basic).encode("utf-8")).decode("ascii")}
    return {}


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


def _whole_number(digits: str) -> float:
    """An integer; what no integer of Kubernetes is as long as is not read exactly, which would take long."""
    return int(digits) if len(digits) <= 20 else float(digits)


def _whole_lines(chunks: t.Iterable[bytes]) -> t.Iterator[bytes]:
    """The lines of a stream, without what follows the last line's end: a closing connection has cut that."""
    rest = bytearray()
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        rest += first
        for line in others:
            yield bytes(rest)
            rest = bytearray(line)


def _instant(date: str) -> datetime.datetime | None:
    """The instant of an HTTP date, in UTC; None for what is none."""
    try:
        found = email.utils.parsedate_to_datetime(date)
        aware = found if found.tzinfo is not None else found.replace(tzinfo=datetime.timezone.utc)
        instant = aware.astimezone(datetime.timezone.utc)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return instant if 2000 <= instant.year < 3000 else None  # times are added to it


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
