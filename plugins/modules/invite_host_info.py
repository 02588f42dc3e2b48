#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: invite_host_info
short_description: Choose the host that creates an invitation
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Internal to the role P(kubejoin.kubeadm.invite#role). Its options and results may change in any release.
  - Chooses the first candidate that has described its cluster, and reports why the others cannot create the invitation.
  - With O(invitation), the module fails on a host if a step of the invitation has failed, so that every host of a play has the error.
  - Runs on the controller; nothing is executed on a host.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.requirements.controller
options:
  settings:
    description: The result of M(kubejoin.kubeadm.invite_configuration_info).
    type: dict
  answers:
    description: The results of M(kubejoin.kubeadm.cluster_discovery_info) of the candidates, in their order, up to the first success.
    type: list
    elements: dict
    default: []
  groups:
    description: The names of the inventory's groups, for errors.
    type: list
    elements: str
    default: []
  invitation:
    description: The results of the steps of an invitation, the one of this module first.
    type: list
    elements: dict
    default: []
seealso:
  - module: kubejoin.kubeadm.invite_configuration_info
"""

EXAMPLES = r"""
- name: Describe the cluster
  kubejoin.kubeadm.cluster_discovery_info:
    kubeconfig: /etc/kubernetes/admin.conf
    control_plane: true
  loop: "{{ settings.candidates }}"
  delegate_to: "{{ item }}"
  failed_when: false
  register: answers

- name: Choose the host
  kubejoin.kubeadm.invite_host_info:
    settings: "{{ settings }}"
    answers: "{{ answers.results }}"
"""

RETURN = r"""
host:
  description: The host that creates the invitation.
  returned: success
  type: str
  sample: cp-1
because:
  description: Why it was chosen.
  returned: success
  type: str
  sample: it is invite_host
is_control_plane:
  description: Whether it has been verified that the host is a control plane that has joined.
  returned: success
  type: bool
cluster:
  description: The cluster, as RV(kubejoin.kubeadm.cluster_discovery_info#module:cluster).
  returned: success
  type: dict
ready_nodes:
  description: The names of the cluster's Ready nodes, as RV(kubejoin.kubeadm.cluster_discovery_info#module:ready_nodes).
  returned: success
  type: list
  elements: str
invitations:
  description:
    - The invitations of other runs, as RV(kubejoin.kubeadm.cluster_discovery_info#module:invitations), with RV(invitations[].is_abandoned) and a
      description.
    - Empty if an earlier play of the run has chosen the host.
  returned: success
  type: list
  elements: dict
  contains:
    secret:
      description: The Secret.
      type: dict
    run:
      description: ID of the run that created it.
      type: str
    is_abandoned:
      description: Whether the run has ended, so that the Secret can be deleted.
      type: bool
    description:
      description: The Secret, its run, and why it is abandoned or not.
      type: str
notes:
  description: Sentences about the candidates that cannot create the invitation, and about anything unusual.
  returned: success
  type: list
  elements: str
"""
