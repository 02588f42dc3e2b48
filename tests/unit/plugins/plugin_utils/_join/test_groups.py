# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups whose hosts join: the collection's names and kubespray's, and what happens without them."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.groups import (
    FLOW_GROUPS,
    find_flow_hosts,
    ignored_hosts_warning,
    refuse_stray_host,
)

GROUPS = {"all": ["a", "b", "c"], "ungrouped": []}


@pytest.mark.parametrize("control_planes", FLOW_GROUPS["control_plane"])
@pytest.mark.parametrize("workers", FLOW_GROUPS["worker"])
def test_groups_have_the_names_of_the_collection_or_of_kubespray(control_planes: str, workers: str) -> None:
    """A host in the groups of both flows joins as a control plane."""
    groups = {**GROUPS, control_planes: ["a"], workers: ["a", "b"]}
    assert find_flow_hosts("control_plane", groups, independent=["a"]) == [control_planes]
    assert find_flow_hosts("worker", groups) == [f"{workers}:!{control_planes}"]


def test_both_names_may_be_in_use() -> None:
    groups = {**GROUPS, **{name: ["a"] for names in FLOW_GROUPS.values() for name in names}}
    assert find_flow_hosts("control_plane", groups) == ["control_plane:kube_control_plane"]


@pytest.mark.parametrize(
    ("groups", "selected"),
    [
        ({}, None),
        ({"workers": [], "control_plane": []}, None),
        ({"worker": ["a"], "masters": ["b"]}, None),
        ({"workers": ["a"], "db": ["c"]}, ["c"]),
        ({"worker": ["a"], "db": ["c"]}, ["c"]),
    ],
)
def test_without_hosts_everything_is_refused(groups: dict[str, list[str]], selected: list[str] | None) -> None:
    """Also if ``--limit`` leaves none. An empty inventory has the implicit localhost alone."""
    assert find_flow_hosts("control_plane", {**GROUPS, **groups}, selected) == ["all"]
    assert find_flow_hosts("control_plane", {"all": [], "ungrouped": []}) == ["localhost"]
    with pytest.raises(
        JoinError, match=r"control_plane or kube_control_plane or workers or kube_node; found "
    ) as caught:
        refuse_stray_host(["db"], [*GROUPS, *groups])
    assert caught.value.code == "group_missing"


@pytest.mark.parametrize("name", ["contol_plane", "control-plane", "controlplane", "kube_control_planes"])
def test_hosts_of_a_misspelt_group_are_refused(name: str) -> None:
    """They are in the play, which refuses them; hosts that are in a known group as well are not."""
    groups = {**GROUPS, name: ["a", "b"], "workers": ["b", "c"]}
    assert find_flow_hosts("control_plane", groups) == ["a"]
    assert find_flow_hosts("worker", groups) == ["workers"]
    assert find_flow_hosts("control_plane", {**groups, "control_plane": ["c", "a"]}) == ["control_plane"]


@pytest.mark.parametrize("name", ["worker", "kube_nodes", "kube-node"])
def test_workers_of_a_misspelt_group_are_refused(name: str) -> None:
    assert find_flow_hosts("worker", {**GROUPS, name: ["b"], "control_plane": ["a"]}) == ["b"]


@pytest.mark.parametrize("name", ["etcd", "k8s_cluster", "masters", "calico_rr", "controller", "k8s_nodes"])
def test_other_groups_are_no_matter(name: str) -> None:
    """A slice of a job may have workers alone, or control planes alone."""
    assert find_flow_hosts("control_plane", {**GROUPS, name: ["a"], "workers": ["b"]}) == []
    assert find_flow_hosts("worker", {**GROUPS, name: ["a"], "control_plane": ["b"]}) == []


def test_hosts_in_groups_of_other_names_are_ignored_with_a_warning() -> None:
    """Which names them. If there is a group of workers, or one whose hosts are refused, other groups may be about anything."""
    groups = {**GROUPS, "control_plane": ["a"]}
    warning = ignored_hosts_warning({**groups, "nodes": ["b", "c"]})
    for part in ("workers or kube_node", "found control_plane, nodes", "Ignored: b, c.", "set join_worker_hosts"):
        assert part in warning
    for name in ("workers", "kube_node", "worker"):
        assert ignored_hosts_warning({**groups, name: ["b"]}) == ""
    assert ignored_hosts_warning({"all": ["a", "localhost"], "control_plane": ["a"]}) == ""


def test_the_other_flow_may_have_hosts_without_groups() -> None:
    """As join_worker_hosts names them: then a flow without hosts is empty."""
    assert find_flow_hosts("control_plane", GROUPS, is_alone=True) == []
    assert find_flow_hosts("control_plane", {**GROUPS, "control_plane": ["a"]}, is_alone=True) == ["control_plane"]


@pytest.mark.parametrize("name", [name for names in FLOW_GROUPS.values() for name in names])
def test_a_host_in_a_group_is_not_refused(name: str) -> None:
    refuse_stray_host(["db", name], [*GROUPS, name])


@pytest.mark.parametrize(
    ("selected", "independent", "expected"),
    [(None, [], []), (["b"], [], []), (None, ["a"], ["control_plane"]), (["a"], [], ["control_plane"])],
)
def test_the_only_control_plane_joins_only_if_it_can(
    selected: list[str] | None, independent: list[str], expected: list[str]
) -> None:
    """No other host could invite it, and the workers ask it whether it has joined."""
    groups = {**GROUPS, "control_plane": ["a"], "workers": ["b"]}
    assert find_flow_hosts("control_plane", groups, selected, independent=independent) == expected
    assert find_flow_hosts("control_plane", {**groups, "control_plane": ["a", "c"]}, selected) == ["control_plane"]
