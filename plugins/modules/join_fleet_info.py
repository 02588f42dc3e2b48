#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: join_fleet_info
short_description: Find hosts that would replace each other, and hosts that have not joined
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Finds hosts with the same node name or machine ID, which would replace each other in the cluster, and hosts that have the name of a Ready
    node of the cluster.
  - Returns them, and the other hosts that have not joined. With O(failure), the module fails with an error, such as that of a duplicate, so
    that each host has its own and other hosts can join.
  - What a host reports of itself determines nothing else of another host.
  - Runs on the controller; nothing is executed on a host.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.requirements.controller
options:
  hosts:
    description: The hosts to compare.
    type: list
    elements: str
    default: []
  registered:
    description:
      - Name of the variable with the result of M(kubejoin.kubeadm.preflight_info) of each host.
      - The result is read once for each host, and only its C(node_name), C(machine_id), C(joined) and C(server). A host without
        C(joined) is not pending.
    type: str
  ready_nodes:
    description:
      - The names of the cluster's Ready nodes, as RV(kubejoin.kubeadm.cluster_discovery_info#module:ready_nodes).
      - A host that has not joined and has no C(server), that is, no C(kubelet.conf), must not have one of these names.
    type: list
    elements: str
    default: []
  failure:
    description: An error to fail with, C(msg) and C(error) as in RV(refusals) or in the result of a failed module. The hosts are not compared then.
    type: dict
seealso:
  - module: kubejoin.kubeadm.preflight_info
"""

EXAMPLES = r"""
- name: Inspect the hosts
  kubejoin.kubeadm.preflight_info:
  register: inspected

- name: Compare the hosts
  kubejoin.kubeadm.join_fleet_info:
    hosts: "{{ ansible_play_hosts }}"
    registered: inspected
  register: fleet
  run_once: true

- name: Refuse hosts with the same name
  kubejoin.kubeadm.join_fleet_info:
    failure: "{{ fleet.refusals[fleet.duplicates[inventory_hostname]] }}"
  when: inventory_hostname in fleet.duplicates
"""

RETURN = r"""
pending:
  description: The hosts that have not joined, without the duplicates.
  returned: success
  type: list
  elements: str
  sample: [w1, w2]
duplicates:
  description:
    - The hosts with the node name or the machine ID of another host, or with the name of a node in O(ready_nodes), each with the index of its
      error in RV(refusals).
  returned: success
  type: dict
  sample: {"w7": 0, "w8": 0}
refusals:
  description: The errors of the duplicates, once for the hosts that have the same one.
  returned: success
  type: list
  elements: dict
  contains:
    msg:
      description: The sentence.
      type: str
      sample: "Cannot join these hosts together: the node name w7 is that of w7, w8"
    error:
      description: Code and details.
      type: dict
      sample: {"code": node_name_duplicate, "details": {}}
"""
