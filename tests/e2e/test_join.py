# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real workers join a real cluster, once and again, whole and interrupted."""

from __future__ import annotations

import json
import pathlib
import time

import pytest

from .bed import E2eBed
from .observe import (
    bootstrap_tokens,
    cluster_fingerprint,
    end_state,
    host_fingerprint,
    module_executions,
    node_tree,
    ready_nodes,
    settled_differences,
    signing_request,
)
from .play import run_join

pytestmark = pytest.mark.bed

#: A policy that refuses all nodes without a label, which is the cause that a join has to report.
POLICY = {
    "apiVersion": "v1",
    "kind": "List",
    "items": [
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": "racked"},
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {
                    "resourceRules": [
                        {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["nodes"]}
                    ]
                },
                "validations": [
                    {
                        "expression": "has(object.metadata.labels) && 'example.org/rack' in object.metadata.labels",
                        "message": "a node needs the label example.org/rack",
                    }
                ],
            },
        },
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": "racked"},
            "spec": {"policyName": "racked", "validationActions": ["Deny"]},
        },
    ],
}
#: A static pod; the kubelet reports ten times a second that it cannot create its mirror.
BUSY_POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "busy", "namespace": "kube-system"},
    "spec": {"hostNetwork": True, "containers": [{"name": "busy", "image": "registry.k8s.io/pause:3.10.1"}]},
}


def wait_for(bed: E2eBed, *arguments: str) -> None:
    bed.kubectl("wait", "--timeout=60s", *arguments)


def test_invited_workers_join_become_ready_and_run_pods(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]
) -> None:
    """The main job: Ready nodes, a pod bound to each runs and its log can be read through the API server; no token is left."""
    tokens = bootstrap_tokens(bed)
    run_join(bed, inventory).expect_success()
    assert set(fresh) <= ready_nodes(bed)
    assert bootstrap_tokens(bed) <= tokens
    for host in fresh:
        bed.run_pod(f"probe-{host}", nodeName=host)
        wait_for(bed, "--for=condition=Ready", f"pod/probe-{host}")
        bed.await_log(f"probe-{host}", "coredns")
        bed.kubectl("delete", "pod", f"probe-{host}", "--grace-period=0", "--force")


def test_the_second_run_changes_nothing_and_costs_one_execution(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]
) -> None:
    """First run: at most six executions on a node. Second: at most two, zero changed, no token minted."""
    run_join(bed, inventory).expect_success()
    first = {host: module_executions(bed, host) for host in fresh}
    assert all(1 <= len(modules) <= 6 for modules in first.values()), first
    before = cluster_fingerprint(bed)
    again = run_join(bed, inventory).expect_success()
    assert again.changed() == []
    assert cluster_fingerprint(bed) == before
    assert not any("Create the bootstrap token" in task for task in again.executed())
    for host in fresh:
        assert len(module_executions(bed, host)) - len(first[host]) <= 2


def test_with_limit_only_the_new_node_is_touched(bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]) -> None:
    """--limit reaches the control plane by delegation, and executes nothing on the worker that is left out."""
    run_join(bed, inventory, "--limit", "w2").expect_success()
    assert "w2" in ready_nodes(bed)
    assert "w1" not in ready_nodes(bed)
    assert module_executions(bed, "w1") == []


def test_a_worker_joins_by_token_pins_and_endpoint_alone(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    """Without a control plane even in the inventory; each host discovers the cluster in its preflight."""
    on_control_plane = len(module_executions(bed, "cp1"))
    known = json.loads(inventory.read_text(encoding="utf-8"))
    del known["all"]["children"]["control_plane"]
    workers_alone = tmp_path / "hosts.yml"
    workers_alone.write_text(json.dumps(known), encoding="utf-8")
    run_join(bed, workers_alone, variables=bed.join_variables()).expect_success()
    assert set(fresh) <= ready_nodes(bed)
    assert len(module_executions(bed, "cp1")) == on_control_plane
    for host in fresh:
        assert module_executions(bed, host) == ["kubejoin.kubeadm.preflight_info", "kubejoin.kubeadm.kubelet"]


def test_check_mode_reports_the_truth_and_touches_nothing(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]
) -> None:
    """Hosts' disks and the cluster's objects are the same afterwards; changed is what the real run then changes."""
    before = {host: host_fingerprint(bed, host) for host in fresh}, cluster_fingerprint(bed)
    checked = run_join(bed, inventory, "--check", "--diff").expect_success()
    after = {host: host_fingerprint(bed, host) for host in fresh}, cluster_fingerprint(bed)
    assert {host: after[0][host] ^ before[0][host] for host in fresh} == {host: set() for host in fresh}
    assert after[1] == before[1]
    for line in ("+++ after: /var/lib/kubelet/config.yaml", "+cgroupDriver: systemd", "+++ after: kubelet.service"):
        assert line in checked.output
    real = run_join(bed, inventory).expect_success()
    planned = [change for change in checked.changed() if "Kubelet start" in change]
    assert sorted(planned) == sorted(change for change in real.changed() if "Kubelet start" in change)
    again = run_join(bed, inventory, "--check", "--diff").expect_success()
    assert again.changed() == []


