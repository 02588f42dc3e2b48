#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_discovery_info
short_description: Discover a cluster and establish trust in it
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Performs the discovery of C(kubeadm join), and reads the cluster's configuration over the trusted connection.
  - With O(token), the ConfigMap C(kube-public/cluster-info) is fetched from O(endpoint) over an unverified connection. Its signature by the
    token is verified, and its CA is compared with O(ca_cert_hashes). It is then fetched again over TLS that only the pinned CA certificates
    verify, and only the content of this connection is used. Until then, the secret half of the token is not sent to anyone.
  - With O(discovery_file) or O(discovery_kubeconfig), a trusted kubeconfig names the API server and its CA. The ConfigMap is read
    over TLS that this CA verifies, or the host's own CA certificates if the file has no CA. The server of the file is kept; the CA of
    the ConfigMap is used only if the file has none. If the server denies access to the ConfigMap, its certificate has still proven its identity,
    and the file is used unchanged.
  - With O(kubeconfig), the same ConfigMap is read with the credentials of an administrator.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.requirements
options:
  endpoint:
    description: Address of an API server, V(host:port), or V([address]:port) for IPv6. Required with O(token).
    type: str
  token:
    description:
      - Bootstrap token that signs the ConfigMap and may read the cluster's configuration.
      - Exactly one of O(token), O(discovery_file), O(discovery_kubeconfig) and O(kubeconfig) is required.
    type: str
  tls_bootstrap_token:
    description: Bootstrap token for reading the cluster's configuration, if different from O(token). It overrides the credentials of
      O(discovery_file), and is required if the file has none.
    type: str
  ca_cert_hashes:
    description: Pins of the CA, each V(sha256:) and 64 hexadecimal digits, as printed by C(kubeadm init). One must match.
    type: list
    elements: str
    default: []
  unsafe_skip_ca_verification:
    description:
      - Allow O(ca_cert_hashes) to be empty. Anyone who knows the token can then impersonate the control plane; a warning says so.
      - Pins that are set are enforced in any case.
    type: bool
    default: false
  timeout:
    description: Seconds to wait for an API server that does not respond (C(timeouts.discovery)).
    type: float
    default: 300
  api_call_timeout:
    description: Seconds to retry each read of the cluster's configuration (C(timeouts.kubernetesAPICall)).
    type: float
    default: 60
  kubeconfig:
    description: Path of an administrator's kubeconfig on the host where the module runs.
    type: path
  control_plane:
    description:
      - Require that the host where the module runs is a control plane that has joined, in addition to O(kubeconfig). Its kubelet must have
        joined, its static pods must exist, and its Node must be labeled as a control plane.
      - Otherwise the module fails with the code V(control_plane_pending), even if the kubeconfig works. A join that was interrupted
        may have written one.
    type: bool
    default: false
  discovery_file:
    description:
      - Path of a kubeconfig on the host where the module runs, or an https URL of a kubeconfig. The server of the URL is verified with the
        host's own CA certificates (or E(SSL_CERT_FILE) and E(SSL_CERT_DIR)).
      - The cluster is the one without a name, or else that of the current context. Paths are relative to the folder of the file. A file
        from a URL must embed the data of files that it refers to.
      - The credentials are those of the current context, a token, C(tokenFile), user name and password, a client certificate, or an
        C(exec) plugin, which runs on the host.
      - C(insecure-skip-tls-verify), C(tls-server-name) and C(proxy-url) are refused.
      - A URL with a user, a password, a query or a fragment is neither logged nor displayed.
    type: str
  discovery_kubeconfig:
    description: Content of such a file, copied from the controller. It must embed the data of files that it refers to.
    type: str
seealso:
  - module: kubejoin.kubeadm.kubelet
"""

EXAMPLES = r"""
- name: Discover the cluster with a token and a pin
  kubejoin.kubeadm.cluster_discovery_info:
    endpoint: api.example.org:6443
    token: "{{ vaulted_token }}"
    ca_cert_hashes:
      - sha256:34a1bbf09b31f8f1a6a5b8f0a1cc5f3a7c7f2a2b9a4f0a0bd1f6d1a4f8b7c6d5
  register: discovery

- name: Discover the cluster with a file on the node that has no credentials
  kubejoin.kubeadm.cluster_discovery_info:
    discovery_file: /etc/kubernetes/discovery.conf
    tls_bootstrap_token: "{{ vaulted_token }}"
  register: discovery

- name: Describe the cluster with an administrator's kubeconfig
  kubejoin.kubeadm.cluster_discovery_info:
    kubeconfig: /etc/kubernetes/admin.conf
  register: discovery
