# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: join_hosts
short_description: Find the hosts of a flow in the groups of the inventory
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Internal to the playbook C(kubejoin.kubeadm.join). It may change in any release.
  - Control planes are the hosts of the groups C(control_plane) and C(kube_control_plane). Workers are the hosts of the groups C(workers)
    and C(kube_node) that are not control planes.
  - The only control plane of an inventory is not among them if no other host can invite it and there are workers.
  - If no host joins, or if the name of a group seems misspelt, it returns hosts in other groups, which the module
    M(kubejoin.kubeadm.join_configuration_info) refuses.
  - If there is no group of workers, a warning names the hosts that are ignored.
options:
  _terms:
    description: The flows, V(control_plane) or V(worker), or V(withdraw) for the hosts that may delete invitations.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Display the control planes
  ansible.builtin.debug:
    msg: "{{ query('kubejoin.kubeadm.join_hosts', 'control_plane') }}"
"""

RETURN = r"""
_raw:
  description: Host patterns for C(hosts) of a play.
  type: list
  elements: str
"""

import typing as t

from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ..plugin_utils._join.groups import (
    CONTROL_PLANE_GROUPS,
    FLOW_VARIABLES,
    find_control_planes,
    find_flow_hosts,
    ignored_hosts_warning,
)

#: The variables by which a host joins without another control plane of the inventory.
_WAYS = ("invite_host", "join_configuration", "join_discovery_file", "join_discovery_token", "join_token")


class LookupModule(LookupBase):
    """Answers from the inventory and ``--limit``."""

    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        self.set_options(var_options=variables, direct=kwargs)
        known = variables or {}
        groups = {str(name): [str(host) for host in hosts] for name, hosts in (known.get("groups") or {}).items()}
        if terms == ["withdraw"]:
            return find_control_planes(groups) or ["localhost"]
        limit = known.get("ansible_limit")
        selected = self._select(groups, str(limit)) if limit else None
        is_alone = any(name in known for name in FLOW_VARIABLES)
        independent = _find_independent(known, groups)
        warning = "" if is_alone or "worker" not in terms else ignored_hosts_warning(groups)
        if warning:
            Display().warning(warning)
        return [
            pattern
            for flow in terms
            for pattern in find_flow_hosts(flow, groups, selected, is_alone=is_alone, independent=independent)
        ]

    def _select(self, groups: dict[str, list[str]], limit: str) -> list[str]:
        """The hosts of the inventory that ``--limit`` selects."""
        manager = InventoryManager(self._loader, parse=False)
        for group, hosts in groups.items():
            manager.add_group(group)
            for host in hosts:
                manager.add_host(host, group=group)
        manager.subset(limit)
        return [host.name for host in manager.get_hosts()]


def _find_independent(variables: t.Mapping[str, t.Any], groups: t.Mapping[str, list[str]]) -> list[str]:
    """The control planes that can join without another one. Only their variables are read, as there are few."""
    hostvars = variables.get("hostvars") or {}
    hosts = [host for name in CONTROL_PLANE_GROUPS for host in groups.get(name, ())]
    return [host for host in hosts if any(_is_set(hostvars.get(host) or variables, way) for way in _WAYS)]


def _is_set(variables: t.Mapping[str, t.Any], name: str) -> bool:
    """Whether the variable has a value, which an earlier play may not have set yet."""
    try:
        return bool(variables.get(name))
    except AnsibleError:
        return True
