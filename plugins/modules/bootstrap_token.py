#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bootstrap_token
short_description: Create or delete a bootstrap token
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Creates the same Secret as C(kubeadm token create), and waits until the ConfigMap C(kube-public/cluster-info) is signed with the token.
  - The token is an argument and never a result, so its secret half is kept in one place only.
  - The expiry time is based on the API server's clock.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.cluster.admin
  - kubejoin.kubeadm.run
  - kubejoin.kubeadm.requirements.client
options:
  state:
    description: Whether the token should exist.
    type: str
    choices: [present, absent]
    default: present
  token:
    description: The token, six and sixteen lower-case letters or digits separated by a dot. Required if O(state=present).
    type: str
  token_id:
    description: The first half of the token, which is not secret. Required if O(state=absent).
    type: str
  ttl:
    description: Seconds until the token expires. With V(0), it never expires.
    type: int
    default: 86400
  usages:
    description: Allowed uses of the token.
    type: list
    elements: str
    choices: [signing, authentication]
    default: [signing, authentication]
  groups:
    description: Groups of users who authenticate with the token.
    type: list
    elements: str
    default: ["system:bootstrappers:kubeadm:default-node-token"]
  description:
    description: Purpose of the token.
    type: str
    default: ''
seealso:
  - module: kubejoin.kubeadm.cluster_discovery_info
"""

EXAMPLES = r"""
- name: Create a token that is valid for one hour
  kubejoin.kubeadm.bootstrap_token:
    token: "{{ vaulted_token }}"
    ttl: 3600

- name: Delete the token
  kubejoin.kubeadm.bootstrap_token:
    state: absent
    token_id: abcdef
"""

RETURN = r"""
notes:
  description: Sentences about anything unusual.
  returned: success
  type: list
  elements: str
  sample: []
token:
  description: The token, without its secret half.
  returned: success
  type: dict
  contains:
    id:
      description: The first half of the token, which is not secret.
      type: str
      sample: abcdef
    state:
      description: V(present) or V(absent).
      type: str
      sample: present
    usages:
      description: What the token may be used for. V(null) if it is absent.
      type: list
      elements: str
      sample: [authentication, signing]
    groups:
      description: Groups of its users. V(null) if it is absent.
      type: list
      elements: str
      sample: ["system:bootstrappers:kubeadm:default-node-token"]
    expires:
      description: When it expires, in UTC. V(null) if it never does, or is absent.
      type: str
      sample: "2026-11-25T12:15:33Z"
"""

from ..module_utils._modules.bootstrap_token import main

if __name__ == "__main__":
    main()
