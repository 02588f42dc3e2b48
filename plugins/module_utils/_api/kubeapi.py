# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""A client of a Kubernetes API server: JSON requests and answers, and errors with their causes."""

from __future__ import annotations

import base64
import copy
import datetime
import email.utils
import os
import re
import typing as t

from .._core.errors import JoinError, NamedError, is_transient_status, printable
from .._core.load import add_rejection
from .._core.objects import mapping_at, text_at
from .._core.retry import Patience
from .https import (
    Https,
    HttpsError,
    NotConnectedError,
    NotTlsError,
    TlsAlertError,
    TlsRefusedError,
    UnusableAnswerError,
    parse_object,
)
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
    "ApiExpiredError",
    "ApiForbiddenError",
    "ApiNotFoundError",
    "ApiUnauthorizedError",
    "ApiUnreachableError",
    "KubeApi",
    "NotKubernetesError",
    "list_parts",
    "refusal_class",
)

#: The maximum length of a server's message in a sentence, in characters.
MAX_MESSAGE = 1000
#: The number of objects that are listed at once, as an answer has a maximum size, and how often: a cluster has at most 5,000 nodes.
_PART, _MAX_PARTS = 100, 100
#: The HTTP statuses of an expired watch, and of a server that has too many requests.
_EXPIRED, _TOO_MANY = 410, 429


class ApiUnreachableError(NamedError):
    """The API server did not answer."""

    CODE = "api_server_unreachable"


class _NotConnectedError(ApiUnreachableError):
    """There was no connection, so the API server did not receive the request."""


class NotKubernetesError(NamedError):
    """The server is not an API server. It may be a balancer whose API servers are starting.

    It is final if the server's certificate is ``verified`` and the HTTP ``status`` is not that of an overloaded server.
    """

    CODE = "api_server_not_kubernetes"

    @property
    def transient(self) -> bool:
        return not self.details["verified"] or is_transient_status(self.details["status"])


class ApiError(NamedError):
    """The API server refused the request. The details have the HTTP ``status`` and Kubernetes' ``reason``.

    Before its certificate is ``verified``, even the refusal of the user is not final.
    """

    CODE = "api_refused"

    @property
    def status(self) -> int:
        return int(self.details["status"])

    @property
    def transient(self) -> bool:
        is_of_user = self.status in (401, 403)
        return is_transient_status(self.status) or (is_of_user and not self.details.get("verified", True))


class ApiUnauthorizedError(ApiError):
    """The API server does not accept the credentials. During its start, it has not read the tokens yet."""

    CODE = "api_unauthorized"
    is_possible_at_start = True


class ApiForbiddenError(ApiError):
    """The user does not have the permission."""

    CODE = "api_forbidden"


class ApiNotFoundError(ApiError):
    """The object does not exist."""

    CODE = "api_not_found"


class ApiConflictError(ApiError):
    """The object already exists, or it has changed since it was read."""

    CODE = "api_conflict"


class ApiExpiredError(ApiError):
    """A watch has expired; a new one may succeed."""

    @property
    def transient(self) -> bool:
        return True


def refusal_class(status: int) -> type[ApiError]:
    """The class of errors for this HTTP status."""
    classes = {401: ApiUnauthorizedError, 403: ApiForbiddenError, 404: ApiNotFoundError, 409: ApiConflictError}
    return classes.get(status, ApiError)


