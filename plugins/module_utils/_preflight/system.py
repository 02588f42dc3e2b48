# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""The kubelet's requirements for the kernel and its cgroups (kubeadm: SystemVerification)."""

from __future__ import annotations

import re
import typing as t
import zlib
from dataclasses import dataclass

from .._core.finding import Finding, error, warning
from .._core.releases import Release

__all__ = (
    "Cgroups",
    "find_system_problems",
    "kernel_configuration_paths",
    "parse_cgroup_controllers",
    "parse_cgroup_version",
    "parse_kernel_options",
)

CHECK = "SystemVerification"

_OPTIONS = (
    "NAMESPACES", "NET_NS", "PID_NS", "IPC_NS", "UTS_NS", "CPUSETS", "MEMCG", "INET", "EXT4_FS", "PROC_FS",
    "NETFILTER_XT_MATCH_COMMENT", "FAIR_GROUP_SCHED", "CGROUPS",
)  # fmt: skip
#: Additional options, which not every kubeadm checks, by cgroup version.
_CGROUP_OPTIONS = {
    1: ("CGROUP_PIDS", "CGROUP_SCHED", "CGROUP_CPUACCT", "CGROUP_DEVICE", "CGROUP_FREEZER"),
    2: ("CGROUP_PIDS", "CGROUP_SCHED", "CGROUP_BPF"),
}
#: Either of them is sufficient.
_REDIRECT = ("NETFILTER_XT_TARGET_REDIRECT", "IP_NF_TARGET_REDIRECT")
_CONTROLLERS = {
    1: ("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "pids"),
    2: ("cpu", "cpuset", "memory", "pids"),
}
_USEFUL_CONTROLLERS = {1: ("hugetlb", "blkio"), 2: ("hugetlb", "io")}
#: What is known of the cluster's configuration for cgroups version 1, and the alternative to version 2.
_VERSION_1 = {
    True: ", as this cluster's does",
    False: ", and this cluster's does not",
    None: "; this cluster's is read after the checks, so it is not known yet whether it does",
}
_OTHERWISE = {False: ", or set that in the cluster", None: ", or ignore this check if the cluster's has it"}
_OLDEST = (4, 19)
_LONG_TERM = ((5, 4), (5, 10), (5, 15))
_LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True)
class Cgroups:
    """The version of the cgroups that the kubelet will use, 0 if none are mounted, and their controllers."""

    version: int
    controllers: frozenset[str]


def kernel_configuration_paths(release: str) -> tuple[str, ...]:
    """Paths where distributions keep the configuration of the running kernel."""
    return (
        "/proc/config.gz",
        f"/boot/config-{release}",
        f"/usr/src/linux-{release}/.config",
        "/usr/src/linux/.config",
        f"/usr/lib/modules/{release}/config",
        f"/usr/lib/ostree-boot/config-{release}",
        f"/usr/lib/kernel/config-{release}",
        f"/usr/src/linux-headers-{release}/.config",
        f"/lib/modules/{release}/build/.config",
    )


def parse_kernel_options(content: bytes) -> frozenset[str]:
    """The options that are built in or modules, without CONFIG_, from a plain or gzipped configuration; empty if it is neither."""
    if content.startswith(b"\x1f\x8b"):
        try:
            content = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, _LARGEST)
        except zlib.error:
            return frozenset()
    return frozenset(name.decode() for name in re.findall(rb"^CONFIG_([A-Z0-9_]+)=[ym]\s*$", content, re.MULTILINE))


def parse_cgroup_version(mounts: str) -> int:
    """The effective cgroup version in /proc/mounts: 2 only if it is mounted at /sys/fs/cgroup itself."""
    kinds = {tuple(line.split()[1:3]) for line in mounts.splitlines()}
    if ("/sys/fs/cgroup", "cgroup2") in kinds:
        return 2
    return 1 if any(kind[1:] == ("cgroup",) for kind in kinds) else 0


