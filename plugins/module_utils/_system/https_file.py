# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Downloads a file from an https URL that is verified with the host's CA certificates."""

from __future__ import annotations

import os
import ssl
import threading
import typing as t
import urllib.parse

from .._api.endpoint import render_url
from .._api.https import session_over
from .._api.proxy import proxy_for
from .._api.tls import ExcessError, describe_cause, root_cause
from .._core.errors import JoinError, NamedError, is_transient_status
from .host_trust import trusting_as_the_host

try:
    import requests
    import urllib3.exceptions
except ImportError:
    pass  # the adapter reports what is missing

__all__ = ("FETCH_TIMEOUT", "MAX_FILE", "UrlUnavailableError", "fetch_file")

#: The limits of a download: seconds including redirects, bytes, and the number of redirects, which is Go's.
FETCH_TIMEOUT = 30.0
MAX_FILE = 1024 * 1024
_MAX_REDIRECTS = 10


class UrlUnavailableError(NamedError):
    """The discovery file is not available at the moment."""

    CODE = "discovery_url_failed"

    @property
    def transient(self) -> bool:
        return True


def fetch_file(url: str, *, timeout: float = FETCH_TIMEOUT) -> tuple[str, str]:
    """Return the text at an https URL, and the proxy that was used, if any.

    Raises ``discovery_url_insecure`` for http, also after a redirect, and ``discovery_url_failed``, as UrlUnavailableError if a
    later attempt may succeed.
    """
    outcome: list[t.Union[tuple[str, str], JoinError]] = []

    def work() -> None:
        try:
            outcome.append(_follow(url, timeout))
        except JoinError as exc:
            outcome.append(exc)

    # The library's timeout applies to each read. A server that sends single bytes slowly would never exceed it.
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(timeout)
    if not outcome:
        raise _failed(url, f"no complete answer within {timeout:g} seconds", is_final=False)
    result = outcome[0]
    if isinstance(result, JoinError):
        raise result
    return result


def _follow(url: str, timeout: float) -> tuple[str, str]:
    tls = trusting_as_the_host()
    tls.set_limits(timeout, MAX_FILE)
    session = session_over(tls)
    here = url
    for _redirect in range(_MAX_REDIRECTS + 1):
        try:
            _refuse_insecure(url, here)
            proxy = proxy_for(here, os.environ)
            with session.get(
                here,
                headers={"User-Agent": "kubejoin.kubeadm"},
                timeout=timeout,
                allow_redirects=False,
                stream=True,
                proxies={"https": proxy} if proxy else None,
            ) as response:
                if response.is_redirect:
                    here = urllib.parse.urljoin(here, response.headers["Location"])
                    continue
                if response.status_code != 200:
                    is_final = not is_transient_status(response.status_code)
                    raise _failed(url, f"HTTP status {response.status_code}", is_final=is_final)
                return _read(url, response), proxy
        except (OSError, urllib3.exceptions.HTTPError, ValueError) as exc:
            is_final = isinstance(root_cause(exc), (ssl.SSLCertVerificationError, ExcessError))
            raise _failed(url, describe_cause(exc), is_final=is_final) from exc
    raise _failed(url, f"more than {_MAX_REDIRECTS} redirects")


def _read(url: str, response: requests.Response) -> str:
    content = bytearray()
    for chunk in response.iter_content(chunk_size=65536):
        content += chunk
        if len(content) > MAX_FILE:
            raise _failed(url, f"more than {MAX_FILE} bytes")
    try:
        return content.decode("utf-8")
    except ValueError:
        raise _failed(url, "its content is not UTF-8 text") from None


def _refuse_insecure(url: str, here: str) -> None:
    if urllib.parse.urlsplit(here).scheme != "https":
        redirected = "" if here == url else f" redirects to {render_url(here)}, which"
        raise JoinError(
            "discovery_url_insecure",
            f"Cannot trust a discovery file from {render_url(url)}:{redirected or ' it'} is not https, so an attacker on the network "
            "could have modified the file; serve it over https.",
            url=render_url(url),
        )


def _failed(url: str, seen: str, *, is_final: bool = True) -> JoinError:
    message = (
        f"Cannot fetch the discovery file {render_url(url)}: {seen}; expected a kubeconfig from a server that this host's CA "
        "certificates verify; check the URL, and install the server's CA on the host or set SSL_CERT_FILE."
    )
    if is_final:
        return JoinError("discovery_url_failed", message, url=render_url(url))
    return UrlUnavailableError(message, url=render_url(url))
