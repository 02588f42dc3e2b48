#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodes_info
short_description: Return the state of nodes, and wait for it
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Reads the Nodes of a cluster as an administrator, and waits until all nodes in O(nodes) have reached a level, or until the time is over.
    The Nodes are listed once, and one watch follows all of them.
  - A node that has not reached the level in time is in the result, and the module does not fail.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.cluster.admin
  - kubejoin.kubeadm.requirements.client
options:
  nodes:
    description: The names of the nodes.
    type: list
    elements: str
    required: true
  wait_for:
    description: The level to wait for. A node is V(registered) if its Node object exists, and V(ready) if the condition C(Ready) of this object is true.
    type: str
    choices: [none, registered, ready]
    default: ready
  wait_timeout:
    description: The maximum time to wait, in seconds. With V(0), the current state is returned.
    type: int
    default: 0
seealso:
  - module: kubejoin.kubeadm.kubelet
"""

EXAMPLES = r"""
- name: Wait for two nodes from a control plane
  kubejoin.kubeadm.nodes_info:
    nodes: [w1, w2]
    wait_timeout: 240
  register: found
  failed_when: found.nodes | rejectattr('level', 'eq', 'ready') | length > 0
"""

RETURN = r"""
nodes:
  description: The nodes in O(nodes), in that order.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the node.
      type: str
      sample: w1
    level:
      description: V(none), V(registered) or V(ready).
      type: str
      sample: ready
    reason:
      description: The reason of the condition C(Ready), empty if there is none.
      type: str
      sample: KubeletReady
    message:
      description: The message of the condition C(Ready), empty if there is none.
      type: str
      sample: kubelet is posting ready status
"""

from ..module_utils._modules.nodes_info import main

if __name__ == "__main__":
    main()
