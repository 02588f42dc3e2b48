#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: join_configuration_info
short_description: Read and validate a JoinConfiguration or the flags of kubeadm join
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Reads kubeadm's JoinConfiguration of any version from C(v1beta1) on, or the flags of C(kubeadm join) as variables of the role
    C(kubejoin.kubeadm.join), and returns one complete C(v1beta4) configuration, with kubeadm's defaults and validated by kubeadm's rules.
  - Is stricter than C(kubeadm join), which only warns about unknown fields. All problems are reported at once, each with the
    path of its field and its line.
  - Runs on the controller; nothing is executed on the host. Results contain no secrets.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
options:
  configuration:
    description: The JoinConfiguration, as text with one or several YAML documents, or as data. Empty if there is none.
    type: raw
  flags:
    description:
      - The variables C(join_*) for flags and fields, without the prefix C(join_). Empty values count as not set.
      - Together with O(configuration), only the flags that kubeadm accepts together with C(--config).
    type: dict
    default: {}
  only_phases:
    description: Phases to run, by kubeadm's names. An empty list means all phases.
    type: list
    elements: str
    default: []
  start_at_phase:
    description: Phase to start with.
    type: str
  control_plane:
    description: Whether the host becomes a control plane. A configuration that differs is refused. By default, the configuration decides.
    type: bool
  rootfs:
    description: Root folder of a machine image, as O(kubejoin.kubeadm.kubelet#module:rootfs). Refused for control planes.
    type: str
seealso:
  - module: kubejoin.kubeadm.cluster_discovery_info
"""

EXAMPLES = r"""
- name: Read the configuration
  kubejoin.kubeadm.join_configuration_info:
    configuration: "{{ lookup('ansible.builtin.file', 'join.yaml') }}"
  register: join
"""

RETURN = r"""
configuration:
  description: The complete JoinConfiguration in the form of C(kubeadm.k8s.io/v1beta4), without tokens and keys.
  returned: success
  type: dict
discovery:
  description: The discovery method, V(bootstrapToken) or V(file). Empty if the configuration has none.
  returned: success
  type: str
options:
  description: Values of the configuration under the names of the modules' options. Empty if not set.
  returned: success
  type: dict
  sample:
    node_name: worker-1
    taints: ["example.com/dedicated=database:NoSchedule"]
phases:
  description: Phases to run, those of a control plane if C(controlPlane) is set, else those of a worker.
  returned: success
  type: list
  elements: str
  sample: [preflight, kubelet-start, kubelet-wait-bootstrap]
timeouts:
  description: The timeouts of the configuration in seconds.
  returned: success
  type: dict
"""
