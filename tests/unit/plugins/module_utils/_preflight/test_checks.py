# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preflight as a whole: what the goldens of kubeadm cannot show."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts import ClusterFacts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.version import KubernetesVersion
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import CRI_SOCKETS, FileState, UnitState
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.state import observe_node_state
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.files import render_kubelet_kubeconfig
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.checks import (
    Preflight,
    PreflightSpec,
    observe_preflight,
    refuse_errors,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.cri import Runtime
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.endpoint_probe import EndpointProbe
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost

GOOD = Runtime("containerd", "2.1.9", True, cgroup_driver="systemd")
OLD = Runtime("containerd", "1.7.28", True)
V37 = KubernetesVersion(1, 37, 2)
CONFIG = "/etc/containerd/config.toml"
OPTIONS = (
    "NAMESPACES NET_NS PID_NS IPC_NS UTS_NS CPUSETS MEMCG INET EXT4_FS PROC_FS NETFILTER_XT_MATCH_COMMENT FAIR_GROUP_SCHED "
    "CGROUPS CGROUP_PIDS CGROUP_SCHED CGROUP_BPF CGROUP_CPUACCT CGROUP_DEVICE CGROUP_FREEZER IP_NF_TARGET_REDIRECT"
)


def fit_host(**files: str) -> TestHost:
    host = TestHost()
    known = {
        "/proc/swaps": "Filename\n",
        "/proc/sys/net/ipv4/ip_forward": "1\n",
        "/proc/mounts": "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n",
        "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory hugetlb pids\n",
        "/boot/config-6.12.9": "".join(f"CONFIG_{option}=y\n" for option in OPTIONS.split()),
    }
    host.files = {path: FileState(text.encode(), 0o644, 0.0) for path, text in {**known, **files}.items()}
    return host


class Probes:
    """Stands for probes at endpoints; ``servers`` are those that were looked at."""

    def __init__(self, seen: EndpointProbe | None = None) -> None:
        self.seen = seen or EndpointProbe()
        self.servers: list[str] = []

    def start(self, server: str, **_options: t.Any) -> Probes:
        self.servers.append(server)
        return self

    def result(self) -> EndpointProbe:
        return self.seen


def check(
    host: TestHost, runtime: Runtime = GOOD, probes: Probes | None = None, **spec: t.Any
) -> tuple[Preflight, list[tuple[str, str, str]]]:
    found = observe_preflight(
        host, PreflightSpec(**spec), ask=lambda _path, _images: runtime, probe=(probes or Probes()).start
    )
    return found, [(finding.check, finding.severity, finding.code) for finding in found.findings]


def test_a_fit_host() -> None:
    """Nothing is found, and what was found out is returned."""
    found, findings = check(fit_host())
    assert findings == []
    assert (found.cri_socket, found.kubelet_version) == (CRI_SOCKETS[0], "Kubernetes v1.37.2")


def test_every_finding_says_what_was_seen_and_has_a_code() -> None:
    """On a host on which everything is wrong at once, all is reported at once."""
    host = TestHost()
    host.version = "Kubernetes v1.20.0"
    host.programs, host.known_names, host.free_ports = set(), set(), False
    host.kubelet_unit = dataclasses.replace(host.kubelet_unit, exists=False)
    host.release = "4.19.0"
    host.files = {"/proc/swaps": FileState(b"Filename\n/dev/sda2 x\n", 0o444, 0.0)}
    host.folders.add("/etc/kubernetes/kubelet.conf")
    cluster = ClusterFacts("https://192.0.2.1:6443", version=V37)
    probes = Probes(EndpointProbe(skew=400, untrusted="self-signed certificate"))
    found, findings = check(
        host,
        Runtime(problem="nothing answers"),
        probes,
        cluster=cluster,
        environ={"HTTPS_PROXY": "http://192.0.2.3:3128"},
    )
    checks = [name for name, _severity, _code in findings]
    assert checks == [
        "FileAvailable--etc-kubernetes-kubelet.conf", "CRI", "FileExisting-losetup", "FileExisting-mount",
        "FileExisting-cp", "Swap", "FileContent--proc-sys-net-ipv4-ip_forward", "SystemVerification", "SystemVerification",
        "SystemVerification", "Hostname", "KubeletVersion", "Service-kubelet", "Port-10250", "HTTPProxy", "Endpoint",
        "ClockSkew",
    ]  # fmt: skip
    assert [code for _name, _severity, code in findings] == [
        "file_in_the_way", "cri_unavailable", "program_missing", "program_missing", "program_missing", "swap_on",
        "setting_wrong", "kernel_unfit", "kernel_unfit", "cgroup_missing", "name_unresolved", "kubelet_version_skew",
        "kubelet_service_missing", "port_in_use", "proxy_in_the_way", "api_server_untrusted", "clock_skew",
    ]  # fmt: skip
    assert all("; " in finding.message or "expected" in finding.message for finding in found.findings), "a next step"


@pytest.mark.parametrize(
    ("host_is_live", "expected"),
    [(True, [("CRI", "error", "cri_socket_ambiguous")]), (False, [("CRI", "error", "cri_socket_ambiguous")])],
)
def test_several_runtimes_are_a_finding_among_others(host_is_live: bool, expected: list[t.Any]) -> None:
    """None is chosen, so that ignoring it chooses none either."""
    host = fit_host()
    host.live = host_is_live
    host.sockets = set(CRI_SOCKETS[:2])
    found, findings = check(host)
    assert (findings, found.cri_socket) == (expected, "")
    assert check(host, cri_socket="/run/crio.sock")[0].cri_socket == "unix:///run/crio.sock"


def test_without_checks_the_host_is_only_looked_at() -> None:
    """As when the phase is skipped: no findings, and no look at the endpoint."""
    host = fit_host()
    host.programs = set()
    probes = Probes()
    found, findings = check(host, probes=probes, endpoint="api:6443", checks=False)
    assert (findings, probes.servers) == ([], [])
    assert found.kubelet_version == "Kubernetes v1.37.2"


def test_of_an_image_only_its_files_are_checked() -> None:
    """Nothing of the machine that it lies on, and nobody is asked."""
    host = TestHost()
    host.live = False
    host.programs = {"mount", "cp"}
    probes = Probes()
    _found, findings = check(host, Runtime(problem="not asked"), probes, endpoint="192.0.2.1:6443")
    assert findings == [("FileExisting-losetup", "error", "program_missing")]
    assert probes.servers == []


def test_a_kubelet_that_listens_itself_is_not_in_its_own_way() -> None:
    """A join that goes on finds the port taken by the kubelet."""
    host = fit_host()
    host.free_ports = False
    assert [code for _check, _severity, code in check(host)[1]] == ["port_in_use"]
    host.kubelet_unit = UnitState(True, True, True, "active", 1.0, 0)
    assert check(host)[1] == []


@pytest.mark.parametrize(
    ("endpoint", "server", "findings"),
    [
        ("api:6443", ["https://api:6443"], []),
        ("https://api:6443", [], [("Endpoint", "error", "endpoint_malformed")]),
        ("", [], []),
    ],
)
def test_the_endpoint_is_looked_at_where_there_is_one(endpoint: str, server: list[str], findings: list[t.Any]) -> None:
    """A malformed one has its own cause."""
    probes = Probes()
    assert check(fit_host(), probes=probes, endpoint=endpoint)[1] == findings
    assert probes.servers == server


def test_the_cluster_that_invites_is_what_is_looked_at() -> None:
    """And not by a proxy that cannot be used."""
    probes = Probes()
    cluster = ClusterFacts("https://api:6443", version=V37)
    assert check(fit_host(), probes=probes, cluster=cluster, endpoint="other:6443")[1] == []
    assert probes.servers == ["https://api:6443"]
    findings = check(fit_host(), probes=probes, cluster=cluster, environ={"HTTPS_PROXY": "ftp://x"})[1]
    assert findings == [("HTTPProxy", "error", "proxy_unusable")]
    assert probes.servers == ["https://api:6443"]


@pytest.mark.parametrize(
    ("printed", "code"), [(None, "kubelet_missing"), ("nonsense", "kubelet_missing"), ("Kubernetes v1.38.0", "kubelet_version_skew"),
                          ("Kubernetes v1.33.9", "kubelet_version_skew"), ("Kubernetes v1.34.0", ""), ("Kubernetes v1.37.9", "")],
)  # fmt: skip
def test_the_kubelet_is_there_and_of_an_age(printed: str | None, code: str) -> None:
    """By the cluster's version, where it is known."""
    host = fit_host()
    host.version = printed
    found, findings = check(host, cluster=ClusterFacts("https://api:6443", version=V37))
    assert findings == ([("KubeletVersion", "error", code)] if code else [])
    assert found.kubelet_version == ("" if code == "kubelet_missing" else printed)
    if code != "kubelet_missing":
        assert check(host)[1] == []


@pytest.mark.parametrize(
    ("config", "driver", "findings"),
    [
        ("SystemdCgroup = true\n", "systemd", []),
        ("SystemdCgroup = false\n", "systemd", ["cgroup_driver_mismatch"]),
        ("", "systemd", ["cgroup_driver_mismatch"]),
        (None, "systemd", ["cgroup_driver_mismatch"]),
        (None, "cgroupfs", []),
        ("  SystemdCgroup = true\n", "cgroupfs", ["cgroup_driver_mismatch"]),
        ("SystemdCgroup = false\n", "", []),
    ],
)
def test_a_runtime_that_does_not_return_its_driver_must_have_the_kubelets(
    config: str | None, driver: str, findings: list[str]
) -> None:
    """Read from its configuration."""
    host = fit_host(**({} if config is None else {CONFIG: config}))
    cluster = ClusterFacts("https://api:6443", version=V37, cgroup_driver=driver)
    found = [code for _check, _severity, code in check(host, OLD, cluster=cluster)[1]]
    assert found == ["runtime_outdated", *findings]
    assert check(host, dataclasses.replace(OLD, name="cri-o"), cluster=cluster)[1] == [
        ("ContainerRuntimeVersion", "warning", "runtime_outdated")
    ]


def test_a_runtime_that_reports_its_driver_is_followed_by_the_kubelet() -> None:
    """So that another one in the cluster's configuration is only a warning; containerd's configuration is not read."""
    host = fit_host(**{CONFIG: "SystemdCgroup = false\n"})
    for driver, findings in (("systemd", []), ("cgroupfs", [("CgroupDriver", "warning", "cgroup_driver_mismatch")])):
        cluster = ClusterFacts("https://api:6443", version=V37, cgroup_driver=driver)
        assert check(host, GOOD, cluster=cluster)[1] == findings


@pytest.mark.parametrize("plugin", ["cri", "io.containerd.grpc.v1.cri"])
def test_a_plugin_that_is_turned_off_is_named(plugin: str) -> None:
    """What Docker's package of containerd comes with."""
    host = fit_host(**{CONFIG: f'disabled_plugins = ["a", "{plugin}"]\n'})
    found, findings = check(host, Runtime(problem="what answers does not speak CRI v1"))
    assert findings == [("CRI", "error", "cri_unavailable")]
    assert "remove cri from disabled_plugins" in found.findings[0].message


@pytest.mark.parametrize(
    ("kubelet", "accepts", "severity"),
    [("v1.37.2", False, "error"), ("v1.37.2", True, "warning"), ("v1.34.1", False, "warning")],
)
def test_cgroups_of_version_1(kubelet: str, accepts: bool, severity: str) -> None:
    """An error for kubelets that would not run; not where the cluster's configuration lets them."""
    host = fit_host(**{
        "/proc/mounts": "tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup /sys/fs/cgroup/cpu cgroup rw 0 0\n",
        "/proc/cgroups": "#name\n" + "".join(
            f"{name} 1 1 1\n" for name in "cpu cpuacct cpuset devices freezer memory pids hugetlb blkio".split()
        ),
    })  # fmt: skip
    host.version = f"Kubernetes {kubelet}"
    cluster = ClusterFacts("https://api:6443", version=V37, accepts_cgroup_v1=accepts)
    assert check(host, cluster=cluster)[1] == [("SystemVerification", severity, "cgroups_outdated")]


def test_a_host_of_another_cluster_goes_through_all_checks() -> None:
    """It has not joined this one, which is a finding among others, under kubeadm's name."""
    authority = Authority.make()
    text = render_kubelet_kubeconfig(server="https://x:1", certificate_authority=authority.pem, client_pem="/p")
    host = fit_host(**{"/etc/kubernetes/kubelet.conf": text})
    host.programs = {"mount", "cp"}
    pins = ("sha256:" + "0" * 64,)
    options: dict[str, t.Any] = {"clock": TestClock(), "connect": None, "level": "ready", "node_name": "", "pins": pins}
    state = observe_node_state(host, **options)
    assert state.pending == ("/etc/kubernetes/kubelet.conf belongs to another cluster",)
    assert (state.server, state.ca_cert_hashes) == ("https://x:1", (pin_of(authority.certificate),))
    assert check(host, pins=pins)[1] == [
        ("FileAvailable--etc-kubernetes-kubelet.conf", "error", "joined_elsewhere"),
        ("FileExisting-losetup", "error", "program_missing"),
    ]


FINDINGS = (
    Finding("Port-10250", "error", "port_in_use", "Taken."),
    Finding("CRI", "error", "cri_unavailable", "Gone."),
    Finding("Swap", "warning", "swap_on", "On."),
)


@pytest.mark.parametrize(
    ("ignored", "code"),
    [([], "preflight_failed"), (["port-10250"], "cri_unavailable"), (["CRI", "PORT-10250"], ""), (["all"], ""), (["ALL"], ""),
     (["Swap"], "preflight_failed")],
)  # fmt: skip
def test_errors_can_be_ignored_by_name(ignored: list[str], code: str) -> None:
    """In any case. All findings are reported, errors that count and those that do not."""
    if not code:
        assert {finding.severity for finding in refuse_errors(Preflight(FINDINGS), ignored=ignored).findings} == {
            "warning"
        }
        return
    with pytest.raises(JoinError) as caught:
        refuse_errors(Preflight(FINDINGS), ignored=ignored)
    assert caught.value.code == code
    assert len(caught.value.details["findings"]) == 3
