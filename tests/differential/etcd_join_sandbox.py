# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The static pod of etcd as one real kubeadm binary writes it when it joins an etcd that is really there.

Started like `control_plane_sandbox.py`. The members are real, on addresses of the namespace's loopback interface. The
join is let alone once the manifest is written: there is no kubelet that would start the new member.
"""

from __future__ import annotations

import json
import pathlib
import shutil
import subprocess
import sys
import time
import typing as t

from control_plane_sandbox import Authorities, ControlPlaneRun, init_documents, make_control_plane_host
from module_utils._core.releases import release_of
from module_utils._core.version import parse_kubernetes_version
from sandbox import run_command, run_kubeadm, write_yaml
from stub_api import Authority, StubApi

_PODS = "/api/v1/namespaces/kube-system/pods"
_ADVERTISED = "kubeadm.kubernetes.io/etcd.advertise-client-urls"
_ECDSA = {"encryptionAlgorithm": "ECDSA-P256"}


def main() -> None:
    job = json.load(sys.stdin)
    root = make_control_plane_host(job)
    with StubApi(Authority()) as api:
        authorities = Authorities(root, job["version"])
        json.dump([_Join(root, api, job, authorities, case).answer() for case in job["cases"]], sys.stdout)


class _Join(ControlPlaneRun):
    """One join: members are started, the node is made ready, and the phase etcd-join is run."""

    def __init__(
        self, root: pathlib.Path, api: StubApi, job: dict[str, t.Any], authorities: Authorities, case: dict[str, t.Any]
    ) -> None:
        super().__init__(root, api, job["version"], authorities, case)
        self._etcd = job["etcd"]
        self._members = case["members"]
        # Where kubelets of control planes join through the API server of their host, etcd comes before them.
        local_mode = release_of(parse_kubernetes_version(job["version"]), task="join").kubelet_local_mode
        self._phase = ("control-plane-join", "etcd") if local_mode is False else ("etcd-join",)

    def answer(self) -> dict[str, t.Any]:
        self._clean()
        stored = self._store()
        self._put_shared_files()
        for node in (*self._members, self._node):
            run_command(["ip", "address", "replace", node["advertise_address"], "dev", "lo"])
        running = [self._start(member) for member in self._members]
        try:
            return {"cluster_configuration": stored, **self._join()}
        finally:
            for process in running:
                process.kill()
                process.wait()

    def _start(self, member: dict[str, t.Any]) -> subprocess.Popen[bytes]:
        """A member of a new cluster, with certificates by kubeadm."""
        inside = f"/job/etcd-{member['name']}"
        folder = self._root / inside.lstrip("/")
        shutil.rmtree(folder, ignore_errors=True)
        self._authorities.put(folder, "ECDSA-P256")
        cluster = {**_ECDSA, "certificatesDir": inside}
        write_yaml(self._root / "job/member.yaml", *init_documents(self._version, cluster, node=member))
        for phase in ("etcd-server", "etcd-peer"):
            made = run_kubeadm(self._root, "joiner", "init", "phase", "certs", phase, "--config", "/job/member.yaml")
            if made.returncode:
                raise SystemExit(f"kubeadm could not make the certificates of etcd: {made.stderr}")
        pki, host = folder / "etcd", _host(member)
        options = {
            "name": member["name"],
            "data-dir": folder / "data",
            "listen-client-urls": f"https://{host}:2379",
            "advertise-client-urls": f"https://{host}:2379",
            "listen-peer-urls": f"https://{host}:2380",
            "initial-advertise-peer-urls": f"https://{host}:2380",
            "initial-cluster": ",".join(f"{other['name']}=https://{_host(other)}:2380" for other in self._members),
            "client-cert-auth": "true",
            "peer-client-cert-auth": "true",
            # On one machine each member seems to call from the address that it calls.
            "peer-skip-client-san-verification": "true",
            "trusted-ca-file": pki / "ca.crt",
            "peer-trusted-ca-file": pki / "ca.crt",
            "cert-file": pki / "server.crt",
            "key-file": pki / "server.key",
            "peer-cert-file": pki / "peer.crt",
            "peer-key-file": pki / "peer.key",
        }
        command = [self._etcd, *(f"--{name}={value}" for name, value in options.items())]
        log = folder.joinpath("log").open("wb")
        return subprocess.Popen(command, stdout=log, stderr=log)

    def _join(self) -> dict[str, t.Any]:
        self._api.objects[_PODS] = {
            "apiVersion": "v1",
            "kind": "PodList",
            "metadata": {"resourceVersion": "1"},
            "items": [_pod(member) for member in self._members],
        }
        self._write_join()
        prepared = self._kubeadm("join", "phase", "control-plane-prepare", "certs", "--config", "/job/join.yaml")
        if prepared:
            raise SystemExit(f"{self._case['name']}: {prepared}")
        self._put_admin_conf()
        manifest = self._root / "etc/kubernetes/manifests/etcd.yaml"
        deadline = time.monotonic() + 60
        problem = ""
        while not manifest.exists() and time.monotonic() < deadline:
            problem = self._kubeadm("join", "phase", *self._phase, "--config", "/job/join.yaml")
        if not manifest.exists():
            logs = [(self._root / f"job/etcd-{m['name']}/log").read_text()[-1500:] for m in self._members]
            raise SystemExit(f"{self._case['name']}: {problem} {logs}")
        return {"files": {"etcd.yaml": manifest.read_text()}}


def _host(member: dict[str, t.Any]) -> str:
    address = str(member["advertise_address"])
    return f"[{address}]" if ":" in address else address


def _pod(member: dict[str, t.Any]) -> dict[str, t.Any]:
    return {
        "metadata": {
            "name": f"etcd-{member['name']}",
            "namespace": "kube-system",
            "labels": {"component": "etcd", "tier": "control-plane"},
            "annotations": {_ADVERTISED: f"https://{_host(member)}:2379"},
        },
        "spec": {"nodeName": member["name"], "containers": []},
        "status": {"phase": "Running"},
    }


if __name__ == "__main__":
    main()
