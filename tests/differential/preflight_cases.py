# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that preflight checks are tried on: a fit one, and what each case changes of it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

__all__ = ("CASES", "KERNEL_OPTIONS", "PROGRAMS", "HostCase")

#: Every program that some kubeadm looks for.
PROGRAMS = ("conntrack", "cp", "crictl", "ebtables", "ethtool", "ip", "iptables", "losetup", "mount", "nsenter", "socat",
            "tc", "touch", "getent")  # fmt: skip
_SWAPS = "Filename Type Size Used Priority\n"
_FORWARD = "/proc/sys/net/ipv4/ip_forward"
_FORWARD6 = "/proc/sys/net/ipv6/conf/default/forwarding"
_V1 = ("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "pids", "hugetlb", "blkio")
_V2 = "cpuset cpu io memory hugetlb pids"


@dataclass(frozen=True)
class HostCase:
    """A host. ``kubelet`` is its version relative to the minor, None if absent, or ``broken``; ``service`` absent, disabled
    or enabled; ``cgroups`` the controllers of version 2, or a tuple of those of version 1; ``runtime`` a name of cri_stub's
    ANSWERS, or ``absent`` or ``mute``; ``options`` of the kernel are taken out of its configuration, which ``unreadable`` is empty.
    """

    files: t.Mapping[str, str] = field(default_factory=dict)
    folders: t.Sequence[str] = ()
    lacking: t.Sequence[str] = ()
    kubelet: int | str | None = 0
    service: str = "enabled"
    cgroups: str | tuple[str, ...] = _V2
    runtime: str = "good"
    swaps: str = _SWAPS
    sysctls: t.Mapping[str, str] = field(default_factory=dict)
    options: t.Sequence[str] = ()
    unreadable: bool = False
    old_kernel: bool = False
    endpoint: str = "192.0.2.1:6443"
    environ: t.Mapping[str, str] = field(default_factory=dict)
    node_name: str = "worker-1"
    hosts: str = "127.0.0.1 localhost\n192.0.2.7 worker-1\n"
    taken: t.Sequence[int] = ()
    root: bool = True
    ignore: t.Sequence[str] = ()


def _without(*names: str) -> str:
    return " ".join(name for name in _V2.split() if name not in names)


_KUBELETS = {f"kubelet of {step:+d} minors": HostCase(kubelet=step) for step in (1, -1, -2, -3, -4)}
_PROGRAMS = {f"no {program}": HostCase(lacking=[program]) for program in PROGRAMS}
_RUNTIMES = {
    f"runtime: {how}": HostCase(runtime=how)
    for how in ("absent", "mute", "no network", "not ready", "cgroupfs", "old", "no CRI", "no images", "broken",
                "status fails", "configuration fails")
}  # fmt: skip
_EVERYWHERE = ("NAMESPACES", "NET_NS", "PID_NS", "IPC_NS", "UTS_NS", "CPUSETS", "MEMCG", "INET", "EXT4_FS", "PROC_FS",
               "NETFILTER_XT_MATCH_COMMENT", "FAIR_GROUP_SCHED", "CGROUPS", "CGROUP_PIDS", "CGROUP_SCHED")  # fmt: skip
_OF_VERSION = ("CGROUP_BPF", "CGROUP_CPUACCT", "CGROUP_DEVICE", "CGROUP_FREEZER")
_NICE_TO_HAVE = ("OVERLAY_FS", "SECCOMP", "CFS_BANDWIDTH", "CGROUP_HUGETLB")
#: One or the other is enough.
_REDIRECT = ("NETFILTER_XT_TARGET_REDIRECT", "IP_NF_TARGET_REDIRECT")
#: All that are tried.
KERNEL_OPTIONS = frozenset((*_EVERYWHERE, *_OF_VERSION, *_NICE_TO_HAVE, *_REDIRECT))
_OPTIONS = {
    **{f"kernel without {name}": HostCase(options=[name]) for name in (*_EVERYWHERE, *_OF_VERSION, *_NICE_TO_HAVE, *_REDIRECT)},
    "kernel without redirect": HostCase(options=_REDIRECT),
    # With an older kubelet, as a newer one is enough of an error.
    **{
        f"cgroups of version 1, kernel without {name}": HostCase(options=[name], cgroups=_V1, kubelet=-3)
        for name in ("CGROUPS", "CGROUP_PIDS", "CGROUP_SCHED", *_OF_VERSION)
    },
}  # fmt: skip
_PROXY = {"HTTPS_PROXY": "http://192.0.2.9:3128"}

CASES: dict[str, HostCase] = {
    "fit": HostCase(),
    "not root": HostCase(root=False),
    **_KUBELETS,
    "no kubelet": HostCase(kubelet=None),
    "broken kubelet": HostCase(kubelet="broken"),
    "no service": HostCase(service="absent"),
    "disabled service": HostCase(service="disabled"),
    **_PROGRAMS,
    **_RUNTIMES,
    "swap": HostCase(swaps=_SWAPS + "/dev/sda2 partition 1048572 0 -2\n"),
    "swap and cgroups of version 1": HostCase(swaps=_SWAPS + "/dev/sda2 partition 1048572 0 -2\n", cgroups=_V1),
    "no forwarding": HostCase(sysctls={_FORWARD: "0\n"}),
    "forwarding is 10": HostCase(sysctls={_FORWARD: "10\n"}),
    "no forwarding, endpoint by name": HostCase(sysctls={_FORWARD: "0\n"}, endpoint="api.example:6443"),
    "no forwarding of version 6": HostCase(sysctls={_FORWARD6: "0\n"}, endpoint="[2001:db8::1]:6443"),
    "no forwarding of version 4, endpoint of version 6": HostCase(
        sysctls={_FORWARD: "0\n", _FORWARD6: "1\n"}, endpoint="[2001:db8::1]:6443"
    ),
    "port taken": HostCase(taken=[10250]),
    "port of the health check taken": HostCase(taken=[10248]),
    "kubelet.conf": HostCase(files={"/etc/kubernetes/kubelet.conf": "left\n"}),
    "kubelet.conf is a folder": HostCase(folders=["/etc/kubernetes/kubelet.conf"]),
    "bootstrap-kubelet.conf": HostCase(files={"/etc/kubernetes/bootstrap-kubelet.conf": "left\n"}),
    "ca.crt": HostCase(files={"/etc/kubernetes/pki/ca.crt": "left\n"}),
    "a manifest": HostCase(files={"/etc/kubernetes/manifests/pod.yaml": "left\n"}),
    "files of a join": HostCase(
        files={"/var/lib/kubelet/config.yaml": "left\n", "/var/lib/kubelet/kubeadm-flags.env": "left\n"}
    ),
    "unknown name": HostCase(hosts="127.0.0.1 localhost\n"),
    "name with a domain": HostCase(node_name="worker-1.example", hosts="192.0.2.7 worker-1.example\n"),
    "proxy": HostCase(environ=_PROXY),
    "proxy for others": HostCase(environ={**_PROXY, "NO_PROXY": "192.0.2.0/24"}),
    "proxy for plain HTTP": HostCase(environ={"HTTP_PROXY": "http://192.0.2.9:3128"}),
    "cgroups of version 1": HostCase(cgroups=_V1),
    "cgroups of version 1 with an older kubelet": HostCase(cgroups=_V1, kubelet=-3),
    **{
        f"cgroups of version 1 without {name}": HostCase(
            cgroups=tuple(other for other in _V1 if other != name), kubelet=-3
        )
        for name in _V1
    },
    **{f"cgroups without {name}": HostCase(cgroups=_without(name)) for name in _V2.split()},
    "old kernel": HostCase(old_kernel=True),
    "kernel of unknown configuration": HostCase(unreadable=True),
    **_OPTIONS,
    "much at once": HostCase(
        files={"/etc/kubernetes/pki/ca.crt": "left\n", "/etc/kubernetes/kubelet.conf": "left\n"},
        lacking=PROGRAMS,
        kubelet=None,
        service="absent",
        runtime="absent",
        swaps=_SWAPS + "/swapfile file 1 0 -2\n",
        sysctls={_FORWARD: "0\n"},
        taken=[10250],
        cgroups=_V1,
        environ=_PROXY,
        hosts="",
    ),
    "one ignored": HostCase(taken=[10250], sysctls={_FORWARD: "0\n"}, ignore=["PORT-10250"]),
    "all ignored": HostCase(taken=[10250], sysctls={_FORWARD: "0\n"}, runtime="absent", ignore=["all"]),
}
