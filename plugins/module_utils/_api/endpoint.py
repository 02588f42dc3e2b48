# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""An API server's address as `kubeadm join` takes it."""

from __future__ import annotations

import ipaddress
import re

from .._core.errors import JoinError

__all__ = ("is_server_url", "parse_endpoint")

_HOST = r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|[0-9A-Za-z._-]+)"
_SERVER = re.compile(rf"https://{_HOST}(?::(?P<port>[0-9]{{1,5}}))?(?:/[0-9A-Za-z._~%/-]*)?")
_ENDPOINT = re.compile(rf"{_HOST}:(?P<port>[0-9]{{1,5}})")


def parse_endpoint(text: str) -> str:
    """Read ``host:port`` or ``[IPv6]:port``, as kubeadm takes it, into an https URL. Raises ``endpoint_malformed``."""
    match = _ENDPOINT.fullmatch(text)
    if match is None or not 1 <= int(match.group("port")) <= 65535 or not _is_ipv6(match.group("v6")):
        raise JoinError(
            "endpoint_malformed",
            f"Cannot use {text!r} as the address of an API server: expected host:port, or [address]:port for IPv6, "
            "and no scheme, as in `kubeadm join`.",
            endpoint=text,
        )
    return f"https://{text}"


def is_server_url(text: str) -> bool:
    """Whether a kubeconfig's server is an https URL of host, port and path alone: it will stand in the kubelet's own."""
    match = _SERVER.fullmatch(text)
    return match is not None and 1 <= int(match.group("port") or 443) <= 65535 and _is_ipv6(match.group("v6"))


def _is_ipv6(text: str | None) -> bool:
    try:
        return text is None or ipaddress.IPv6Address(text).version == 6
    except ValueError:
        return False
