# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""One wait for the nodes of many hosts: which nodes are awaited together, how many are there, and which hosts are left to wait alone."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ...module_utils._core.objects import list_at, mapping_at, text_at

__all__ = ("FleetWait", "find_fleet_wait")

_LEVELS = ("none", "registered", "ready")


@dataclass
class FleetWait:
    """``awaited`` are the names of nodes by host, ``apart`` the seconds by host for those with another level to wait for."""

    level: str
    awaited: dict[str, str]
    apart: dict[str, int] = field(default_factory=dict)
    reached: int = 0

    def note(self, found: t.Mapping[str, t.Any]) -> None:
        """Remove the hosts whose nodes have reached the level according to a result of nodes_info."""
        levels = {text_at(node, "name"): text_at(node, "level") for node in list_at(found, "nodes")}
        done = [host for host, name in self.awaited.items() if self._has_reached(levels.get(name, ""))]
        for host in done:
            del self.awaited[host]
        self.reached += len(done)

    def _has_reached(self, level: str) -> bool:
        return level in _LEVELS and _LEVELS.index(level) >= _LEVELS.index(self.level)

    def describe(self) -> str:
        """The progress in one sentence."""
        whole = self.reached + len(self.awaited)
        return f"{self.reached} of {whole} {'node is' if whole == 1 else 'nodes are'} {self.level}."

    def left(self, seconds: float) -> dict[str, int]:
        """By host that is left to wait for its own node, the seconds for it; ``seconds`` are those of the hosts that are still awaited."""
        return {**dict.fromkeys(self.awaited, int(seconds)), **self.apart}


def find_fleet_wait(
    hosts: t.Mapping[str, t.Mapping[str, t.Any]], *, settings: str, kubelet: str, level: str
) -> FleetWait:
    """The wait for the hosts that wait together and whose kubelets were started.

    ``hosts`` are the registered variables by host; ``settings`` and ``kubelet`` are the names of those with the results of
    join_configuration_info and of the module kubelet.
    """
    wait = FleetWait(level, {})
    for host, variables in hosts.items():
        own = mapping_at(variables.get(settings))
        options = mapping_at(own, "options")
        result = mapping_at(variables.get(kubelet))
        name = text_at(result, "node", "name")
        if not own.get("waits_together") or not name or result.get("failed") or result.get("skipped"):
            continue
        if options.get("wait_for") == level:
            wait.awaited[host] = name
        else:
            wait.apart[host] = int(options["wait_timeout"])
    return wait
