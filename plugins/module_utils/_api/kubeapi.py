# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""A client of a Kubernetes API server: JSON requests and answers, and errors with their causes."""

from __future__ import annotations

import base64
import datetime
import email.utils
import os
import re
import typing as t

from .._core.errors import JoinError, NamedError, is_transient_status, printable
from .._core.objects import mapping_at, text_at
from .https import Https, HttpsError, TlsRefusedError, UnusableAnswerError, parse_object
from .proxy import proxy_for
from .tls import Tls

try:
    import requests
    import urllib3.exceptions
except ImportError:
    pass  # the adapter reports what is missing

__all__ = (
    "MAX_MESSAGE",
    "ApiConflictError",
    "ApiError",
    "ApiForbiddenError",
    "ApiNotFoundError",
    "ApiUnauthorizedError",
    "ApiUnreachableError",
    "KubeApi",
    "refusal_class",
)

#: The maximum length of a server's message in a sentence, in characters.
MAX_MESSAGE = 1000


class ApiUnreachableError(NamedError):
    """The API server did not answer."""

    CODE = "api_server_unreachable"


class ApiError(NamedError):
    """The API server refused the request. The details have the HTTP ``status`` and Kubernetes' ``reason``."""

    CODE = "api_refused"

    @property
    def status(self) -> int:
        return int(self.details["status"])

    @property
    def transient(self) -> bool:
        return is_transient_status(self.status)


class ApiUnauthorizedError(ApiError):
    """The API server does not accept the credentials."""

    CODE = "api_unauthorized"


class ApiForbiddenError(ApiError):
    """The user does not have the permission."""

    CODE = "api_forbidden"


class ApiNotFoundError(ApiError):
    """The object does not exist."""

    CODE = "api_not_found"


class ApiConflictError(ApiError):
    """The object already exists, or it has changed since it was read."""

    CODE = "api_conflict"


def refusal_class(status: int) -> type[ApiError]:
    """The class of errors for this HTTP status."""
    classes = {401: ApiUnauthorizedError, 403: ApiForbiddenError, 404: ApiNotFoundError, 409: ApiConflictError}
    return classes.get(status, ApiError)


