#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: node_state_info
short_description: Tell whether this host has joined a cluster, which one, and what is left to do
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Looks at the host first. Only a host that has everything of a joined one is asked for at the API server, with its own certificate.
  - Needs no Python library on a host that has not joined.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
options:
  node_name:
    description: Name of the node. By default the host name, in lower case.
    type: str
  ca_cert_hashes:
    description:
      - Pins of the CAs of the cluster that this host should be in, V(sha256:) and 64 hexadecimal digits each.
      - A host that belongs to a cluster with none of them is an error. Not checked when empty.
    type: list
    elements: str
    default: []
  wait_for:
    description: How far a node must have come to count as joined.
    type: str
    choices: [registered, ready]
    default: ready
seealso:
  - module: kubejoin.kubeadm.kubelet
"""

EXAMPLES = r"""
- name: Look at this host
  kubejoin.kubeadm.node_state_info:
  register: node

- name: Say what is left to do
  ansible.builtin.debug:
    var: node.pending
"""

RETURN = r"""
joined:
  description: Whether nothing is left to do.
  returned: success
  type: bool
pending:
  description: The steps that are not done, as sentences.
  returned: success
  type: list
  elements: str
  sample: ["/etc/kubernetes/kubelet.conf is absent"]
node_name:
  description: Name of the node.
  returned: success
  type: str
  sample: worker-1
server:
  description: The API server that C(kubelet.conf) names, empty when there is none.
  returned: success
  type: str
  sample: https://api.example.org:6443
ca_cert_hashes:
  description: Pins of the CAs in C(kubelet.conf).
  returned: success
  type: list
  elements: str
certificate_expires:
  description: When the node's client certificate expires, in UTC; empty when there is none.
  returned: success
  type: str
  sample: "2027-11-24T12:15:33Z"
missing_packages:
  description: Packages of this distribution that bring the Python libraries that the other modules need and that are missing.
  returned: success
  type: list
  elements: str
"""

import dataclasses
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.host import LocalHost
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.module import answer
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.requirements import missing_packages
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._clock import SystemClock
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host import KUBELET_CLIENT_PEM
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._node_state import observe_node_state
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._pin import parse_pin

if t.TYPE_CHECKING:
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubeapi import KubeApi


def connect(server: str, certificate_authority: str) -> KubeApi:
    # Only here: a host that has not joined is not asked for the libraries that this needs.
    from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.connections import connect_as_node

    return connect_as_node(server, certificate_authority, KUBELET_CLIENT_PEM)


def observe(params: t.Mapping[str, t.Any], host: LocalHost) -> dict[str, t.Any]:
    missing = missing_packages()
    state = observe_node_state(
        host,
        node_name=params["node_name"] or "",
        pins=[parse_pin(pin) for pin in params["ca_cert_hashes"]],
        level=params["wait_for"],
        clock=SystemClock(),
        connect=connect,
        can_look=not missing,
    )
    return {**dataclasses.asdict(state), "joined": state.joined, "missing_packages": missing}


def main() -> None:
    answer(
        observe,
        libraries=(),
        argument_spec={
            "node_name": {"type": "str"},
            "ca_cert_hashes": {"type": "list", "elements": "str", "default": []},
            "wait_for": {"type": "str", "choices": ["registered", "ready"], "default": "ready"},
        },
    )


if __name__ == "__main__":
    main()
