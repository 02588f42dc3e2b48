# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts of addresses, subnets, and hosts with ports: valid ones, and thousands that are nearly so. They are the same on every run."""

from __future__ import annotations

import random
import typing as t

__all__ = ("ADDRESSES", "HOST_PORTS", "SUBNETS")

_ADDRESSES = (
    "", "0.0.0.0", "10.0.0.9", "192.168.001.010", "000000000000010.0.0.1", "255.255.255.255", "256.0.0.1", "1.2.3", "1.2.3.4.5",
    "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.-4", "+1.2.3.4", "1_0.2.3.4", "127.1", "2130706433",
    "\u0661.2.3.4", "::", "::1", "1::", "fd00:99::17", "fd00:99::17%eth0", "fe80::1%1", "fe80::1%", "::ffff:10.0.0.9", "::FFFF:10.0.0.9",
    "::ffff:0a00:0009", "0:0:0:0:0:ffff:10.0.0.9", "::ffff:010.000.0.09", "::10.0.0.9", "64:ff9b::10.0.0.9", "::ffff:10.0.0", "1.2.3.4::",
    "2001:0DB8:0000::0002", "2001:db8:00000000000::2", "2001:db8:0012345::2", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:4:5::1.2.3.4", "1:2:3:4:5:6::1.2.3.4", ":", ":::", "::1::", "1::2::3", ":1::2", "1::2:", "[::1]", "g::1", "1:2", "::-1", "::+1",
    "::0x1", "::1_1", "2001:db8:0:0:1:0:0:1", "2001:0:0:1:0:0:0:1", "2001:db8:0:1:1:1:1:1", "::1.2.3.4:5", "host", "host.example.com",
    "10.0.0.9:6443", "10.0.0.9/8", "1.2.3.4\n", "1.2.3.4\x00", "\uff11.2.3.4", "fd00::\u0661", "0", "00.00.00.00", "0000::0000",
)  # fmt: skip
_NAMES = (
    "", "a", "api.lab", "api.lab.", "Api.lab", "api_lab", "-api", "api-", "a..b", "api.lab:6443", "größe.example.com", "xn--gre-8ka.de", "1",
    "a b", "api.lab\n", "*.lab", "*.*.lab", "*", "a" * 63, "a" * 64, "a" * 253, "a" * 254, "x.1.2.3", "1.2.3.4.example.com", "a/b", "a,b",
    "https://api.lab", "https://api.lab:6443", "api.lab/path", "user@api.lab", "api.lab?x", "[api.lab]", "[]", "[", "]", "[[::1]]", "[::1",
    "::1]", "[::1]x", "localhost", "a-b.c-d", "a.-b", "a-.b", "\uff41", "\u2460",
)  # fmt: skip
_PORTS = (
    "", "0", "1", "443", "6443", "06443", "0000006443", "65535", "65536", "70000", "99999999999999999999", "-1", "+1", " 6443", "6443 ", "http",
    "6_443", "0x50", "1e3", "\u0661", "6443/path", "64:43", "[6443]",
)  # fmt: skip
_LENGTHS = (
    "", "0", "8", "08", "0024", "24", "32", "33", "64", "96", "104", "112", "127", "128", "129", "-1", "+8", " 8", "8 ", "a", "255.0.0.0",
    "1_6", "99999999999999999999", "24/8", "\u0668",
)  # fmt: skip
_NUMBERS = "0 00 1 01 9 010 099 99 100 255 0255 256 260 999 1000".split()
_GROUPS = "0 0000 00000 1 0001 ab ABCD ffff FFFF 00ffff db8 10000 g".split()
_INSERTED = ".:%/[]-_ 0x*,\n"


def _some(count: int, make: t.Callable[[random.Random], str]) -> list[str]:
    chance = random.Random(count)
    return [make(chance) for _ in range(count)]


def _address(chance: random.Random) -> str:
    if chance.randrange(3) == 0:
        numbers = _NUMBERS if chance.randrange(3) == 0 else _NUMBERS[:-3]
        return ".".join(chance.choices(numbers, k=chance.choice((4, 4, 4, 4, 4, 4, 3, 5))))
    groups = chance.choices(_GROUPS if chance.randrange(3) == 0 else _GROUPS[:-2], k=chance.choice((8, 8, 8, 7, 9)))
    if chance.randrange(2):
        start = chance.randrange(len(groups) - 1)
        groups[start : chance.randrange(start + 1, len(groups) + 1)] = [""]
    text = ":".join(groups)
    if chance.randrange(4) == 0:
        text = f"{chance.choice(('::ffff', '::FFFF', '0:0:0:0:0:ffff', '1:2:3:4:5:6', '1:', ':', text))}:{'.'.join(chance.choices(_NUMBERS[:10], k=4))}"
    # An ellipsis at either end has two colons.
    return f"{':' * text.startswith(':') * (text[:2] != '::')}{text}{':' * text.endswith(':')}"


def _damage(text: str, chance: random.Random) -> str:
    """Most texts as they are; in the others, one character inserted, removed or doubled."""
    at = chance.randrange(len(text) + 1)
    return chance.choice(
        (
            text,
            text,
            text,
            text,
            text,
            text[:at] + chance.choice(_INSERTED) + text[at:],
            text[:at] + text[at + 1 :],
            text[:at] + text[max(0, at - 1) :],
        )
    )


def _subnet(chance: random.Random) -> str:
    address = chance.choice(_ADDRESSES) if chance.randrange(2) else _address(chance)
    length = chance.choice(_LENGTHS) if chance.randrange(3) == 0 else chance.choice(_LENGTHS[:6])
    return _damage(f"{address}/{length}", chance)


def _host_port(chance: random.Random) -> str:
    host = chance.choice((chance.choice(_NAMES), chance.choice(_ADDRESSES), _address(chance)))
    if chance.randrange(3) and ":" in host:
        host = f"[{host}]"
    port = chance.choice(_PORTS) if chance.randrange(3) == 0 else chance.choice(_PORTS[2:8])
    return _damage(host + (f":{port}" if chance.randrange(4) else ""), chance)


ADDRESSES = tuple(dict.fromkeys([*_ADDRESSES, *_some(2000, lambda chance: _damage(_address(chance), chance))]))
SUBNETS = tuple(
    dict.fromkeys(["10.96.0.0/12", "172.30.0.16/28", "192.0.2.1/32", "192.0.2.1/31", *_some(1200, _subnet)])
)
HOST_PORTS = tuple(dict.fromkeys([*_NAMES, *_ADDRESSES, *_some(1800, _host_port)]))
