# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say which cluster is meant, and by whose rights."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  cluster:
    description: The cluster, as M(kubejoin.kubeadm.cluster_discovery_info) returns it. Nothing in it is secret.
    type: dict
    required: true
    suboptions:
      server:
        description: URL of the API server.
        type: str
        required: true
      certificate_authority:
        description: The cluster's CA certificates in PEM.
        type: str
        required: true
      ca_cert_hashes:
        description: Pins of those of the CA certificates that vouch for the API server.
        type: list
        elements: str
        required: true
      cluster_configuration:
        description: Text of C(ClusterConfiguration) in ConfigMap C(kube-system/kubeadm-config).
        type: str
        default: ''
      kubelet_configuration:
        description: Text of C(kubelet) in ConfigMap C(kube-system/kubelet-config).
        type: str
        default: ''
"""

    ADMIN = r"""
options:
  kubeconfig:
    description:
      - Path of a kubeconfig on the host that the module runs on, with an administrator's rights.
      - Its current context is used; the user has a client certificate or a token.
    type: path
    default: /etc/kubernetes/admin.conf
"""
