# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address that a control plane advertises, by the kernel's routes and interfaces."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.advertise_address import choose_advertise_address
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.host import LocalHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost, run_program

HEADER = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
LAN = "eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
DEFAULT = "eth1\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
IPV6_DEFAULT = f"{'0' * 32} 00 {'0' * 32} 00 fe80{'0' * 27}1 00000400 00000001 00000000 00000003     eth2\n"
IPV6_REJECT = f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} ffffffff 00000001 00000000 00200200       lo\n"
IPV6_ADDRESSES = (
    "fe80000000000000000000000000002a 03 40 20 80     eth2\n20010db800000000000000000000002a 03 40 00 80     eth2\n"
)


def host(ipv4: str = "", ipv6: str = "", **addresses: str) -> TestHost:
    made = TestHost()
    made.store("/proc/net/route", (HEADER + ipv4).encode(), 0o444)
    made.store("/proc/net/ipv6_route", (ipv6 + IPV6_REJECT).encode(), 0o444)
    made.store("/proc/net/if_inet6", IPV6_ADDRESSES.encode(), 0o444)
    made.addresses = addresses
    return made


@pytest.mark.parametrize("given", ["192.0.2.9", "2001:db8::9", "10.0.0.1", "fd00::1"])
def test_a_given_address_is_taken(given: str) -> None:
    """As it was given, private or not; the routes do not matter."""
    assert choose_advertise_address(TestHost(), given) == given


@pytest.mark.parametrize("given", ["", "0.0.0.0", "::"])
def test_that_of_the_default_route_is_found(given: str) -> None:
    """Not that of the first interface, and IPv4 before IPv6."""
    made = host(LAN + DEFAULT, IPV6_DEFAULT, eth0="192.168.0.5", eth1="192.0.2.5", lo="127.0.0.1")
    assert choose_advertise_address(made, given) == "192.0.2.5"


def test_an_interface_without_an_address_lends_that_of_lo() -> None:
    """As where routes are announced for an address of the loopback interface."""
    assert choose_advertise_address(host(DEFAULT, lo="203.0.113.7"), "") == "203.0.113.7"


def test_ipv6_is_taken_where_there_is_no_other() -> None:
    """Not the link-local address, which comes first."""
    assert choose_advertise_address(host(LAN, IPV6_DEFAULT, eth0="192.168.0.5"), "") == "2001:db8::2a"


def test_nothing_is_guessed() -> None:
    """Without a default route; with one whose interface has no address of use; where the kernel answers nothing."""
    for made in (host(LAN, eth0="192.168.0.5"), host(DEFAULT, eth1="169.254.1.1", lo="127.0.0.1"), TestHost()):
        with pytest.raises(JoinError) as caught:
            choose_advertise_address(made, "")
        assert caught.value.code == "advertise_address_unusable"


@pytest.mark.parametrize("given", ["127.0.0.1", "::1", "169.254.0.1", "fe80::1", "224.0.0.1", "255.255.255.255"])
def test_an_address_that_others_cannot_reach_is_refused(given: str) -> None:
    """kubeadm takes loopback addresses, which each reader would take for its own."""
    with pytest.raises(JoinError) as caught:
        choose_advertise_address(host(DEFAULT, eth1="192.0.2.5"), given)
    assert caught.value.code == "advertise_address_unusable"


def test_a_name_is_no_address() -> None:
    """The refusal has the field."""
    with pytest.raises(JoinError) as caught:
        choose_advertise_address(TestHost(), "cp.example.com")
    assert caught.value.code == "invalid_join_configuration"
    assert caught.value.details["field"] == "controlPlane.localAPIEndpoint.advertiseAddress"


def test_the_host_returns_addresses_of_interfaces() -> None:
    """The loopback interface has one, an interface that is not there has none."""
    assert LocalHost(run_program).interface_address("lo") == "127.0.0.1"
    assert LocalHost(run_program).interface_address("x" * 40) is None
