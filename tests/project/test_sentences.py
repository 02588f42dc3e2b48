# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people read in their first minutes: whole plays with the usual mistakes. Each sentence names the cause and the next step."""

from __future__ import annotations

import dataclasses
import pathlib
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.node import await_node
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError, guide_url
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.log import KubeletLog
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.checks import (
    PreflightSpec,
    observe_preflight,
    refuse_errors,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost

from .fake_hosts import Play, honest, run_play

CONTROL_PLANE: dict[str, dict[str, t.Any]] = {"cp1": {}}
WORKERS: dict[str, dict[str, t.Any]] = {"w1": {}, "w2": {}}


def run(folder: pathlib.Path, groups: dict[str, dict[str, t.Any]], *arguments: str, **answers: t.Any) -> Play:
    """A play on honest hosts; ``answers`` are other ones of w1, by module."""
    hosts = {host: honest(host) for group in groups.values() for host in group}
    joined = {"joined": True, "pending": []}
    if "cp1" in hosts:
        hosts["cp1"]["preflight_info"] |= joined
    if answers:
        hosts["w1"] |= answers
    return run_play(folder, groups, hosts, *arguments)


def sentence(play: Play, beginning: str) -> str:
    """The line of the report that begins so."""
    (line,) = {line.strip(' ",') for line in play.output.splitlines() if line.strip(' "').startswith(beginning)}
    return line


def failure(error: JoinError) -> dict[str, t.Any]:
    """The result of a module that fails with it."""
    return {"failed": True, "msg": str(error), "error": error.outline()}


def test_an_empty_inventory(tmp_path: pathlib.Path) -> None:
    play = run(tmp_path, {})
    line = sentence(play, "failed in configuration, group_missing: 1 node (localhost)")
    assert play.status != 0 and "found no group" in line and "correct the names of the groups, the inventory" in line
    assert line.endswith(f"See {guide_url('group_missing')}")
    assert sentence(play, "next: ") == "next: correct the inventory and run the playbook again"


def test_wrong_groups(tmp_path: pathlib.Path) -> None:
    """All names are wrong, so no host is of any use."""
    play = run(tmp_path, {"masters": CONTROL_PLANE, "nodes": WORKERS})
    line = sentence(play, "failed in configuration, group_missing: 3 nodes")
    assert play.status != 0 and play.calls == ()
    assert (
        "expected the groups control_plane or kube_control_plane or workers or kube_node; found masters, nodes" in line
    )
    assert "correct the names of the groups" in line


def test_a_wrong_group_of_workers(tmp_path: pathlib.Path) -> None:
    """The hosts of a group with another name may not be meant. They are named in a warning."""
    play = run(tmp_path, {"control_plane": CONTROL_PLANE, "nodes": WORKERS})
    warning = " ".join(play.output.split())
    assert "No host joins as a worker: expected the groups workers or kube_node; found control_plane, nodes." in warning
    assert "Ignored: w1, w2. If they are to join, rename their group, or set join_worker_hosts to it." in warning


def test_a_wrong_group_of_control_planes(tmp_path: pathlib.Path) -> None:
    play = run(tmp_path, {"masters": CONTROL_PLANE, "workers": WORKERS})
    line = sentence(play, "failed in invitation, inviter_missing: 2 nodes (w1, w2)")
    assert (
        play.status != 0 and "expected the groups control_plane or kube_control_plane; found masters, workers" in line
    )
    assert "add one to such a group, or set invite_host: localhost with invite_kubeconfig" in line


def test_a_typo_in_a_variable(tmp_path: pathlib.Path) -> None:
    play = run(tmp_path, {"control_plane": CONTROL_PLANE, "workers": WORKERS}, "-e", "join_taint=a=b:NoSchedule")
    line = sentence(play, "failed in configuration, invalid_join_configuration: 2 nodes (w1, w2)")
    assert play.status != 0 and play.calls == ()
    assert "there is no variable join_taint, the nearest is join_taints. Correct the name" in line


def test_a_missing_kubelet(tmp_path: pathlib.Path) -> None:
    """By the library's own check of a host without one. No token is created for it."""
    host = TestHost()
    host.version = None
    found = observe_preflight(host, PreflightSpec())
    findings = tuple(finding for finding in found.findings if finding.check == "KubeletVersion")
    with pytest.raises(JoinError) as caught:
        refuse_errors(dataclasses.replace(found, findings=findings), ignored=())
    play = run(tmp_path, {"control_plane": CONTROL_PLANE, "workers": {"w1": {}}}, preflight_info=failure(caught.value))
    line = sentence(play, "failed in preflight, KubeletVersion: 1 node (w1)")
    assert play.status != 0 and "there is no kubelet in PATH" in line and "install its package" in line
    assert [call.module for call in play.on("cp1")] == ["cluster_discovery_info"]


class Waiting:
    """A node that is registered, and whose container runtime has no network for pods."""

    server = "https://api:6443"

    def watch(self, path: str, timeout: float, *, name: str) -> t.Iterator[tuple[str, t.Any]]:
        message = (
            "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni "
            "plugin not initialized"
        )
        condition = {"type": "Ready", "status": "False", "reason": "KubeletNotReady", "message": message}
        yield "ADDED", {"metadata": {"name": name}, "status": {"conditions": [condition]}}


class Watch:
    """A kubelet that runs and has logged nothing."""

    def give_up(self) -> str | None:
        return None

    def log(self) -> KubeletLog:
        return KubeletLog()


def test_a_missing_pod_network(tmp_path: pathlib.Path) -> None:
    """By the library's own wait for the node."""
    with pytest.raises(JoinError) as caught:
        await_node(t.cast("t.Any", Waiting()), "w1", "ready", clock=TestClock(), timeout=240, watch=Watch())
    play = run(tmp_path, {"control_plane": CONTROL_PLANE, "workers": {"w1": {}}}, kubelet=failure(caught.value))
    line = sentence(play, "failed in kubelet-start, node_not_ready: 1 node (w1)")
    assert play.status != 0 and "cni plugin not initialized" in line
    assert "install a pod network in the cluster" in line and "set wait_for to registered" in line
    assert guide_url("node_not_ready") in line
