# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Addresses of API servers in the formats of `kubeadm join` and of kubeconfigs, and URLs as they are displayed."""

from __future__ import annotations

import re

from .._core.errors import JoinError
from .._formats.go_addresses import parse_address

__all__ = ("is_secret_url", "is_server_url", "parse_endpoint", "render_url")

_HOST = r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|[0-9A-Za-z._-]+)"
_SERVER = re.compile(rf"https://{_HOST}(?::(?P<port>[0-9]{{1,5}}))?(?:/[0-9A-Za-z._~%/-]*)?")
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*@)?(?P<host>(\[[0-9A-Fa-f:.%]*\]|[^\s@/?#:\[\]]*)(:[0-9]{0,5})?)"
    r"(?P<path>/[^\s@?#]*)?([?#][^@]*)?"
)
#: The text in place of a URL that may contain a secret at any position.
_NOT_DISPLAYED = "(a URL that is not displayed)"
_ENDPOINT = re.compile(rf"{_HOST}:(?P<port>[0-9]{{1,5}})")


def parse_endpoint(text: str) -> str:
    """Convert ``host:port`` or ``[IPv6]:port``, kubeadm's format, to an https URL. Raises ``endpoint_malformed``."""
    match = _ENDPOINT.fullmatch(text)
    if match is None or not 1 <= int(match.group("port")) <= 65535 or not _is_ipv6(match.group("v6")):
        displayed = render_url(text) if set(text) & set("@?#") or "://" in text else repr(text)
        raise JoinError(
            "endpoint_malformed",
            f"Cannot use {displayed} as the address of an API server: expected host:port, or [address]:port for IPv6, "
            "without a scheme, as in `kubeadm join`.",
            endpoint=displayed,
        )
    return f"https://{text}"


def is_server_url(text: str) -> bool:
    """Whether a kubeconfig's server is an https URL of only host, port and path, because it is copied to kubelet.conf."""
    match = _SERVER.fullmatch(text)
    return match is not None and 1 <= int(match.group("port") or 443) <= 65535 and _is_ipv6(match.group("v6"))


def render_url(url: str) -> str:
    """The URL as it is displayed: without user, password, query and fragment, which may be secret.

    Of a malformed URL, nothing is displayed: any part of it may be a password.
    """
    match = _URL.fullmatch(url)
    if match is None:
        return _NOT_DISPLAYED
    return f"{match.group('scheme')}{match.group('host')}{match.group('path') or ''}"


def is_secret_url(text: str) -> bool:
    """Whether the text is a URL with a part that is not displayed."""
    return "://" in text and render_url(text) != text


def _is_ipv6(text: str | None) -> bool:
    return text is None or (":" in text and parse_address(text) is not None)
