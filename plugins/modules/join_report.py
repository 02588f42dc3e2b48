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
  - Prints the outcome of each host of a play, with equal failures and warnings of many hosts together, and the slowest hosts of each phase.
  - With O(content=statistics), it returns the same facts as statistics of the run instead. Ansible displays them with C(show_custom_stats), and
    ansible-runner and AWX pass them to later jobs as artifacts.
  - Neither has a secret.
  - Runs on the controller; nothing is executed on a host.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.requirements.controller
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
  token:
    description: Name of the variable that the task that creates the token of the invitation registers.
    type: str
  withdrawals:
    description: Names of the variables that the tasks that withdraw the invitation register, in the order of a run. The last one counts.
    type: list
    elements: str
    default: []
  content:
    description: What to return.
    type: str
    choices: [text, statistics]
    default: text
seealso:
  - module: kubejoin.kubeadm.join_fleet_info
"""

EXAMPLES = r"""
- name: Report the outcome of each host
  kubejoin.kubeadm.join_report:
    hosts: "{{ ansible_play_hosts_all }}"
    results: {inspected: preflight, kubelet_result: kubelet-start}
    last: kubelet_result
    token: token_result
    withdrawals: [withdrawal_result]
  run_once: true
"""

RETURN = r"""
msg:
  description:
    - The report. A line for each cluster, each outcome, each group of equal failures, each warning and each note, for the token of the
      invitation, for the slowest hosts of each phase, and for the next step.
    - Groups name eight hosts and the number of the others. Failures name the address at which the troubleshooting guide explains them.
  returned: with O(content=text)
  type: list
  elements: str
  sample:
    - "cluster https://api.example.org:6443: Kubernetes v1.37.2, sha256:34a1bbf09b31f8f1a6a5b8f0a1cc5f3a7c7f2a2b9a4f0a0bd1f6d1a4f8b7c6d5"
    - "joined: 2 nodes (w1, w2)"
    - "failed in preflight, CRI: 1 node (w3): no container runtime responds. See https://github.com/kubejoin/…#cri-unavailable"
    - "unreachable in preflight: 1 node (w4): Cannot run preflight_info on w4: the connection failed"
    - "warning SystemVerification: 2 nodes (w1, w2): cgroups of version 1 are in use"
    - "token abcdef: withdrawn"
    - "seconds in kubelet-start: median 6.2, slowest w2 6.4, w1 6.0"
    - "next: fix the causes and run the playbook again with --limit 'w3,w4'"
ansible_stats:
  description:
    - The same facts as statistics. Ansible adds up those of the batches and plays of a run, that is, appends lists and merges mappings.
    - Hosts that failed in an earlier batch are reported again, so failures are mappings.
  returned: with O(content=statistics)
  type: dict
  contains:
    data:
      description: The facts.
      type: dict
      contains:
        kubejoin_joined:
          description: The hosts that have joined in this run. Those that only report, as in check mode, are in C(kubejoin_would_join).
          type: list
          elements: str
          sample: [w1, w2]
        kubejoin_unchanged:
          description: The hosts that had joined before.
          type: list
          elements: str
          sample: [cp1]
        kubejoin_unfinished:
          description: The hosts that have not failed, and not run all phases, for example because of O(results) that were skipped.
          type: list
          elements: str
          sample: []
        kubejoin_failed:
          description: By host that has failed, C(code) and C(phase) of its first error. The code is V(unknown) if it is not the collection's.
          type: dict
          sample: {"w3": {"code": preflight_failed, "phase": preflight}}
        kubejoin_unreachable:
          description: By host that could not be reached, C(code) and C(phase).
          type: dict
          sample: {"w4": {"code": host_unreachable, "phase": preflight}}
        kubejoin_clusters:
          description: By URL of an API server, C(version) and C(ca_cert_hashes) of the cluster.
          type: dict
          sample:
            https://api.example.org:6443:
              version: v1.37.2
              ca_cert_hashes: ["sha256:34a1bbf09b31f8f1a6a5b8f0a1cc5f3a7c7f2a2b9a4f0a0bd1f6d1a4f8b7c6d5"]
        kubejoin_tokens:
          description: By ID of a token that the run has created, whether it was C(withdrawn). Empty in check mode.
          type: dict
          sample: {"abcdef": {"withdrawn": true}}
        kubejoin_slowest:
          description: By phase, the seconds of the slowest ten hosts, as the controller has measured them, with the connection.
          type: dict
          sample: {"kubelet-start": {"w2": 6.4, "w1": 6.0}}
    per_host:
      description: V(false), as the facts are about all hosts.
      type: bool
      sample: false
    aggregate:
      description: V(true), as a run may have several reports.
      type: bool
      sample: true
"""
