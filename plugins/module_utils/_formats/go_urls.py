# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""URLs as Go's net/url parses them."""

from __future__ import annotations

import ipaddress
import re
import typing as t
import urllib.parse

__all__ = ("Url", "parse_url")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_USER = re.compile(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*")
#: A host may have any character beyond ASCII, and within ASCII these. Only characters beyond ASCII and % are escaped in it.
_HOST = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:\]<>\"-]|[^\x00-\x7f]|%[89A-Fa-f][0-9A-Fa-f]|%25)*")
_PORT = re.compile(r"(?::([0-9]*))?")


class Url(t.NamedTuple):
    """The scheme in lower case, and the host and the port as they are written, without brackets; each may be empty."""

    scheme: str
    host: str
    port: str


def parse_url(text: str) -> Url | None:
    """The URL, or None if Go refuses it."""
    main, _hash, fragment = text.partition("#")
    if _CONTROL.search(main) or _BAD_ESCAPE.search(fragment) or main.startswith(":"):
        return None
    found = _SCHEME.match(main)
    scheme = found[1].lower() if found else ""
    rest = (main[found.end() :] if found else main).partition("?")[0]
    if not rest.startswith("/"):
        # The rest of a URL with a scheme is opaque; a path must not look like one.
        return (
            Url(scheme, "", "")
            if scheme or (":" not in rest.partition("/")[0] and not _BAD_ESCAPE.search(rest))
            else None
        )
    authority, path = "", rest
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        path = slash + path
    place = _parse_authority(authority, scheme)
    if place is None or _BAD_ESCAPE.search(path):
        return None
    return Url(scheme, *place)


def _parse_authority(authority: str, scheme: str) -> tuple[str, str] | None:
    user, at, place = authority.rpartition("@")
    if at and (not _USER.fullmatch(user) or _BAD_ESCAPE.search(user)):
        return None
    if place.startswith("["):
        host, bracket, port = place[1:].rpartition("]")
        address, _percent, zone = host.partition("%25")
        is_valid = bool(bracket) and _is_ipv6(address) and not _BAD_ESCAPE.search(zone) and not set(zone) & {"["}
    else:
        host, colon, port = place.rpartition(":")
        host, port = (host, colon + port) if colon else (place, "")
        is_valid = _HOST.fullmatch(host) is not None and not (scheme in ("http", "https") and ":" in host)
    found = _PORT.fullmatch(port)
    return (urllib.parse.unquote(host), found[1] or "") if is_valid and found else None


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text
