# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster-info ConfigMap and its signatures, as a control plane serves them."""

from __future__ import annotations

import base64
import json
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import BootstrapToken, parse_token
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.by_token import (
    render_detached_signature,
)

TOKEN = parse_token("abcdef.0123456789abcdef")


OTHER = parse_token("abcdef.fedcba9876543210")


def kubeconfig(bundle: str, server: str = "https://api.example.org:6443") -> str:
    authority = base64.b64encode(bundle.encode()).decode()
    cluster = {"certificate-authority-data": authority, "server": server}
    return json.dumps({"apiVersion": "v1", "kind": "Config", "clusters": [{"name": "", "cluster": cluster}]}) + "\n"


def cluster_info(text: str, *signers: BootstrapToken) -> dict[str, t.Any]:
    signatures = {f"jws-kubeconfig-{token.id}": render_detached_signature(token, text) for token in signers}
    return {"kind": "ConfigMap", "data": {"kubeconfig": text, **signatures}}
