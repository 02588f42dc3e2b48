# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Secrets of an API server, with UIDs, versions, labels and preconditions; other objects are only accepted."""

from __future__ import annotations

import base64
import itertools
import json
import typing as t
import urllib.parse


class SecretStore:
    """Answers for a FakeServer; ``kept`` are the Secrets by name."""

    PATH = "/api/v1/namespaces/kube-system/secrets"

    def __init__(self) -> None:
        self.kept: dict[str, t.Any] = {}
        self._versions = itertools.count(1)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, t.Any]:
        url = urllib.parse.urlsplit(path)
        sent = json.loads(body) if body else {}
        if not url.path.startswith(self.PATH):
            return (201, sent) if method == "POST" else (404, {"kind": "Status", "message": "not found"})
        name = url.path[len(self.PATH) + 1 :]
        if method == "POST":
            return 201, self._store(sent)
        if not name:
            query = {key: values[0] for key, values in urllib.parse.parse_qs(url.query).items()}
            label, start, limit = query["labelSelector"], int(query.get("continue", 0)), int(query["limit"])
            found = [kept for kept in self.kept.values() if label in kept["metadata"].get("labels", {})]
            more = {"continue": str(start + limit)} if start + limit < len(found) else {}
            return 200, {"items": found[start : start + limit], "metadata": more}
        if name not in self.kept:
            return 404, {"kind": "Status", "message": "not found"}
        if method != "DELETE":
            return 200, self.kept[name]
        for key, value in sent.get("preconditions", {}).items():
            if self.kept[name]["metadata"][key] != value:
                return 409, {"kind": "Status", "message": "precondition failed"}
        return 200, self.kept.pop(name)

    def touch(self, name: str) -> None:
        """Somebody writes the Secret."""
        self.kept[name]["metadata"]["resourceVersion"] = str(next(self._versions))

    def put(self, name: str, key: str, text: str) -> None:
        """Somebody writes a key of the Secret."""
        self.kept[name]["data"][key] = base64.b64encode(text.encode()).decode()
        self.touch(name)

    def texts(self, name: str, key: str) -> str:
        return base64.b64decode(self.kept[name]["data"][key]).decode()

    def _store(self, sent: dict[str, t.Any]) -> dict[str, t.Any]:
        name = sent["metadata"]["name"]
        texts = {key: base64.b64encode(text.encode()).decode() for key, text in sent.pop("stringData", {}).items()}
        self.kept[name] = {**sent, "data": {**sent.get("data", {}), **texts}}
        self.kept[name]["metadata"]["uid"] = f"uid of {name}"
        self.touch(name)
        return t.cast("dict[str, t.Any]", self.kept[name])
