# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A writer in the background: it notices every moment in which a cluster does not serve."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import threading
import time
import typing as t
import uuid

#: Seconds that one attempt may take, and between two writes. What etcd takes while it has no leader it may never answer.
_TIMEOUT = 2.0
_PAUSE = 0.05
_FAULTS = (OSError, http.client.HTTPException, ssl.SSLError)


class Servers:
    """JSON over HTTPS with whichever of the servers (`host:port`) answers, the one that answered last first."""

    def __init__(self, servers: t.Sequence[str], tls: ssl.SSLContext) -> None:
        self._servers = list(servers)
        self._tls = tls
        self._connection: http.client.HTTPSConnection | None = None

    def ask(self, method: str, path: str, body: t.Any = None) -> tuple[int, t.Any]:
        """Status and content of one attempt at one server; after a failure it is the next one's turn. Raises OSError."""
        if self._connection is None:
            host, port = self._servers[0].rsplit(":", 1)
            self._connection = http.client.HTTPSConnection(host, int(port), timeout=_TIMEOUT, context=self._tls)
        try:
            self._connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        except _FAULTS as exc:
            self.turn()
            raise OSError(f"{type(exc).__name__}: {exc}") from exc

    def turn(self) -> None:
        """Go to the next server."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._servers.append(self._servers.pop(0))


class Target(t.Protocol):
    """Where numbers are written to."""

    def write(self, number: int) -> str:
        """One attempt: empty when it is written now, else what was seen."""

    def numbers(self) -> set[int]:
        """What is there."""


class EtcdKeys:
    """Keys of etcd, written through its gateway."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._prefix = f"kubejoin-{uuid.uuid4()}-"

    def _key(self, text: str) -> str:
        return base64.b64encode(f"{self._prefix}{text}".encode()).decode()

    def write(self, number: int) -> str:
        return _attempt(self._servers, "/v3/kv/put", {"key": self._key(str(number)), "value": ""}, written=(200,))

    def numbers(self) -> set[int]:
        body = {"key": self._key(""), "range_end": self._key("~"), "keys_only": True}
        found = _read(self._servers, "POST", "/v3/kv/range", body)
        return {int(base64.b64decode(kv["key"]).decode().rpartition("-")[2]) for kv in found.get("kvs", [])}


class ConfigMaps:
    """ConfigMaps, written through API servers."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._label = uuid.uuid4().hex
        self._path = "/api/v1/namespaces/default/configmaps"

    def write(self, number: int) -> str:
        metadata = {"name": f"{self._label}-{number}", "labels": {"written-by": self._label}}
        return _attempt(self._servers, self._path, {"metadata": metadata}, written=(201, 409))

    def numbers(self) -> set[int]:
        found = _read(self._servers, "GET", f"{self._path}?labelSelector=written-by%3D{self._label}")
        return {int(item["metadata"]["name"].rpartition("-")[2]) for item in found["items"]}


def _attempt(servers: Servers, path: str, body: t.Any, *, written: t.Collection[int]) -> str:
    try:
        status, content = servers.ask("POST", path, body)
    except OSError as exc:
        return str(exc)
    if status in written:
        return ""
    servers.turn()
    return f"{status}: {content.get('message')}"


def _read(servers: Servers, method: str, path: str, body: t.Any = None) -> t.Any:
    status, content = servers.ask(method, path, body)
    if status != 200:
        raise OSError(f"{status}: {content.get('message')}")
    return content


class Writer:
    """Writes 1, 2, 3 … one after the other during the block, each until it is taken, and then looks whether all are there.

    ``enter`` is called by its thread before it connects. Afterwards there are: how many were ``written``, which of them
    are ``lost``, what each attempt saw that has ``failed`` (an attempt that failed is made again), and the ``longest_gap``
    in seconds during which nothing was written.
    """

    def __init__(self, target: Target, *, enter: t.Callable[[], None] = lambda: None) -> None:
        self._target = target
        self._enter = enter
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._last = 0.0
        self.written = 0
        self.failed: list[str] = []
        self.longest_gap = 0.0
        self.lost: set[int] = set()

    def __enter__(self) -> Writer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        self._enter()
        self._last = time.monotonic()
        while not self._over.wait(_PAUSE):
            seen = self._target.write(self.written + 1)
            self._count_gap()
            if seen:
                self.failed.append(seen)
            else:
                self.written += 1
                self._last = time.monotonic()
        self.lost = set(range(1, self.written + 1)) - self._read()

    def _count_gap(self) -> None:
        self.longest_gap = max(self.longest_gap, time.monotonic() - self._last)

    def _read(self) -> set[int]:
        for _attempt in range(20):
            try:
                return self._target.numbers()
            except OSError as exc:
                self.failed.append(str(exc))
                time.sleep(0.5)
        return set()
