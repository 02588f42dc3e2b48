#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: control_plane_files
short_description: Write the files of a control plane, and check that etcd accepts a new member
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Performs the phase C(control-plane-prepare) of C(kubeadm join), for every supported minor version of Kubernetes.
  - Downloads the shared certificates and keys of control planes from the Secret O(uploaded_to), decrypts them in memory with
    O(certificate_key), and validates them together before writing any of them.
  - Issues the node's own certificates and the kubeconfigs of its administrator, its controller manager and its scheduler. Existing
    correct files are kept.
  - Writes the static pods of C(kube-apiserver), C(kube-controller-manager) and C(kube-scheduler), byte for byte as kubeadm of the
    cluster's minor version does. M(kubejoin.kubeadm.etcd_member) writes the static pod of C(etcd).
  - Validates everything before writing anything. A CA of another cluster is refused, and so is a host without the shared
    files if no O(certificate_key) is set. kubeadm creates new CAs in this case.
  - Performs the phase C(check-etcd) afterwards, which checks that etcd has a quorum of healthy members and would accept a member on this host.
    A failure stops the join before anything runs on the host. In check mode, etcd is only checked if all files are correct. An
    external etcd is not checked.
  - Results and diffs contain no keys and no proxy passwords.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.cluster
  - kubejoin.kubeadm.cluster
  - kubejoin.kubeadm.node
  - kubejoin.kubeadm.node.address
  - kubejoin.kubeadm.node.bind_port
  - kubejoin.kubeadm.node.patches
  - kubejoin.kubeadm.node.kustomize
  - kubejoin.kubeadm.requirements
options:
  phases:
    description:
      - Phases to run, by kubeadm's names.
    type: list
    elements: str
    choices:
      - control-plane-prepare/download-certs
      - control-plane-prepare/certs
      - control-plane-prepare/kubeconfig
      - control-plane-prepare/control-plane
      - check-etcd
    default:
      - control-plane-prepare/download-certs
      - control-plane-prepare/certs
      - control-plane-prepare/kubeconfig
      - control-plane-prepare/control-plane
      - check-etcd
  certificate_key:
    description:
      - The key that C(kubeadm init phase upload-certs --upload-certs) prints, 64 hexadecimal digits.
      - Without a key, nothing is downloaded, and the shared files must already be on the host.
      - If the files are already on the host, an expired Secret is not an error.
    type: str
  uploaded_to:
    description: Name of the Secret with the uploaded files. C(kubeadm init phase upload-certs) uses only V(kubeadm-certs).
    type: str
    default: kubeadm-certs
  shared_certificates:
    description:
      - Shared files from another source, such as a vault, in PEM format by their names in the Secret C(kubeadm-certs), such as V(ca.crt),
        V(ca.key), V(sa.pub) and V(etcd-ca.key). If set, nothing is downloaded; other shared files must already be on the host.
    type: dict
    default: {}
  token:
    description: Bootstrap token for downloading the Secret.
    type: str
  discovery_file:
    description:
      - Path of a kubeconfig on the host, or an https URL of a kubeconfig. Its credentials are used for downloading the Secret if O(token) is not
        set. See the same option of M(kubejoin.kubeadm.cluster_discovery_info).
      - A URL with a user, a password, a query or a fragment is neither logged nor displayed.
    type: str
  discovery_kubeconfig:
    description: Content of such a file, copied from the controller. It must embed the data of files that it refers to.
    type: str
  health_timeout:
    description: Seconds that a component may take to start before the kubelet restarts it (C(timeouts.controlPlaneComponentHealthCheck)).
    type: float
    default: 240
  api_call_timeout:
    description: Seconds to retry each request while the API server does not respond or is starting (C(timeouts.kubernetesAPICall)).
    type: float
    default: 60
seealso:
  - module: kubejoin.kubeadm.cluster_discovery_info
  - module: kubejoin.kubeadm.kubelet
  - module: kubejoin.kubeadm.etcd_member
"""

EXAMPLES = r"""
- name: Write the files of a control plane
  kubejoin.kubeadm.control_plane_files:
    cluster: "{{ discovery.cluster }}"
    token: "{{ vaulted_token }}"
    certificate_key: "{{ vaulted_certificate_key }}"
    apiserver_advertise_address: 192.0.2.12
"""

RETURN = r"""
api_endpoint:
  description: The API server of this host. All values are V(null) if O(phases) has no phase of C(control-plane-prepare).
  returned: success
  type: dict
  contains:
    advertise_address:
      description: IP address that it advertises.
      type: str
      sample: 192.0.2.12
    bind_port:
      description: Port that it binds to.
      type: int
      sample: 6443
certificates:
  description: The certificates of this node, in files of their own and in kubeconfigs, ordered by path.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Path of the certificate, or of the kubeconfig that contains it.
      type: str
      sample: /etc/kubernetes/pki/apiserver.crt
    subject:
      description: Its subject, as RFC 4514 writes it. In check mode, the subject of the certificate that would be issued.
      type: str
      sample: CN=kube-apiserver
    expires:
      description: When it expires, in UTC. V(null) in check mode if a certificate would be issued.
      type: str
      sample: "2027-11-24T12:15:33Z"
    reused:
      description: Whether the module kept an existing certificate. V(null) in check mode if the shared certificates cannot be fetched yet.
      type: bool
      sample: false
    because:
      description: Why the module did not keep an existing certificate. V(null) if it did.
      type: str
      sample: it is missing
files:
  description: The files of O(phases), ordered by path. Shared files are included if the module fetched them, or they exist.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Path of the file.
      type: str
      sample: /etc/kubernetes/pki/apiserver.crt
    mode:
      description: Permissions in octal.
      type: str
      sample: "0644"
    owner:
      description: Name of the owner, or the user ID if it has no name.
      type: str
      sample: root
    changed:
      description:
        - Whether the module wrote the file. In check mode, whether it would. V(null) if that depends on what the module cannot query yet.
      type: bool
      sample: true
notes:
  description: Sentences about anything unusual, such as an ignored file in the folder of patches.
  returned: success
  type: list
  elements: str
  sample: ["The file README in /patches is ignored."]
"""

from ..module_utils._modules.control_plane_files import main

if __name__ == "__main__":
    main()
