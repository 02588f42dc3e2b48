#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: invitations
short_description: Delete the Secrets of invitations whose runs have ended
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Internal to the role P(kubejoin.kubeadm.invite#role). Its options and results may change in any release.
  - Deletes bootstrap tokens, and uploads of shared certificates, that M(kubejoin.kubeadm.cluster_discovery_info) has listed. The role decides
    which of them.
  - A Secret that has no mark of an invitation, or that has changed or was replaced since it was listed, is kept.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.cluster.admin
  - kubejoin.kubeadm.requirements.client
options:
  secrets:
    description: The Secrets in C(kube-system) to delete, as they were listed.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the Secret.
        type: str
        required: true
      uid:
        description: UID of the Secret.
        type: str
        required: true
      resource_version:
        description: The C(resourceVersion) of the Secret.
        type: str
        required: true
seealso:
  - module: kubejoin.kubeadm.bootstrap_token
  - module: kubejoin.kubeadm.cluster_discovery_info
"""

EXAMPLES = r"""
- name: List the invitations
  kubejoin.kubeadm.cluster_discovery_info:
    kubeconfig: /etc/kubernetes/admin.conf
  register: discovery

- name: Delete those of one run
  kubejoin.kubeadm.invitations:
    secrets: "{{ discovery.invitations | selectattr('run', 'eq', '3116') | map(attribute='secret') }}"
"""

RETURN = r"""
notes:
  description: Sentences about Secrets that were kept.
  returned: success
  type: list
  elements: str
  sample: []
secrets:
  description: The Secrets, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the Secret.
      type: str
      sample: bootstrap-token-abcdef
    state:
      description: V(absent), or V(present) if the Secret was kept.
      type: str
      sample: absent
"""

from ..module_utils._modules.invitations import main

if __name__ == "__main__":
    main()
