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
  - kubejoin.kubeadm.requirements.controller
options:
  configuration:
    description:
      - The JoinConfiguration, as the path of a file on the controller, as text with one or several YAML documents, or as data.
      - Text on one line is a path, unless it is JSON or YAML. Empty if there is none.
    type: raw
  flags:
    description:
      - A mapping with the variables of the role P(kubejoin.kubeadm.join#role) without the prefix C(join_). Most of them are flags of
        C(kubeadm join) with underscores.
      - Null and empty texts count as not set. Lists, mappings, numbers and booleans may be texts.
      - Together with O(configuration), of these flags only the ones that kubeadm accepts together with C(--config).
    type: raw
  of_role:
    description:
      - Whether to read the variables of the role P(kubejoin.kubeadm.join#role), as this host has them, in place of O(configuration) and O(flags).
      - Then a variable whose name begins with C(join_) or C(invite_) is refused if it is a misspelt variable of the roles, and otherwise
        displayed in a warning.
      - In the playbook C(kubejoin.kubeadm.join), a host that is in none of the groups whose hosts it joins is refused.
    type: bool
    default: false
seealso:
  - module: kubejoin.kubeadm.cluster_discovery_info
  - plugin: kubejoin.kubeadm.join_secrets
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Read a file
  kubejoin.kubeadm.join_configuration_info:
    configuration: join.yaml
  register: join

- name: Read flags
  kubejoin.kubeadm.join_configuration_info:
    flags:
      apiserver_endpoint: api.example.org:6443
      token: "{{ vaulted_token }}"
      discovery_token_unsafe_skip_ca_verification: true
      taints: example.com/dedicated=database:NoSchedule
      kubelet_extra_args: --node-ip=192.0.2.7 --v=2
  register: join
"""

RETURN = r"""
concurrency:
  description: C(join_concurrency), or C(join_throttle) if that is less. 0 if there is no such limit.
  returned: with O(of_role)
  type: int
configuration:
  description: The complete JoinConfiguration in the form of C(kubeadm.k8s.io/v1beta4), without tokens and keys.
  returned: success
  type: dict
discovery:
  description: The kind of discovery in the configuration, V(bootstrapToken), V(file), or an empty text if there is none.
  returned: success
  type: str
install_requirements:
  description: Whether missing Python libraries are to be installed.
  returned: success
  type: bool
options:
  description: The values for the modules of this collection, by the names of their options. Options that are not set are empty.
  returned: success
  type: dict
  sample:
    node_name: worker-1
    taints: ["example.com/dedicated=database:NoSchedule"]
phases:
  description: The phases to run, of a control plane if there is a C(controlPlane), otherwise of a worker.
  returned: success
  type: list
  elements: str
  sample: [preflight, kubelet-start, kubelet-wait-bootstrap]
phases_by_module:
  description: The phases to run by each of the modules with an option C(phases).
  returned: success
  type: dict
  sample: {"control_plane_files": [], "control_plane_node": [], "kubelet": [kubelet-start, kubelet-wait-bootstrap]}
secrets:
  description: Names of the secrets that are set, which the lookup P(kubejoin.kubeadm.join_secrets#lookup) returns.
  returned: success
  type: list
  elements: str
  sample: [discovery_token, tls_bootstrap_token]
throttle:
  description: C(join_throttle), 0 if there is no such limit.
  returned: with O(of_role)
  type: int
timeouts:
  description: The timeouts of the configuration in seconds.
  returned: success
  type: dict
"""
