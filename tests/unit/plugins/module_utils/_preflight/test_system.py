# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings about the kernel and its cgroups."""

from __future__ import annotations

import gzip
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import RELEASES
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.system import (
    Cgroups,
    find_system_problems,
    kernel_configuration_paths,
    parse_cgroup_controllers,
    parse_cgroup_version,
    parse_kernel_options,
)
from hypothesis import given
from hypothesis import strategies as st

BASIC = frozenset(
    "NAMESPACES NET_NS PID_NS IPC_NS UTS_NS CPUSETS MEMCG INET EXT4_FS PROC_FS NETFILTER_XT_MATCH_COMMENT FAIR_GROUP_SCHED "
    "CGROUPS IP_NF_TARGET_REDIRECT".split()
)
NEW = {
    1: frozenset("CGROUP_PIDS CGROUP_SCHED CGROUP_CPUACCT CGROUP_DEVICE CGROUP_FREEZER".split()),
    2: frozenset("CGROUP_PIDS CGROUP_SCHED CGROUP_BPF".split()),
}
V1 = Cgroups(1, frozenset("cpu cpuacct cpuset devices freezer memory pids hugetlb blkio".split()))
V2 = Cgroups(2, frozenset("cpu cpuset memory pids hugetlb io".split()))


def problems(
    release: str = "6.12.9", options: frozenset[str] = BASIC | NEW[1] | NEW[2], cgroups: Cgroups = V2, **more: t.Any
) -> list[Finding]:
    known = {"cluster": RELEASES["1.37"], "kubelet": RELEASES["1.37"], "accepts_version_1": False, **more}
    return list(find_system_problems(release, options, cgroups, **known))


def codes(**seen: t.Any) -> list[tuple[str, str]]:
    return [(finding.severity, finding.code) for finding in problems(**seen)]


@pytest.mark.parametrize(
    ("release", "good"),
    [("6.0.0", True), ("7.1.2-generic", True), ("5.15.0-91-generic", True), ("5.10.1", True), ("5.4.0", True),
     ("5.14.0-427.el9.x86_64", False), ("5.16.1", False), ("4.18.0", False), ("nonsense", False)],
)  # fmt: skip
def test_new_kernels_and_those_of_long_support_are_tested(release: str, good: bool) -> None:
    """With others it is a warning."""
    assert codes(release=release) == ([] if good else [("warning", "kernel_unfit")])


@pytest.mark.parametrize(
    ("release", "good"),
    [
        ("3.10.0-1160.el7", False),
        ("4.15.0", False),
        ("4.18.0-553.el8", False),
        ("4.19.1", True),
        ("5.3.1", True),
        ("6.1.0", True),
    ],
)
def test_older_kubeadms_refuse_kernels_before_4_19(release: str, good: bool) -> None:
    """As kubeadm 1.33 does; it has nothing to say about any other."""
    cluster = RELEASES["1.37"]._replace(refuses_old_kernels=True)
    assert codes(release=release, cluster=cluster) == ([] if good else [("error", "kernel_unfit")])


@pytest.mark.parametrize("name", sorted(BASIC))
def test_each_option_that_is_missing_is_named(name: str) -> None:
    """Of two for redirection, the newer one."""
    (found,) = problems(options=(BASIC | NEW[2]) - {name})
    assert (found.severity, found.code) == ("error", "kernel_unfit")
    wanted = "NETFILTER_XT_TARGET_REDIRECT" if name == "IP_NF_TARGET_REDIRECT" else name
    assert f"kernel options are missing: CONFIG_{wanted};" in found.message


def test_either_option_for_redirection_will_do() -> None:
    """Old kernels have one, new ones the other."""
    assert codes(options=(BASIC | NEW[2]) - {"IP_NF_TARGET_REDIRECT"} | {"NETFILTER_XT_TARGET_REDIRECT"}) == []


@pytest.mark.parametrize(("version", "cgroups"), [(1, V1), (2, V2)])
def test_options_of_cgroups_count_from_1_35_on(version: int, cgroups: Cgroups) -> None:
    """Those of the version that the host has."""
    for name in NEW[version]:
        options = BASIC | NEW[version] - {name}
        assert ("error", "kernel_unfit") in codes(options=options, cgroups=cgroups, accepts_version_1=True)
        assert ("error", "kernel_unfit") not in codes(
            options=options, cgroups=cgroups, cluster=RELEASES["1.34"], accepts_version_1=True
        )