"""

RETURN = r"""
cluster:
  description: The cluster, as the other modules take it.
  returned: success
  type: dict
  contains:
    server:
      description: URL of the API server.
      type: str
      sample: https://api.example.org:6443
    certificate_authority:
      description: The cluster's CA certificates in PEM.
      type: str
      sample: "-----BEGIN CERTIFICATE-----\n..."
    ca_cert_hashes:
      description: Pins of the CA certificates that verify the API server.
      type: list
      elements: str
      sample: ["sha256:34a1bbf09b31f8f1a6a5b8f0a1cc5f3a7c7f2a2b9a4f0a0bd1f6d1a4f8b7c6d5"]
    cluster_configuration:
      description:
        - Text of C(ClusterConfiguration) in ConfigMap C(kube-system/kubeadm-config).
        - If it has no C(kubernetesVersion), the version of the API server is added.
      type: str
      sample: "apiVersion: kubeadm.k8s.io/v1beta4\n..."
    kubelet_configuration:
      description: Text of C(kubelet) in ConfigMap C(kube-system/kubelet-config).
      type: str
      sample: "apiVersion: kubelet.config.k8s.io/v1beta1\n..."
    facts:
      description: What is known from both configurations, with kubeadm's defaults filled in.
      type: dict
      contains:
        kubernetes_version:
          description: Version of the control plane.
          type: str
          sample: v1.37.2
        certificates_dir:
          description: Folder of the certificates of control planes (C(certificatesDir)).
          type: str
          sample: /etc/kubernetes/pki
        image_repository:
          description: Repository of the images of control planes (C(imageRepository)).
          type: str
          sample: registry.k8s.io
        dns_domain:
          description: Domain of the names of services (C(networking.dnsDomain)).
          type: str
          sample: cluster.local
        service_subnet:
          description: Addresses of services, one CIDR or two separated by a comma.
          type: str
          sample: 10.96.0.0/12
        pod_subnet:
          description: Addresses of pods in the same form, empty when the cluster does not have them.
          type: str
          sample: 10.244.0.0/16
        feature_gates:
          description: kubeadm's feature gates that are set, by name.
          type: dict
          sample: {}
        bind_addresses:
          description: Addresses that components of control planes listen at, by component, where it is not every address.
          type: dict
          sample: {"kube-scheduler": "127.0.0.1"}
        etcd:
          description: Whether every control plane runs a member of etcd, or the cluster uses an external etcd.
          type: str
          sample: local
        etcd_data_dir:
          description: Folder of the data of a local etcd.
          type: str
          sample: /var/lib/etcd
        etcd_image_repository:
          description: Repository of the image of etcd, empty when it is RV(cluster.facts.image_repository).
          type: str
          sample: ""
        etcd_image_tag:
          description: Tag of the image of etcd, empty when it is kubeadm's default.
          type: str
          sample: ""
        etcd_images:
          description:
            - Images that the members of etcd on control planes run, one for each.
            - Empty unless an administrator's O(kubeconfig) is used that may list pods and nodes.
          type: list
          elements: str
          sample: ["registry.k8s.io/etcd:3.7.0-0"]
        cgroup_driver:
          description: The kubelets' C(cgroupDriver), empty when it is not set.
          type: str
          sample: systemd
        accepts_cgroup_v1:
          description: Whether kubelets run on hosts with cgroup v1 in every version (C(failCgroupV1) is V(false)).
          type: bool
          sample: false
ready_nodes:
  description:
    - The names of the cluster's Ready nodes, which no other host can join with.
    - Empty without O(kubeconfig), and for an administrator who may not list nodes.
  returned: success
  type: list
  elements: str
  sample: [cp-1, worker-1]
invitations:
  description:
    - The Secrets that runs of the role P(kubejoin.kubeadm.invite#role) have created and not deleted, without their secrets.
    - Empty without O(kubeconfig), and for an administrator who may not list Secrets.
  returned: success
  type: list
  elements: dict
  contains:
    secret:
      description: The Secret in C(kube-system), as an item of O(kubejoin.kubeadm.invitations#module:secrets).
      type: dict
      contains:
        name:
          description: Name of the Secret.
          type: str
          sample: bootstrap-token-abcdef
        uid:
          description: UID of the Secret.
          type: str
          sample: 0c6f1f3e-2b8a-4d0c-9f0e-6c4b7e1d5a92
        resource_version:
          description: The C(resourceVersion) of the Secret.
          type: str
          sample: "4711"
    run:
      description: ID of the run, which is the ID of the job on AWX.
      type: str
      sample: "3116"
    workflow:
      description: ID of the workflow job on AWX that the run was a part of, or empty.
      type: str
      sample: "3115"
    started:
      description: When the run started, in UTC.
      type: str
      sample: "2026-11-25T12:15:33Z"
    process:
      description: The process of the run on its controller, empty if unknown.
      type: str
      sample: ""
    expires:
      description: When the Secret expires, in UTC. V(null) if it does not expire.
      type: str
      sample: "2026-11-25T12:45:40Z"
    expired:
      description: Whether it has expired.
      type: bool
      sample: false
notes:
  description: Sentences about anything unusual, such as a proxy, or a server that differs from the one in the file.
  returned: success
  type: list
  elements: str
  sample: ["https://api.example.org:6443 is accessed through the proxy http://proxy.example.org:3128, which is set in HTTPS_PROXY."]
"""

from ..module_utils._modules.cluster_discovery_info import main

if __name__ == "__main__":
    main()
