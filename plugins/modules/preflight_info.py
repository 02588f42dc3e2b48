#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight_info
short_description: Report a node's join state and run kubeadm's preflight checks
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Inspects the host first. If the host has all files of a joined node, the module also queries the API server with the node's certificate.
  - Runs the preflight checks of C(kubeadm join) on a host that has not joined, under kubeadm's names and with
    the severities of the cluster's version, or else of the kubelet's. All findings are reported at once. The module fails if one is an
    error that is not ignored.
  - The checks of kubeadm are V(IsPrivilegedUser) (with the code V(not_privileged); if it fails, nothing else is checked),
    V(FileAvailable--etc-kubernetes-kubelet.conf), V(FileAvailable--etc-kubernetes-bootstrap-kubelet.conf),
    V(FileAvailable--etc-kubernetes-pki-ca.crt) or another O(ca_cert_path), V(CRI), V(ContainerRuntimeVersion), V(FileExisting-losetup),
    V(FileExisting-mount), V(FileExisting-cp) (in clusters of 1.32 other programs), V(Swap), V(FileContent--proc-sys-net-ipv4-ip_forward),
    V(FileContent--proc-sys-net-ipv6-conf-default-forwarding), V(SystemVerification), V(Hostname), V(KubeletVersion), V(Service-kubelet),
    V(Port-10250) and V(HTTPProxy).
  - On a host that becomes a control plane, the checks are also V(NumCPU), V(Mem), V(KubernetesVersion), V(Firewalld), V(Port-6443) or another
    O(apiserver_bind_port), V(Port-10259), V(Port-10257), V(FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml) and those of the
    other static pods, V(HTTPProxy), V(HTTPProxyCIDR), V(Port-2379), V(Port-2380) and V(DirAvailable--var-lib-etcd) if etcd is not external,
    and V(ImagePull), which pulls nothing and reports missing images.
  - Additional checks that kubeadm does not have are V(Folder--etc-kubernetes) or another folder, V(CgroupDriver), V(AdvertiseAddress),
    V(Endpoint) and V(ClockSkew). The last two use one TLS connection to the endpoint that carries no secret; its result is used for nothing else.
  - On a host that has not joined, the checks run without the Python libraries. O(discovery) is ignored then.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.attributes.cluster
  - kubejoin.kubeadm.cluster
  - kubejoin.kubeadm.node
  - kubejoin.kubeadm.node.address
  - kubejoin.kubeadm.node.bind_port
  - kubejoin.kubeadm.requirements
