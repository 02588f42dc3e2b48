# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and addresses: every bed has its own, and every host's follow from its name."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from .shell import BedError

_ROLES = {"cp": 10, "w": 20, "s": 30}
_NUMBERS = range(1, 10)


@dataclass(frozen=True)
class Plan:
    """The names that a bed goes by in the machine's own lists, and its network."""

    bed: str

    def __post_init__(self) -> None:
        if re.fullmatch(r"[a-z][a-z0-9]{0,11}", self.bed) is None:
            raise BedError(
                f"{self.bed!r} is no name for a bed: up to twelve lower-case letters and digits, a letter first"
            )

    @property
    def netns(self) -> str:
        """The network namespace that joins the hosts'."""
        return f"kubejoin-{self.bed}"

    @property
    def cgroup(self) -> str:
        """The bed's cgroup below the root of every hierarchy."""
        return f"kubejoin-{self.bed}"

    @property
    def network(self) -> str:
        """The first three numbers of the bed's addresses."""
        return f"10.99.{zlib.crc32(self.bed.encode()) % 250 + 1}"

    @property
    def gateway(self) -> str:
        return f"{self.network}.1"

    def host_netns(self, host: str) -> str:
        return f"{self.netns}-{host}"

    def number(self, host: str) -> int:
        """The last number of a host's address; the names are cp1 to cp9, w1 to w9, s1 to s9."""
        match = re.fullmatch(r"(cp|w|s)([1-9])", host)
        if match is None:
            raise BedError(f"{host!r} is no name for a host: cp1 to cp9, w1 to w9 or s1 to s9")
        return _ROLES[match.group(1)] + int(match.group(2))

    def address(self, host: str) -> str:
        return f"{self.network}.{self.number(host)}"

    def pod_network(self, host: str) -> str:
        return f"10.244.{self.number(host)}.0/24"

    def all_hosts(self) -> list[str]:
        """Every name that a host can have."""
        return [f"{role}{number}" for role in _ROLES for number in _NUMBERS]

    def hosts_file(self, endpoint: str) -> str:
        """/etc/hosts: all names, and api.bed for the control plane that is the cluster's endpoint."""
        lines = ["127.0.0.1 localhost", *(f"{self.address(host)} {host}" for host in self.all_hosts())]
        return "\n".join([*lines, f"{self.address(endpoint)} api.bed", ""])

    def network_configuration(self, host: str) -> str:
        """The CNI configuration of a host: a bridge; the routes between hosts are in their namespaces."""
        return (
            '{"cniVersion":"1.0.0","name":"bed","plugins":['
            '{"type":"bridge","bridge":"cni0","isGateway":true,"ipMasq":false,"hairpinMode":true,'
            f'"ipam":{{"type":"host-local","ranges":[[{{"subnet":"{self.pod_network(host)}"}}]],'
            '"routes":[{"dst":"0.0.0.0/0"}]}},'
            '{"type":"portmap","capabilities":{"portMappings":true}}]}\n'
        )