class KubeApi:
    """A client of the API server at ``server``, an https URL, over ``tls``.

    The user is that of ``bearer``, a token, of ``basic``, a name and a password, or of the client certificate of ``tls``.
    A token or a password requires verified TLS. ``timeout`` is in seconds and limits each request as a whole. HTTPS_PROXY
    is used as in Go (``proxy``, which may be empty); no other setting of the environment is used. Raises ``proxy_unusable``
    and ``credentials_malformed``.
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
        if (bearer or basic) and not tls.is_verified:
            raise ValueError("credentials require a verified server")
        self.server = server.rstrip("/")
        self.date: datetime.datetime | None = None
        self.proxy = proxy_for(self.server, os.environ)
        self._authorization = _authorization(self.server, bearer, basic)
        self._https = Https(tls, timeout=timeout, proxy=self.proxy)

    def get(self, path: str, **params: str) -> dict[str, t.Any]:
        """The object at ``path``."""
        return self._ask("GET", path, params=params)

    def create(self, path: str, body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Create an object and return it as stored."""
        return self._ask("POST", path, body=body)

    def replace(self, path: str, body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Replace the object at ``path`` and return it as stored.

        With the ``resourceVersion`` of a previous read, it raises ``api_conflict`` if the object has changed since then.
        """
        return self._ask("PUT", path, body=body)

    def patch(self, path: str, body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Apply a strategic merge patch to the object at ``path`` and return it as stored."""
        return self._ask("PATCH", path, body=body, content_type="application/strategic-merge-patch+json")

    def delete(self, path: str) -> dict[str, t.Any]:
        """Delete the object at ``path``."""
        return self._ask("DELETE", path)

    def find(self, path: str, **params: str) -> dict[str, t.Any] | None:
        """The object at ``path``, or None if it does not exist."""
        try:
            return self.get(path, **params)
        except ApiNotFoundError:
            return None

    def watch(self, path: str, name: str, timeout: float) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
        """Watch the object ``name`` in the collection at ``path``: yield pairs of event type and object.

        The watch begins with the current object. It ends after ``timeout`` seconds or when the server closes it.
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
                        continue  # a bookmark has only a version, not the object
                    yield text_at(event, "type"), mapping_at(event, "object")
            except (OSError, urllib3.exceptions.HTTPError):
                return  # the server or a load balancer closed it; the caller watches again until its deadline

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
        headers = dict(self._authorization)
        if body is not None:
            headers["Content-Type"] = content_type
        try:
            response = self._https.send(
                method, self.server + path, headers=headers, read_timeout=read_timeout, params=params, json=body
            )
        except HttpsError as exc:
            raise self._read_error(path, exc) from exc
        self.date = _instant(response.headers.get("Date") or "")
        return response

    def _read(self, response: requests.Response, path: str) -> bytes:
        try:
            return self._https.read(response)
        except HttpsError as exc:
            raise self._read_error(path, exc) from exc

    def _parse(self, answer: bytes, path: str) -> dict[str, t.Any]:
        try:
            return parse_object(answer)
        except ValueError as exc:
            raise self.not_kubernetes(path, str(exc)) from exc

    def _refuse(self, response: requests.Response, path: str) -> None:
        if response.status_code in (200, 201, 202):
            return
        status = self._parse(self._read(response, path), path)
        if status.get("kind") != "Status":
            raise self.not_kubernetes(path, f"HTTP status {response.status_code} without a Kubernetes Status")
        raise self._refusal(path, response.status_code, status)

    def _refusal(self, path: str, code: int, status: t.Mapping[str, t.Any]) -> ApiError:
        message = printable(text_at(status, "message"), MAX_MESSAGE)
        return refusal_class(code)(
            f"{self.server} refused {path}: {message or 'without a reason'} (HTTP status {code}); "
            f"{_NEXT_STEP.get(code, 'check the log of the API server')}.",
            server=self.server,
            path=path,
            status=code,
            reason=printable(text_at(status, "reason"), MAX_MESSAGE),
        )

    def _read_error(self, path: str, exc: HttpsError) -> JoinError:
        """The error for an answer that could not be read."""
        if isinstance(exc, TlsRefusedError):
            return JoinError(
                "api_server_untrusted",
                f"Cannot trust {self.server}: its TLS certificate was refused ({exc}); expected a certificate signed by the "
                "cluster's CA for this address; check the address and the server that answers there.",
                server=self.server,
            )
        if isinstance(exc, UnusableAnswerError):
            return self.not_kubernetes(path, str(exc))
        return ApiUnreachableError(
            f"Cannot reach {self.server} for {path}: {exc}; expected an API server to answer there; "
            "check the address, the route from this host and the firewalls in between.",
            server=self.server,
            path=path,
        )

    def not_kubernetes(self, path: str, seen: str) -> JoinError:
        """The error for an answer that does not come from an API server."""
        return JoinError(
            "api_server_not_kubernetes",
            f"The server at {self.server} is not a Kubernetes API server: {seen} for {path}; "
            "check the address and the port, and any proxy or load balancer in between.",
            server=self.server,
            path=path,
        )


_NEXT_STEP = {
    401: "the token is unknown or expired, or the certificate belongs to another cluster: use valid credentials",
    403: "grant the user this permission, or use another user",
    404: "check that the cluster was created with kubeadm and that the object still exists",
}


def _authorization(server: str, bearer: str | None, basic: tuple[str, str] | None) -> dict[str, str]:
    if bearer:
        if re.fullmatch("[!-~]+", bearer) is None:
            raise JoinError(
                "credentials_malformed",
                f"Cannot authenticate to {server}: the bearer token is not a single word of ASCII characters, so no API server "
                "issued it; check the source of the token.",
                server=server,
            )
        return {"Authorization": f"Bearer {bearer}"}
    if basic:
        return {"Authorization": "Basic " + base64.b64encode(":".join(basic).encode("utf-8")).decode("ascii")}
    return {}


def _whole_lines(chunks: t.Iterable[bytes]) -> t.Iterator[bytes]:
    """The complete lines of a stream. A partial last line, cut off by a closed connection, is dropped."""
    rest = bytearray()
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        rest += first
        for line in others:
            yield bytes(rest)
            rest = bytearray(line)


def _instant(date: str) -> datetime.datetime | None:
    """The time of an HTTP date, in UTC; None if it is not valid."""
    try:
        found = email.utils.parsedate_to_datetime(date)
        aware = found if found.tzinfo is not None else found.replace(tzinfo=datetime.timezone.utc)
        instant = aware.astimezone(datetime.timezone.utc)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return instant if 2000 <= instant.year < 3000 else None  # leaves room to add durations
