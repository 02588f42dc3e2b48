# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real second control plane joins a real cluster: etcd with two votes, an API server that answers, kubeadm's files."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from testbed.shell import until

from .bed import E2eBed
from .control_planes import (
    at_the_moment,
    differences,
    join,
    join_by_kubeadm,
    leave,
    masked,
    members,
    voters,
)
from .observe import cluster_fingerprint, end_state, host_fingerprint, module_processes
from .play import Run, run_join

pytestmark = pytest.mark.bed


@pytest.fixture(scope="module")
def bed(machine: None) -> t.Iterator[E2eBed]:
    """The bed anew, with cp1 and a fresh cp2 alone."""
    with E2eBed("e2e", workers=("cp2",)) as ready:
        yield ready


#: What the names of the tasks begin with that change something on a host.
PHASES = (
    "Requirements |",
    "Discovery |",
    "Control plane prepare |",
    "Kubelet start |",
    "Etcd join |",
    "Control plane node |",
)


#: What each phase is done by, all but the first in one execution.
MODULES = [
    f"kubejoin.kubeadm.{name}"
    for name in ("preflight_info", "control_plane_files", "kubelet", "etcd_member", "control_plane_node")
]

#: With them, each phase has an execution of its own.
APART = ("--skip-tags", "nothing")
#: Files below /etc/kubernetes in the order in which they are written.
MOMENTS = ("pki/ca.key", "admin.conf", "manifests/kube-apiserver.yaml", "kubelet.conf")


def assert_unchanged(run: Run) -> None:
    """Of a host that is complete nothing is asked but preflight, and nothing is minted or shared for it."""
    names = [task.rpartition(" : ")[2] for task in run.executed()]
    assert "Preflight | Inspect and check this host" in names
    assert [name for name in names if name.startswith(PHASES)] == []
    assert run.changed() == []


def kubespray_inventory(bed: E2eBed, *control_planes: str) -> pathlib.Path:
    """The hosts in this order in the groups that kubespray has."""
    known = json.loads(bed.inventory())
    hosts = known["all"]["children"]["control_plane"]["hosts"]
    known["all"]["children"] = {
        "kube_control_plane": {"hosts": {name: hosts[name] for name in control_planes}},
        "kube_node": {"hosts": {}},
    }
    path = bed.folder / "kubespray.yml"
    path.write_text(json.dumps(known), encoding="utf-8")
    return path


def kube_system(bed: E2eBed, kind: str) -> set[str]:
    listed = bed.kubectl("-n", "kube-system", "get", kind, "-o", "json").stdout
    return {item["metadata"]["name"] for item in json.loads(listed)["items"]}


def test_check_mode_touches_neither_the_host_nor_the_cluster(bed: E2eBed) -> None:
    """It names every step, and displays no key."""
    before = host_fingerprint(bed, "cp2"), cluster_fingerprint(bed), members(bed)
    checked = join(bed, "cp2", "--check", "--diff").expect_success()
    assert host_fingerprint(bed, "cp2") ^ before[0] == set()
    assert (cluster_fingerprint(bed), members(bed)) == before[1:]
    for step in ("Control plane prepare", "Kubelet start", "Etcd join", "Control plane node"):
        assert any(step in change for change in checked.changed()), step
    assert not any(secret in checked.output for secret in ("PRIVATE KEY", "client-key-data"))


def test_a_second_control_plane_joins(bed: E2eBed) -> None:
    """In two executions. It has a vote in etcd, serves by itself, carries the marks; what was shared is gone, a second run changes nothing.

    It comes before the host that invites it in a group of kubespray's name, so it is asked whether it can invite, in a third execution. The
    strategy of ansible.cfg is not the play's.
    """
    secrets, roles = kube_system(bed, "secrets"), kube_system(bed, "roles")
    earlier = len(module_processes(bed, "cp2"))
    run = run_join(bed, kubespray_inventory(bed, "cp2", "cp1"), "--diff", ANSIBLE_STRATEGY="free").expect_success()
    assert len([entry for entry in run.results() if "Create the bootstrap token" in entry["task"]]) == 1
    processes, modules = zip(*module_processes(bed, "cp2")[earlier:], strict=True)
    assert [*modules] == ["kubejoin.kubeadm.cluster_discovery_info", *MODULES]
    assert len({*processes}) == 3 and len({*processes[2:]}) == 1
    assert not any(secret in run.output for secret in ("PRIVATE KEY", "client-key-data"))
    assert members(bed) == voters("cp1", "cp2")
    bed.settle("cp2")
    own = f"https://{bed.plan.address('cp2')}:6443"
    node = json.loads(bed.kubectl(f"--server={own}", "get", "node", "cp2", "-o", "json").stdout)
    assert "node-role.kubernetes.io/control-plane" in node["metadata"]["labels"]
    assert [taint["key"] for taint in node["spec"]["taints"]] == ["node-role.kubernetes.io/control-plane"]
    assert own in bed.ssh("cp2", "cat /etc/kubernetes/kubelet.conf").stdout
    assert kube_system(bed, "secrets") <= secrets  # the cluster may have deleted expired tokens meanwhile
    until("the end of the rights to what was shared", lambda: kube_system(bed, "roles") == roles, 60)
    assert_unchanged(join(bed, "cp2").expect_success())
    assert_unchanged(join(bed, "cp2", **bed.join_variables()).expect_success())


