#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: kubelet
short_description: Set up the identity and configuration of the kubelet, and start it
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Performs the phase C(kubelet-start) of C(kubeadm join), and the TLS bootstrap, which kubeadm leaves to the kubelet.
  - Keeps a client certificate that is valid for this node in this cluster. Otherwise, the module generates a key, submits a certificate
    signing request with O(token), and waits for the certificate. It writes nothing until it has received the certificate.
  - Writes C(/etc/kubernetes/pki/ca.crt), C(/etc/kubernetes/kubelet.conf), and C(config.yaml), C(instance-config.yaml),
    C(kubeadm-flags.env) and C(pki) below C(/var/lib/kubelet), as kubeadm of the cluster's minor version and the kubelet itself do.
  - Enables the service, and restarts it if it does not run or has not read the current files.
  - Waits until the node is Ready, and reports the reason if it is not (kubeadm's C(kubelet-wait-bootstrap)).
  - Never writes the token to the host.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.cluster
  - kubejoin.kubeadm.cluster
  - kubejoin.kubeadm.node
  - kubejoin.kubeadm.node.address
  - kubejoin.kubeadm.node.bind_port
  - kubejoin.kubeadm.node.patches
  - kubejoin.kubeadm.node.wait
  - kubejoin.kubeadm.requirements
options:
  phases:
    description:
      - Phases to run, by kubeadm's names. V(kubelet-start) sets up identity, files and service; V(kubelet-wait-bootstrap) waits for the node.
    type: list
    elements: str
    choices: [kubelet-start, kubelet-wait-bootstrap]
    default: [kubelet-start, kubelet-wait-bootstrap]
  control_plane:
    description:
      - Whether this host becomes a control plane. Its kubelet then registers without O(taints) and reads the cluster's CA from
        the file written by M(kubejoin.kubeadm.control_plane_files).
      - The kubelet uses the API server of this host. As in kubeadm, it uses the endpoint of the cluster if the feature gate
        C(ControlPlaneKubeletLocalMode) is off, as it is by default in Kubernetes 1.32. Kubernetes 1.35 and newer do not have that choice.
      - The API server starts only after etcd has joined, so set O(phases) to V(kubelet-start) alone. M(kubejoin.kubeadm.control_plane_node)
        performs V(kubelet-wait-bootstrap).
    type: bool
    default: false
  ca_cert_path:
    description: Path of the file for the cluster's CA certificates.
    type: path
    default: /etc/kubernetes/pki/ca.crt
  token:
    description: Bootstrap token for requesting a certificate. Required only if there is no usable certificate.
    type: str
  discovery_file:
    description:
      - Path of a kubeconfig on the host, or an https URL of a kubeconfig. Its credentials are used for requesting the certificate if O(token) is not
        set. See the same option of M(kubejoin.kubeadm.cluster_discovery_info).
      - Only the credentials are used, and they are sent only to the API server of O(cluster).
      - A URL with a user, a password, a query or a fragment is neither logged nor displayed.
    type: str
  discovery_kubeconfig:
    description: Content of such a file, copied from the controller. It must embed the data of files that it refers to.
    type: str
  cri_socket:
    description: Socket of the container runtime. The default is the one of kubeadm's known sockets that responds.
    type: str
  kubelet_version:
    description: Output of C(kubelet --version). By default, the module runs this command.
    type: str
  rootfs:
    description:
      - Root folder of a machine image (C(--rootfs)). Everything is read and written below it, including O(patches).
      - Services are enabled in it but not started, and the module does not wait for the node.
    type: path
  taints:
    description: Taints that the node registers with, each as V(key=value:Effect).
    type: list
    elements: str
    default: []
  kubelet_extra_args:
    description: Additional kubelet arguments. They override kubeadm's arguments of the same name.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the argument, without dashes.
        type: str
        required: true
      value:
        description: Value of the argument.
        type: str
        required: true
  timeout:
    description: Seconds to wait for the certificate (C(timeouts.tlsBootstrap)).
    type: float
    default: 300
seealso:
  - module: kubejoin.kubeadm.cluster_discovery_info
  - module: kubejoin.kubeadm.preflight_info
"""

EXAMPLES = r"""
- name: Join with the kubelet
  kubejoin.kubeadm.kubelet:
    cluster: "{{ discovery.cluster }}"
    token: "{{ vaulted_token }}"
    kubelet_extra_args:
      - name: node-labels
        value: example.org/rack=r7
"""

RETURN = r"""
certificate:
  description: The client certificate of the kubelet. All values are V(null) without the phase V(kubelet-start).
  returned: success
  type: dict
  contains:
    path:
      description: Path of the file with the certificate and its key.
      type: str
      sample: /var/lib/kubelet/pki/kubelet-client-current.pem
    subject:
      description: Its subject, as RFC 4514 writes it. In check mode, the subject of the certificate that would be issued.
      type: str
      sample: CN=system:node:worker-1,O=system:nodes
    expires:
      description: When it expires, in UTC. V(null) in check mode if a certificate would be issued.
      type: str
      sample: "2027-11-24T12:15:33Z"
    reused:
      description: Whether the module kept an existing certificate.
      type: bool
      sample: false
    because:
      description: Why the module did not keep an existing certificate. V(null) if it did.
      type: str
      sample: it is absent
files:
  description: The files of the phase V(kubelet-start), ordered by path.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Path of the file.
      type: str
      sample: /etc/kubernetes/kubelet.conf
    mode:
      description: Permissions in octal.
      type: str
      sample: "0600"
    owner:
      description: Name of the owner, or the user ID if it has no name.
      type: str
      sample: root
    changed:
      description: Whether the module wrote the file. In check mode, whether it would.
      type: bool
      sample: true
node:
  description: The Node of this host.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the Node.
      type: str
      sample: worker-1
    uid:
      description: UID of the Node. V(null) if it was not queried, or is not registered.
      type: str
      sample: 6a8fa1c5-6f0e-4a3a-9c5e-6f3c9d6f1a2b
    level:
      description:
        - V(registered) or V(ready), as in O(wait_for). In check mode, the level that the module would wait for.
        - V(null) if the Node was not queried.
      type: str
      sample: ready
    labels:
      description: Labels of the Node. V(null) if it was not queried, or is not registered.
      type: dict
      sample: {"kubernetes.io/hostname": "worker-1", "kubernetes.io/os": "linux"}
    taints:
      description: Taints of the Node, V(key=value:Effect) each. V(null) if it was not queried, or is not registered.
      type: list
      elements: str
      sample: ["example.org/dedicated=gpu:NoSchedule"]
notes:
  description: Sentences about anything unusual, such as an ignored file in the folder of patches.
  returned: success
  type: list
  elements: str
  sample: ["The file README in /patches is ignored."]
service:
  description: The service of the kubelet. All values are V(null) without the phase V(kubelet-start).
  returned: success
  type: dict
  contains:
    enabled:
      description: Whether it starts at boot.
      type: bool
      sample: true
    running:
      description: Whether it runs. V(false) with O(rootfs).
      type: bool
      sample: true
    restarted:
      description: Whether the module started or restarted it. In check mode, whether it would.
      type: bool
      sample: true
"""

from ..module_utils._modules.kubelet import main

if __name__ == "__main__":
    main()
