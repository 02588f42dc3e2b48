# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that preflight checks are tried on: a fit one, and what each case changes of it."""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass, field

__all__ = ("CASES", "ENOUGH_MEMORY", "KERNEL_OPTIONS", "PROGRAMS", "HostCase")

#: Every program that some kubeadm looks for.
PROGRAMS = ("conntrack", "cp", "crictl", "ebtables", "ethtool", "ip", "iptables", "losetup", "mount", "nsenter", "socat",
            "tc", "touch", "getent")  # fmt: skip
_SWAPS = "Filename Type Size Used Priority\n"
_FORWARD = "/proc/sys/net/ipv4/ip_forward"
_FORWARD6 = "/proc/sys/net/ipv6/conf/default/forwarding"
_V1 = ("cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "pids", "hugetlb", "blkio")
#: MB, of which no version of kubeadm wants more.
ENOUGH_MEMORY = 4096
_V2 = "cpuset cpu io memory hugetlb pids"


@dataclass(frozen=True)
class HostCase:
    """A host. ``kubelet`` is its version relative to the minor, None if absent, or ``broken``; ``service`` absent, disabled
    or enabled; ``cgroups`` the controllers of version 2, or a tuple of those of version 1; ``runtime`` a name of cri_stub's
    ANSWERS, or ``absent`` or ``mute``; ``options`` of the kernel are taken out of its configuration, which ``unreadable`` is empty.
    ``taken`` are ports, or addresses and ports. A ``control_plane`` joins a ``cluster`` that is described by what its
    ClusterConfiguration has beside defaults; its endpoint answers. ``memory`` is in MB.
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
    taken: t.Sequence[int | tuple[str, int]] = ()
    root: bool = True
    ignore: t.Sequence[str] = ()
    control_plane: bool = False
    cluster: t.Mapping[str, t.Any] = field(default_factory=dict)
    advertise_address: str = "192.0.2.7"
    bind_port: int = 6443
    processors: int = 2
    memory: int = ENOUGH_MEMORY
    firewall: bool = False
    pull_policy: str = "IfNotPresent"


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

_WORKERS: dict[str, HostCase] = {
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

#: A host that becomes a control plane. kubeadm makes the checks of every host first, and then only if none failed the others.
_CONTROL_PLANE = HostCase(control_plane=True, endpoint="192.0.2.1:7443")
_EXTERNAL = {
    "etcd": {
        "external": {
            "endpoints": ["https://192.0.2.5:2379"],
            "caFile": "/e/ca.crt",
            "certFile": "/e/a.crt",
            "keyFile": "/e/a.key",
        }
    }
}
_PORTS = (6443, 10257, 10259, 2379, 2380)
_PODS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
_MANIFESTS = {f"/etc/kubernetes/manifests/{name}.yaml": "left\n" for name in (*_PODS, "other")}
_DATA = {"/var/lib/etcd/member/snap/db": "left\n"}
_SUBNETS = {"networking": {"podSubnet": "10.244.0.0/16,2001:db8:1::/64", "serviceSubnet": "10.96.0.0/12"}}


def _bound(*addresses: str) -> dict[str, t.Any]:
    """A cluster whose components listen at these, the last one counts."""
    arguments = [{"name": "bind-address", "value": address} for address in addresses]
    return {name: {"extraArgs": arguments} for name in ("apiServer", "controllerManager", "scheduler")}


def _cases(**changes: dict[str, t.Any]) -> dict[str, HostCase]:
    return {
        f"control plane: {name.replace('_', ' ')}": dataclasses.replace(_CONTROL_PLANE, **change)
        for name, change in changes.items()
    }


_CONTROL_PLANES: dict[str, HostCase] = {
    **_cases(
        fit={},
        one_processor={"processors": 1},
        too_little_memory={"memory": 1699},
        just_enough_memory={"memory": 1700},
        firewall={"firewall": True},
        newer_cluster={"cluster": {"kubernetesVersion": "v1.38.0"}},
        other_port={"bind_port": 7444, "taken": [6443, 7444]},
        ports_of_an_external_etcd={"taken": _PORTS, "cluster": _EXTERNAL},
        port_of_the_kubelet={"taken": [10250]},
        ports_nearby={"taken": [2381, 6444, 10248, 10249, 10256]},
        address_of_another_host={"advertise_address": "192.0.2.99"},
        version_6={"advertise_address": "2001:db8::7", "taken": [("2001:db8::7", port) for port in _PORTS]},
        etcd_with_listen_addresses={
            "taken": [("192.0.2.7", 2379), ("192.0.2.7", 2380)],
            "cluster": {"etcd": {"local": {"extraArgs": [{"name": "listen-peer-urls", "value": "https://192.0.2.1:2380"}]}}},
        },
        other_secure_port={"taken": [7445, 10259], "cluster": {"scheduler": {"extraArgs": [{"name": "secure-port", "value": "7445"}]}}},
        manifests={"files": _MANIFESTS},
        manifests_and_external_etcd={"files": _MANIFESTS, "cluster": _EXTERNAL},
        a_manifest_is_a_folder={"folders": ["/etc/kubernetes/manifests/etcd.yaml"]},
        data_of_etcd={"files": _DATA},
        data_of_etcd_is_a_file={"files": {"/var/lib/etcd": "left\n"}},
        data_of_etcd_and_external_etcd={"files": _DATA, "cluster": _EXTERNAL},
        no_data_of_etcd={"folders": ["/var/lib/etcd"]},
        other_folder_of_etcd={"files": {"/data/etcd/member/snap/db": "left\n"}, "cluster": {"etcd": {"local": {"dataDir": "/data/etcd"}}}},
        other_folder_than_that_of_etcd={"files": _DATA, "cluster": {"etcd": {"local": {"dataDir": "/data/etcd"}}}},
        ca={"files": {"/etc/kubernetes/pki/ca.crt": "left\n"}},
        kubelet_conf={"files": {"/etc/kubernetes/kubelet.conf": "left\n"}},
        other_kubeconfigs={"files": {f"/etc/kubernetes/{name}.conf": "left\n" for name in ("controller-manager", "scheduler", "super-admin")}},
        no_forwarding={"sysctls": {_FORWARD: "0\n"}},
        no_forwarding_of_version_6={"sysctls": {_FORWARD6: "0\n"}, "advertise_address": "2001:db8::7"},
        older_kubelet={"kubelet": -3},
        no_kubelet={"kubelet": None},
        proxy={"environ": {**_PROXY, "NO_PROXY": "192.0.2.1"}},
        proxy_for_services={"environ": {**_PROXY, "NO_PROXY": "192.0.2.0/24"}},
        proxy_for_pods={"environ": {**_PROXY, "NO_PROXY": "192.0.2.0/24,10.96.0.0/12"}, "cluster": _SUBNETS},
        proxy_for_pods_of_version_6={"environ": {**_PROXY, "NO_PROXY": "192.0.2.0/24,10.0.0.0/8"}, "cluster": _SUBNETS},
        proxy_for_others={"environ": {**_PROXY, "NO_PROXY": "192.0.2.0/24,10.0.0.0/8,2001:db8::/32"}, "cluster": _SUBNETS},
        nothing_pulled={"runtime": "nothing pulled"},
        pulls_fail={"runtime": "pulls fail"},
        pulls_never={"runtime": "pulls fail", "pull_policy": "Never"},
        pulls_fail_that_are_not_needed={"pull_policy": "Always"},
        all_ignored={
            "processors": 1, "memory": 1000, "taken": [*_PORTS, 10250], "ignore": ["all"], "runtime": "pulls fail",
            "files": {**_MANIFESTS, **_DATA, "/etc/kubernetes/kubelet.conf": "left\n"}, "firewall": True,
        },
    ),
    **{
        f"control plane: ports of {address}{suffix}": dataclasses.replace(
            _CONTROL_PLANE, taken=[(address, port) for port in _PORTS], cluster=_bound(*given)
        )
        for address in ("127.0.0.1", "192.0.2.7", "192.0.2.1", "::1", "0.0.0.0")
        for suffix, given in (("", ()), (", bound", ("192.0.2.1", "192.0.2.7")), (", bound to all", ("0.0.0.0",)))
    },
}  # fmt: skip

#: By name.
CASES = {**_WORKERS, **_CONTROL_PLANES}
