# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host that has joined, and an API server with its Node."""

from __future__ import annotations

import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.files import render_kubelet_kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, pem_of_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost

AUTHORITY = Authority.make()


MANIFESTS = "/etc/kubernetes/manifests"


PODS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")


OWN_ETCD = "    - --etcd-servers=https://127.0.0.1:2379\n    - --etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt\n"


class Api:
    """An API server with one Node, or with an error as its only answer; ``asked`` counts how often it was asked for."""

    server = "https://api:6443"

    def __init__(self, *labels: str, ready: bool = True, error: Exception | None = None) -> None:
        self.asked = 0
        self.error = error
        condition = {"type": "Ready", "status": str(ready), "reason": "KubeletReady" if ready else "Starting"}
        self.node = {"metadata": {"labels": dict.fromkeys(labels, "")}, "status": {"conditions": [condition]}}

    def find(self, _path: str) -> dict[str, t.Any]:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.node


def joined_host(*, pods: t.Iterable[str] = PODS, api_server: str = OWN_ETCD) -> TestHost:
    """A host whose kubelet has joined."""
    host = TestHost("cp-1")
    host.start_unit("kubelet", enable=True)
    certificate, key = AUTHORITY.issue("system:node:cp-1", organization="system:nodes")
    pem = "/var/lib/kubelet/pki/kubelet-client-current.pem"
    conf = render_kubelet_kubeconfig(server="https://api:6443", certificate_authority=AUTHORITY.pem, client_pem=pem)
    files = {
        "/etc/machine-id": "0123\n",
        "/etc/kubernetes/kubelet.conf": conf,
        pem: certificate + pem_of_key(key),
        "/var/lib/kubelet/config.yaml": "",
        "/var/lib/kubelet/kubeadm-flags.env": "",
        "/etc/kubernetes/pki/etcd/peer.key": "",
        **{f"{MANIFESTS}/{name}.yaml": api_server if name == "kube-apiserver" else "" for name in pods},
    }
    host.files = {path: FileState(text.encode(), 0o600, 0.0) for path, text in files.items()}
    return host