def test_a_kernel_that_nobody_describes_is_an_error() -> None:
    """As in kubeadm, and it can be ignored."""
    (found,) = problems(options=frozenset())
    assert (found.severity, found.code) == ("error", "kernel_unfit")
    assert "is not in any of the usual places" in found.message


@pytest.mark.parametrize("cgroups", [V1, V2])
def test_each_controller_that_is_missing_is_named(cgroups: Cgroups) -> None:
    """Some are needed, some only useful."""
    for name in cgroups.controllers:
        found = problems(cgroups=Cgroups(cgroups.version, cgroups.controllers - {name}), kubelet=RELEASES["1.34"])[0]
        assert found.code == "cgroup_missing" and f"controllers {name} are missing" in found.message
        assert found.severity == ("warning" if name in ("hugetlb", "blkio", "io") else "error")


@pytest.mark.parametrize(
    ("kubelet", "accepts", "severity"),
    [
        (34, False, "warning"),
        (34, None, "warning"),
        (35, False, "error"),
        (37, False, "error"),
        (37, None, "error"),
        (37, True, "warning"),
    ],
)
def test_version_1_is_refused_by_kubelets_that_refuse_it(kubelet: int, accepts: bool | None, severity: str) -> None:
    """Unless the cluster's configuration lets them run. Where the same host gets another severity, the message has the reason."""
    (found,) = problems(cgroups=V1, kubelet=RELEASES[f"1.{kubelet}"], accepts_version_1=accepts)
    assert (found.severity, found.code) == (severity, "cgroups_outdated")
    reasons = {"as this cluster's does": True, "this cluster's does not": False, "not known yet": None}
    assert [reasons[reason] for reason in reasons if reason in found.message] == ([accepts] if kubelet > 34 else [])
    assert ("ignore this check" in found.message) is (kubelet > 34 and accepts is None)


@pytest.mark.parametrize(
    ("mounts", "version"),
    [
        ("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n", 2),
        ("tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup /sys/fs/cgroup/cpu cgroup rw 0 0\n", 1),
        (
            "tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup /sys/fs/cgroup/cpu cgroup rw 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n",
            1,
        ),
        ("cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n", 0),
        ("proc /proc proc rw 0 0\n", 0),
        ("", 0),
        ("torn\n", 0),
    ],
)
def test_the_version_is_that_of_the_mounts(mounts: str, version: int) -> None:
    """Of a hybrid it is the first."""
    assert parse_cgroup_version(mounts) == version


def test_controllers_are_those_that_are_on() -> None:
    """Version 1 lists those that are off, too."""
    text = "#subsys_name hierarchy num_cgroups enabled\ncpu 2 1 1\nmemory 0 1 0\ntorn 1\n"
    assert parse_cgroup_controllers(1, text) == {"cpu"}
    assert parse_cgroup_controllers(2, "cpu memory\n") == {"cpu", "memory"}
    assert parse_cgroup_controllers(2, "") == frozenset()


def test_options_are_those_that_are_built_in_or_modules() -> None:
    """In a plain file, a packed one, and one of Windows' line ends."""
    text = b'# CONFIG_A is not set\nCONFIG_B=y\nCONFIG_C=m\nCONFIG_D=n\nCONFIG_E="y"\nCONFIG_F=y \n XCONFIG_G=y\n'
    for content in (text, gzip.compress(text), text.replace(b"\n", b"\r\n")):
        assert parse_kernel_options(content) == {"B", "C", "F"}


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: b"\x1f\x8b" + data))
def test_anything_is_a_description_or_none(content: bytes) -> None:
    """Whatever stands there, it names options or does not."""
    assert all(name.isupper() or not name.isalpha() for name in parse_kernel_options(content))


def test_a_description_that_unpacks_without_end_is_not_unpacked() -> None:
    """Only so much of it is read."""
    assert parse_kernel_options(gzip.compress(b"\n" * 64 * 1024 * 1024 + b"CONFIG_A=y\n")) == frozenset()


def test_paths_are_those_of_the_running_kernel() -> None:
    """Where they name one."""
    paths = kernel_configuration_paths("1.2.3")
    assert paths[0] == "/proc/config.gz"
    assert all("1.2.3" in path for path in paths if path not in ("/proc/config.gz", "/usr/src/linux/.config"))
    assert len(set(paths)) == len(paths)
