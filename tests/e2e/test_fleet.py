# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fleets: one host's trouble is its own, and what is wrong with several together is refused before anything is made."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from .bed import E2eBed
from .observe import bootstrap_tokens, host_fingerprint, module_executions, ready_nodes
from .play import Run, run_join

pytestmark = pytest.mark.bed


def test_the_same_name_twice_is_refused_before_a_token_is_made(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]
) -> None:
    """Both hosts are named, and neither is touched."""
    tokens, disk = bootstrap_tokens(bed), host_fingerprint(bed, "w1")
    run = run_join(bed, inventory, variables={"join_node_name": "twin"})
    assert run.status == 2
    assert set(run.codes().values()) == {"node_name_duplicate"}
    assert "w1, w2" in run.output
    assert not any("Create the bootstrap token" in task for task in run.executed())
    assert bootstrap_tokens(bed) <= tokens
    assert host_fingerprint(bed, "w1") == disk


def test_one_host_waits_for_all_nodes(bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]) -> None:
    """With one fork, the second kubelet is started before the first node is Ready. The workers are not asked again."""
    run = run_join(bed, inventory, "--forks", "1", variables={"join_wait": "fleet"}).expect_success()
    assert "2 of 2 nodes are ready." in run.output
    assert set(fresh) <= ready_nodes(bed)
    for host in fresh:
        assert module_executions(bed, host) == ["kubejoin.kubeadm.preflight_info", "kubejoin.kubeadm.kubelet"]
    assert run_join(bed, inventory, variables={"join_wait": "fleet"}).expect_success().changed() == []


def test_a_node_that_does_not_come_is_reported_by_its_host(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]
) -> None:
    """With the kubelet's log, whether it has exited before or after it was seen to run. The other one has joined."""
    bed.ssh("w1", "mkdir -p /etc/default; echo KUBELET_EXTRA_ARGS=--no-such-flag > /etc/default/kubelet")
    run = run_join(bed, inventory, variables={"join_wait": "fleet", "join_wait_timeout": 8})
    assert run.codes() == {"w1": "node_not_registered"}
    assert "no-such-flag" in run.output
    assert '"joined: 1 node (w2)"' in run.output


def test_a_host_that_cannot_reach_the_cluster_stops_nobody_else(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]
) -> None:
    """Each discovers the cluster for itself. The report has both."""
    variables = {**bed.join_variables(), "join_timeouts": {"discovery": "3s"}}
    with bed.without_api_server("w1"):
        run = run_join(bed, inventory, variables=variables)
    assert run.codes() == {"w1": "api_server_unreachable"}
    assert bed.kubectl("get", "node", "w2", "-o", "jsonpath={.metadata.name}").stdout == "w2"
    assert bed.kubectl("get", "node", "w1", check=False).returncode != 0
    assert '"joined: 1 node (w2)"' in run.output
    assert "failed in discovery, api_server_unreachable: 1 node (w1): " in run.output
    assert "warning Endpoint: 1 node (w1)" in run.output
    assert run_join(bed, inventory, variables=variables).expect_success().codes() == {}


def test_equal_findings_of_many_hosts_are_one_line(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]
) -> None:
    """With the number of nodes and the sentence of one."""
    for host in fresh:
        bed.ssh(host, "systemctl stop containerd")
    run = run_join(bed, inventory)
    for host in fresh:
        bed.ssh(host, "systemctl start containerd")
    assert set(run.codes().values()) == {"cri_unavailable"}
    assert "failed in preflight, CRI: 2 nodes (w1, w2): " in run.output
    assert not any("Create the bootstrap token" in task for task in run.executed())


def test_a_kubelet_that_cannot_start_is_reported_with_cause_and_evidence(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]
) -> None:
    """w1 has a drop-in file with a flag that no kubelet knows; w2 joins; once the file is fixed, w1 does, too."""
    place = "/etc/systemd/system/kubelet.service.d/20-mine.conf"
    drop_in = '[Service]\nRestartSec=1\nEnvironment="KUBELET_EXTRA_ARGS=--no-such-flag"\n'
    bed.ssh("w1", f"install -D /dev/stdin {place}", input=drop_in)
    run = run_join(bed, inventory)
    assert run.codes() == {"w1": "node_not_registered"}
    assert {"w2"} == ready_nodes(bed) & {*fresh}
    account = next(line for line in run.output.splitlines() if "failed in kubelet-wait-bootstrap" in line)
    assert "node_not_registered: 1 node (w1): " in account
    assert "exits repeatedly" in account, "the cause"
    assert "unknown flag: --no-such-flag" in account, "the evidence"
    assert "journalctl -u kubelet" in account, "the next step"
    assert '"joined: 1 node (w2)"' in run.output
    assert bed.ssh("w1", f"cat {place}").stdout == drop_in
    bed.ssh("w1", f"rm {place}")
    run_join(bed, inventory).expect_success()
    assert {*fresh} <= ready_nodes(bed)


