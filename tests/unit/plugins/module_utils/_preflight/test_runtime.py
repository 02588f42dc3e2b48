# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings about the container runtime."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import RELEASES
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import CRI_SOCKETS
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.cri import Runtime
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.runtime import (
    CONTAINERD_CONFIG,
    choose_socket,
    find_runtime_problems,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost

OLD = Runtime("containerd", "1.7.28", True)
NEW = Runtime("containerd", "2.1.9", True, cgroup_driver="systemd")


def problems(runtime: Runtime, config: t.Optional[str] = None, **more: t.Any) -> list[tuple[str, str, str]]:
    return [(finding.check, finding.severity, finding.code) for finding in findings(runtime, config, **more)]


def findings(
    runtime: Runtime, config: t.Optional[str] = None, socket: str = CRI_SOCKETS[0], **more: t.Any
) -> list[t.Any]:
    host = TestHost()
    if config is not None:
        host.store(CONTAINERD_CONFIG, config.encode(), 0o644)
    known = {"release": RELEASES["1.37"], "cgroup_driver": "systemd", **more}
    return list(find_runtime_problems(host, socket, runtime, **known))


def test_one_socket_is_chosen_or_an_error_found() -> None:
    """kubeadm ends before its checks; here it is a finding among others."""
    host = TestHost()
    assert choose_socket(host, "") == (CRI_SOCKETS[0], ())
    assert choose_socket(host, "/x.sock") == ("unix:///x.sock", ())
    host.sockets = set(CRI_SOCKETS)
    socket, (found,) = choose_socket(host, "")
    assert (socket, found.check, found.severity, found.code) == ("", "CRI", "error", "cri_socket_ambiguous")


def test_a_runtime_that_does_not_answer_is_one_finding() -> None:
    """Nothing else is known of it."""
    (found,) = findings(Runtime(problem="nothing answers"))
    assert (found.check, found.severity, found.code) == ("CRI", "error", "cri_unavailable")
    assert CRI_SOCKETS[0] in found.message and "nothing answers; start it" in found.message


@pytest.mark.parametrize(
    ("config", "socket", "named"),
    [
        ('disabled_plugins = ["cri"]\n', CRI_SOCKETS[0], True),
        ("disabled_plugins = ['io.containerd.grpc.v1.cri']\n", CRI_SOCKETS[0], True),
        ('  disabled_plugins = [\n  "a",\n  "cri",\n]\n', CRI_SOCKETS[0], True),
        ('#disabled_plugins = ["cri"]\n', CRI_SOCKETS[0], False),
        ('disabled_plugins = ["cri-x"]\n', CRI_SOCKETS[0], False),
        ('disabled_plugins = ["cri"]\n', CRI_SOCKETS[1], False),
    ],
)
def test_a_plugin_that_is_disabled_is_named(config: str, socket: str, named: bool) -> None:
    """Where it is containerd that does not answer."""
    (found,) = findings(Runtime(problem="does not speak CRI v1"), config, socket=socket)
    assert ("remove cri from disabled_plugins" in found.message) is named


def test_a_runtime_with_a_problem_of_its_own_is_checked_further() -> None:
    """It speaks, so that the rest is known."""
    runtime = Runtime("containerd", "1.7.28", True, problem="its network is not ready")
    assert problems(runtime, release=RELEASES["1.34"], cgroup_driver="") == [("CRI", "error", "cri_unavailable")]
    assert problems(runtime, cgroup_driver="")[1:] == [("ContainerRuntimeVersion", "warning", "runtime_outdated")]


def test_a_driver_is_asked_for_from_1_35_on() -> None:
    """Before it nobody needs an answer."""
    assert problems(OLD, cgroup_driver="", release=RELEASES["1.35"]) == [
        ("ContainerRuntimeVersion", "warning", "runtime_outdated")
    ]
    assert problems(OLD, cgroup_driver="", release=RELEASES["1.34"]) == []
    assert problems(NEW) == []


@pytest.mark.parametrize(
    ("config", "kubelet", "differs"),
    [
        ("SystemdCgroup = true\n", "systemd", False),
        ("    SystemdCgroup=true\n", "cgroupfs", True),
        ("SystemdCgroup = false\n", "systemd", True),
        ("# SystemdCgroup = true\n", "systemd", True),
        (None, "cgroupfs", False),
        (None, "systemd", True),
        (None, "", False),
    ],
)
def test_containerd_without_an_answer_is_read_from_its_configuration(
    config: t.Optional[str], kubelet: str, differs: bool
) -> None:
    """Another driver than the kubelet's is an error then."""
    found = problems(OLD, config, release=RELEASES["1.34"], cgroup_driver=kubelet)
    assert found == ([("CgroupDriver", "error", "cgroup_driver_mismatch")] if differs else [])


def test_the_answer_of_the_runtime_goes_before_its_configuration() -> None:
    """The kubelet follows it, so that it is a warning."""
    assert problems(NEW, "SystemdCgroup = false\n") == []
    assert problems(NEW, cgroup_driver="cgroupfs") == [("CgroupDriver", "warning", "cgroup_driver_mismatch")]


def test_of_another_runtime_nothing_is_guessed() -> None:
    """containerd's configuration is not its."""
    assert problems(Runtime("cri-o", "1.30", True), "SystemdCgroup = false\n", release=RELEASES["1.34"]) == []
