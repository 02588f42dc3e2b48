# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Addresses of API servers in the formats of `kubeadm join` and of kubeconfigs."""

from __future__ import annotations

import re

from .._core.errors import JoinError
from .._formats.go_addresses import parse_address

__all__ = ("is_server_url", "parse_endpoint")

_HOST = r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|[0-9A-Za-z._-]+)"
_SERVER = re.compile(rf"https://{_HOST}(?::(?P<port>[0-9]{{1,5}}))?(?:/[0-9A-Za-z._~%/-]*)?")
_ENDPOINT = re.compile(rf"{_HOST}:(?P<port>[0-9]{{1,5}})")


def parse_endpoint(text: str) -> str:
    """Convert ``host:port`` or ``[IPv6]:port``, kubeadm's format, to an https URL. Raises ``endpoint_malformed``."""
    match = _ENDPOINT.fullmatch(text)
    if match is None or not 1 <= int(match.group("port")) <= 65535 or not _is_ipv6(match.group("v6")):
        raise JoinError(
            "endpoint_malformed",
            f"Cannot use {text!r} as the address of an API server: expected host:port, or [address]:port for IPv6, "
            "without a scheme, as in `kubeadm join`.",
            endpoint=text,
        )
    return f"https://{text}"


def is_server_url(text: str) -> bool:
    """Whether a kubeconfig's server is an https URL of only host, port and path, because it is copied to kubelet.conf."""
    match = _SERVER.fullmatch(text)
    return match is not None and 1 <= int(match.group("port") or 443) <= 65535 and _is_ipv6(match.group("v6"))


def _is_ipv6(text: str | None) -> bool:
    return text is None or (":" in text and parse_address(text) is not None)
