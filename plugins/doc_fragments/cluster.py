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
      facts:
        description: What is known from both configurations.
        type: dict
        required: true
        suboptions:
          kubernetes_version:
            description: Version of the control plane.
            type: str
            required: true
          certificates_dir:
            description: Folder of the certificates of control planes (C(certificatesDir)).
            type: str
            required: true
          image_repository:
            description: Repository of the images of control planes (C(imageRepository)).
            type: str
            required: true
          dns_domain:
            description: Domain of the names of services (C(networking.dnsDomain)).
            type: str
            required: true
          service_subnet:
            description: Addresses of services, one CIDR or two separated by a comma.
            type: str
            required: true
          pod_subnet:
            description: Addresses of pods in the same form, empty when the cluster does not have them.
            type: str
            required: true
          feature_gates:
            description: kubeadm's feature gates that are set, by name.
            type: dict
            required: true
          bind_addresses:
            description: Addresses that components of control planes listen at, by component, where it is not every address.
            type: dict
            required: true
          etcd:
            description: Whether every control plane runs a member of etcd, or the cluster uses an external etcd.
            type: str
            choices: [local, external]
            required: true
          etcd_data_dir:
            description: Folder of the data of a local etcd.
            type: str
            required: true
          etcd_image_repository:
            description: Repository of the image of etcd, empty when it is O(cluster.facts.image_repository).
            type: str
            required: true
          etcd_image_tag:
            description: Tag of the image of etcd, empty when it is kubeadm's default.
            type: str
            required: true
          etcd_images:
            description: Images that the members of etcd on control planes run, one for each, if they are known.
            type: list
            elements: str
            default: []
          cgroup_driver:
            description: The kubelets' C(cgroupDriver), empty when it is not set.
            type: str
            required: true
          accepts_cgroup_v1:
            description: Whether kubelets run on hosts with cgroup v1 in every version (C(failCgroupV1) is V(false)).
            type: bool
            required: true
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