#: Takes the place of Python on a host: prints what the modules in a file are to answer, and ends all connections for null.
_HOSTILE = """#!/usr/bin/python3
import json, os, re, sys
source = sys.stdin.buffer.read()
modules = [name.decode() for name in re.findall(rb'"module": "([a-z_]+)"', source)]
answers = [json.load(open("/opt/answers.json"))[name] for name in modules]
if None not in answers:
    sys.exit(print(json.dumps({"results": answers})))
for pid in filter(str.isdigit, os.listdir("/proc")):
    if open(f"/proc/{pid}/comm").read().startswith("sshd"):
        os.kill(int(pid), 9)
"""


def run_with_hostile(
    bed: E2eBed,
    folder: pathlib.Path,
    hostile: t.Mapping[str, t.Mapping[str, t.Any]],
    variables: t.Mapping[str, t.Any] | None = None,
) -> Run:
    """A run in which some hosts answer what is said by module."""
    known = json.loads(bed.inventory())
    for host, answers in hostile.items():
        bed.ssh(host, "install -D -m 755 /dev/stdin /opt/python", input=_HOSTILE)
        bed.ssh(host, "cat > /opt/answers.json", input=json.dumps(answers))
        known["all"]["children"]["workers"]["hosts"][host]["ansible_python_interpreter"] = "/opt/python"
    path = folder / "hosts.json"
    path.write_text(json.dumps(known), encoding="utf-8")
    return run_join(bed, path, variables=variables)


def forged(bed: E2eBed, host: str, **others: t.Any) -> dict[str, t.Any]:
    """What a host answers that wants the others in a cluster of its own."""
    authority = bed.ssh(host, "cat /etc/ssh/ssh_host_ed25519_key.pub").stdout
    cluster = {
        "server": f"https://{bed.plan.address(host)}:6443",
        "certificate_authority": authority,
        "ca_cert_hashes": [],
        "cluster_configuration": "",
        "kubelet_configuration": "staticPodURL: http://example.org/pod.yaml",
        "facts": {},
    }
    facts = {"invite_host": host, "invite_kubeconfig": "/opt/x", "join_discovery_file": "/etc/passwd"}
    facts["join_discovery_file_remote_src"] = "false"
    node = {"joined": False, "missing_packages": [], "cluster": cluster, "ansible_facts": facts, "node_name": host}
    return {
        "preflight_info": {"changed": False, **node},
        "kubelet": {"changed": True, "ansible_facts": facts},
        **others,
    }


@pytest.mark.parametrize("by_token", [True, False], ids=["token", "invitation"])
def test_a_hostile_host_gets_no_other_into_its_cluster(
    bed: E2eBed, fresh: tuple[str, ...], tmp_path: pathlib.Path, by_token: bool
) -> None:
    """The first host forges its answers; the second joins the cluster of the bed, and no invitation is left."""
    variables = bed.join_variables() if by_token else None
    tokens = bootstrap_tokens(bed)
    run = run_with_hostile(bed, tmp_path, {"w1": forged(bed, "w1")}, variables)
    assert run.status == 0, run.output
    assert {"w2"} == ready_nodes(bed) & {*fresh}
    assert bed.ssh("w2", "grep -rl staticPodURL /etc/kubernetes /var/lib/kubelet/config.yaml", check=False).stdout == ""
    real = bed.ssh("cp1", "cat /etc/kubernetes/pki/ca.crt").stdout
    assert bed.ssh("w2", "cat /etc/kubernetes/pki/ca.crt").stdout == real
    assert bootstrap_tokens(bed) <= tokens


def test_the_token_is_withdrawn_when_all_hosts_vanish(
    bed: E2eBed, fresh: tuple[str, ...], tmp_path: pathlib.Path
) -> None:
    """Both workers end their connections when they are to join."""
    tokens = bootstrap_tokens(bed)
    run = run_with_hostile(bed, tmp_path, {host: forged(bed, host, kubelet=None) for host in fresh})
    assert any("Create the bootstrap token" in task for task in run.executed())
    assert run.codes() == dict.fromkeys(fresh, "host_unreachable"), run.output
    assert bootstrap_tokens(bed) <= tokens


def test_a_sudo_that_requires_a_terminal_is_explained(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is made, with the line for sudoers. The bed's user is root, so sudo is used only because the inventory says so."""
    monkeypatch.setenv("ANSIBLE_BECOME_ALLOW_SAME_USER", "True")
    tokens = bootstrap_tokens(bed)
    for host in fresh:
        bed.ssh(host, "echo 'Defaults requiretty' > /etc/sudoers.d/terminal")
    run = run_join(bed, inventory)
    assert run.codes() == dict.fromkeys(fresh, "pipelining_disabled"), run.output
    assert "!requiretty" in run.output and bootstrap_tokens(bed) <= tokens
