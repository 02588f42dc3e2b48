# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong while control planes join never hurts the cluster: it takes writes throughout, keeps no dead member, and a rerun gets there.

The tests share a bed and go on from one another: cp1 and cp2 serve while cp3 meets with accidents, then all but cp1 begin
anew. What happens among more members than the machine carries hosts is in tests/etcd/test_faults.py.
"""

from __future__ import annotations

import concurrent.futures
import json
import pathlib
import typing as t

import pytest

from testbed.shell import until

from .bed import E2eBed
from .control_planes import (
    ELECTION,
    EtcdEye,
    at_the_moment,
    join,
    leave,
    members,
    served,
    voters,
)
from .observe import command_lines, files_with, host_fingerprint, ready_nodes
from .play import BED_VARIABLES, Run

pytestmark = pytest.mark.bed

#: Seconds that etcd may take to start where it will not, so that a test need not wait for kubeadm's two minutes.
SOON = {"etcdAPICall": "25s"}
_OCCUPY = "systemd-run --unit=occupant python3 -m http.server 2380"
_FORGE = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=cp3 -addext subjectAltName=IP:{address} "
    "-keyout /etc/kubernetes/pki/etcd/peer.key -out /etc/kubernetes/pki/etcd/peer.crt"
)
_API_SERVER = "kube-apiserver.yaml"


@pytest.fixture(scope="module")
def bed(machine: None) -> t.Iterator[E2eBed]:
    """The bed anew, with cp1 and fresh hosts for two more control planes."""
    with E2eBed("e2e", workers=("cp2", "cp3")) as ready:
        yield ready


def expect_joined(bed: E2eBed, *hosts: str) -> None:
    """The end state: votes, Ready nodes, static pods that run, and nothing left to do."""
    assert members(bed) == voters("cp1", "cp2", "cp3")
    for host in hosts:
        bed.settle(host)
    assert set(hosts) <= ready_nodes(bed)
    assert join(bed, ",".join(hosts)).expect_success().changed() == []


def test_a_wrong_certificate_key_writes_nothing(bed: E2eBed) -> None:
    """It is named, and the host's disk is as it was."""
    before = host_fingerprint(bed, "cp3")
    with served(bed, "cp1"):
        run = join(bed, "cp3", **bed.join_variables(), join_certificate_key="00" * 32)
    assert run.codes() == {"cp3": "certificate_key_wrong"}
    assert host_fingerprint(bed, "cp3") ^ before == set()
    assert members(bed) == voters("cp1")


def test_two_operators_at_once_and_no_secret_leaves_its_place(bed: E2eBed) -> None:
    """Two runs that know nothing of each other: one invites, the other has the token and the key of what kubeadm has uploaded.

    These two are in no output, no command line, no journal, and on no disk but that of etcd. Keys of CAs are where
    kubeadm puts them.
    """
    variables = {**bed.join_variables(), "join_certificate_key": bed.cluster.join_values()["certificate_key"]}
    with served(bed, "cp1"), command_lines(bed, "cp3") as seen, concurrent.futures.ThreadPoolExecutor() as operators:
        invited = operators.submit(join, bed, "cp2")
        run = join(bed, "cp3", "-vvvv", "--diff", **variables).expect_success()
        invited.result().expect_success()
    expect_joined(bed, "cp2", "cp3")
    assert "systemctl" in seen.stdout, "the modules were seen at work"
    places = (run.output, seen.stdout, bed.ssh("cp3", "journalctl --no-pager").stdout)
    for secret in (variables["join_certificate_key"], variables["join_token"].split(".")[1]):
        assert not any(secret in place for place in places)
        # The cluster keeps its tokens in etcd, and here is a copy of that.
        assert not [path for path in files_with(bed, "cp3", secret) if not path.startswith("/var/lib/etcd/member/")]
    assert not any(word in run.output for word in ("PRIVATE KEY", "client-key-data"))
    for path in (f"/etc/kubernetes/pki/{name}.key" for name in ("ca", "sa", "front-proxy-ca", "etcd/ca")):
        line = bed.ssh("cp1", f"sed -n 3p {path}").stdout.strip()
        assert files_with(bed, "cp3", line) == {path}
        assert bed.ssh("cp3", f"stat -c %a:%U:%G {path}").stdout == "600:root:root\n"
    leave(bed, "cp3")
    bed.add_host("cp3")


def test_a_host_that_loses_power_while_its_member_has_no_vote_goes_on(bed: E2eBed) -> None:
    """Right after its member was added; the next run goes on with it, and the power fails again right before its promotion."""
    eye = EtcdEye(bed)
    manifest = bed.hosts.folder / "cp3/root/etc/kubernetes/manifests/etcd.yaml"

    def fail_as_learner() -> None:
        bed.ssh("cp3", "pkill -STOP python3")  # the module, which would promote at once
        until("its etcd", lambda: eye.stand("cp3") == "learner", 60)
        bed.hosts.cut_power("cp3")

    with served(bed, "cp1", "cp2"):
        with at_the_moment(lambda: eye.stand("cp3") == "unstarted", lambda: bed.hosts.cut_power("cp3")):
            assert join(bed, "cp3").status != 0
        assert eye.stand("cp3") == "unstarted"
        manifest.unlink(missing_ok=True)  # as if the power had failed a moment earlier
        bed.hosts.boot("cp3")
        with at_the_moment(manifest.exists, fail_as_learner):
            assert join(bed, "cp3").status != 0
        assert eye.stand("cp3") == "learner"
        bed.hosts.boot("cp3")
        join(bed, "cp3").expect_success()
    expect_joined(bed, "cp3")
    leave(bed, "cp3")
    bed.add_host("cp3")


