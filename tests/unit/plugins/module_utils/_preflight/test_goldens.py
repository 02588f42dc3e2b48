# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight checks against what real kubeadm binaries found on the same hosts (tests/differential/regenerate_preflight.py)."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import pathlib
import socket
import sys
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts import ClusterFacts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts_reader import read_facts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import RELEASES
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.version import KubernetesVersion
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState, UnitState
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight import cri as _cri
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.checks import (
    PreflightSpec,
    observe_preflight,
    refuse_errors,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.control_plane import LocalApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.endpoint_probe import EndpointProbe
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import KUBELET_CONFIGURATION
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import DIFFERENTIAL

sys.path.insert(0, str(DIFFERENTIAL))
from cri_stub import CriStub
from preflight_cases import CASES, KERNEL_OPTIONS, PROGRAMS, HostCase

GOLDENS = json.loads((DIFFERENTIAL / "goldens/preflight.json").read_text(encoding="utf-8"))
CLUSTERS = json.loads((DIFFERENTIAL / "goldens/preflight_clusters.json").read_text(encoding="utf-8"))

Found = t.Set[t.Tuple[str, str]]
ONE_CAUSE = "one cause is one finding: what cannot be asked without a kubelet or a runtime is not a second one"
NOT_PULLED = "checks pull nothing: what is missing is reported, and the kubelet pulls it"
#: What is found otherwise on purpose; docs/docsite/rst/guide_preflight.rst says so, too. What kubeadm finds and we do
#: not, what we find and kubeadm does not, and why.
DIFFERENT: dict[str, tuple[Found, Found, str]] = {
    "kubelet of +1 minors": (set(), {("KubeletVersion", "error")}, "no kubelet may be newer than its API server"),
    "no kubelet": ({("SystemVerification", "error")}, set(), ONE_CAUSE),
    "broken kubelet": ({("SystemVerification", "error")}, set(), ONE_CAUSE),
    "no service": ({("Service-kubelet", "warning")}, {("Service-kubelet", "error")}, "kubelet-start could not start it"),
    "disabled service": ({("Service-kubelet", "warning")}, set(), "kubelet-start enables it"),
    **{
        f"runtime: {how}": ({("ContainerRuntimeVersion", "error")}, set(), ONE_CAUSE)
        for how in ("absent", "mute", "no CRI", "no images", "broken")
    },
    "runtime: configuration fails": (
        {("ContainerRuntimeVersion", "error")},
        {("ContainerRuntimeVersion", "warning")},
        "why the runtime does not return its configuration is not read; the kubelet works without",
    ),
    "cgroups of version 1 without memory": (set(), {("SystemVerification", "warning")}, "the version is reported as well"),
    "much at once": (
        {("ContainerRuntimeVersion", "error"), ("Service-kubelet", "warning")},
        {("Service-kubelet", "error")},
        "as above",
    ),
    "all ignored": ({("ContainerRuntimeVersion", "warning")}, set(), ONE_CAUSE),
    "control plane: no kubelet": ({("SystemVerification", "error")}, set(), ONE_CAUSE),
    "control plane: ca": (
        set(),
        {("FileAvailable--etc-kubernetes-pki-ca.crt", "error")},
        "a CA that is not the cluster's is in the way of a control plane, too",
    ),
    "control plane: newer cluster": (
        {("KubernetesVersion", "warning")},
        {("KubernetesVersion", "error")},
        "the files of a control plane are not written for versions whose files are not known",
    ),
    "control plane: nothing pulled": (set(), {("ImagePull", "warning")}, NOT_PULLED),
    "control plane: pulls fail": ({("ImagePull", "error")}, {("ImagePull", "warning")}, NOT_PULLED),
    "control plane: pulls fail that are not needed": ({("ImagePull", "error")}, set(), NOT_PULLED),
}  # fmt: skip
BOTH_LISTEN = "etcd listens at the loopback address as well, and would not start"
#: kubeadm 1.37 asks for the ports of etcd at the address that is advertised alone.
DIFFERENT_IN_37 = {
    **DIFFERENT,
    **{
        f"control plane: ports of 127.0.0.1{suffix}": (
            set(),
            {("Port-2379", "error")},
            BOTH_LISTEN,
        )
        for suffix in ("", ", bound", ", bound to all")
    },
    "control plane: all ignored": (set(), {("Port-2379", "warning")}, BOTH_LISTEN),
}
#: The same for kubeadm up to 1.34, which does not ask for the runtime's configuration and takes a runtime that it cannot ask for none.
NO_DIFFERENCE: tuple[Found, Found, str] = (set(), set(), "")
DIFFERENT_UNTIL_34 = {
    **DIFFERENT,
    **dict.fromkeys(
        ("no kubelet", "broken kubelet", "runtime: configuration fails", "control plane: no kubelet"), NO_DIFFERENCE
    ),
    **{
        f"runtime: {how}": (set(), {("CRI", "error")}, "no node without a runtime")
        for how in ("absent", "mute", "no CRI", "no images", "broken")
    },
    "much at once": (
        {("Service-kubelet", "warning")},
        {("Service-kubelet", "error"), ("CRI", "error")},
        "as above",
    ),
    "all ignored": (set(), {("CRI", "warning")}, "no node without a runtime"),
    "control plane: newer cluster": (
        {("KubernetesVersion", "warning")},
        {("KubernetesVersion", "error"), ("KubeletVersion", "error")},
        "as above, and the kubelet of this host is too old by four minors or more",
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("minor", GOLDENS)
def test_the_same_findings_as_kubeadm(minor: str, name: str, tmp_path: pathlib.Path) -> None:
    """Names and severities, by version; or there is a reason why not."""
    case = CASES[name]
    # Service-Kubelet up to 1.34: kubeadm does not mind the case of names either.
    golden = {(check.replace("-Kubelet", "-kubelet"), severity) for check, severity in GOLDENS[minor][name]}
    release = RELEASES[minor]
    newer = DIFFERENT_IN_37 if release.checks_bound_addresses else DIFFERENT
    different = newer if release.checks_runtime_config else DIFFERENT_UNTIL_34
    only_kubeadm, only_ours, _reason = different.get(name, NO_DIFFERENCE)
    seen = find(case, minor, CLUSTERS[minor].get(name), tmp_path)
    if not case.root:
        assert golden == {("IsPrivilegedUser", "error")}  # not_privileged, before all else (tests/e2e/test_refusals.py)
        return
    assert golden - seen == only_kubeadm
    assert seen - golden == only_ours


def find(case: HostCase, release: str, configuration: str | None, tmp_path: pathlib.Path) -> Found:
    """Pairs of check and severity that our checks find on the host of a case, joining a cluster of a release.

    ``configuration`` is that of the cluster, where kubeadm has read it.
    """
    minor = int(release.split(".")[1])
    cluster = ClusterFacts(f"https://{case.endpoint}", version=KubernetesVersion(1, minor, 1))
    if configuration is not None:
        facts = read_facts(configuration, KUBELET_CONFIGURATION)
        cluster = ClusterFacts.from_mapping({"server": cluster.server, "certificate_authority": "", "facts": facts})
    spec = PreflightSpec(
        node_name=case.node_name,
        endpoint=case.endpoint,
        cluster=cluster,
        pins=("sha256:" + "0" * 64,),
        cri_socket=f"unix://{tmp_path}/cri.sock",
        environ=case.environ,
        control_plane=LocalApi(case.advertise_address, case.bind_port, case.pull_policy)
        if case.control_plane
        else None,
    )
    with runtime_of(case, tmp_path / "cri.sock"), pytest.MonkeyPatch.context() as patch:
        if case.runtime == "mute":
            patch.setattr(_cri, "CRI_TIMEOUT", 0.1)
        found = observe_preflight(host_of(case, minor), spec, probe=lambda *_args, **_options: Unseen())
    try:
        judged = refuse_errors(found, ignored=case.ignore).findings
    except JoinError as exc:
        return {(finding["check"], finding["severity"]) for finding in exc.details["findings"]}
    return {(finding.check, finding.severity) for finding in judged}


class Unseen:
    """Stands for a look at an endpoint: kubeadm does not look."""

    def result(self) -> EndpointProbe:
        return EndpointProbe()


@contextlib.contextmanager
def runtime_of(case: HostCase, path: pathlib.Path) -> t.Iterator[None]:
    with contextlib.ExitStack() as stack:
        if case.runtime == "mute":
            mute = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            mute.bind(str(path))
            mute.listen()
        elif case.runtime != "absent":
            stack.enter_context(CriStub(path, case.runtime))
        yield


def host_of(case: HostCase, minor: int) -> TestHost:
    """The double that a case describes."""
    host = TestHost("worker-1")
    host.version = None if case.kubelet is None else "Kubernetes v" if case.kubelet == "broken" else (
        f"Kubernetes v1.{minor + int(case.kubelet)}.1"
    )  # fmt: skip
    host.kubelet_unit = UnitState(case.service != "absent", case.service == "enabled", False, "inactive", None, 0)
    host.programs = set(PROGRAMS) - set(case.lacking)
    host.taken = {("127.0.0.1", taken) if isinstance(taken, int) else taken for taken in case.taken}
    host.cpus = case.processors
    host.firewalld = dataclasses.replace(host.firewalld, running=case.firewall)
    host.release = "2.6.78-fc" if case.old_kernel else "6.18.44-fc"
    host.known_names = {line.split()[1] for line in case.hosts.splitlines()}
    host.folders |= set(case.folders)
    version_2 = isinstance(case.cgroups, str)
    mounts = ["cgroup2 /sys/fs/cgroup cgroup2 rw 0 0"] if version_2 else [
        f"cgroup /sys/fs/cgroup/{name} cgroup rw,{name} 0 0" for name in case.cgroups
    ]  # fmt: skip
    kernel = "" if case.unreadable else "".join(f"CONFIG_{name}=y\n" for name in KERNEL_OPTIONS - set(case.options))
    files = {
        "/proc/swaps": case.swaps,
        "/proc/sys/net/ipv4/ip_forward": "1\n",
        "/proc/sys/net/ipv6/conf/default/forwarding": "1\n",
        "/proc/mounts": "\n".join(mounts),
        "/proc/meminfo": f"MemTotal:       {case.memory * 1024} kB\n",
        "/sys/fs/cgroup/cgroup.controllers": case.cgroups if version_2 else "",
        "/proc/cgroups": "#subsys_name\n" + "".join(f"{name}\t1\t1\t1\n" for name in case.cgroups),
        "/proc/config.gz": kernel,
        **case.sysctls,
        **case.files,
    }
    host.files = {path: FileState(text.encode(), 0o644, 0.0) for path, text in files.items()}
    return host


def test_every_difference_is_one() -> None:
    """No reason is kept for something that is not different any more."""
    assert set(DIFFERENT_IN_37) <= set(CASES)
    assert all(reason and (theirs or ours) for theirs, ours, reason in DIFFERENT_IN_37.values())
    assert {field.name for field in dataclasses.fields(HostCase)} >= {"ignore", "root"}
