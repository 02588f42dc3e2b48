# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many identities at once through the library's discovery, signing request and approval, against the API server of a test bed.

usage: python3 bench/swarm.py [--identities 50,500] [--busy] --python PYTHON

Each identity does what a worker does before its kubelet starts: it discovers the cluster by token and pin, reads its configuration, and requests a client
certificate. With --busy, the same is measured with an API server that answers every third request with 429: a proxy in front of it does so, with
an answer that this API server itself has given when its priority and fairness let few requests in at once. PYTHON has the requirements of the
collection. Printed are failures, requests an identity, the share of answers with 429, and the seconds of the median and of the slowest identity.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import contextlib
import json
import os
import pathlib
import resource
import socket
import statistics
import subprocess
import sys
import threading
import time
import typing as t
import warnings

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
COLLECTIONS = REPOSITORY / ".cache/collections"
sys.path[:0] = [str(REPOSITORY), str(COLLECTIONS)]

from testbed import Bed  # noqa: E402

PROXY = REPOSITORY / "bench/refusing_proxy.py"
#: Seconds for each of discovery, the calls for the configuration, and the wait for the certificate. kubeadm's own are 300, 60 and 300.
DISCOVERY, API_CALL, TLS_BOOTSTRAP = 300.0, 60.0, 300.0

#: Requests of identities that have not joined yet get few seats, and no queue.
NARROW = """
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: narrow}
spec: {type: Limited, limited: {nominalConcurrencyShares: 1, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse: {type: Reject}}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: narrow}
spec:
  matchingPrecedence: 2
  priorityLevelConfiguration: {name: narrow}
  rules:
  - subjects: [{kind: Group, group: {name: "system:unauthenticated"}}, {kind: Group, group: {name: "system:bootstrappers"}}]
    resourceRules: [{verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"]}]
    nonResourceRules: [{verbs: ["*"], nonResourceURLs: ["*"]}]
"""


def join(values: t.Mapping[str, str], name: str) -> None:
    """What the collection does for a worker up to its certificate. Raises JoinError."""
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.clock import SystemClock
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.retry import Patience
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pin import parse_pins
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import parse_certificates
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import parse_token
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.by_token import (
        discover_by_token,
        read_configuration,
    )
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.csr import request_node_identity

    clock, token = SystemClock(), parse_token(values["token"])
    cluster = discover_by_token(
        values["endpoint"], token, parse_pins([values["hash"]], may_be_empty=False), clock=clock, timeout=DISCOVERY
    )
    read_configuration(cluster.connect(token.bearer), cluster, clock=clock, timeout=API_CALL)
    request_node_identity(
        cluster.connect(token.bearer, Patience(clock, TLS_BOOTSTRAP)),
        name,
        authorities=parse_certificates(cluster.certificate_authority, what="the cluster's CA bundle"),
        clock=clock,
        timeout=TLS_BOOTSTRAP,
    )


def count_answers() -> collections.Counter[int]:
    """Count the answers to all requests of the library in this process, by status; 0 is a request without an answer."""
    import requests

    seen: collections.Counter[int] = collections.Counter()
    lock, send = threading.Lock(), requests.Session.request

    def counted(*arguments: t.Any, **options: t.Any) -> t.Any:
        status = 0
        try:
            answer = send(*arguments, **options)
            status = answer.status_code
            return answer
        finally:
            with lock:
                seen[status] += 1

    requests.Session.request = counted  # type: ignore[method-assign]
    return seen


def resolve(name: str, address: str) -> None:
    """Have this process find the address of the cluster's endpoint, as its hosts do."""
    find = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *rest, **options: find(address if host == name else host, *rest, **options)  # type: ignore[assignment]


