# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""The pin and the names of a certificate, without the cryptography library.

Nothing is verified here: for a certificate from the network, the result is only a hint.
"""

from __future__ import annotations

import binascii
import hashlib
import ipaddress
import re
import typing as t

__all__ = ("names_of", "pins_of")

_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
_SEQUENCE, _OCTETS, _VERSION, _EXTENSIONS = 0x30, 0x04, 0xA0, 0xA3
_DNS_NAME, _ADDRESS = 0x82, 0x87
_ALTERNATIVE_NAMES = b"\x06\x03\x55\x1d\x11"


def pins_of(pem: str) -> tuple[str, ...]:
    """The pins of the certificates in a PEM bundle, except those that cannot be read."""
    found = []
    for block in _BLOCK.findall(pem):
        try:
            body = _body(binascii.a2b_base64(block))
            found.append("sha256:" + hashlib.sha256(body[6][1]).hexdigest())
        except (ValueError, IndexError):
            continue
    return tuple(found)


def names_of(der: bytes) -> tuple[str, ...]:
    """The DNS names and addresses in a certificate; empty if it cannot be read."""
    try:
        return tuple(_names(der))
    except (ValueError, IndexError):
        return ()


def _names(der: bytes) -> t.Iterator[str]:
    for tag, _whole, content in _body(der):
        if tag != _EXTENSIONS:
            continue
        for _tag, _extension, inside in _elements(_elements(content)[0][2]):
            if not inside.startswith(_ALTERNATIVE_NAMES):
                continue
            value = [part for kind, _whole, part in _elements(inside) if kind == _OCTETS][0]  # noqa: RUF015 (IndexError)
            for kind, _whole, name in _elements(_elements(value)[0][2]):
                if kind == _DNS_NAME:
                    yield name.decode("ascii")
                elif kind == _ADDRESS:
                    yield str(ipaddress.ip_address(name))


def _body(der: bytes) -> list[tuple[int, bytes, bytes]]:
    """The elements of the signed part of a certificate. The optional version, which comes first, is added if it is missing."""
    parts = _elements(_elements(_elements(der)[0][2])[0][2])
    return parts if parts[0][0] == _VERSION else [(_VERSION, b"", b""), *parts]


def _elements(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """The consecutive elements of DER data: tag, whole element, content. Raises ValueError and IndexError."""
    found = []
    position = 0
    while position < len(data):
        tag, length, start = data[position], data[position + 1], position + 2
        if length > 0x84 or length == 0x80:
            raise ValueError("the length of an element is not valid in a certificate")
        if length > 0x80:
            start += length - 0x80
            length = int.from_bytes(data[position + 2 : start], "big")
        if start + length > len(data):
            raise ValueError("an element is longer than its parent")
        found.append((tag, data[position : start + length], data[start : start + length]))
        position = start + length
    return found