def expect_taken_back(bed: E2eBed, run: Run, cause: str) -> None:
    """The run names the cause, in etcd's words; its member, its manifest and its data are gone."""
    assert run.codes() == {"cp3": "etcd_not_started"}
    [message] = [entry["msg"] for entry in run.results("cp3") if entry["event"] == "failed"]
    assert cause in message
    assert "was removed again" in message
    assert members(bed) == voters("cp1", "cp2")
    assert bed.ssh("cp3", "ls -A /var/lib/etcd; ls /etc/kubernetes/manifests | grep etcd; true").stdout == ""


def test_an_etcd_that_cannot_start_is_taken_back(bed: E2eBed, tmp_path: pathlib.Path) -> None:
    """A patch has an address of another host, its disk is full, its port is taken, its peer certificate is of another CA.

    Nothing is in the way of a rerun then: each starts etcd, and the kubelet starts the pod of another manifest, too.
    """
    flag = f"--listen-client-urls=https://127.0.0.1:2379,https://{bed.plan.address('cp1')}:2379"
    patch = [{"op": "add", "path": "/spec/containers/0/command/-", "value": flag}]
    (tmp_path / "etcd+json.yaml").write_text(json.dumps(patch), encoding="utf-8")
    with served(bed, "cp1", "cp2"):
        run = join(bed, "cp3", join_timeouts=SOON, join_patches=str(tmp_path), join_patches_remote_src=False)
        expect_taken_back(bed, run, "cannot assign requested address")

        bed.ssh("cp3", "mount -t tmpfs -o size=1m,mode=0700 tmpfs /var/lib/etcd")
        expect_taken_back(bed, join(bed, "cp3", join_timeouts=SOON), "no space left on device")
        bed.ssh("cp3", "umount /var/lib/etcd")

        bed.ssh("cp3", _OCCUPY)
        ignored = [*BED_VARIABLES["join_ignore_preflight_errors"], "Port-2380"]
        run = join(bed, "cp3", join_timeouts=SOON, join_ignore_preflight_errors=ignored)
        expect_taken_back(bed, run, "address already in use")
        bed.ssh("cp3", "systemctl stop occupant")

        bed.ssh("cp3", _FORGE.format(address=bed.plan.address("cp3")))
        skipped = ["control-plane-prepare/certs"]
        run = join(bed, "cp3", join_timeouts=SOON, join_skip_phases=skipped)
        expect_taken_back(bed, run, "certificate")


def test_the_api_server_behind_the_endpoint_stops(bed: E2eBed) -> None:
    """While the host joins whose etcd was taken back. The run ends with a cause that has a name; once the endpoint leads to another, a rerun gets there."""
    eye = EtcdEye(bed)
    stop = f"mv /etc/kubernetes/manifests/{_API_SERVER} /root/; pkill -KILL kube-apiserver"
    bed.ssh("cp1", "kubeadm init phase upload-certs --upload-certs --config /root/init.yaml")
    shared = {"join_certificate_key": bed.cluster.join_values()["certificate_key"]}
    with served(bed, "cp1", "cp2", within=ELECTION):
        with at_the_moment(lambda: eye.stand("cp3") == "unstarted", lambda: bed.ssh("cp1", stop)):
            run = join(bed, "cp3", **bed.join_variables(), **shared, join_timeouts={"kubernetesAPICall": "10s"})
        assert run.codes().get("cp3"), run.output
        bed.move_endpoint("cp2")
        join(bed, "cp3").expect_success()
    bed.ssh("cp1", f"mv /root/{_API_SERVER} /etc/kubernetes/manifests/")
    bed.move_endpoint("cp1")
    until("the API server", lambda: bed.kubectl("get", "--raw", "/readyz", check=False).stdout == "ok", 60)
    expect_joined(bed, "cp3")
    leave(bed, "cp2", "cp3")
    bed.renew("cp2", "cp3")


def test_one_becomes_three_in_one_run_and_outlives_the_first(bed: E2eBed) -> None:
    """Each serves by itself. Without the first one's host the cluster schedules, and a worker joins it, invited by the next one."""
    assert members(bed) == voters("cp1")
    with served(bed, "cp1"):
        join(bed, "cp2,cp3").expect_success()
    three = ("cp1", "cp2", "cp3")
    assert members(bed) == voters(*three)
    for host in three:
        bed.settle(host)
        server = f"--server=https://{bed.plan.address(host)}:6443"
        listed = json.loads(bed.kubectl(server, "get", "nodes", "-o", "json").stdout)["items"]
        assert {node["metadata"]["name"] for node in listed} == set(three)
        assert bed.kubectl(server, "get", "--raw", "/readyz").stdout == "ok"
    static = ("-n", "kube-system", "pods", "-l", "tier=control-plane")
    assert len(bed.kubectl("get", *static, "-o", "name").stdout.split()) == 4 * len(three)
    bed.kubectl("wait", "--for=condition=Ready", "--timeout=60s", *static)

    with served(bed, *three, within=ELECTION):
        bed.hosts.cut_power("cp1")
        bed.move_endpoint("cp2")
        bed.run_pod("survivor", tolerations=[{"operator": "Exists"}])
        assert place_of(bed, "survivor") in ("cp2", "cp3")
        bed.add_host("w1")
        run = join(bed, "nobody", join_worker_hosts="w1").expect_success()
        assert "cp1 cannot create the invitation: " in run.output
        assert "w1" in ready_nodes(bed)
        bed.run_pod("newcomer")
        assert place_of(bed, "newcomer") == "w1"


def place_of(bed: E2eBed, pod: str) -> str:
    """The node on which the scheduler has put it, once it runs there."""
    bed.kubectl("wait", "--for=condition=Ready", f"pod/{pod}", "--timeout=60s")
    return bed.kubectl("get", "pod", pod, "-o", "jsonpath={.spec.nodeName}").stdout