def swarm(number: int, values: t.Mapping[str, str]) -> dict[str, t.Any]:
    """Join ``number`` identities at once, in the network of the caller; the figures."""
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError

    warnings.simplefilter("ignore")  # the library suppresses its own, in one thread
    resolve(values["endpoint"].rpartition(":")[0], values["address"])
    statuses, failures = count_answers(), collections.Counter[str]()
    run = f"{os.getpid():x}"

    def timed(index: int) -> float:
        start = time.monotonic()
        try:
            join(values, f"swarm-{run}-{index}")
        except JoinError as exc:
            failures[f"{exc.code}: {exc}"] += 1
        return time.monotonic() - start

    join(values, f"swarm-{run}-first")  # what loads the library is not part of it
    statuses.clear()
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(number) as pool:
        seconds = list(pool.map(timed, range(number)))
    return {
        "failures": failures,
        "wall": time.monotonic() - start,
        "median": statistics.median(seconds),
        "slowest": max(seconds),
        "requests": statuses.total() / number,
        "busy": statuses[429] / statuses.total(),
        "unanswered": statuses[0],
    }


def record_refusal(bed: Bed) -> t.Any:
    """The answer with which the API server itself refuses a request because of its load."""
    values = json.dumps({"address": bed.plan.address("cp1")})
    bed.kubectl("apply", "-f", "-", input=NARROW)
    try:
        recorded = subprocess.run(
            [*bed.command_prefix(), sys.executable, str(PROXY), "record"],
            input=f"{values}\n",
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    finally:
        bed.kubectl("delete", "-f", "-", input=NARROW)
    return json.loads(recorded.stdout)


@contextlib.contextmanager
def refusing(bed: Bed, refusal: t.Any) -> t.Iterator[str]:
    """A proxy in the bed's network that refuses every third request, with the API server's own certificate; its address."""
    read = {
        name: bed.ssh("cp1", f"cat /etc/kubernetes/pki/{file}").stdout
        for name, file in (("ca", "ca.crt"), ("certificate", "apiserver.crt"), ("key", "apiserver.key"))
    }
    values = json.dumps({"address": bed.plan.address("cp1"), "refusal": refusal, **read})
    command = [*bed.command_prefix(), sys.executable, str(PROXY), "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as proxy:
        assert proxy.stdin and proxy.stdout
        proxy.stdin.write(f"{values}\n")
        proxy.stdin.flush()
        proxy.stdout.readline()
        try:
            yield "127.0.0.1"
        finally:
            proxy.stdin.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Join many identities at once.")
    parser.add_argument("--identities", default="50,500", help="how many at once")
    parser.add_argument("--busy", action="store_true", help="with an API server that answers 429 as well")
    parser.add_argument("--python", required=True, help="a Python with the requirements of the collection")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        print(json.dumps(swarm(int(arguments.identities), json.load(sys.stdin))))
        return
    with Bed("bench") as bed:
        bed.up([])
        values = {**bed.cluster.join_values(), "address": bed.plan.address("cp1")}
        values.pop("certificate_key", None)
        numbers = arguments.identities.split(",")
        for number in numbers:
            print(describe(f"{number} at once", run_inside(bed, arguments.python, number, values)), flush=True)
        if not arguments.busy:
            return
        refusal = record_refusal(bed)
        print(f"the API server's own 429: {json.dumps(refusal)}", flush=True)
        for number in numbers:
            with refusing(bed, refusal) as address:
                found = run_inside(bed, arguments.python, number, {**values, "address": address})
            print(describe(f"{number} at once with 429 to a third", found), flush=True)


def run_inside(bed: Bed, python: str, number: str, values: t.Mapping[str, str]) -> t.Any:
    """The figures of `swarm` in the bed's network."""
    command = [*bed.command_prefix(), python, __file__, "--identities", number, "--python", python, "--inside"]
    finished = subprocess.run(command, input=json.dumps(values), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(finished.stdout)


def describe(name: str, found: t.Mapping[str, t.Any]) -> str:
    lines = [
        f"{name}: {sum(found['failures'].values())} failures, {found['requests']:.1f} requests an identity, {found['busy']:.0%} of the answers "
        f"were 429, {found['unanswered']} requests without an answer; median {found['median']:.1f} s, slowest {found['slowest']:.1f} s, "
        f"all {found['wall']:.1f} s",
        *(f"  {count} x {failure}" for failure, count in found["failures"].items()),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    main()
