# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The proxy that the environment sets for a server, by the rules of Go's net/http."""

from __future__ import annotations

import typing as t
import urllib.parse

from .._core.errors import JoinError
from .._formats.go_addresses import IpAddress, parse_address, parse_subnet
from .endpoint import render_url

__all__ = ("proxy_for", "render_proxy")


def proxy_for(url: str, environ: t.Mapping[str, str]) -> str:
    """The URL of the proxy for an https URL, or an empty text.

    HTTPS_PROXY is used, or https_proxy if that is empty; HTTP_PROXY and ALL_PROXY are ignored. The local host is never
    reached through a proxy, nor are the hosts in NO_PROXY: ``*``, an address, a CIDR, ``name`` with its subdomains, or
    ``.name`` or ``*.name`` for only its subdomains; all except a CIDR may end with ``:port``. Raises ``proxy_unusable``.
    """
    proxy = environ.get("HTTPS_PROXY") or environ.get("https_proxy") or ""
    if not proxy:
        return ""
    parts = urllib.parse.urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if _is_excepted(host, parts.port or 443, environ.get("NO_PROXY") or environ.get("no_proxy") or ""):
        return ""
    return _parse_proxy(proxy)


def render_proxy(proxy: str) -> str:
    """The proxy's host and port without the rest of its URL, which may contain a password."""
    return render_url(proxy).partition("://")[2] if proxy else ""


def _parse_proxy(proxy: str) -> str:
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    try:
        parts = urllib.parse.urlsplit(proxy)
        usable = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise JoinError(
            "proxy_unusable",
            "Cannot use the proxy in HTTPS_PROXY: expected http://host:port (connections to proxies over TLS or SOCKS are not "
            "supported); correct it, or add the API server to NO_PROXY.",
        )
    return proxy


def _is_excepted(host: str, port: int, exceptions: str) -> bool:
    address = parse_address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    return any(_matches(rule.strip().lower(), host.lower(), address, port) for rule in exceptions.split(","))


def _matches(rule: str, host: str, address: IpAddress | None, port: int) -> bool:
    if rule in ("", "*"):
        return rule == "*"
    if "/" in rule:
        network = parse_subnet(rule)
        return network is not None and address is not None and address in network
    name, only_port = _split_port(rule)
    if not name or (only_port and only_port != str(port)):
        return False
    named = parse_address(name)
    if named is not None or address is not None:
        return named == address
    if name.startswith("*."):
        name = name[1:]
    if name.startswith("."):
        return host.endswith(name)
    return host == name or host.endswith(f".{name}")


def _split_port(rule: str) -> tuple[str, str]:
    if rule.startswith("["):
        name, _bracket, port = rule[1:].partition("]")
        return name, port.lstrip(":")
    if rule.count(":") == 1:
        name, _colon, port = rule.partition(":")
        return name, port
    return rule, ""
