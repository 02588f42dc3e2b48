# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight of control planes: what the goldens of kubeadm cannot show, as hosts on which a join was interrupted."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts import (
    ClusterFacts,
    KnownControlPlane,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import RELEASES
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.version import (
    KubernetesVersion,
    parse_kubernetes_version,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState, UnitState
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.files import render_kubelet_kubeconfig
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.checks import PreflightSpec, observe_preflight
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.control_plane import (
    LocalApi,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.cri import Runtime
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.releases import UNSUPPORTED

OURS, THEIRS = Authority.make(), Authority.make()
PIN = pin_of(OURS.certificate)
V37 = KubernetesVersion(1, 37, 2)
LOCAL = LocalApi("192.0.2.7")
STACKED = ClusterFacts("https://api:6443", version=V37, control_plane=KnownControlPlane(etcd="local"))
EXTERNAL = dataclasses.replace(STACKED, control_plane=KnownControlPlane(etcd="external"))
UNKNOWN = ClusterFacts("https://api:6443")
MANIFESTS = "/etc/kubernetes/manifests"
PORTS = (6443, 10257, 10259, 2379, 2380)
#: The part of a static pod that says whose it is, by its name.
MARKS = {
    "kube-apiserver": "--client-ca-file=/etc/kubernetes/pki/ca.crt",
    "kube-controller-manager": "--client-ca-file=/etc/kubernetes/pki/ca.crt",
    "kube-scheduler": "--kubeconfig=/etc/kubernetes/scheduler.conf",
    "etcd": "--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt",
}


def host_of(
    authority: Authority, *, pods: t.Iterable[str] = MARKS, kubelet: bool = False, data: bool = False
) -> TestHost:
    """A host on which a join of that cluster has come so far; all its ports are taken."""
    host = TestHost("cp-1")
    host.taken = {("192.0.2.7", port) for port in PORTS}
    conf = render_kubelet_kubeconfig(server="https://old:6443", certificate_authority=authority.pem, client_pem="/x")
    files = {
        "/etc/kubernetes/pki/ca.crt": authority.pem,
        "/etc/kubernetes/pki/etcd/ca.crt": Authority.make("etcd-ca").pem,
        "/etc/kubernetes/scheduler.conf": conf,
        **{f"{MANIFESTS}/{name}.yaml": f"    - {name}\n    - {MARKS[name]}\n" for name in pods},
        **({"/etc/kubernetes/kubelet.conf": conf} if kubelet else {}),
        **({"/var/lib/etcd/member/wal/0.wal": "data"} if data else {}),
    }
    host.files = {path: FileState(text.encode(), 0o600, 0.0) for path, text in files.items()}
    return host


def find(
    host: TestHost,
    cluster: ClusterFacts = STACKED,
    *,
    pins: t.Sequence[str] = (PIN,),
    local: LocalApi = LOCAL,
    **more: t.Any,
) -> list[Finding]:
    return list(local.find_problems(host, cluster, release=RELEASES["1.37"], pins=pins, environ={}, **more))


def brief(findings: t.Iterable[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.check, finding.severity, finding.code) for finding in findings]


COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")


def test_a_join_that_was_interrupted_goes_on() -> None:
    """After its files, after its kubelet, during etcd-join: its own static pods, their ports and data are in nobody's way."""
    after_files = host_of(OURS, pods=COMPONENTS)
    after_files.taken = set()
    after_kubelet = host_of(OURS, pods=COMPONENTS, kubelet=True)
    after_kubelet.taken = {("192.0.2.7", port) for port in PORTS[:3]}
    for host in (after_files, after_kubelet, host_of(OURS, kubelet=True), host_of(OURS, kubelet=True, data=True)):
        assert find(host) == []


def test_a_lost_manifest_is_no_finding() -> None:
    """Neither are the data that etcd has left when its manifest went."""
    for lost in MARKS:
        host = host_of(OURS, pods=MARKS.keys() - {lost}, kubelet=True, data=True)
        host.taken = set()
        assert find(host) == []


def test_a_port_that_somebody_else_has_taken_is_reported() -> None:
    """Where the static pod that would listen there has not been written yet."""
    host = host_of(OURS, pods=[])
    host.files.clear()
    assert brief(find(host)) == [(f"Port-{port}", "error", "port_in_use") for port in (6443, 10259, 10257, 2379, 2380)]
    assert all("; " in finding.message for finding in find(host))
    assert [check for check, _severity, _code in brief(find(host, EXTERNAL))] == [
        "Port-6443",
        "Port-10259",
        "Port-10257",
    ]
    other = find(host, local=LocalApi("192.0.2.7", 7443))
    assert "Port-6443" not in [finding.check for finding in other]


def test_what_another_cluster_has_left_is_reported_with_that_cluster() -> None:
    """Its static pods, the ports that they listen on, and its data of etcd."""
    found = find(host_of(THEIRS, kubelet=True, data=True))
    pods = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
    assert brief(found) == [
        ("Port-6443", "error", "port_in_use"),
        ("Port-10259", "error", "port_in_use"),
        ("Port-10257", "error", "port_in_use"),
        *((f"FileAvailable--etc-kubernetes-manifests-{name}.yaml", "error", "joined_elsewhere") for name in pods),
        ("Port-2379", "error", "port_in_use"),
        ("Port-2380", "error", "port_in_use"),
        ("DirAvailable--var-lib-etcd", "error", "joined_elsewhere"),
    ]
    named = [finding.message for finding in found if finding.code == "joined_elsewhere"]
    assert all(pin_of(THEIRS.certificate) in message and PIN in message for message in named)
    assert "https://old:6443" in named[2] and "https://old:6443" in named[-1]


def test_data_of_nobody_are_in_the_way() -> None:
    """A host that is in no cluster has no business with them; one that has joined has them of its own etcd."""
    host = host_of(OURS, pods=COMPONENTS, data=True)
    host.taken = set()
    assert brief(find(host)) == [("DirAvailable--var-lib-etcd", "error", "file_in_the_way")]
    assert find(host, EXTERNAL) == []


def test_static_pods_without_a_mark_are_in_the_way() -> None:
    """Nothing of them, or a CA that is not there."""
    for text in ("left", "    - --client-ca-file=/absent/ca.crt\n"):
        host = TestHost()
        host.files[f"{MANIFESTS}/etcd.yaml"] = FileState(text.encode(), 0o600, 0.0)
        assert brief(find(host)) == [("FileAvailable--etc-kubernetes-manifests-etcd.yaml", "error", "file_in_the_way")]


def test_where_the_cluster_is_not_known_its_static_pods_are_warnings() -> None:
    """And so is what stands against an etcd that the cluster may not have."""
    found = find(host_of(OURS, kubelet=True, data=True), UNKNOWN, pins=())
    assert {(finding.severity, finding.code) for finding in found} == {("warning", "file_in_the_way")}
    fresh = TestHost()
    fresh.taken = {("0.0.0.0", 2379)}
    fresh.files["/var/lib/etcd/member/x"] = FileState(b"", 0o600, 0.0)
    assert brief(find(fresh, UNKNOWN, pins=())) == [
        ("Port-2379", "warning", "port_in_use"),
        ("DirAvailable--var-lib-etcd", "warning", "file_in_the_way"),
    ]


def test_a_small_host_a_firewall_and_missing_images() -> None:
    """Each with what was seen and what is expected."""
    host = TestHost()
    host.cpus = 1
    host.files["/proc/meminfo"] = FileState(b"MemFree: 1 kB\nMemTotal:    1740799 kB\n", 0o444, 0.0)
    host.firewalld = dataclasses.replace(host.firewalld, running=True)
    found = find(host, missing_images=("registry.k8s.io/etcd:3.7.0-0",))
    assert brief(found) == [
        ("NumCPU", "error", "host_too_small"),
        ("Mem", "error", "host_too_small"),
        ("Firewalld", "warning", "firewall_active"),
        ("ImagePull", "warning", "images_missing"),
    ]
    assert "1699 MB" in found[1].message and "6443, 10250, 2379, 2380" in found[2].message
    assert "registry.k8s.io/etcd:3.7.0-0" in found[3].message
    host.files["/proc/meminfo"] = FileState(b"MemTotal:    1740800 kB\n", 0o444, 0.0)
    assert "Mem" not in [finding.check for finding in find(host)]


def test_a_firewall_that_is_masked_does_not_run() -> None:
    """As after `systemctl mask`, which turns it off for good."""

    class Masked(TestHost):
        def unit(self, name: str) -> UnitState:
            raise JoinError("unit_failed", f"{name} is masked.")

    assert find(Masked()) == []


def test_a_host_without_an_address_is_reported_before_its_files_are_written() -> None:
    """It is the address that others would use."""
    found = find(TestHost(), local=LocalApi())
    assert brief(found) == [("AdvertiseAddress", "error", "advertise_address_unusable")]


@pytest.mark.parametrize(
    ("own", "provided", "is_warned"),
    [("10.0.2.15", "", True), ("10.0.2.15", "10.0.2.15", False), ("10.0.2.16", "", False)],
)
def test_the_address_that_all_virtual_machines_have_is_named(own: str, provided: str, is_warned: bool) -> None:
    """In Vagrant, the interface with the default route has the same address everywhere."""
    host = TestHost()
    route = b"Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\neth0 00000000 0202000A 0003 0 0 100 00000000 0 0 0\n"
    host.files["/proc/net/route"] = FileState(route, 0o444, 0.0)
    host.addresses["eth0"] = own
    found = brief(find(host, local=LocalApi(provided)))
    assert (("AdvertiseAddress", "warning", "advertise_address_unusable") in found) == is_warned


def test_a_proxy_that_cannot_be_used_is_reported_for_what_goes_through_it() -> None:
    """And not for what NO_PROXY names."""
    environ = {"HTTPS_PROXY": "socks5://192.0.2.9", "NO_PROXY": "10.0.0.0/8"}
    subnets = KnownControlPlane("local", service_subnet="10.96.0.0/12", pod_subnet="2001:db8:1::/64,nonsense")
    cluster = dataclasses.replace(STACKED, control_plane=subnets)
    found = list(LOCAL.find_problems(TestHost(), cluster, release=RELEASES["1.37"], pins=(), environ=environ))
    assert brief(found) == [("HTTPProxy", "warning", "proxy_unusable"), ("HTTPProxyCIDR", "warning", "proxy_unusable")]


@pytest.mark.parametrize("version", UNSUPPORTED)
def test_versions_whose_files_are_not_known(version: str) -> None:
    """They are refused before a host is touched."""
    cluster = dataclasses.replace(STACKED, version=parse_kubernetes_version(version))
    assert brief(find(TestHost(), cluster)) == [("KubernetesVersion", "error", "unsupported_kubernetes_version")]


def test_the_images_of_static_pods_are_asked_for() -> None:
    """As the cluster names them; none where it does not say, or they are not to be pulled."""
    own = KnownControlPlane(
        "local", image_repository="r.example", etcd_image_repository="e.example", etcd_image_tag="3.9"
    )
    cluster = dataclasses.replace(STACKED, control_plane=own)
    names = tuple(f"r.example/{name}:v1.37.2" for name in COMPONENTS)
    assert LOCAL.wanted_images(cluster) == (*names, "e.example/etcd:3.9")
    assert LOCAL.wanted_images(STACKED)[-1] == "registry.k8s.io/etcd:3.7.0-0"
    mirrored = KnownControlPlane("local", etcd_images=("r.example/etcd:3.6.4-0",))
    assert LOCAL.wanted_images(dataclasses.replace(STACKED, control_plane=mirrored))[-1] == "r.example/etcd:3.6.4-0"
    assert len(LOCAL.wanted_images(EXTERNAL)) == 3
    assert LocalApi(image_pull_policy="Never").wanted_images(cluster) == LOCAL.wanted_images(UNKNOWN) == ()


def test_the_runtime_is_asked_for_images_of_control_planes_alone() -> None:
    """And what it lacks is among the findings."""
    asked: list[t.Sequence[str]] = []

    def ask(_path: str, images: t.Sequence[str]) -> Runtime:
        asked.append(images)
        return Runtime("containerd", "2.1.9", True, cgroup_driver="systemd", missing_images=tuple(images[:1]))

    cluster = dataclasses.replace(STACKED, server="")
    for local in (None, LOCAL):
        found = observe_preflight(TestHost(), PreflightSpec(cluster=cluster, control_plane=local), ask=ask)
        assert ("images_missing" in [finding.code for finding in found.findings]) == (local is not None)
    assert [len(images) for images in asked] == [0, 4]