def test_the_same_as_kubeadm(bed: E2eBed, inventory: pathlib.Path) -> None:
    """w1 by the real `kubeadm join`, w2 by the collection: files, Node, CSR and unit are equal after masking.

    No difference is excused: an entry in any of these comparisons is a difference to be explained in the docs first.
    """
    bed.renew("w1", kind="kubeadm")
    bed.renew("w2")
    bed.join_by_kubeadm("w1")
    run_join(bed, inventory, "--limit", "w2").expect_success()
    assert settled_differences(bed, end_state(bed, "w1"), "w2") == {}
    assert signing_request(bed, "w1") == signing_request(bed, "w2")


def test_a_node_that_kubeadm_joined_is_left_alone(bed: E2eBed, inventory: pathlib.Path) -> None:
    """What kubeadm leaves is what the collection wants."""
    bed.renew("w1", kind="kubeadm")
    bed.join_by_kubeadm("w1")
    bed.settle("w1")
    assert run_join(bed, inventory, "--limit", "w1").expect_success().changed() == []


def test_killed_after_each_task_a_rerun_reaches_the_same_end(bed: E2eBed, inventory: pathlib.Path) -> None:
    """The play is killed with SIGKILL after every task that changes something, in turn; the next run goes on to the same end, without its token."""
    bed.renew("w1")
    tokens = bootstrap_tokens(bed)
    whole = run_join(bed, inventory, "--limit", "w1").expect_success()
    wanted = end_state(bed, "w1")
    tasks = whole.changing()
    assert len(tasks) > 2, whole.tasks()
    for task in tasks:
        bed.renew("w1")
        killed = run_join(bed, inventory, "--limit", "w1", kill_after=task)
        assert killed.status == -9, killed.output
        run_join(bed, inventory, "--limit", "w1").expect_success()
        assert settled_differences(bed, wanted, "w1") == {}, f"killed after {task}"
        assert bootstrap_tokens(bed) <= tokens, f"killed after {task}"


def test_killed_in_the_middle_of_a_step_a_rerun_reaches_the_same_end(bed: E2eBed, inventory: pathlib.Path) -> None:
    """The host loses power while the kubelet is being set up, at several moments; no half-written file confuses the rerun."""
    for moment in (0.3, 0.6, 0.9, 1.2):
        bed.renew("w1")
        with bed.power_cut("w1", trigger="kubejoin.kubeadm.kubelet", after=moment):
            run_join(bed, inventory, "--limit", "w1")
        run_join(bed, inventory, "--limit", "w1").expect_success()
        assert "w1" in ready_nodes(bed)
        assert not [path for path in node_tree(bed, "w1") if "/.kubejoin-" in path]


def test_the_kubelet_rotates_its_certificate_by_itself(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]
) -> None:
    """Its restart keeps the identity that the join laid: same file, no new CSR, node stays Ready."""
    run_join(bed, inventory).expect_success()
    before = bed.ssh("w1", "readlink /var/lib/kubelet/pki/kubelet-client-current.pem").stdout
    requests = bed.kubectl("get", "csr", "-o", "name").stdout
    bed.ssh("w1", "systemctl restart kubelet")
    time.sleep(3)
    assert bed.ssh("w1", "readlink /var/lib/kubelet/pki/kubelet-client-current.pem").stdout == before
    assert bed.kubectl("get", "csr", "-o", "name").stdout == requests
    assert "w1" in ready_nodes(bed)


def test_an_admission_policy_that_refuses_the_node_is_in_the_error(bed: E2eBed, inventory: pathlib.Path) -> None:
    """With the message of its author, although static pods fill the log; without the policy, a rerun converges."""
    bed.renew("w1")
    bed.ssh(
        "w1",
        "mkdir -p /etc/kubernetes/manifests && cat > /etc/kubernetes/manifests/busy.yaml",
        input=json.dumps(BUSY_POD),
    )
    bed.kubectl("apply", "-f", "-", input=json.dumps(POLICY))
    try:
        # A kubelet that lacks its Node for more than 23 s gives up its CSINode and becomes Ready only after two minutes.
        run = run_join(bed, inventory, "--limit", "w1", variables={"join_wait_timeout": 10})
    finally:
        bed.kubectl("delete", "-f", "-", input=json.dumps(POLICY))
    assert run.codes() == {"w1": "node_not_registered"}
    assert "a node needs the label example.org/rack" in run.output
    run_join(bed, inventory, "--limit", "w1").expect_success()
    assert "w1" in ready_nodes(bed)
