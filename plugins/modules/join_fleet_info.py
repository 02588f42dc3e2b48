#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: join_fleet_info
short_description: Check the hosts of a play for duplicates, and report on a run
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Refuses hosts with the same node name or machine ID, which would replace each other in the cluster.
  - With O(report), returns the report of a run instead, with equal failures and warnings of many hosts grouped.
  - Uses the variables that the flows of this collection have registered. Runs on the controller; nothing is executed on a host.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
options:
  hosts:
    description: The hosts to check.
    type: list
    elements: str
    required: true
  report:
    description: Whether to return the report of a run.
    type: bool
    default: false
seealso:
  - module: kubejoin.kubeadm.preflight_info
"""

EXAMPLES = r"""
- name: Refuse hosts with the same name
  kubejoin.kubeadm.join_fleet_info:
    hosts: "{{ ansible_play_hosts }}"
  run_once: true
"""

RETURN = r"""
pending:
  description: Hosts with remaining steps.
  returned: success, and not O(report)
  type: list
  elements: str
askers:
  description: For each host with remaining steps, the host that discovers the cluster for it, the first one with the same discovery settings.
  returned: success, and not O(report)
  type: dict
  sample: {"w1": "w1", "w2": "w1"}
msg:
  description: The report of the run, one line for each group of hosts.
  returned: success, and O(report)
  type: list
  elements: str
  sample: ["joined: 2 nodes (w1, w2)", "failed in preflight, Swap: 1 node (w3): swap is on"]
"""
