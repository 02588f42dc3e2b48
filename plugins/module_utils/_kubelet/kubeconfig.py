# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""kubelet.conf, the kubeconfig of a node's kubelet."""

from __future__ import annotations

import base64

from .._formats.yaml_writer import render_yaml

__all__ = ("render_kubelet_kubeconfig",)


def render_kubelet_kubeconfig(*, server: str, certificate_authority: str, client_pem: str) -> str:
    """kubelet.conf as written by the kubelet after TLS bootstrap; ``client_pem`` is the path of certificate and key."""
    authority = base64.b64encode(certificate_authority.encode("ascii")).decode("ascii")
    return render_yaml(
        {
            "apiVersion": "v1",
            "clusters": [
                {"cluster": {"certificate-authority-data": authority, "server": server}, "name": "default-cluster"}
            ],
            "contexts": [
                {
                    "context": {"cluster": "default-cluster", "namespace": "default", "user": "default-auth"},
                    "name": "default-context",
                }
            ],
            "current-context": "default-context",
            "kind": "Config",
            "users": [
                {"name": "default-auth", "user": {"client-certificate": client_pem, "client-key": client_pem}},
            ],
        }
    )
