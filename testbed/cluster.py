# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster: made by the real `kubeadm init`, frozen once it stands, and brought back from there."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import re
import secrets
import shutil
import string
import subprocess
import typing as t

from .hosts import Hosts
from .kernel import prefix
from .pins import cache_folder
from .progress import finish, say
from .rootfs import AUDIT_POLICY
from .shell import run, until

_ADMIN = "/etc/kubernetes/admin.conf"
_CONFIGURATION = """apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens:
- token: {token}
  ttl: "0s"
  usages: [signing, authentication]
  groups: [system:bootstrappers:kubeadm:default-node-token]
certificateKey: {certificate_key}
localAPIEndpoint:
  advertiseAddress: {address}
  bindPort: 6443
nodeRegistration:
  ignorePreflightErrors: [SystemVerification]
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
{settings}kubernetesVersion: v{version}
encryptionAlgorithm: {algorithm}
controlPlaneEndpoint: api.bed:6443
apiServer:
  extraArgs:
  - name: audit-log-path
    value: /var/log/kubernetes/audit.log
  - name: audit-policy-file
    value: {audit_policy}
  extraVolumes:
  - name: audit-policy
    hostPath: {audit_policy}
    mountPath: {audit_policy}
    readOnly: true
    pathType: File
  - name: audit-log
    hostPath: /var/log/kubernetes
    mountPath: /var/log/kubernetes
    pathType: DirectoryOrCreate
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
imageGCHighThresholdPercent: 100
evictionHard:
  nodefs.available: 0%
  nodefs.inodesFree: 0%
  imagefs.available: 0%
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
conntrack:
  maxPerCore: 0
  min: 0
  tcpEstablishedTimeout: 0s
  tcpCloseWaitTimeout: 0s
"""


