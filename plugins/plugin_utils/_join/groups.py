# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The groups of the inventory whose hosts join, and the error if there is none."""

from __future__ import annotations

import difflib
import typing as t

from ...module_utils._core.errors import JoinError
from .fleet import name_hosts

__all__ = (
    "CONTROL_PLANE_GROUPS",
    "FLOW_GROUPS",
    "FLOW_VARIABLES",
    "describe_groups",
    "find_control_planes",
    "find_flow_hosts",
    "ignored_hosts_warning",
    "refuse_stray_host",
)

#: The collection's name and kubespray's.
CONTROL_PLANE_GROUPS = ("control_plane", "kube_control_plane")
#: The groups of each flow.
FLOW_GROUPS = {"control_plane": CONTROL_PLANE_GROUPS, "worker": ("workers", "kube_node")}
#: The variables that select the hosts of a flow without groups.
FLOW_VARIABLES = ("join_control_plane_hosts", "join_worker_hosts")
_ALL_GROUPS = tuple(name for names in FLOW_GROUPS.values() for name in names)
#: From this similarity on, another name is taken for a misspelt one.
_MISSPELT = 0.85

_Groups = t.Mapping[str, t.Sequence[str]]


def find_control_planes(groups: _Groups) -> list[str]:
    """The hosts that may create the invitation, in the order of the inventory."""
    return list(dict.fromkeys(host for name in CONTROL_PLANE_GROUPS for host in groups.get(name, ())))


def find_flow_hosts(
    flow: str,
    groups: _Groups,
    selected: t.Collection[str] | None = None,
    *,
    is_alone: bool = False,
    independent: t.Collection[str] = (),
) -> list[str]:
    """The host pattern of a flow, one of FLOW_GROUPS.

    ``groups`` are the hosts by group; ``selected`` are the hosts of ``--limit``. A host in the groups of both flows joins as a control
    plane. If no host joins, or if the name of a group seems misspelt, the pattern has hosts that `refuse_stray_host` refuses. With
    ``is_alone``, the hosts of the other flow have been selected without groups, and it is not an error if this flow has no host.
    ``independent`` are the hosts that do not need another control plane to join. The only control plane of an inventory is
    not one of the hosts that join, unless it is independent or alone: no other host could invite it.
    """
    known = _hosts_of(_ALL_GROUPS, groups)
    joining = known if selected is None else known & set(selected)
    if is_alone and known.isdisjoint(_hosts_of(FLOW_GROUPS[flow], groups)):
        return []
    if flow == "control_plane" and not joining:
        return ["all" if groups.get("all") else "localhost"]  # the implicit host of an empty inventory
    control_planes = _hosts_of(CONTROL_PLANE_GROUPS, groups)
    workers = joining - control_planes
    if flow == "control_plane" and len(control_planes) == 1 and workers and not control_planes <= set(independent):
        return []
    names = [name for name in FLOW_GROUPS[flow] if name in groups]
    if names:
        excluded = [f"!{name}" for name in CONTROL_PLANE_GROUPS if name in groups and flow != "control_plane"]
        return [":".join([*names, *excluded])]
    return [host for name in _misspelt(flow, groups) for host in groups[name] if host not in known]


def refuse_stray_host(own: t.Collection[str], groups: t.Iterable[str]) -> None:
    """Raise ``group_missing`` for a host that is in no group whose hosts join. ``own`` are its groups, ``groups`` are all."""
    if set(own).isdisjoint(_ALL_GROUPS):
        raise JoinError(
            "group_missing",
            f"Cannot determine which hosts join: this host is in none of the groups whose hosts join "
            f"({describe_groups(_ALL_GROUPS, groups)}), and no other host was selected; correct the names of the groups, the inventory or "
            "--limit, or set join_control_plane_hosts and join_worker_hosts. Nothing was changed.",
            groups=sorted(groups),
        )


def ignored_hosts_warning(groups: _Groups) -> str:
    """A warning if there is no group of workers, but hosts that are in no other group whose hosts join; otherwise empty."""
    names = FLOW_GROUPS["worker"]
    ignored = sorted(_hosts_of(groups, groups) - _hosts_of(_ALL_GROUPS, groups) - {"localhost"})
    if not ignored or any(name in groups for name in names) or _misspelt("worker", groups):
        return ""
    return (
        f"No host joins as a worker: {describe_groups(names, groups)}. Ignored: {name_hosts(ignored)}. If they are to join, rename their group, "
        "or set join_worker_hosts to it."
    )


def describe_groups(wanted: t.Sequence[str], groups: t.Iterable[str]) -> str:
    """The groups that were searched, and those that exist."""
    found = sorted(set(groups) - {"all", "ungrouped"})
    return f"expected the groups {' or '.join(wanted)}; found {name_hosts(found) if found else 'no group'}"


def _misspelt(flow: str, groups: _Groups) -> list[str]:
    """The groups whose names are similar to those of a flow."""
    return [
        name
        for name in groups
        if name not in _ALL_GROUPS
        and any(difflib.SequenceMatcher(None, name, known).ratio() >= _MISSPELT for known in FLOW_GROUPS[flow])
    ]


def _hosts_of(names: t.Iterable[str], groups: _Groups) -> set[str]:
    return {host for name in names for host in groups.get(name, ())}
