#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight_info
short_description: Check that this host can join a cluster
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Runs the checks that C(kubeadm join) runs before it changes anything, under kubeadm's names, and reports all findings at once.
  - Fails when a finding is an error that is not to be ignored.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.cluster
options:
  cri_socket:
    description: Socket of the container runtime. By default the one of kubeadm's known ones that answers.
    type: str
  ignore_preflight_errors:
    description: Names of checks whose errors count as warnings, in any case, or V(all).
    type: list
    elements: str
    default: []
seealso:
  - module: kubejoin.kubeadm.kubelet
"""

EXAMPLES = r"""
- name: Check this host
  kubejoin.kubeadm.preflight_info:
    cluster: "{{ discovery.cluster }}"
    ignore_preflight_errors:
      - Port-10250
  register: preflight
"""

RETURN = r"""
findings:
  description: What the checks have found.
  returned: success
  type: list
  elements: dict
  contains:
    check:
      description: kubeadm's name of the check.
      type: str
      sample: Port-10250
    severity:
      description: V(error) or V(warning).
      type: str
    code:
      description: The collection's code of this finding.
      type: str
      sample: port_in_use
    message:
      description: What was seen, and what to do.
      type: str
cri_socket:
  description: Socket of the container runtime that was checked.
  returned: success
  type: str
  sample: unix:///var/run/containerd/containerd.sock
kubelet_version:
  description: Version of this host's kubelet.
  returned: success
  type: str
  sample: Kubernetes v1.37.2
"""

import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.host import LocalHost
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.module import CLUSTER_OPTIONS, answer
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._configuration import parse_cluster_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host import find_cri_socket
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight import observe_preflight, refuse_errors


def observe(params: t.Mapping[str, t.Any], host: LocalHost) -> dict[str, t.Any]:
    preflight = observe_preflight(
        host,
        cluster_version=parse_cluster_configuration(params["cluster"]["cluster_configuration"]).kubernetes_version,
        cri_socket=find_cri_socket(host, params["cri_socket"] or ""),
    )
    findings = refuse_errors(preflight.findings, ignored=params["ignore_preflight_errors"])
    return {
        "findings": [vars(finding) for finding in findings],
        "cri_socket": preflight.cri_socket,
        "kubelet_version": preflight.kubelet_version,
    }


def main() -> None:
    answer(
        observe,
        libraries=("yaml",),
        argument_spec={
            "cluster": CLUSTER_OPTIONS,
            "cri_socket": {"type": "str"},
            "ignore_preflight_errors": {"type": "list", "elements": "str", "default": []},
        },
    )


if __name__ == "__main__":
    main()
