#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: join_fleet_info
short_description: Check hosts for duplicates and choose which ones discover the cluster
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Refuses hosts with the same node name or machine ID, which would replace each other in the cluster.
  - Returns the hosts that have not joined, and for each one a representative with the same discovery, so that the cluster is discovered once.
  - Runs on the controller; nothing is executed on a host.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
options:
  nodes:
    description:
      - By host, a mapping with C(node_name), C(machine_id) and C(joined), as M(kubejoin.kubeadm.preflight_info) returns it. Other keys are
        ignored, and a host without C(joined) is not pending.
    type: dict
    required: true
  discoveries:
    description:
      - By host, the C(discovery) of its JoinConfiguration, as M(kubejoin.kubeadm.join_configuration_info) returns it in
        C(configuration). Hosts that are not here have the same one.
    type: dict
    default: {}
seealso:
  - module: kubejoin.kubeadm.preflight_info
"""

EXAMPLES = r"""
- name: Inspect the hosts
  kubejoin.kubeadm.preflight_info:
  register: inspected

- name: Refuse hosts with the same name
  kubejoin.kubeadm.join_fleet_info:
    nodes: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'inspected'))) }}"
  run_once: true
"""

RETURN = r"""
pending:
  description: The hosts that have not joined.
  returned: success
  type: list
  elements: str
  sample: [w1, w2]
representatives:
  description: By pending host, the first host with the same discovery.
  returned: success
  type: dict
  sample: {"w1": "w1", "w2": "w1"}
"""
