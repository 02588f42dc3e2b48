#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: join_report
short_description: Report on a run of the role join
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Internal to the role P(kubejoin.kubeadm.join#role). Its options and results may change in any release.
  - Prints the outcome of each host of a play, with equal failures and warnings of many hosts together.
  - Runs on the controller; nothing is executed on a host.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
options:
  hosts:
    description: The hosts to report on.
    type: list
    elements: str
    required: true
  others:
    description: Hosts to leave out, such as those of other batches.
    type: list
    elements: str
    default: []
  results:
    description: Names of the variables that the tasks of a flow register, in the order of a run, with the phase of each task.
    type: dict
    required: true
  last:
    description: The one of these variables that completes the flow.
    type: str
    required: true
seealso:
  - module: kubejoin.kubeadm.join_fleet_info
"""

EXAMPLES = r"""
- name: Report the outcome of each host
  kubejoin.kubeadm.join_report:
    hosts: "{{ ansible_play_hosts_all }}"
    results: {inspected: preflight, kubelet_result: kubelet-start}
    last: kubelet_result
  run_once: true
"""

RETURN = r"""
msg:
  description: The report, a line for each group of hosts.
  returned: success
  type: list
  elements: str
  sample: ["joined: 2 nodes (w1, w2)", "failed in preflight, Swap: 1 node (w3): swap is on"]
"""