class Cluster:
    """The cluster whose first control plane is the host cp1 of ``hosts``; ``programs`` holds kubectl.

    ``algorithm`` is kubeadm's `encryptionAlgorithm`: of which kind all keys of the cluster are.
    """

    def __init__(self, hosts: Hosts, version: str, programs: pathlib.Path, algorithm: str) -> None:
        self.hosts = hosts
        self.version = version
        self.programs = programs
        self.algorithm = algorithm
        self._secrets = hosts.folder.parent / "secrets.json"

    @property
    def _frozen(self) -> pathlib.Path:
        """Where the control plane is kept: by everything that it depends on."""
        inputs = (
            _CONFIGURATION,
            self.version,
            self.algorithm,
            self.hosts.plan.network,
            (self.hosts.folder / "cp1/layers").read_text(),
        )
        key = hashlib.sha256("\n".join(inputs).encode()).hexdigest()[:16]
        return cache_folder() / f"control-plane-{self.hosts.plan.bed}-{key}"

    def start(self) -> None:
        """Bring the control plane on cp1, which has been made but not booted, to where a node can join."""
        if not self._frozen.exists():
            self.hosts.boot("cp1")
            self.init()
            self.save(self._frozen)
            finish("control plane")
        self.thaw(self._frozen)

    def thaw(self, kept: pathlib.Path) -> None:
        """Bring back on cp1, which has been made but not booted, the control plane that `save` kept in a folder."""
        say("thawing the control plane")
        place = self.hosts.folder / "cp1"
        for source, target in (("up", "up"), ("kubelet", "data/kubelet"), ("etcd", "data/etcd")):
            shutil.rmtree(place / target)
            run("cp", "-a", str(kept / source), str(place / target))
        shutil.copy2(kept / "secrets.json", self._secrets)
        self.wake()

    def wake(self) -> None:
        """Boot cp1 with a control plane that was shut down, and wait until a node can join."""
        self.hosts.boot("cp1")
        until("the API server", lambda: self.kubectl("get", "--raw", "/readyz", check=False).stdout == "ok", 120, 0.2)
        # The leases of the previous leaders would first have to run out.
        leases = ("lease", "kube-controller-manager", "kube-scheduler")
        self.kubectl("-n", "kube-system", "delete", "--ignore-not-found", *leases)
        self.hosts.ssh("cp1", "kubeadm init phase upload-certs --upload-certs --config /root/init.yaml")
        until("the control plane to be Ready", self._is_ready, 60, 0.2)

    def kubectl(self, *arguments: str, **options: t.Any) -> subprocess.CompletedProcess[str]:
        """Run kubectl as the cluster's administrator, at the control plane that is its endpoint."""
        kubeconfig = self.hosts.folder / "cp1/root/etc/kubernetes/admin.conf"
        command = (*prefix(self.hosts.plan), str(self.programs / "kubectl"), f"--kubeconfig={kubeconfig}")
        return run(
            *command, f"--server=https://{self.hosts.plan.address(self.hosts.endpoint)}:6443", *arguments, **options
        )

    def join_values(self) -> dict[str, str]:
        """``endpoint``, ``token``, ``hash`` and ``certificate_key``, as `kubeadm join` takes them. Secret."""
        values: dict[str, str] = json.loads(self._secrets.read_text())
        return {"endpoint": "api.bed:6443", **values}

    def join(self, host: str, fields: t.Mapping[str, t.Any] | None = None) -> None:
        """Join a host by the real kubeadm, as a worker unless further ``fields`` of JoinConfiguration say otherwise."""
        values = self.join_values()
        trust = {
            "apiServerEndpoint": values["endpoint"],
            "token": values["token"],
            "caCertHashes": [values["hash"]],
        }
        configuration = {
            "apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "JoinConfiguration",
            "discovery": {"bootstrapToken": trust},
            "nodeRegistration": {"ignorePreflightErrors": ["SystemVerification"]},
            **(fields or {}),
        }
        # Over a pipe: the secrets are in no command line and no file.
        self.hosts.ssh(host, "cat | kubeadm join --config /dev/stdin", input=json.dumps(configuration))

    def init(self, settings: str = "") -> None:
        """Make the cluster on cp1, which runs. ``settings`` are more fields of ClusterConfiguration, in YAML."""
        say(f"kubeadm init of Kubernetes {self.version}")
        alphabet = string.ascii_lowercase + string.digits
        word = ["".join(secrets.choice(alphabet) for _ in range(length)) for length in (6, 16)]
        token, certificate_key = ".".join(word), secrets.token_hex(32)
        configuration = _CONFIGURATION.format(
            token=token,
            certificate_key=certificate_key,
            address=self.hosts.plan.address("cp1"),
            version=self.version,
            algorithm=self.algorithm,
            audit_policy=AUDIT_POLICY,
            settings=settings,
        )
        self.hosts.ssh("cp1", "umask 077; cat > /root/init.yaml", input=configuration)
        self.hosts.ssh("cp1", "kubeadm init --config /root/init.yaml --upload-certs")
        until("a signed cluster-info", lambda: self._is_signed(word[0]), 60, 0.2)
        until("the control plane to be Ready", self._is_ready, 60, 0.2)
        pin = self.hosts.ssh(
            "cp1",
            "openssl x509 -pubkey -noout -in /etc/kubernetes/pki/ca.crt | openssl pkey -pubin -outform der | sha256sum",
        )
        values = {"token": token, "hash": f"sha256:{pin.stdout.split()[0]}", "certificate_key": certificate_key}
        self._secrets.touch(mode=0o600)
        self._secrets.write_text(json.dumps(values))

    def save(self, target: pathlib.Path) -> None:
        """Shut cp1 down and keep its control plane in a folder, in place of what was kept there."""
        say("freezing the control plane")
        self.hosts.ssh("cp1", "rm -f /var/log/kubernetes/audit.log; sync")
        self.hosts.stop("cp1")
        place, partial = self.hosts.folder / "cp1", target.with_name(f"{target.name}.partial-{os.getpid()}")
        partial.mkdir(mode=0o700)
        run("umount", str(place / "root"))
        for source in ("up", "data/kubelet", "data/etcd"):
            run("cp", "-a", str(place / source), str(partial / pathlib.Path(source).name))
        shutil.copy2(self._secrets, partial)
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)

    def _is_signed(self, token_id: str) -> bool:
        shown = self.kubectl("-n", "kube-public", "get", "configmap", "cluster-info", "-o", "json", check=False)
        return f"jws-kubeconfig-{token_id}" in shown.stdout

    def _is_ready(self) -> bool:
        """Whether cp1 has been Ready since it was booted: an old status says Ready as well."""
        shown = self.kubectl("get", "node", "cp1", "-o", "json", check=False)
        if shown.returncode != 0:
            return False
        conditions = {c["type"]: c for c in json.loads(shown.stdout)["status"]["conditions"]}
        ready = conditions.get("Ready", {})
        booted = self.hosts.ssh("cp1", "date -u -d @$(stat -c %Y /proc/1) +%Y-%m-%dT%H:%M:%SZ").stdout.strip()
        return ready.get("status") == "True" and re.sub(r"\.\d+", "", ready["lastHeartbeatTime"]) >= booted
