# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""One wait for the nodes of many hosts: which nodes are awaited together, how many are there, and which hosts are left to wait alone."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ...module_utils._core.defaults import WAIT_LEVELS
from ...module_utils._core.objects import list_at, mapping_at, text_at

__all__ = ("Awaited", "FleetWait", "find_fleet_wait")

#: For how many seconds nodes are awaited together, unless the fleet waits. Most nodes arrive within them.
_TOGETHER = 10
#: What the name of a node can be, as hosts return the names.
_NAME = re.compile(r"[a-z0-9.-]{1,253}")


@dataclass(frozen=True)
class Awaited:
    """The node of a host, the level that it must reach, and within how many ``seconds``, of which it is awaited ``together`` with others."""

    name: str
    level: str
    seconds: int
    together: int


@dataclass
class FleetWait:
    """``awaited`` are the nodes by host; ``alone`` are those whose time is over, or whose hosts report no name. ``levels`` are
    those of all."""

    awaited: dict[str, Awaited]
    alone: dict[str, Awaited] = field(default_factory=dict)
    reached: int = 0
    levels: set[str] = field(default_factory=set)

    @property
    def level(self) -> str:
        """The highest level that is awaited."""
        return max((own.level for own in self.awaited.values()), key=WAIT_LEVELS.index)

    @property
    def seconds(self) -> int:
        """The shortest time for which a host is awaited together with others."""
        return min(own.together for own in self.awaited.values())

    def note(self, found: t.Mapping[str, t.Any], elapsed: float) -> None:
        """Remove the hosts whose nodes have reached their level according to a result of nodes_info, and those whose time is over."""
        levels = {text_at(node, "name"): text_at(node, "level") for node in list_at(found, "nodes")}
        for host, own in [*self.awaited.items()]:
            level = levels.get(own.name, "")
            if level in WAIT_LEVELS and WAIT_LEVELS.index(level) >= WAIT_LEVELS.index(own.level):
                del self.awaited[host]
                self.reached += 1
            elif own.together <= elapsed:
                self.alone[host] = self.awaited.pop(host)

    def describe(self) -> str:
        """The progress in one sentence."""
        whole = self.reached + len(self.awaited) + len(self.alone)
        return (
            f"{self.reached} of {whole} {'node is' if whole == 1 else 'nodes are'} {' or '.join(sorted(self.levels))}."
        )

    def left(self, elapsed: float) -> dict[str, int]:
        """By host that is left to wait for its own node, the seconds for it."""
        return {host: max(int(own.seconds - elapsed), 0) for host, own in (*self.awaited.items(), *self.alone.items())}


def find_fleet_wait(hosts: t.Mapping[str, t.Mapping[str, t.Any]], *, settings: str, kubelet: str) -> FleetWait:
    """The wait for the hosts that wait together and whose kubelets were started.

    ``hosts`` are the registered variables by host; ``settings`` and ``kubelet`` are the names of those with the results of
    join_configuration_info and of the module kubelet.
    """
    wait = FleetWait({})
    for host, variables in hosts.items():
        own = mapping_at(variables.get(settings))
        options = mapping_at(own, "options")
        result = mapping_at(variables.get(kubelet))
        name = text_at(result, "node", "name")
        has_started = result and not (result.get("failed") or result.get("skipped"))
        if own.get("waits_together") and has_started and options["wait_for"] != "none":
            waiting = wait.awaited if _NAME.fullmatch(name) else wait.alone
            wait.levels.add(options["wait_for"])
            seconds = options["wait_timeout"]
            together = seconds if own["wait"] == "fleet" else min(seconds, _TOGETHER)
            waiting[host] = Awaited(name, options["wait_for"], seconds, together)
    return wait
