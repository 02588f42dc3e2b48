# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_hosts: by the inventory, ``--limit`` and the variables of the playbook."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleUndefinedVariable
from ansible.parsing.dataloader import DataLoader
from ansible_collections.kubejoin.kubeadm.plugins.lookup.join_hosts import LookupModule

GROUPS = {"all": ["a", "b", "c"], "ungrouped": [], "workers": ["a", "b"], "db": ["c"]}


def join_hosts(flow: str, **variables: t.Any) -> list[str]:
    """What the lookup returns."""
    lookup = LookupModule(loader=DataLoader())
    lookup.set_options = lambda **_options: None
    return t.cast("list[str]", lookup.run([flow], variables={"groups": GROUPS, **variables}))


@pytest.mark.parametrize("limit", ["b", "b,c", "workers:!a", "~b.*", "all"])
def test_a_limit_with_hosts_of_the_groups_changes_nothing(limit: str) -> None:
    """Ansible applies it itself."""
    assert join_hosts("control_plane", ansible_limit=limit) == join_hosts("control_plane") == []
    assert join_hosts("worker", ansible_limit=limit) == ["workers"]


def test_control_planes_or_the_controller_withdraw() -> None:
    """Those of both names, once each."""
    assert join_hosts("withdraw") == ["localhost"]
    groups = {**GROUPS, "kube_control_plane": ["b", "a"], "control_plane": ["c", "b"]}
    assert join_hosts("withdraw", groups=groups) == ["c", "b", "a"]


@pytest.mark.parametrize("limit", ["c", "db", "all:!workers"])
def test_a_limit_without_hosts_of_the_groups_is_refused(limit: str) -> None:
    assert join_hosts("control_plane", ansible_limit=limit) == ["all"]


@pytest.mark.parametrize("name", ["join_control_plane_hosts", "join_worker_hosts"])
def test_hosts_that_a_variable_names_need_no_groups(name: str) -> None:
    for flow in ("control_plane", "worker"):
        assert join_hosts(flow, groups={"all": ["a"]}, **{name: "a"}) == []


@pytest.mark.parametrize("way", ["invite_host", "join_token", "join_discovery_file", "join_configuration"])
def test_a_control_plane_may_join_without_another(way: str) -> None:
    """By its own variables, or by those of all hosts."""
    groups = {**GROUPS, "control_plane": ["c"]}
    assert join_hosts("control_plane", groups=groups, hostvars={"c": {way: ""}}) == []
    assert join_hosts("control_plane", groups=groups, hostvars={"c": {way: "x"}}) == ["control_plane"]
    assert join_hosts("control_plane", groups=groups, **{way: "x"}) == ["control_plane"]


def test_a_variable_that_is_not_known_yet_is_a_way() -> None:
    """An earlier play may set what its template needs."""

    class Unknown(dict[str, t.Any]):
        def get(self, key: str, default: t.Any = None) -> t.Any:
            raise AnsibleUndefinedVariable(key)

    groups = {**GROUPS, "control_plane": ["c"]}
    assert join_hosts("control_plane", groups=groups, hostvars={"c": Unknown(a=1)}) == ["control_plane"]
