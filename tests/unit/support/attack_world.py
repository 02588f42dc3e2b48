# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What attacks are mounted on: real TLS servers on loopback, a join from discovery to the last file, a folder as the host."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import pathlib
import socket
import ssl
import threading
import time
import typing as t
from dataclasses import dataclass

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.cluster_discovery import discover
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.by_token import (
    discover_by_token,
    read_configuration,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.kubelet import KubeletSpec, plan_kubelet
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.rootfs import RootfsHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
    ApiServer,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN, cluster_info, kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import options
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, run_program
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import Answer, FakeServer

GOOD = Authority.make()
EVIL = Authority.make()
PIN = pin_of(GOOD.certificate)
#: Credentials that discovery files hold.
SECRET = "a-token-that-is-secret"
SECRETS = (TOKEN.secret, SECRET)


@dataclass(frozen=True)
class Attack:
    """What somebody does, the code that refuses it, and how it is mounted.

    ``knows`` says which side may know a secret of the join: ``nobody``, or ``the control plane``, verified by then.
    """

    name: str
    code: str
    mount: t.Callable[[World], object]
    knows: str = "nobody"


class ControlPlane:
    """A control plane as it should be, but for what ``instead`` answers to paths that end so."""

    def __init__(self, authority: Authority = GOOD, instead: t.Mapping[str, t.Any] | None = None) -> None:
        self.signer = ApiServer(authority)
        self.instead = dict(instead or {})
        self.url = ""
        self.bundle = authority.pem

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, t.Any]:
        plain = path.partition("?")[0]
        for end, answer in self.instead.items():
            if plain.endswith(end):
                return answer if isinstance(answer, tuple) else (200, answer)
        if plain.endswith("cluster-info"):
            return 200, cluster_info(kubeconfig(self.bundle, self.url), TOKEN)
        if plain.endswith("kubeadm-config"):
            return 200, {"data": {"ClusterConfiguration": CLUSTER_CONFIGURATION}}
        if plain.endswith("kubelet-config"):
            return 200, {"data": {"kubelet": KUBELET_CONFIGURATION}}
        return self.signer.answer(method, path, body)


class World:
    """The network, and a host below ``root`` that has a kubelet's service and nothing else."""

    def __init__(self, folder: pathlib.Path, stack: contextlib.ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = folder / "root"
        self.outside = folder / "outside"
        self.monkeypatch = monkeypatch
        self.servers: list[FakeServer] = []
        self.verified: FakeServer | None = None
        self.signer: ApiServer | None = None
        self.flooded = 0
        self.before: list[tuple[t.Any, ...]] = []
        self._stack = stack
        for name in ("etc/kubernetes/pki", "var/lib/kubelet/pki", "usr/lib/systemd/system"):
            (self.root / name).mkdir(parents=True)
        (self.root / "usr/lib/systemd/system/kubelet.service").touch()
        self.outside.mkdir()

    def serve(self, answer: Answer, authority: Authority = EVIL, tls: ssl.SSLContext | None = None) -> FakeServer:
        """A server of the attacker."""
        server = self._stack.enter_context(FakeServer(answer, authority, tls=tls))
        self.servers.append(server)
        return server

    def control_plane(self, control: ControlPlane | None = None, authority: Authority = GOOD) -> FakeServer:
        """The server that the join is meant for."""
        control = control or ControlPlane(authority)
        server = self.serve(lambda method, path: (500, {}), authority)
        control.url, self.signer, self.verified = server.url, control.signer, server
        server.answer_with_body = control.answer
        return server

    def switch(self, *servers: FakeServer) -> str:
        """An endpoint on the path: its first connection ends at the first server, and so on; the last has all others."""
        listener = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        threading.Thread(target=_switch, args=(listener, servers), daemon=True).start()
        return f"127.0.0.1:{listener.getsockname()[1]}"

    def flood(self, head: bytes, part: bytes) -> Answer:
        """An answer without end; what of it was sent is counted."""

        def parts() -> t.Iterator[bytes]:
            for sent in itertools.chain([head], itertools.repeat(part)):
                self.flooded += len(sent)
                yield sent

        return lambda method, path: (200, parts())

    def join(self, endpoint: str, pins: t.Sequence[str] = (PIN,), timeout: float = 10.0) -> None:
        """All that a worker does: discovery, configuration, certificate, files, service."""
        self.before = self.written()
        found = discover_by_token(
            endpoint, TOKEN, pins, clock=TestClock(), timeout=0, connect=functools.partial(KubeApi, timeout=timeout)
        )
        cluster = read_configuration(found.connect(TOKEN.bearer), found, clock=TestClock(), timeout=0)
        spec = KubeletSpec(
            cluster=cluster,
            phases=("kubelet-start",),
            node_name="worker-1",
            cri_socket="unix:///run/runtime.sock",
            kubelet_version="v1.37.2",
            token=TOKEN,
            timeout=1.0,
        )
        host = RootfsHost(lambda command, environ=None: (0, "", ""), str(self.root))
        plan_kubelet(host, spec, clock=TestClock(), connect=_never).apply()

    def discover(self, **given: t.Any) -> dict[str, t.Any]:
        """Discovery by file, as the module does it."""
        self.before = self.written()
        return discover(options(**given), TestClock(), run_program)

    def written(self) -> list[tuple[t.Any, ...]]:
        """Everything below the host's root and beside it: names, modes, owners, contents, targets."""
        found = []
        for path in sorted([*self.root.rglob("*"), *self.outside.rglob("*")]):
            status = path.lstat()
            content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
            found.append((str(path), status.st_mode, status.st_uid, content))
        return found


def _never(server: str, certificate_authority: str) -> KubeApi:
    raise AssertionError("an image asks nothing as a node")


def _switch(listener: socket.socket, servers: t.Sequence[FakeServer]) -> None:
    for number in itertools.count():
        try:
            client, _address = listener.accept()
        except OSError:
            return
        target = servers[min(number, len(servers) - 1)]
        upstream = socket.create_connection(("127.0.0.1", int(target.endpoint.rpartition(":")[2])))
        for ends in ((client, upstream), (upstream, client)):
            threading.Thread(target=_pump, args=ends, daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)


def always(answer: t.Any, status: int = 200) -> Answer:
    return lambda method, path: (status, answer)


def raw(head: str, body: bytes = b"") -> bytes:
    """An HTTP answer with its length."""
    return f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def status(code: int, message: t.Any) -> bytes:
    return raw(f"{code} X", json.dumps({"kind": "Status", "message": message, "reason": message}).encode())


def drip(head: bytes, part: bytes = b"x") -> Answer:
    """A byte now and then."""

    def parts() -> t.Iterator[bytes]:
        yield head
        for _tenth in range(200):
            time.sleep(0.1)
            yield part

    return lambda method, path: (200, parts())
