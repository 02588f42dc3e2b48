#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: join_wait_info
short_description: Wait for the nodes of many hosts together
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Internal to the role P(kubejoin.kubeadm.join#role). Its options and results may change in any release.
  - Waits for the nodes of invited hosts, by M(kubejoin.kubeadm.nodes_info) on the host of the task, and prints how many of them have
    reached their level. Each host has a level and a timeout of its own. Those without C(join_wait=fleet) are awaited for ten seconds.
  - It can withdraw the invitation meanwhile, in the same execution.
  - A node that is not there in time, or that cannot be watched, is left to its host.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.requirements.controller
options:
  hosts:
    description: The hosts of the play.
    type: list
    elements: str
    required: true
  settings:
    description: The name of the variable with the result of M(kubejoin.kubeadm.join_configuration_info).
    type: str
    required: true
  kubelet:
    description: The name of the variable with the result of M(kubejoin.kubeadm.kubelet).
    type: str
    required: true
  kubeconfig:
    description: Path of an administrator's kubeconfig on the host of the task.
    type: str
    required: true
  withdrawal:
    description: The invitation to withdraw. It is kept if it cannot be withdrawn, or if there is no node to wait for.
    type: dict
    suboptions:
      settings:
        description: The result of M(kubejoin.kubeadm.invite_configuration_info).
        type: dict
        required: true
      secrets:
        description: The token and the certificate key.
        type: dict
        required: true
      cluster:
        description: The cluster, as M(kubejoin.kubeadm.cluster_discovery_info) returns it.
        type: dict
        required: true
seealso:
  - module: kubejoin.kubeadm.nodes_info
"""

EXAMPLES = r"""
- name: Wait for the nodes of all hosts
  kubejoin.kubeadm.join_wait_info:
    hosts: "{{ ansible_play_batch }}"
    settings: settings_result
    kubelet: kubelet_result
    kubeconfig: /etc/kubernetes/admin.conf
  run_once: true
  delegate_to: "{{ groups['control_plane'] | first }}"
"""

RETURN = r"""
left:
  description: By host that is left to wait for its own node, the seconds for it.
  returned: always
  type: dict
  sample: {w7: 0}
notes:
  description: Sentences about anything unusual.
  returned: always
  type: list
  elements: str
  sample: []
duration:
  description: Seconds that it took.
  returned: always
  type: float
  sample: 2.5
token:
  description: The token that was withdrawn, as M(kubejoin.kubeadm.bootstrap_token) returns it.
  returned: if O(withdrawal) is set and succeeded
  type: dict
  sample: {id: abcdef, state: absent}
"""