def test_killed_after_each_task_a_rerun_reaches_the_same_end(bed: E2eBed) -> None:
    """The play is killed with SIGKILL after every task that changes something, in turn, on one host. Each phase is an execution of its own.

    Each run goes on from where the one before was killed, one task further: its tasks up to there find their work done, so
    the host is as it is when a run is interrupted there, and has been through all earlier interruptions besides.
    """
    wanted = masked(bed, "cp2", end_state(bed, "cp2"))
    bed.add_host("cp3")
    tasks = join(bed, "cp3", "--check", *APART).expect_success().changing()
    kills = 0
    for task in tasks:
        killed = join(bed, "cp3", *APART, kill_after=task)
        # A host that has joined is not invited again: those tasks are not there any more.
        assert killed.status == -9 or task[0] not in killed.tasks(), killed.output
        kills += killed.status == -9
    assert kills >= 5, tasks  # the invitation, and the four modules of a control plane
    join(bed, "cp3").expect_success()
    assert members(bed) == voters("cp1", "cp2", "cp3")
    assert differences(wanted, masked(bed, "cp3", end_state(bed, "cp3"))) == {}
    assert_unchanged(join(bed, "cp3").expect_success())


def test_killed_at_any_moment_of_its_execution_a_rerun_reaches_the_same_end(bed: E2eBed) -> None:
    """The module on the host is killed with SIGKILL when a file has appeared, in each run a later one. The run fails, and the next one goes on."""
    wanted = masked(bed, "cp2", end_state(bed, "cp2"))
    leave(bed, "cp3")
    bed.add_host("cp3")
    own = bed.hosts.folder / "cp3/root/etc/kubernetes"
    kills = 0
    for path in (own / moment for moment in MOMENTS):
        if not path.exists():  # the kill before it came as soon as it should
            with at_the_moment(path.exists, lambda: bed.ssh("cp3", "pkill -KILL python3")):
                assert join(bed, "cp3").codes() == {"cp3": ""}  # no module could report it
            kills += 1
    assert kills >= 2
    join(bed, "cp3").expect_success()
    assert members(bed) == voters("cp1", "cp2", "cp3")
    assert differences(wanted, masked(bed, "cp3", end_state(bed, "cp3"))) == {}
    assert_unchanged(join(bed, "cp3").expect_success())


def test_a_control_plane_that_lost_a_static_pod_is_repaired(bed: E2eBed) -> None:
    """A component's, and that of etcd, whose data and vote are still there; the mark, too."""
    for lost in ("kube-scheduler", "etcd"):
        path = f"/etc/kubernetes/manifests/{lost}.yaml"
        bed.ssh("cp3", f"rm {path}; while pgrep -x {lost}; do sleep 0.1; done")
        run = join(bed, "cp3").expect_success()
        assert run.changed()
        bed.ssh("cp3", f"test -s {path}")
    assert members(bed)["cp3"] == "voter"
    bed.kubectl("label", "node", "cp3", "node-role.kubernetes.io/control-plane-")
    assert [name for name in join(bed, "cp3").expect_success().changed() if "Control plane node |" in name]
    assert_unchanged(join(bed, "cp3").expect_success())


def test_the_same_as_kubeadm(bed: E2eBed) -> None:
    """cp3 by the real `kubeadm join --control-plane`: files, Node and unit are those of cp2 after masking.

    No difference is excused: an entry here is a difference to be explained in the docs first.
    """
    leave(bed, "cp3")
    bed.add_host("cp3", kind="kubeadm")
    join_by_kubeadm(bed, "cp3")
    wanted = masked(bed, "cp3", end_state(bed, "cp3"))
    reached = masked(bed, "cp2", end_state(bed, "cp2"))
    assert differences(wanted, reached) == {}


def test_etcd_gets_the_image_that_the_other_members_run(bed: E2eBed) -> None:
    """And not that of kubeadm, which this host does not have, as where a mirror has other images."""
    leave(bed, "cp2", "cp3")
    bed.add_host("cp2")
    usual, mirrored = image_of_etcd(bed, "cp1"), "mirror.example.com/k8s/etcd:3.6.99-0"
    for host in ("cp1", "cp2"):
        bed.ssh(host, f"ctr -n k8s.io images tag {usual} {mirrored}")
    bed.ssh("cp2", f"ctr -n k8s.io images rm {usual}")
    bed.ssh("cp1", f"sed -i 's|image: {usual}|image: {mirrored}|' /etc/kubernetes/manifests/etcd.yaml")
    until("the new etcd of cp1", lambda: runs(bed, "cp1", mirrored), 120)
    until("its API server", lambda: bed.kubectl("get", "--raw", "/readyz", check=False).returncode == 0, 120)
    join(bed, "cp2").expect_success()
    assert image_of_etcd(bed, "cp2") == mirrored
    assert members(bed) == voters("cp1", "cp2")


def image_of_etcd(bed: E2eBed, host: str) -> str:
    return bed.ssh(host, "grep -oP 'image: \\K.*' /etc/kubernetes/manifests/etcd.yaml").stdout.strip()


def runs(bed: E2eBed, host: str, image: str) -> bool:
    """Whether the pod of etcd on a host has an image, and is ready with it."""
    status = "{.spec.containers[0].image} {.status.containerStatuses[0].image} {.status.containerStatuses[0].ready}"
    query = ("-n", "kube-system", "get", "pod", f"etcd-{host}", "-o", f"jsonpath={status}")
    return bed.kubectl(*query, check=False).stdout == f"{image} {image} true"
