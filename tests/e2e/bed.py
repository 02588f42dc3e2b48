# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The test bed with what only these tests need."""

from __future__ import annotations

import base64
import contextlib
import json
import pathlib
import subprocess
import sys
import threading
import time
import typing as t

from cryptography import x509

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from testbed import Bed
from testbed.shell import until


class Background:
    """A command that goes on while a test does something; ``stdout`` is there when it has ended."""

    stdout = ""


class E2eBed(Bed):
    """A bed with join values as role variables, tokens of the real kubeadm, pods, and power cuts."""

    def __init__(self, name: str, *, workers: t.Sequence[str], **made_of: str) -> None:
        super().__init__(name, **made_of)  # type: ignore[arg-type]
        self._workers = workers

    def __enter__(self) -> E2eBed:
        try:
            self.up(self._workers)
        except BaseException:
            self.down()
            raise
        return self

    def equip(self, *hosts: str) -> None:
        """Have cp1 and these fresh hosts, and no others. What was a control plane has left before."""
        self.remove(*(name for name in self.hosts.names() if name not in ("cp1", *hosts)))
        self.renew(*hosts)

    def join_variables(self) -> dict[str, t.Any]:
        """Endpoint, token and pin as the roles take them."""
        values = self.cluster.join_values()
        return {
            "join_apiserver_endpoint": values["endpoint"],
            "join_token": values["token"],
            "join_discovery_token_ca_cert_hashes": [values["hash"]],
        }

    def join_by_kubeadm(self, host: str) -> None:
        """The reference: the real `kubeadm join`."""
        self.cluster.join(host)

    @contextlib.contextmanager
    def kubeadm_token(self, *arguments: str, lacking: str = "") -> t.Iterator[str]:
        """A token made by `kubeadm token create`, without one key of its Secret if asked for, gone afterwards."""
        quoted = " ".join(f"'{argument}'" for argument in arguments)
        token = self.ssh("cp1", f"kubeadm token create {quoted}").stdout.strip()
        if lacking:
            patch = json.dumps([{"op": "remove", "path": f"/data/{lacking}"}])
            secret = f"bootstrap-token-{token.split('.')[0]}"
            self.kubectl("-n", "kube-system", "patch", "secret", secret, "--type=json", "-p", patch)
        try:
            if "--ttl" in arguments:
                time.sleep(float(arguments[arguments.index("--ttl") + 1].rstrip("s")) + 1)
            yield token
        finally:
            self.ssh("cp1", f"kubeadm token delete {token.split('.')[0]}", check=False)

    @contextlib.contextmanager
    def without_api_server(self, host: str) -> t.Iterator[None]:
        """The endpoint's name leads this host to another one, on which no API server listens."""
        other = self.plan.address("w2" if host == "w1" else "w1")
        self.ssh(host, f"cp /etc/hosts /etc/hosts.kept; sed -i 's/^.* api.bed$/{other} api.bed/' /etc/hosts")
        try:
            yield
        finally:
            self.ssh(host, "mv /etc/hosts.kept /etc/hosts")

    def settle(self, host: str) -> None:
        """Wait until the node is Ready and its pods run: what the kubelet makes by and by is there then."""
        until(f"node {host}", lambda: self.kubectl("get", "node", host, check=False).returncode == 0, 60)
        self.kubectl("wait", "--for=condition=Ready", f"node/{host}", "--timeout=60s")
        query = ("get", "node", host, "-o", "jsonpath={.spec.taints}")

        def taints() -> str:
            return self.kubectl(*query).stdout

        until(f"{host} without passing taints", lambda: "node.kubernetes.io/" not in taints(), 60, evidence=taints)
        here = ("-n", "kube-system", "--field-selector", f"spec.nodeName={host}")
        until(f"pods on {host}", lambda: "kube-proxy" in self.kubectl("get", "pods", *here).stdout, 60)
        self.kubectl("wait", "--for=condition=Ready", "pods", *here, "--timeout=60s")

    def run_pod(self, name: str, **spec: t.Any) -> None:
        """A pod: coredns, as its image is on every host and it says something when it starts. ``spec`` is added to its own."""
        image = self.ssh(self.hosts.endpoint, "ctr -n k8s.io images ls -q name~=coredns").stdout.split()[0]
        container = {"name": "probe", "image": image, "imagePullPolicy": "Never", "args": ["-dns.port=1053"]}
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name},
            "spec": {"containers": [container], "terminationGracePeriodSeconds": 0, **spec},
        }
        self.kubectl("apply", "-f", "-", input=json.dumps(pod))

    def await_log(self, pod: str, word: str) -> None:
        """Wait until the API server shows a pod's log with that word: a pod that runs has not always said it yet."""
        until(f"{word} in the log of {pod}", lambda: word in self.kubectl("logs", pod).stdout.lower(), 30)

    def describe_request(self, request: str) -> dict[str, str]:
        """What is in a CSR's PKCS#10 request."""
        csr = x509.load_pem_x509_csr(base64.b64decode(request))
        return {
            "subject": ",".join(f"{a.rfc4514_attribute_name}={a.value}" for a in csr.subject),
            "key": type(csr.public_key()).__name__ + getattr(getattr(csr.public_key(), "curve", None), "name", ""),
            "signature": str(csr.signature_algorithm_oid.dotted_string),
            "extensions": str(list(csr.extensions)),
        }

    @contextlib.contextmanager
    def background(self, host: str, command: str, **options: t.Any) -> t.Iterator[Background]:
        """Run a command on a host during the block."""
        result = Background()

        def work() -> None:
            result.stdout = self.ssh(host, command, **options).stdout

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield result
        finally:
            thread.join()

    @contextlib.contextmanager
    def power_cut(self, host: str, *, trigger: str, after: float) -> t.Iterator[None]:
        """Cut the host's power ``after`` seconds after a module has started there; it is booted again at the end."""
        follow = self.hosts.ssh_command(host, "journalctl --follow --lines 0 --output json")
        journal = subprocess.Popen(follow, stdout=subprocess.PIPE, text=True)

        def cut() -> None:
            for line in journal.stdout or ():
                if json.loads(line).get("SYSLOG_IDENTIFIER") == f"ansible-{trigger}":
                    time.sleep(after)
                    self.hosts.cut_power(host)
                    return

        thread = threading.Thread(target=cut)
        thread.start()
        try:
            yield
        finally:
            journal.kill()
            thread.join()
            self.hosts.cut_power(host)
            self.hosts.boot(host)


class Shared:
    """A bed that is up while tests use it: the machine does not carry two control planes and their workers."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._bed: E2eBed | None = None

    def up(self, *hosts: str) -> E2eBed:
        """The bed with its control plane cp1 and these hosts, and no others. All are fresh if one was missing."""
        if self._bed is None:
            self._bed = E2eBed(self._name, workers=hosts).__enter__()
        elif set(self._bed.hosts.names()) != {"cp1", *hosts}:
            self._bed.equip(*hosts)
        return self._bed

    def down(self) -> None:
        if self._bed is not None:
            self._bed.down()
            self._bed = None