class KubeApi:
    """A client of the API server at ``server``, an https URL, over ``tls``.

    The user is that of ``bearer``, a token, of ``basic``, a name and a password, or of the client certificate of ``tls``.
    A token or a password requires verified TLS. ``timeout`` is in seconds and limits each request as a whole. Requests are
    repeated as long as ``patience`` permits, except watches. HTTPS_PROXY is used as in Go (``proxy``, which may be empty);
    no other setting of the environment is used. Raises ``proxy_unusable`` and ``credentials_malformed``.
    """

    def __init__(
        self,
        server: str,
        tls: Tls,
        *,
        bearer: str | None = None,
        basic: tuple[str, str] | None = None,
        timeout: float = 10.0,
        patience: Patience | None = None,
    ) -> None:
        if (bearer or basic) and not tls.is_verified:
            raise ValueError("credentials require a verified server")
        self.server = server.rstrip("/")
        self.date: datetime.datetime | None = None
        self.proxy = proxy_for(self.server, os.environ)
        self._authorization = _authorization(self.server, bearer, basic)
        self._is_verified = tls.is_verified
        self._patience = patience
        self._https = Https(tls, timeout=timeout, proxy=self.proxy)

    def with_patience(self, patience: Patience | None) -> KubeApi:
        """The same client with another patience."""
        changed = copy.copy(self)
        changed._patience = patience
        return changed

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

    def delete(self, path: str, preconditions: t.Mapping[str, str] | None = None) -> dict[str, t.Any]:
        """Delete the object at ``path``.

        With ``preconditions``, its ``uid`` and ``resourceVersion``, it raises ``api_conflict`` if the object has changed or was replaced.
        """
        options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": dict(preconditions or {})}
        return self._ask("DELETE", path, **({"body": options} if preconditions else {}))

    def find(self, path: str, **params: str) -> dict[str, t.Any] | None:
        """The object at ``path``, or None if it does not exist."""
        try:
            return self.get(path, **params)
        except ApiNotFoundError:
            return None

    def watch(
        self, path: str, timeout: float, *, name: str = "", version: str = ""
    ) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
        """Watch the collection at ``path``, or its object ``name``: yield pairs of event type and object.

        The watch begins with the current objects, or with the first change after ``version``, the resourceVersion of a list. It ends after
        ``timeout`` seconds or when the server closes it.
        """
        params = {"watch": "1", "timeoutSeconds": str(max(1, int(timeout)))}
        if name:
            params["fieldSelector"] = f"metadata.name={name}"
        if version:
            params["resourceVersion"] = version
        response = self._send("GET", path, params=params, read_timeout=timeout + 1)
        with response:
            self._refuse(response, path)
            try:
                for line in _whole_lines(response.iter_content(chunk_size=1024)):
                    event = self._parse(line, path)
                    if event.get("type") == "ERROR":
                        status = mapping_at(event, "object")
                        code = status.get("code")
                        raise self._refusal(path, code if isinstance(code, int) else _EXPIRED, status, watched=True)
                    if event.get("type") == "BOOKMARK":
                        continue  # a bookmark has only a version, not the object
                    yield text_at(event, "type"), mapping_at(event, "object")
            except (OSError, urllib3.exceptions.HTTPError):
                return  # the server or a load balancer closed it; the caller watches again until its deadline

    def _ask(self, method: str, path: str, **options: t.Any) -> dict[str, t.Any]:
        """Send a request until it is answered. A refusal after a lost answer may mean that the lost request succeeded."""
        if self._patience is None:
            return self._ask_once(method, path, **options)
        is_lost = False
        body = options.get("body") or {}
        name = text_at(body, "metadata", "name")

        def attempt(_left: float) -> dict[str, t.Any]:
            nonlocal is_lost
            try:
                return self._ask_once(method, path, **options)
            except ApiConflictError:
                stored = self._ask_once("GET", f"{path}/{name}") if method == "POST" and name and is_lost else {}
                if stored and _includes(stored, body):
                    return stored
                raise
            except ApiNotFoundError:
                if method == "DELETE" and is_lost:
                    return {}
                raise
            except JoinError as exc:
                is_lost = is_lost or _may_be_processed(exc)
                raise

        return self._patience.ask(attempt)

    def _ask_once(self, method: str, path: str, **options: t.Any) -> dict[str, t.Any]:
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
            raise self.not_kubernetes(path, str(exc)) from None

    def _refuse(self, response: requests.Response, path: str) -> None:
        if response.status_code in (200, 201, 202):
            return
        code = response.status_code
        if code == _TOO_MANY:
            add_rejection(path)
        content = self._read(response, path)
        try:
            status = parse_object(content)
        except ValueError:
            # A busy API server answers in plain text.
            is_text = is_transient_status(code) and response.headers.get("Content-Type", "").startswith("text/plain")
            status = {"kind": "Status", "message": content.decode("utf-8", "replace").strip()} if is_text else {}
        delay = _delay(response.headers.get("Retry-After") or "", self.date)
        if status.get("kind") != "Status":
            seen = f"HTTP status {code} without a Kubernetes Status"
            raise self.not_kubernetes(path, seen, status=code, retry_after=delay)
        raise self._refusal(path, code, status, retry_after=delay)

    def _refusal(
        self,
        path: str,
        code: int,
        status: t.Mapping[str, t.Any],
        *,
        retry_after: float | None = None,
        watched: bool = False,
    ) -> ApiError:
        message = printable(text_at(status, "message"), MAX_MESSAGE)
        refused = ApiExpiredError if watched and code == _EXPIRED else refusal_class(code)
        return refused(
            f"{self.server} refused {path}: {message or 'without a reason'} (HTTP status {code}); "
            f"{_NEXT_STEP.get(code, 'check the log of the API server')}.",
            server=self.server,
            path=path,
            status=code,
            reason=printable(text_at(status, "reason"), MAX_MESSAGE),
            verified=self._is_verified,
            **_requested(retry_after),
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
        if isinstance(exc, (NotTlsError, TlsAlertError)):
            return self.not_kubernetes(path, str(exc), verified=False)
        unreachable = _NotConnectedError if isinstance(exc, NotConnectedError) else ApiUnreachableError
        return unreachable(
            f"Cannot reach {self.server} for {path}: {exc}; expected an API server to answer there; "
            "check the address, the route from this host and the firewalls in between.",
            server=self.server,
            path=path,
        )

    def not_kubernetes(
        self, path: str, seen: str, *, verified: bool = True, status: int = 200, retry_after: float | None = None
    ) -> JoinError:
        """The error for an answer that does not come from an API server."""
        return NotKubernetesError(
            f"The server at {self.server} is not a Kubernetes API server: {seen} for {path}; "
            "check the address and the port, and any proxy or load balancer in between.",
            server=self.server,
            path=path,
            status=status,
            verified=verified and self._is_verified,
            **_requested(retry_after),
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


def _may_be_processed(exc: JoinError) -> bool:
    """Whether the server may have processed a request that failed with this error: its answer was lost, or is a 5xx."""
    if isinstance(exc, ApiUnreachableError):
        return not isinstance(exc, _NotConnectedError)
    return isinstance(exc, (ApiError, NotKubernetesError)) and exc.details["status"] >= 500


def _includes(stored: t.Any, sent: t.Any) -> bool:
    """Whether a stored object has all that was sent; the API server adds to it, and encodes ``stringData`` of a Secret."""
    if not isinstance(sent, t.Mapping) or not isinstance(stored, t.Mapping):
        return bool(stored == sent)
    texts = {
        key: base64.b64encode(text.encode("utf-8")).decode("ascii")
        for key, text in mapping_at(sent, "stringData").items()
    }
    expected = {**sent, "data": {**mapping_at(sent, "data"), **texts}} if texts else sent
    return all(_includes(stored.get(key), value) for key, value in expected.items() if key != "stringData")


def _whole_lines(chunks: t.Iterable[bytes]) -> t.Iterator[bytes]:
    """The complete lines of a stream. A partial last line, cut off by a closed connection, is dropped."""
    rest = bytearray()
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        rest += first
        for line in others:
            yield bytes(rest)
            rest = bytearray(line)


def _requested(delay: float | None) -> dict[str, float]:
    """The detail of an error for the pause that the server requests."""
    return {} if delay is None else {"retry_after": delay}


def _delay(header: str, now: datetime.datetime | None) -> float | None:
    """The seconds in a header Retry-After, which has a number or a date; None if it has neither."""
    if re.fullmatch("[0-9]{1,9}", header):
        return float(header)
    instant = _instant(header)
    return max((instant - now).total_seconds(), 0.0) if instant is not None and now is not None else None


def _instant(date: str) -> datetime.datetime | None:
    """The time of an HTTP date, in UTC; None if it is not valid."""
    try:
        found = email.utils.parsedate_to_datetime(date)
        aware = found if found.tzinfo is not None else found.replace(tzinfo=datetime.timezone.utc)
        instant = aware.astimezone(datetime.timezone.utc)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return instant if 2000 <= instant.year < 3000 else None  # leaves room to add durations


def list_parts(api: KubeApi, path: str, **params: str) -> t.Iterator[dict[str, t.Any]]:
    """All objects at ``path`` in parts, which are lists of the same version."""
    after: dict[str, str] = {}
    for _part in range(_MAX_PARTS):
        found = api.get(path, limit=str(_PART), **params, **after)
        yield found
        after = {"continue": text_at(found, "metadata", "continue")}
        if not after["continue"]:
            return
