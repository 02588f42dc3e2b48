#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: shared_certificates_upload
short_description: Upload the shared certificates of a control plane, or delete the upload
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Performs C(kubeadm init phase upload-certs --upload-certs). Runs on a control plane.
  - Encrypts the certificates and keys that control planes share with O(certificate_key), stores them in the Secret O(name),
    and permits nodes that join with a bootstrap token to read it.
  - The Secret is owned by a bootstrap token without any usage. When the token expires, the cluster deletes both.
  - An existing upload with the same content and key is kept. Any other is replaced, as in kubeadm. A Secret, Role or RoleBinding that is
    not part of an upload is not, and the error code is V(object_not_owned). C(kubeadm-certs) is always one.
  - The files are validated before the upload. Files that have expired, do not match each other, or belong to another cluster are refused.
  - The certificate key is an argument and never a result, so it is kept in one place only.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.cluster
  - kubejoin.kubeadm.cluster
  - kubejoin.kubeadm.cluster.admin
  - kubejoin.kubeadm.run
  - kubejoin.kubeadm.requirements
options:
  state:
    description:
      - Whether the upload should exist.
      - With V(absent), the Secret is deleted only if O(certificate_key) decrypts it. A more recent upload with another key is kept.
    type: str
    choices: [present, absent]
    default: present
  certificate_key:
    description: Encryption key of the certificates, 64 random hexadecimal digits.
    type: str
    required: true
  name:
    description:
      - Name of the Secret. C(kubeadm join) reads only V(kubeadm-certs).
      - With a name of its own, an upload does not interfere with the uploads of other operators. The permissions to read
        it are deleted with it, and each encrypted file is bound to the names of the Secret and of the file.
    type: str
    default: kubeadm-certs
  ttl:
    description: Seconds until the cluster deletes the upload.
    type: int
    default: 7200
  groups:
    description:
      - Groups of the bootstrap tokens that may be used to read the Secret.
      - For V(kubeadm-certs), other groups with this permission keep it.
    type: list
    elements: str
    default: ["system:bootstrappers:kubeadm:default-node-token"]
seealso:
  - module: kubejoin.kubeadm.control_plane_files
  - module: kubejoin.kubeadm.bootstrap_token
"""

EXAMPLES = r"""
- name: Upload the certificates for ten minutes
  kubejoin.kubeadm.shared_certificates_upload:
    cluster: "{{ discovery.cluster }}"
    certificate_key: "{{ vaulted_certificate_key }}"
    ttl: 600

- name: Delete the upload
  kubejoin.kubeadm.shared_certificates_upload:
    cluster: "{{ discovery.cluster }}"
    state: absent
    certificate_key: "{{ vaulted_certificate_key }}"
"""

RETURN = r"""
notes:
  description: Sentences about anything unusual.
  returned: success
  type: list
  elements: str
  sample: []
role_binding:
  description: The RoleBinding that permits reading the Secret.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the RoleBinding, and of its Role.
      type: str
      sample: kubeadm:kubeadm-certs
    groups:
      description: Groups that may read the Secret. V(null) with O(state=absent).
      type: list
      elements: str
      sample: ["system:bootstrappers:kubeadm:default-node-token"]
secret:
  description: The Secret that contains the certificates and keys.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the Secret.
      type: str
      sample: kubeadm-certs
    namespace:
      description: Namespace of the Secret.
      type: str
      sample: kube-system
    state:
      description: V(present) or V(absent). With O(state=absent), V(present) if O(certificate_key) does not open the Secret.
      type: str
      sample: present
    files:
      description: Names of the files in the Secret. V(null) if it is absent.
      type: list
      elements: str
      sample: [ca.crt, ca.key, etcd-ca.crt, etcd-ca.key, front-proxy-ca.crt, front-proxy-ca.key, sa.key, sa.pub]
    expires:
      description: When the cluster deletes the Secret, in UTC. V(null) if it is absent, or if nothing deletes it.
      type: str
      sample: "2026-11-24T14:15:33Z"
"""

from ..module_utils._modules.shared_certificates_upload import main

if __name__ == "__main__":
    main()