options:
  cluster:
    description:
      - The cluster that this host will join, as returned by M(kubejoin.kubeadm.cluster_discovery_info), if it is already known.
      - The kubelet's version and the container runtime are checked against it, and its API server is probed.
    required: false
  endpoint:
    description: Address of the API server to probe if O(cluster) is not set, V(host:port).
    type: str
  ca_cert_path:
    description: Path of the file for the cluster's CA certificates.
    type: path
    default: /etc/kubernetes/pki/ca.crt
  checks:
    description: Whether to run the checks. With V(false), the module only reports the join state, as if the phase C(preflight) was skipped.
    type: bool
    default: true
  ca_cert_hashes:
    description:
      - Pins of the CAs of the cluster that this host will join, each V(sha256:) and 64 hexadecimal digits.
      - Files of a cluster whose CA matches no pin are errors. Without pins, files of any cluster are only warnings.
    type: list
    elements: str
    default: []
  wait_for:
    description: State in which a node counts as joined. With V(none), the API server is queried only for the label of a control plane.
    type: str
    choices: [none, registered, ready]
    default: ready
  cri_socket:
    description: Socket of the container runtime. The default is the one of kubeadm's known sockets that responds.
    type: str
  control_plane:
    description:
      - Whether this host becomes a control plane (C(--control-plane)).
      - It then counts as joined only if its kubelet has joined, its static pods exist, and its Node is labeled as a control plane.
    type: bool
    default: false
  image_pull_policy:
    description: Pull policy (C(nodeRegistration.imagePullPolicy)). Missing images of a control plane are reported unless it is V(Never).
    type: str
    choices: [Always, IfNotPresent, Never]
    default: IfNotPresent
  discovery:
    description:
      - Token for discovering the cluster at O(endpoint) with O(ca_cert_hashes). A host without errors discovers the cluster directly after
        the checks, as kubeadm does in this phase, and returns it as RV(cluster).
      - Discovery is tried once. If it fails, use M(kubejoin.kubeadm.cluster_discovery_info), which waits for the cluster and reports the reason.
    type: dict
    suboptions:
      token:
        description: As O(kubejoin.kubeadm.cluster_discovery_info#module:token).
        type: str
        required: true
      tls_bootstrap_token:
        description: As O(kubejoin.kubeadm.cluster_discovery_info#module:tls_bootstrap_token).
        type: str
      unsafe_skip_ca_verification:
        description: As O(kubejoin.kubeadm.cluster_discovery_info#module:unsafe_skip_ca_verification).
        type: bool
        default: false
  rootfs:
    description: Root folder of a machine image to inspect instead of this host (C(--rootfs)).
    type: path
  ignore_preflight_errors:
    description: Names of checks whose errors count as warnings, in any case, or V(all).
    type: list
    elements: str
    default: []
seealso:
  - module: kubejoin.kubeadm.kubelet
"""

EXAMPLES = r"""
- name: Inspect this host
  kubejoin.kubeadm.preflight_info:
    ignore_preflight_errors:
      - Port-10250
  register: node

- name: Display the remaining steps
  ansible.builtin.debug:
    var: node.pending
"""

RETURN = r"""
joined:
  description: Whether the host has joined, so that no step remains.
  returned: success
  type: bool
  sample: false
pending:
  description: The remaining steps, as sentences.
  returned: success
  type: list
  elements: str
  sample: ["/etc/kubernetes/kubelet.conf is absent"]
states:
  description: The parts of a join, each with whether it is done.
  returned: success
  type: dict
  contains:
    kubelet:
      description: Whether the kubelet has joined, and its Node is at the level of O(wait_for).
      type: bool
      sample: true
    static_pods:
      description: Whether the static pods of a control plane exist. V(null) on a worker.
      type: bool
      sample: true
    mark:
      description:
        - Whether the Node has the label C(node-role.kubernetes.io/control-plane).
        - V(null) on a worker, and if the API server was not queried because an earlier step remains.
      type: bool
      sample: false
node_name:
  description: Name of the node.
  returned: success
  type: str
  sample: worker-1
machine_id:
  description: Content of C(/etc/machine-id), V(null) if there is none.
  returned: success
  type: str
  sample: 0f0e9d8c7b6a59483726150493827160
server:
  description: URL of the API server in C(kubelet.conf). V(null) if there is none.
  returned: success
  type: str
  sample: https://api.example.org:6443
ca_cert_hashes:
  description: Pins of the CAs in C(kubelet.conf).
  returned: success
  type: list
  elements: str
  sample: ["sha256:34a1bbf09b31f8f1a6a5b8f0a1cc5f3a7c7f2a2b9a4f0a0bd1f6d1a4f8b7c6d5"]
certificate_expires:
  description: When the node's client certificate expires, in UTC. V(null) if no valid certificate exists.
  returned: success
  type: str
  sample: "2027-11-24T12:15:33Z"
findings:
  description: Findings of the preflight checks. Empty if the host has joined.
  returned: success
  type: list
  elements: dict
  contains:
    check:
      description: kubeadm's name of the check, or the collection's.
      type: str
      sample: Port-10250
    severity:
      description: V(error) or V(warning).
      type: str
      sample: error
    code:
      description: The collection's code of this finding.
      type: str
      sample: port_in_use
    message:
      description: What the check found, and how to fix it.
      type: str
      sample: Port 10250 is in use; stop what listens there.
cri_socket:
  description: Socket of the container runtime that was checked. V(null) if several runtimes answer, or if the host has joined.
  returned: success
  type: str
  sample: unix:///var/run/containerd/containerd.sock
kubelet_version:
  description: What C(kubelet --version) prints. V(null) if the host has joined.
  returned: success
  type: str
  sample: Kubernetes v1.37.2
cluster:
  description: The cluster that O(discovery) found, as RV(kubejoin.kubeadm.cluster_discovery_info#module:cluster). V(null) without one.
  returned: success
  type: dict
notes:
  description: Sentences about anything unusual during O(discovery).
  returned: success
  type: list
  elements: str
  sample: ["https://api.example.org:6443 is accessed through the proxy http://proxy.example.org:3128, which is set in HTTPS_PROXY."]
missing_packages:
  description: Packages of this distribution with the Python libraries that the other modules need and this host does not have.
  returned: success
  type: list
  elements: str
  sample: [python3-cryptography]
"""

from ..module_utils._modules.preflight_info import main

if __name__ == "__main__":
    main()
