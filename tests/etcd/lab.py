# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""etcd clusters on loopback: real processes with certificates of their own, data in a temporary folder."""

from __future__ import annotations

import concurrent.futures
import pathlib
import secrets
import shutil
import socket
import subprocess
import tempfile
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.lease import LeaseLock
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import Tls, trusting
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.clock import SystemClock
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.client import EtcdApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.members import EtcdHealth
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.membership import (
    ETCD_LOCK,
    EtcdSpec,
    plan_membership,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, pem_of_key

from testbed import binaries
from testbed.pins import NEWEST
from testbed.shell import until

from ..writer import EtcdKeys, Servers, Writer


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on now."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _number in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


class Processes:
    """Programs that end with the test, each with its output in a file.

    They also end with the thread that has started them: that is one of their own, not one that a test ends.
    """

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._parent = concurrent.futures.ThreadPoolExecutor(1)

    def start(self, name: str, *command: str) -> None:
        self._parent.submit(self._start, name, *command).result()

    def _start(self, name: str, *command: str) -> None:
        with open(self.folder / f"{name}.log", "ab") as log:
            tied = ("setpriv", "--pdeathsig", "KILL", *command)
            self.running[name] = subprocess.Popen(tied, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-2000:]

    def end(self) -> None:
        for name in list(self.running):
            self.kill(name)
        self._parent.shutdown()


class EtcdLab:
    """``a`` runs alone at first. Members are known by one letter; each has its ports before it is started."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.processes = Processes(folder)
        self.ca = Authority.make("etcd-ca")
        ports = iter(free_ports(12))
        self.ports = {name: (next(ports), next(ports)) for name in "abcdef"}
        (folder / "ca.crt").write_text(self.ca.pem, encoding="ascii")
        certificate, key = self.ca.issue("etcd", addresses=["127.0.0.1"])
        (folder / "etcd.crt").write_text(certificate, encoding="ascii")
        (folder / "etcd.key").write_text(pem_of_key(key), encoding="ascii")

    def __enter__(self) -> EtcdLab:
        self.run("a", f"a={self.peer_url('a')}", state="new")
        self.await_healthy("a")
        return self

    def __exit__(self, *exc: object) -> None:
        self.processes.end()

    def client_url(self, name: str) -> str:
        return f"https://127.0.0.1:{self.ports[name][0]}"

    def peer_url(self, name: str) -> str:
        return f"https://127.0.0.1:{self.ports[name][1]}"

    def run(self, name: str, initial_cluster: str, *, state: str = "existing") -> None:
        """Start a member as kubeadm's manifest does, with shorter beats and without waiting for the disk."""
        urls = {"client": self.client_url(name), "peer": self.peer_url(name)}
        files = {"cert": self.folder / "etcd.crt", "key": self.folder / "etcd.key", "ca": self.folder / "ca.crt"}
        self.processes.start(
            name, str(binaries.etcd() / "etcd"), "--name", name, "--data-dir", str(self.data(name)),
            "--listen-client-urls", urls["client"], "--advertise-client-urls", urls["client"],
            "--listen-peer-urls", urls["peer"], "--initial-advertise-peer-urls", urls["peer"],
            "--initial-cluster", initial_cluster, "--initial-cluster-state", state,
            f"--cert-file={files['cert']}", f"--key-file={files['key']}", "--client-cert-auth=true",
            f"--trusted-ca-file={files['ca']}", f"--peer-cert-file={files['cert']}", f"--peer-key-file={files['key']}",
            "--peer-client-cert-auth=true", f"--peer-trusted-ca-file={files['ca']}", "--unsafe-no-fsync",
            "--log-outputs=stderr", "--log-level=warn",
        )  # fmt: skip

    def data(self, name: str) -> pathlib.Path:
        return self.folder / f"data-{name}"

    def tls(self, authority: Authority | None = None) -> Tls:
        """TLS with a client certificate of the cluster's CA, or of another."""
        certificate, key = (authority or self.ca).issue("kube-etcd-healthcheck-client")
        tls = trusting(self.ca.pem)
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as stream:
            stream.write(certificate + pem_of_key(key))
            stream.flush()
            tls.load_cert_chain(stream.name)
        return tls

    def api(self, *names: str) -> EtcdApi:
        return EtcdApi([self.client_url(name) for name in names or "a"], self.tls())

    def health(self) -> EtcdHealth:
        return self.api().health()

    def writer(self, *names: str) -> Writer:
        """Writes to these members in the background, to whichever answers."""
        servers = [self.client_url(name).removeprefix("https://") for name in names]
        return Writer(EtcdKeys(Servers(servers, self.tls())))

    def await_healthy(self, *names: str) -> None:
        """Wait until these members answer and know a leader."""
        api = self.api(*names)

        def ready() -> bool:
            try:
                return not any(api.status(self.client_url(name)).problem for name in names)
            except Exception:
                return False

        until(f"etcd {names}", ready, 30)

    def spec(self, name: str, timeout: float = 30) -> EtcdSpec:
        return EtcdSpec(name, self.peer_url(name), timeout)

    def join(self, name: str, **options: t.Any) -> HostEtcd:
        """Plan and apply the membership of ``name``; what was done on its host."""
        local = HostEtcd(self, name)
        lock = options.pop("lock", None) or FreeLock()
        plan_membership(self.api(), local, self.spec(name, **options), clock=SystemClock(), lock=lock).apply()
        return local

    def states(self) -> dict[str, str]:
        """Every member's name (its peer's letter when it has none) and what it is."""
        letters = {self.peer_url(name): name for name in self.ports}
        return {
            letters[member.peer_urls[0]]: ("learner" if member.is_learner else "voter")
            if member.is_started
            else "unstarted"
            for member in self.api().members()
        }


class FreeLock:
    """Implements ``_etcd_membership.Lock`` for runs that are alone."""

    def acquire(self) -> None: ...

    def keep(self) -> None: ...

    def release(self) -> None: ...


class HostEtcd:
    """Implements ``_etcd.membership.EtcdInstance`` with a process of the lab."""

    def __init__(self, lab: EtcdLab, name: str) -> None:
        self.lab, self.name = lab, name
        self.started_with: list[tuple[str, str]] = []
        self.withdrawn = False

    def has_data(self) -> bool:
        return self.lab.data(self.name).exists()

    def is_placed(self) -> bool:
        return self.name in self.lab.processes.running

    def start(self, members: t.Sequence[tuple[str, str]]) -> None:
        self.started_with = list(members)
        if self.name not in self.lab.processes.running:
            self.lab.run(self.name, ",".join(f"{name}={url}" for name, url in members))

    def problem(self) -> str | None:
        process = self.lab.processes.running.get(self.name)
        ended = process is not None and process.poll() is not None
        return f"etcd ended: {self.lab.processes.log(self.name)}" if ended else None

    def error(self) -> str:
        return ""

    def withdraw(self) -> None:
        self.withdrawn = True
        if self.name in self.lab.processes.running:
            self.lab.processes.kill(self.name)
        shutil.rmtree(self.lab.data(self.name), ignore_errors=True)


class KubeLab:
    """A kube-apiserver over the member ``a`` of an etcd lab, and its administrator's token. It ends with the lab."""

    def __init__(self, lab: EtcdLab) -> None:
        self.lab = lab
        folder, [self.port] = lab.folder, free_ports(1)
        self.token = secrets.token_hex(16)
        (folder / "tokens.csv").write_text(f"{self.token},admin,1,system:masters\n", encoding="ascii")
        certificate, key = folder / "etcd.crt", folder / "etcd.key"
        lab.processes.start(
            "kube-apiserver", str(binaries.kubernetes(NEWEST) / "kube-apiserver"),
            f"--etcd-servers={lab.client_url('a')}", f"--etcd-cafile={folder / 'ca.crt'}",
            f"--etcd-certfile={certificate}", f"--etcd-keyfile={key}",
            f"--secure-port={self.port}", "--bind-address=127.0.0.1", f"--cert-dir={folder}",
            f"--tls-cert-file={certificate}", f"--tls-private-key-file={key}",
            f"--token-auth-file={folder / 'tokens.csv'}", "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}", f"--service-account-signing-key-file={key}",
            "--service-cluster-ip-range=10.96.0.0/16", "--endpoint-reconciler-type=none",
        )  # fmt: skip

        def ready() -> bool:
            try:
                return self.api().find("/api/v1/namespaces/kube-system") is not None
            except JoinError:
                return False

        until("the API server", ready, 60)

    def api(self) -> KubeApi:
        return KubeApi(f"https://127.0.0.1:{self.port}", trusting(self.lab.ca.pem), bearer=self.token)

    def lock(self, holder: str, **options: t.Any) -> LeaseLock:
        return LeaseLock(self.api(), ETCD_LOCK, holder, clock=options.pop("clock", SystemClock()), **options)
