# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""DNS names, and hosts with ports, as Kubernetes and kubeadm parse them (IsDNS1123Subdomain, ParseHostPort)."""

from __future__ import annotations

import re
import typing as t

from .go_addresses import parse_address

__all__ = ("HostPort", "is_dns_name", "is_wildcard_name", "parse_host_port", "parse_port")

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", re.ASCII)
_MAX_NAME = 253
_PORT = re.compile(r"0*([0-9]{1,5})", re.ASCII)


class HostPort(t.NamedTuple):
    """A host, which is a DNS name or an address without brackets, and a port, which may be empty; both as they were written."""

    host: str
    port: str

    @property
    def url(self) -> str:
        """The https URL of the host and port."""
        return f"https://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def is_dns_name(text: str) -> bool:
    """Whether the text is a DNS name in lower case, without a wildcard."""
    return len(text) <= _MAX_NAME and _NAME.fullmatch(text) is not None


def is_wildcard_name(text: str) -> bool:
    """Whether the text is a DNS name in lower case after `*.`."""
    return len(text) <= _MAX_NAME and text.startswith("*.") and _NAME.fullmatch(text[2:]) is not None


def parse_host_port(text: str) -> HostPort | None:
    """Parse `host`, `host:port`, `[IPv6]:port` or an IPv6 address; None if kubeadm cannot parse it.

    An address in brackets without a port is refused, as in kubeadm.
    """
    found = _split_host_port(text) or HostPort(text, "")
    if found.port and parse_port(found.port) is None:
        return None
    return found if parse_address(found.host) is not None or is_dns_name(found.host) else None


def _split_host_port(text: str) -> HostPort | None:
    """Split as Go's net.SplitHostPort does; None if it returns an error."""
    host, colon, port = text.rpartition(":")
    if not colon:
        return None
    if host.startswith("["):
        inside, bracket, after = host[1:].partition("]")
        is_valid = bracket and not after and "[" not in inside
        return HostPort(inside, port) if is_valid and not {"[", "]"} & set(port) else None
    return HostPort(host, port) if not {":", "[", "]"} & set(text[: len(host)] + port) else None


def parse_port(text: str) -> int | None:
    """Parse a port from 1 to 65535; None for other texts."""
    found = _PORT.fullmatch(text)
    port = int(found[1]) if found else 0
    return port if 1 <= port <= 65535 else None