def parse_cgroup_controllers(version: int, text: str) -> frozenset[str]:
    """The controllers enabled in /proc/cgroups (version 1) or listed in cgroup.controllers (version 2)."""
    if version == 2:
        return frozenset(text.split())
    rows = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return frozenset(row[0] for row in rows if len(row) == 4 and row[3] == "1")


def find_system_problems(
    release: str,
    options: frozenset[str],
    cgroups: Cgroups,
    *,
    cluster: Release,
    kubelet: Release,
    accepts_version_1: bool | None,
) -> t.Iterator[Finding]:
    """Problems of a kernel with this release, options and cgroups, for a cluster and a kubelet of these releases of Kubernetes.

    ``options`` is empty if they are unknown. ``accepts_version_1`` is whether the kubelet will be configured for cgroups
    version 1, None if that is unknown.
    """
    yield from _release_problems(release, cluster)
    yield from _option_problems(
        options, _CGROUP_OPTIONS.get(cgroups.version, ()) if cluster.checks_cgroup_options else ()
    )
    yield from _controller_problems(cgroups)
    if cgroups.version == 1:
        refused = kubelet.refuses_cgroup_v1 and not accepts_version_1
        yield (error if refused else warning)(
            CHECK,
            "cgroups_outdated",
            "this host has cgroups version 1, which kubelets from 1.35 on refuse unless the cluster's KubeletConfiguration has "
            f"`failCgroupV1: false`{_VERSION_1[accepts_version_1] if kubelet.refuses_cgroup_v1 else ''}; boot it with "
            f"`systemd.unified_cgroup_hierarchy=1`{_OTHERWISE[accepts_version_1] if refused else ''}",
        )


def _release_problems(release: str, cluster: Release) -> t.Iterator[Finding]:
    number = re.match(r"(\d+)\.(\d+)", release)
    version = (int(number[1]), int(number[2])) if number else (0, 0)
    if cluster.refuses_old_kernels:
        if version < _OLDEST:
            yield error(
                CHECK, "kernel_unfit",
                f"Kubernetes {cluster.minor} does not support kernel {release}; expected 4.19 or newer; update the kernel",
            )  # fmt: skip
    elif version[0] < 6 and version not in _LONG_TERM:
        yield warning(
            CHECK, "kernel_unfit",
            f"Kubernetes is not tested with kernel {release}; expected 5.4, 5.10, 5.15, or 6.0 and newer; update the kernel",
        )  # fmt: skip


def _option_problems(options: frozenset[str], further: tuple[str, ...]) -> t.Iterator[Finding]:
    if not options:
        yield error(
            CHECK, "kernel_unfit",
            "the configuration of this kernel is not in any of the usual places of distributions; install the package that "
            "provides it, or load the module `configs`; ignore this check if you know that the kernel is suitable",
        )  # fmt: skip
        return
    missing = [name for name in (*_OPTIONS, *further) if name not in options]
    if options.isdisjoint(_REDIRECT):
        missing.append(_REDIRECT[0])
    if missing:
        reported = ", ".join(f"CONFIG_{name}" for name in missing)
        yield error(CHECK, "kernel_unfit", f"kernel options are missing: {reported}; boot a kernel that has them")


def _controller_problems(cgroups: Cgroups) -> t.Iterator[Finding]:
    if not cgroups.version:
        yield error(
            CHECK, "cgroup_missing", "no cgroups are mounted on /sys/fs/cgroup; the kubelet cannot run without them"
        )
        return
    for wanted, report in (
        (_CONTROLLERS, error),
        (_USEFUL_CONTROLLERS, warning),
    ):
        missing = [name for name in wanted[cgroups.version] if name not in cgroups.controllers]
        if missing:
            yield report(
                CHECK, "cgroup_missing",
                f"the cgroup controllers {', '.join(missing)} are missing; search for `cgroup_disable` in /proc/cmdline",
            )  # fmt: skip
