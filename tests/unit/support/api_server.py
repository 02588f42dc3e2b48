# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An API server that signs certificates and serves the configuration of a cluster."""

from __future__ import annotations

import base64
import json
import typing as t

from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from cryptography import x509

CA = Authority.make(kind="rsa")


CLUSTER_CONFIGURATION = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n"


KUBELET_CONFIGURATION = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"


class ApiServer:
    """Signs what it is sent and says that the node is Ready once it has; ``sent`` holds the objects that were created.

    Stands in for the real one so that a failure can be put between any two steps; the real joins are in tests/e2e.
    """

    def __init__(self, authority: Authority = CA, conditions: t.Sequence[dict[str, str]] = ()) -> None:
        self.authority = authority
        self.conditions = conditions
        self.sent: list[dict[str, t.Any]] = []
        self.taken = False
        self.registers = True
        self.expired = False

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, t.Any]:
        if self.expired:
            return 401, {"kind": "Status", "message": "Unauthorized", "reason": "Unauthorized"}
        if method == "POST":
            self.sent.append(json.loads(body))
            return 201, {"metadata": {"name": "csr-1"}}
        if "watch=1" in path:
            name = "csr" if "certificatesigningrequests" in path else "node"
            if name == "node" and not self.registers:
                return 200, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            return 200, _stream({"type": "ADDED", "object": self._csr() if name == "csr" else _node()})
        return (200, _node()) if self.taken else (404, {"kind": "Status", "message": "not found", "reason": "NotFound"})

    def _csr(self) -> dict[str, t.Any]:
        if self.conditions:
            return {"metadata": {"name": "csr-1"}, "status": {"conditions": list(self.conditions)}}
        request = x509.load_pem_x509_csr(base64.b64decode(self.sent[-1]["spec"]["request"]))
        group, name = (str(attribute.value) for attribute in request.subject)
        certificate, _key = self.authority.issue(name, organization=group, public_key=request.public_key())
        return {
            "metadata": {"name": "csr-1"},
            "status": {"certificate": base64.b64encode(certificate.encode()).decode()},
        }


def _node() -> dict[str, t.Any]:
    return {"metadata": {"name": "worker-1"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}


def _stream(event: dict[str, t.Any]) -> bytes:
    content = json.dumps(event).encode() + b"\n"
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(content), content)
