# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Joins on real hosts while the API server is not available, with the real kubeadm beside them."""

from __future__ import annotations

import base64
import concurrent.futures
import contextlib
import pathlib
import sys
import time
import typing as t

import pytest

from .bed import E2eBed
from .observe import ready_nodes
from .play import run_join

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from testbed.shell import until

pytestmark = pytest.mark.bed

#: A TCP balancer in front of the API server of `argv[1]`. For `argv[2]` seconds it accepts connections and closes them.
BALANCER = """
import socket, sys, threading, time
began = time.monotonic()
def pipe(one, other):
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    for end in (one, other):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
server = socket.create_server(("127.0.0.1", 6443))
while True:
    client, _address = server.accept()
    if time.monotonic() - began < float(sys.argv[2]):
        client.close()
        continue
    backend = socket.create_connection((sys.argv[1], 6443))
    for pair in ((client, backend), (backend, client)):
        threading.Thread(target=pipe, args=pair, daemon=True).start()
"""
_MANIFEST = "/etc/kubernetes/manifests/kube-controller-manager.yaml"


def await_ready(bed: E2eBed, *hosts: str) -> None:
    """Wait until the nodes are there and Ready: kubeadm itself does not wait for that."""
    for condition in ("create", "condition=Ready"):
        bed.kubectl("wait", f"--for={condition}", "--timeout=60s", *(f"node/{host}" for host in hosts))


@contextlib.contextmanager
def behind_a_balancer(bed: E2eBed, host: str, seconds: int) -> t.Iterator[None]:
    """On this host, the name of the control plane leads to a balancer without backends for so many seconds."""
    script = base64.b64encode(BALANCER.encode()).decode()
    bed.ssh(
        host,
        f"echo {script} | base64 -d > /run/balancer.py; address=$(getent ahostsv4 api.bed | awk 'NR == 1 {{print $1}}'); "
        f"systemd-run --collect --unit balancer python3 /run/balancer.py $address {seconds}; sed -i '1i 127.0.0.1 api.bed balancer' /etc/hosts",
    )
    try:
        yield
    finally:
        bed.ssh(host, "sed -i '/ balancer$/d' /etc/hosts; systemctl stop balancer")


def test_a_balancer_without_backends_is_awaited(bed: E2eBed, inventory: pathlib.Path) -> None:
    """It accepts connections and closes them within the TLS handshake. w1 joins by the real kubeadm, w2 by the collection."""
    bed.renew("w1", kind="kubeadm")
    bed.renew("w2")
    with behind_a_balancer(bed, "w1", 4):
        bed.join_by_kubeadm("w1")
    began = time.monotonic()
    with behind_a_balancer(bed, "w2", 15):
        run_join(bed, inventory, "--limit", "w2", variables=bed.join_variables()).expect_success()
        assert time.monotonic() - began > 15
    assert "w2" in ready_nodes(bed)


#: The API server's own way to say that it is busy: anonymous requests get no seat.
_SHUT = """
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: shut}
spec: {type: Limited, limited: {nominalConcurrencyShares: 0, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse: {type: Reject}}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: shut}
spec:
  matchingPrecedence: 2
  priorityLevelConfiguration: {name: shut}
  rules:
  - subjects: [{kind: Group, group: {name: "system:unauthenticated"}}]
    resourceRules: [{verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"]}]
    nonResourceRules: [{verbs: ["*"], nonResourceURLs: ["*"]}]
"""
#: Asks the API server anonymously without pause, and writes each status code that is new.
_FLOOD = """
import ssl, threading, time, urllib.error, urllib.request
tls, seen = ssl._create_unverified_context(), set()
def ask():
    while True:
        try:
            with urllib.request.urlopen("https://api.bed:6443/api/v1/namespaces/kube-public/configmaps/cluster-info", context=tls) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            continue
        if status not in seen:
            seen.add(status)
            print(status, flush=True)
        time.sleep(0.02)
for _ in range(20):
    threading.Thread(target=ask).start()
"""


@contextlib.contextmanager
def busy_api_server(bed: E2eBed) -> t.Iterator[None]:
    """Anonymous requests are answered with 429 and Retry-After, nearly all of them."""
    run = "systemd-run --collect --unit flood --property StandardOutput=file:/run/flood.log python3 /run/flood.py"
    try:
        bed.kubectl("apply", "-f", "-", input=_SHUT)
        bed.ssh("cp1", f"cat > /run/flood.py; {run}", input=_FLOOD)
        until("an answer with 429", lambda: "429" in bed.ssh("cp1", "cat /run/flood.log").stdout, 30)
        yield
    finally:
        bed.ssh("cp1", "systemctl stop flood")
        bed.kubectl("delete", "--ignore-not-found", "-f", "-", input=_SHUT)


def test_a_busy_api_server_is_awaited(bed: E2eBed, inventory: pathlib.Path) -> None:
    """It answers 429 in text/plain to discovery. w1 joins by the real kubeadm, w2 by the collection, which counts these answers."""
    bed.renew("w1", kind="kubeadm")
    bed.renew("w2")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        with busy_api_server(bed):
            by_kubeadm = pool.submit(bed.join_by_kubeadm, "w1")
            variables = {**bed.join_variables(), "join_concurrency": 2}
            joining = pool.submit(run_join, bed, inventory, "--limit", "w2", "-v", variables=variables)
            until("a question of w2", lambda: bool(bed.ssh("w2", "ss -Htan dst :6443").stdout.strip()), 60)
            time.sleep(5)
        run = joining.result().expect_success()
        assert '"rejected_requests": ' in run.output
        by_kubeadm.result()
    await_ready(bed, "w1", "w2")


def test_a_restart_during_the_wait_for_the_certificate_is_awaited(bed: E2eBed, inventory: pathlib.Path) -> None:
    """Nobody signs the requests until the API server has ended and started again. w2 joins by the real kubeadm."""
    bed.renew("w1")
    bed.renew("w2", kind="kubeadm")

    def requests() -> set[str]:
        return set(bed.kubectl("get", "csr", "-o", "name").stdout.split())

    bed.ssh("cp1", f"mv {_MANIFEST} /root/; while pgrep -f ^kube-controller-manager; do sleep 0.2; done")
    before = requests()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        joining = pool.submit(run_join, bed, inventory, "--limit", "w1", variables=bed.join_variables())
        by_kubeadm = pool.submit(bed.join_by_kubeadm, "w2")
        try:
            until("both requests", lambda: len(requests() - before) == 2, 60)
            bed.ssh("cp1", "pkill -f ^kube-apiserver")
        finally:
            bed.ssh("cp1", f"mv /root/kube-controller-manager.yaml {_MANIFEST}")
        joining.result().expect_success()
        by_kubeadm.result()
    await_ready(bed, "w1", "w2")
