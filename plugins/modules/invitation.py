#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: invitation
short_description: Create and withdraw an invitation in one execution
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Internal to the role P(kubejoin.kubeadm.invite#role). Its options and results may change in any release.
  - Runs M(kubejoin.kubeadm.bootstrap_token), and M(kubejoin.kubeadm.shared_certificates_upload) for hosts that become control planes.
  - With O(state=absent), the token is deleted even if the certificates cannot be deleted.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.requirements.controller
options:
  state:
    description: Whether the token and the upload should exist.
    type: str
    choices: [present, absent]
    default: present
  settings:
    description: The result of M(kubejoin.kubeadm.invite_configuration_info).
    type: dict
    required: true
  secrets:
    description: The C(token), and the C(certificate_key) and C(certificates_secret) of an upload.
    type: dict
    required: true
  cluster:
    description: The cluster, as returned by M(kubejoin.kubeadm.cluster_discovery_info).
    type: dict
    required: true
  ttl:
    description: Seconds until the token and the upload expire, unless O(settings) has its own.
    type: int
    default: 0
seealso:
  - module: kubejoin.kubeadm.bootstrap_token
  - module: kubejoin.kubeadm.shared_certificates_upload
"""

EXAMPLES = r"""
- name: Create a token
  kubejoin.kubeadm.invitation:
    settings: "{{ settings_result }}"
    secrets: "{{ lookup('kubejoin.kubeadm.invite_secrets') }}"
    cluster: "{{ discovery.cluster }}"
    ttl: 1800
"""

RETURN = r"""
notes:
  description: Sentences about anything unusual.
  returned: success
  type: list
  elements: str
  sample: []
role_binding:
  description: As M(kubejoin.kubeadm.shared_certificates_upload) returns it.
  returned: if there is an upload
  type: dict
secret:
  description: As M(kubejoin.kubeadm.shared_certificates_upload) returns it.
  returned: if there is an upload
  type: dict
token:
  description: As M(kubejoin.kubeadm.bootstrap_token) returns it.
  returned: if the token was created or deleted, even if the module has failed
  type: dict
"""
