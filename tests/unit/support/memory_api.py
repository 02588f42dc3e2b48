# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An API server in memory, for tests that are about what comes out of whole modules."""

from __future__ import annotations

import base64
import typing as t

from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from cryptography import x509

NODES = "/api/v1/nodes"


class MemoryApi:
    """Implements what is used of KubeApi: objects by their paths. CSRs are signed by ``authority``, and a Node is there from then on."""

    server = "https://cp.example.com:6443"
    date = None

    def __init__(self, authority: Authority, node_name: str = "") -> None:
        self.authority = authority
        self.node_name = node_name
        self.objects: dict[str, t.Any] = {}

    def add_node(self) -> None:
        """The Node as its kubelet registers it."""
        self.objects[f"{NODES}/{self.node_name}"] = {
            "metadata": {
                "name": self.node_name,
                "uid": "6a8fa1c5",
                "resourceVersion": "7",
                "labels": {"kubernetes.io/hostname": self.node_name},
            },
            "spec": {"taints": [{"key": "example.org/a", "value": "b", "effect": "NoSchedule"}]},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]},
        }

    def with_patience(self, _patience: object) -> MemoryApi:
        return self

    def find(self, path: str) -> dict[str, t.Any] | None:
        found: dict[str, t.Any] | None = self.objects.get(path)
        return found

    def get(self, path: str, **_params: str) -> dict[str, t.Any]:
        found: dict[str, t.Any] = self.objects[path]
        return found

    def create(self, path: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        name = body["metadata"].get("name") or f"{body['metadata']['generateName']}1"
        texts = {key: base64.b64encode(value.encode()).decode() for key, value in body.get("stringData", {}).items()}
        made = {
            **body,
            "data": {**body.get("data", {}), **texts},
            "metadata": {**body["metadata"], "name": name, "uid": f"uid of {name}"},
        }
        if body["kind"] == "CertificateSigningRequest":
            made["status"] = {"certificate": self._sign(body["spec"]["request"])}
            self.add_node()
        self.objects[f"{path}/{name}"] = made
        return made

    def _sign(self, encoded: str) -> str:
        request = x509.load_pem_x509_csr(base64.b64decode(encoded))
        group, name = (str(attribute.value) for attribute in request.subject)
        certificate, _key = self.authority.issue(name, organization=group, public_key=request.public_key())
        return base64.b64encode(certificate.encode()).decode()

    def replace(self, path: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        self.objects[path] = body
        return body

    def patch(self, path: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        found = self.get(path)
        for key, value in body.items():
            found[key] = (
                {**found[key], **value} if key in ("spec", "data") else value if key != "metadata" else found[key]
            )
        labels = body.get("metadata", {}).get("labels", {})
        found["metadata"] = {**found["metadata"], "labels": {**found["metadata"].get("labels", {}), **labels}}
        return found

    def delete(self, path: str, preconditions: t.Mapping[str, str] | None = None) -> None:
        for key, value in (preconditions or {}).items():
            assert self.objects[path]["metadata"][key] == value
        del self.objects[path]

    def watch(self, path: str, _timeout: float, *, name: str) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
        found = self.find(f"{path}/{name}")
        if found is not None:
            yield "ADDED", found
