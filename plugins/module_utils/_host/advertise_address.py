# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The advertise address of a control plane: the configured one, or the host's own as chosen by kubeadm."""

from __future__ import annotations

import ipaddress
import typing as t

from .._core.errors import JoinError
from .._formats.go_addresses import IpAddress, parse_address
from .machine import Files, Host

__all__ = ("choose_advertise_address",)

_IPV4_ROUTES = "/proc/net/route"
_IPV6_ROUTES = "/proc/net/ipv6_route"
_IPV6_ADDRESSES = "/proc/net/if_inet6"
_LOOPBACK = "lo"
#: The kernel's flag of routes that reject packets.
_REJECT = 0x0200
_UNIVERSE = "00"


def choose_advertise_address(host: Host, provided: str) -> str:
    """``provided``, or the first usable address of an interface with a default route.

    IPv4 routes come first. An interface without an address uses the address of ``lo``. Unlike kubeadm, this function does not
    fall back to 0.0.0.0 and refuses loopback addresses, because other hosts can reach neither.
    Raises ``advertise_address_unusable`` and ``invalid_join_configuration``.
    """
    if provided:
        address = _parse(provided)
        if not (address.is_unspecified or _is_usable(address)):
            raise _unusable(f"other hosts cannot reach this host at {provided}")
        if not address.is_unspecified:
            return str(address)
    for address in _candidates(host):
        if _is_usable(address):
            return str(address)
    raise _unusable("no interface with a default route has an address")


def _parse(provided: str) -> IpAddress:
    address = parse_address(provided)
    if address is None:
        raise JoinError(
            "invalid_join_configuration",
            f"Cannot make this host a control plane: its advertise address is {provided!r}, expected an IP address; set "
            "apiserver_advertise_address.",
            field="controlPlane.localAPIEndpoint.advertiseAddress",
        )
    return address


def _candidates(host: Host) -> t.Iterator[IpAddress]:
    for name in _ipv4_interfaces(_text(host, _IPV4_ROUTES)):
        for interface in (name, _LOOPBACK):
            found = host.interface_address(interface)
            if found:
                yield ipaddress.IPv4Address(found)
    addresses = list(_ipv6_addresses(_text(host, _IPV6_ADDRESSES)))
    for name in _ipv6_interfaces(_text(host, _IPV6_ROUTES)):
        for interface in (name, _LOOPBACK):
            yield from (address for owner, address in addresses if owner == interface)


def _text(host: Files, path: str) -> str:
    found = host.read(path)
    return found.text if found else ""


def _ipv4_interfaces(routes: str) -> t.Iterator[str]:
    """Columns: interface, destination, gateway, flags, references, use, metric, mask."""
    for line in routes.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 7 and fields[1] == fields[7] == "00000000" and not int(fields[3], 16) & _REJECT:
            yield fields[0]


def _ipv6_interfaces(routes: str) -> t.Iterator[str]:
    """Columns: destination, its length, source, its length, gateway, metric, references, use, flags, interface."""
    for line in routes.splitlines():
        fields = line.split()
        if len(fields) == 10 and int(fields[0], 16) == int(fields[1], 16) == 0 and not int(fields[8], 16) & _REJECT:
            yield fields[9]


def _ipv6_addresses(text: str) -> t.Iterator[tuple[str, ipaddress.IPv6Address]]:
    """Columns: address, index, prefix length, scope, flags, interface; only addresses with global scope."""
    for line in text.splitlines():
        fields = line.split()
        if len(fields) == 6 and fields[3] == _UNIVERSE:
            yield fields[5], ipaddress.IPv6Address(bytes.fromhex(fields[0]))


def _is_usable(address: IpAddress) -> bool:
    return not (
        address.is_unspecified
        or address.is_loopback
        or address.is_multicast
        or address.is_link_local
        or str(address) == "255.255.255.255"
    )


def _unusable(seen: str) -> JoinError:
    return JoinError(
        "advertise_address_unusable",
        f"Cannot determine the advertise address of this control plane: {seen}; expected an address of this host that other "
        "control planes can reach; set apiserver_advertise_address (controlPlane.localAPIEndpoint.advertiseAddress).",
    )
