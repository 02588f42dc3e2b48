# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery files and the options that name them."""

from __future__ import annotations

import base64
import json
import typing as t

from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN, cluster_info, kubeconfig

GOOD = Authority.make()


def options(**given: t.Any) -> dict[str, t.Any]:
    names = ("endpoint", "token", "tls_bootstrap_token", "kubeconfig", "discovery_file", "discovery_kubeconfig")
    return {
        **dict.fromkeys(names),
        "ca_cert_hashes": [],
        "unsafe_skip_ca_verification": False,
        "control_plane": False,
        "timeout": 0,
        "api_call_timeout": 0,
        **given,
    }


def config(server: str, user: dict[str, t.Any] | None = None, ca: str = GOOD.pem, **cluster: t.Any) -> str:
    authority = {"certificate-authority-data": base64.b64encode(ca.encode()).decode()} if ca else {}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server, **authority, **cluster}}],
        "users": [{"name": "u", "user": user or {}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    return json.dumps(document)


def control_plane(
    bundle: str = GOOD.pem, status: int = 200, server: str = "https://api.example.org:6443"
) -> t.Callable[[str, str], tuple[int, t.Any]]:
    def answer(_method: str, path: str) -> tuple[int, t.Any]:
        if path.endswith("cluster-info"):
            if status != 200:
                return status, {"kind": "Status", "message": "no", "code": status}
            return 200, cluster_info(kubeconfig(bundle, server), TOKEN)
        return 200, {"data": {"ClusterConfiguration": CLUSTER_CONFIGURATION, "kubelet": KUBELET_CONFIGURATION}}

    return answer
