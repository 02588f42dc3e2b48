# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options for the cluster and for the credentials of an administrator."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  cluster:
    description: The cluster, as returned by M(kubejoin.kubeadm.cluster_discovery_info). It contains no secrets.
    type: dict
    required: true
    suboptions:
      server:
        description: URL of the API server.
        type: str
        required: true
      certificate_authority:
        description: CA certificates of the cluster, in PEM format.
        type: str
        required: true
      ca_cert_hashes:
        description: Pins of the CA certificates that may verify the API server.
        type: list
        elements: str
        required: true
      cluster_configuration:
        description: Content of C(ClusterConfiguration) in the ConfigMap C(kube-system/kubeadm-config).
        type: str
        default: ''
      kubelet_configuration:
        description: Content of C(kubelet) in the ConfigMap C(kube-system/kubelet-config).
        type: str
        default: ''
"""

    ADMIN = r"""
options:
  kubeconfig:
    description:
      - Path of an administrator's kubeconfig on the host where the module runs.
      - The current context is used. Its user must have a client certificate or a token.
    type: path
    default: /etc/kubernetes/admin.conf
"""
