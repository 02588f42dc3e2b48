# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""IP addresses and subnets as Kubernetes parses them (ParseIPSloppy, ParseCIDRSloppy)."""

from __future__ import annotations

import ipaddress
import re
import typing as t

__all__ = ("IpAddress", "IpNetwork", "nth_address", "parse_address", "parse_subnet", "parse_subnets")

IpAddress = t.Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
IpNetwork = t.Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_LEADING_ZEROS = re.compile(r"(?<![0-9A-Fa-f])0+(?=[0-9A-Fa-f])", re.ASCII)
#: The first 96 bits of an IPv4 address in IPv6 notation.
_MAPPED_BITS = 96


def parse_address(text: str) -> IpAddress | None:
    """Parse an address; None if Kubernetes cannot parse it.

    Numbers may have leading zeros, which do not make them octal. IPv4 in IPv6 notation (`::ffff:192.0.2.1`) is IPv4.
    A zone (`fe80::1%eth0`) is refused.
    """
    return _parse_ipv4(text) or _unmapped(_parse_ipv6(text))


def parse_subnet(text: str) -> IpNetwork | None:
    """Parse an address and a prefix length such as `10.96.0.0/12`; None if Kubernetes cannot parse it. Host bits are cleared."""
    address, _slash, length = text.partition("/")
    parsed = _parse_ipv4(address) or _parse_ipv6(address)
    bits = _parse_number(length, most=128)
    if parsed is None or bits is None or bits > parsed.max_prefixlen:
        return None
    unmapped = _unmapped(parsed)
    if unmapped is not None and unmapped.version != parsed.version and bits >= _MAPPED_BITS:
        parsed, bits = unmapped, bits - _MAPPED_BITS
    if parsed.version == 4:
        return ipaddress.IPv4Network((int(parsed), bits), strict=False)
    return ipaddress.IPv6Network((int(parsed), bits), strict=False)


def parse_subnets(text: str) -> tuple[IpNetwork, ...]:
    """Parse subnets that are separated by commas, at least one; empty if Kubernetes cannot parse all of them."""
    subnets = [parse_subnet(part) for part in text.split(",")]
    return tuple(subnet for subnet in subnets if subnet is not None) if None not in subnets else ()


def nth_address(subnet: IpNetwork, index: int) -> IpAddress | None:
    """The address at an index in the subnet; None if the subnet is too small."""
    return subnet[index] if index < subnet.num_addresses else None


def _parse_ipv4(text: str) -> ipaddress.IPv4Address | None:
    numbers = [_parse_number(part, most=255) for part in text.split(".")]
    if len(numbers) != 4 or None in numbers:
        return None
    return ipaddress.IPv4Address(bytes(number for number in numbers if number is not None))


def _parse_ipv6(text: str) -> ipaddress.IPv6Address | None:
    head, _colon, tail = text.rpartition(":")
    if "%" in text or not _colon:
        return None
    if "." in tail:
        ipv4 = _parse_ipv4(tail)
        if ipv4 is None:
            return None
        tail = f"{int(ipv4) >> 16:x}:{int(ipv4) & 0xFFFF:x}"
    try:
        return ipaddress.IPv6Address(_LEADING_ZEROS.sub("", f"{head}:{tail}"))
    except ValueError:
        return None


def _unmapped(address: IpAddress | None) -> IpAddress | None:
    return getattr(address, "ipv4_mapped", None) or address


def _parse_number(text: str, *, most: int) -> int | None:
    """Parse decimal digits; None for other texts and for numbers over ``most``."""
    digits = text.lstrip("0")[:4] if _DIGITS.fullmatch(text) else None
    if digits is None or int(digits or "0") > most:
        return None
    return int(digits or "0")
