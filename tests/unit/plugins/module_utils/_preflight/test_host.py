# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings about the host: programs, swap, settings, names, and where the kernel is described."""

from __future__ import annotations

import gzip
import pathlib
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import MINORS, RELEASES
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.host import (
    find_folder_problems,
    find_missing_programs,
    find_name_problems,
    find_setting_problems,
    find_swap,
    verify_system,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.system import kernel_configuration_paths
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.host import LocalHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost, run_program

OPTIONS = (
    "NAMESPACES NET_NS PID_NS IPC_NS UTS_NS CPUSETS MEMCG INET EXT4_FS PROC_FS NETFILTER_XT_MATCH_COMMENT FAIR_GROUP_SCHED "
    "CGROUPS CGROUP_PIDS CGROUP_SCHED CGROUP_BPF IP_NF_TARGET_REDIRECT"
)
KERNEL = "".join(f"CONFIG_{option}=y\n" for option in OPTIONS.split()).encode()


def host_with(**files: bytes) -> TestHost:
    host = TestHost()
    for path, content in files.items():
        host.store(path, content, 0o444)
    return host


def outline(findings: t.Iterable[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.check, finding.severity, finding.code) for finding in findings]


def test_each_program_that_is_missing_is_a_finding() -> None:
    """Under its name, as an error or a warning."""
    host = TestHost()
    release = RELEASES[MINORS[-1]]
    assert outline(find_missing_programs(host, release)) == []
    host.programs = {"mount"}
    assert outline(find_missing_programs(host, release._replace(useful_programs=("mount", "tc")))) == [
        ("FileExisting-losetup", "error", "program_missing"),
        ("FileExisting-cp", "error", "program_missing"),
        ("FileExisting-tc", "warning", "program_missing"),
    ]


def test_a_folder_of_a_system_user_is_a_warning() -> None:
    """Once for several files; kubespray gives /etc/kubernetes to such a user."""
    host = TestHost()
    host.system_folders = {"/etc/kubernetes": "kube"}
    paths = ["/etc/kubernetes/kubelet.conf", "/etc/kubernetes/pki/ca.crt", "/var/lib/kubelet/config.yaml"]
    (found,) = find_folder_problems(host, paths)
    assert outline([found]) == [("Folder--etc-kubernetes", "warning", "folder_unsafe")]
    assert "the system user kube" in found.message


def test_an_unsafe_folder_is_an_error(tmp_path: pathlib.Path) -> None:
    """The same as when its files are written, but before the token is used."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc").chmod(0o777)
    host = LocalHost(run_program)
    (found,) = find_folder_problems(host, [f"{tmp_path}/etc/{name}" for name in ("a", "b/c")])
    assert outline([found]) == [(f"Folder-{tmp_path}/etc".replace("/", "-"), "error", "folder_unsafe")]


def test_every_area_of_swap_is_named() -> None:
    """The first line of the file is its heading."""
    heading = b"Filename Type Size Used Priority\n"
    assert list(find_swap(TestHost())) == []
    assert list(find_swap(host_with(**{"/proc/swaps": heading}))) == []
    (found,) = find_swap(host_with(**{"/proc/swaps": heading + b"/dev/sda2 partition 1 0 -2\n/swap file 1 0 -3\n"}))
    assert (found.severity, found.code) == ("warning", "swap_on")
    assert "(/dev/sda2, /swap)" in found.message


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [("10.0.0.1", "/proc/sys/net/ipv4/ip_forward"), ("fd00::1", "/proc/sys/net/ipv6/conf/default/forwarding")],
)
def test_forwarding_is_checked_for_the_endpoints_family(endpoint: str, path: str) -> None:
    """The other family's setting does not count."""
    assert outline(find_setting_problems(host_with(**{path: b"1\n"}), endpoint)) == []
    for files in ({}, {path: b"0\n"}):
        (found,) = find_setting_problems(host_with(**files), endpoint)
        assert (found.check, found.severity, found.code) == (
            f"FileContent-{path.replace('/', '-')}",
            "error",
            "setting_wrong",
        )
        assert f"set {path[10:].replace('/', '.')} = 1" in found.message


@pytest.mark.parametrize("endpoint", ["", "api.example.org", "10.0.0.1:6443"])
def test_forwarding_is_not_checked_for_a_name(endpoint: str) -> None:
    """As in kubeadm."""
    assert outline(find_setting_problems(TestHost(), endpoint)) == []


def test_a_name_that_cannot_be_resolved_is_a_warning_with_the_reason() -> None:
    """In the resolver's words."""
    assert list(find_name_problems(TestHost(), "worker-1")) == []
    (found,) = find_name_problems(TestHost(), "worker-2")
    assert (found.check, found.severity, found.code) == ("Hostname", "warning", "name_unresolved")
    assert "worker-2" in found.message and "Name or service not known" in found.message


def test_a_name_that_the_kubelet_cannot_register_is_an_error() -> None:
    """kubeadm accepts it, and the kubelet fails later: values of labels have at most 63 characters."""
    for length, expected in ((63, []), (64, [("Hostname", "error", "node_name_invalid")])):
        host = TestHost("x" * length)
        assert outline(find_name_problems(host, "")) == expected


@pytest.mark.parametrize(
    ("provided", "expected"),
    [("", []), ("edge-7", []), ("Edge-7", []), ("other", [("Hostname", "warning", "node_name_overridden")])],
)
def test_a_name_that_the_kubelet_overrides_is_a_warning(provided: str, expected: list[t.Any]) -> None:
    """And the name that counts is the one that is resolved."""
    unit = b"[Service]\nExecStart=/usr/bin/kubelet --hostname-override=edge-7\n"
    host = host_with(**{"/etc/systemd/system/kubelet.service": unit})
    host.known_names = {"edge-7"}
    assert outline(find_name_problems(host, provided)) == expected


MOUNTS = {
    "/proc/mounts": b"cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n",
    "/sys/fs/cgroup/cgroup.controllers": b"cpuset cpu io memory hugetlb pids\n",
}


def verify(host: TestHost) -> list[tuple[str, str, str]]:
    return outline(verify_system(host, cluster=RELEASES["1.37"], kubelet=RELEASES["1.37"], accepts_cgroup_v1=False))


@pytest.mark.parametrize("path", kernel_configuration_paths("6.12.9"))
@pytest.mark.parametrize("content", [KERNEL, gzip.compress(KERNEL)], ids=["plain", "gzip"])
def test_the_kernel_is_described_wherever_distributions_do(path: str, content: bytes) -> None:
    """Plain or packed."""
    assert verify(host_with(**MOUNTS, **{path: content})) == []


def test_the_first_description_counts() -> None:
    """It is that of the running kernel."""
    first, *_others, last = kernel_configuration_paths("6.12.9")
    assert verify(host_with(**MOUNTS, **{first: b"CONFIG_INET=y\n", last: KERNEL})) == [
        ("SystemVerification", "error", "kernel_unfit")
    ]


def test_without_any_description_or_cgroups_both_are_findings() -> None:
    """Each with its code."""
    assert verify(TestHost()) == [
        ("SystemVerification", "error", "kernel_unfit"),
        ("SystemVerification", "error", "cgroup_missing"),
    ]
