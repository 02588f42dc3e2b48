# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What README.md says of plays around `kubeadm join`: bench/shell_join.yml and kubeadm itself, on hosts that the collection then joins."""

from __future__ import annotations

import concurrent.futures
import json
import pathlib

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import parse_token
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import cluster_info, kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer, server_tls

from .bed import E2eBed
from .observe import bootstrap_tokens, ready_nodes
from .play import Run, run_join

pytestmark = pytest.mark.bed


def shell_join(bed: E2eBed, inventory: pathlib.Path, *arguments: str) -> Run:
    return run_join(bed, inventory, *arguments, playbook="bench/shell_join.yml")


def test_each_run_leaves_a_token(bed: E2eBed, inventory: pathlib.Path) -> None:
    """Also a run that joins no host. Check mode reports no file, and a limit to the new host fails."""
    bed.renew("w1", kind="kubeadm")
    before = bootstrap_tokens(bed)
    limit = ("--limit", "cp1,w1")
    checked = shell_join(bed, inventory, "--check", "--diff", *limit).expect_success()
    assert checked.changed() == ["w1: Join"] and "+++" not in checked.output
    limited = shell_join(bed, inventory, "--limit", "w1")
    assert limited.status != 0 and "created" in limited.output, limited.output
    shell_join(bed, inventory, *limit).expect_success()
    first = bootstrap_tokens(bed) - before
    shell_join(bed, inventory, *limit).expect_success()
    second = bootstrap_tokens(bed) - before - first
    assert len(first) == len(second) == 1
    ours = bootstrap_tokens(bed)
    bed.settle("w1")
    assert run_join(bed, inventory, "--limit", "w1").expect_success().changed() == []
    assert bootstrap_tokens(bed) <= ours


#: Ends kubeadm as soon as it has begun to write.
KILLED = """
kubeadm join --config /dev/stdin < /root/join.json > /root/join.log 2>&1 &
while [ ! -e /etc/kubernetes/bootstrap-kubelet.conf ]; do sleep 0.01; done
kill -9 $!; systemctl stop kubelet; rm /root/join.json
"""


def test_a_host_that_kubeadm_was_killed_on_is_refused_by_it(bed: E2eBed, inventory: pathlib.Path) -> None:
    """Its token is on the disk. The collection joins, and warns of this file."""
    bed.renew("w1", kind="kubeadm")
    values = bed.cluster.join_values()
    trust = {"apiServerEndpoint": values["endpoint"], "token": values["token"], "caCertHashes": [values["hash"]]}
    configuration = {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "JoinConfiguration",
        "discovery": {"bootstrapToken": trust},
        "nodeRegistration": {"ignorePreflightErrors": ["SystemVerification"]},
    }
    bed.ssh("w1", "cat > /root/join.json", input=json.dumps(configuration))
    bed.ssh("w1", KILLED)
    assert values["token"] in bed.ssh("w1", "cat /etc/kubernetes/bootstrap-kubelet.conf").stdout
    again = shell_join(bed, inventory, "--limit", "cp1,w1")
    assert again.status != 0 and "FileAvailable--etc-kubernetes-bootstrap-kubelet.conf" in again.output
    ours = run_join(bed, inventory, "--limit", "w1").expect_success()
    assert "warning FileAvailable--etc-kubernetes-bootstrap-kubelet.conf: 1 node (w1)" in ours.output
    assert "w1" in ready_nodes(bed)


def test_kubeadm_has_to_be_on_the_host(bed: E2eBed, inventory: pathlib.Path) -> None:
    bed.renew("w2")
    run = shell_join(bed, inventory, "--limit", "cp1,w2")
    assert run.status != 0 and "kubeadm: not found" in run.output, run.output
    run_join(bed, inventory, "--limit", "w2").expect_success()


def test_kubeadm_sends_its_token_to_a_server_that_appends_its_own_ca(bed: E2eBed, inventory: pathlib.Path) -> None:
    """A server with a CA of its own, which is appended to the genuine one. The collection is asked to join by the same values."""
    bed.renew("w1", kind="kubeadm")
    values = bed.cluster.join_values()
    token = parse_token(values["token"])
    genuine = bed.ssh("cp1", "cat /etc/kubernetes/pki/ca.crt").stdout
    attacker = Authority.make("appended")
    address = str(bed.plan.gateway)
    tls = server_tls(*attacker.issue("kube-apiserver", addresses=[address]))
    with concurrent.futures.ThreadPoolExecutor(1, initializer=bed.enter_network) as inside:
        server = inside.submit(FakeServer, lambda method, path: (403, {}), attacker, address, tls).result()

    def answer(method: str, path: str) -> tuple[int, object]:
        text = kubeconfig(genuine + attacker.pem, server.url)
        return (200, cluster_info(text, token)) if path.partition("?")[0].endswith("cluster-info") else (403, {})

    server.answer = answer
    with server:
        run = run_join(
            bed,
            inventory,
            "--limit",
            "w1",
            variables={**bed.join_variables(), "join_apiserver_endpoint": server.endpoint},
        )
        assert run.codes() == {"w1": "api_server_untrusted"} and server.requests
        assert token.secret.encode() not in server.received
        bed.ssh(
            "w1",
            f"timeout 20 kubeadm join phase preflight {server.endpoint} --token $(cat) "
            f"--discovery-token-ca-cert-hash {values['hash']} --ignore-preflight-errors all",
            input=values["token"],
            check=False,
        )
        assert f"Bearer {values['token']}".encode() in server.received
