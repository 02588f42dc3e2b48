#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: node_info
short_description: Wait until this host's node is registered, or Ready, and say why when it is not
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Follows the Node object with the node's own certificate, in one request where nothing goes wrong.
  - Gives up early when the kubelet keeps ending, with its last log lines.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.attributes.api
  - kubejoin.kubeadm.cluster
options:
  node_name:
    description: Name of the node. By default the host name, in lower case.
    type: str
  wait_for:
    description: What to wait for. V(registered) does not wait for the pod network that V(ready) needs.
    type: str
    choices: [registered, ready]
    default: ready
  wait_timeout:
    description: Seconds to wait.
    type: int
    default: 240
seealso:
  - module: kubejoin.kubeadm.kubelet
"""

EXAMPLES = r"""
- name: Wait until this node is Ready
  kubejoin.kubeadm.node_info:
    cluster: "{{ discovery.cluster }}"
  register: node
"""

RETURN = r"""
node_name:
  description: Name of the node.
  returned: success
  type: str
  sample: worker-1
registered:
  description: Whether the Node object exists.
  returned: success
  type: bool
ready:
  description: Whether its condition Ready is true.
  returned: success
  type: bool
reason:
  description: Reason of the condition Ready.
  returned: success
  type: str
  sample: KubeletReady
message:
  description: Message of the condition Ready.
  returned: success
  type: str
"""

import dataclasses
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.connections import connect_as_node
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.host import LocalHost
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.module import CLUSTER_OPTIONS, answer
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._clock import SystemClock
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host import KUBELET_CLIENT_PEM
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet_service import watch_kubelet
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._node import await_node


def observe(params: t.Mapping[str, t.Any], host: LocalHost) -> dict[str, t.Any]:
    cluster = params["cluster"]
    name = params["node_name"] or host.hostname()
    status = await_node(
        connect_as_node(cluster["server"], cluster["certificate_authority"], KUBELET_CLIENT_PEM),
        name,
        params["wait_for"],
        clock=SystemClock(),
        timeout=params["wait_timeout"],
        give_up=watch_kubelet(host),
    )
    return {"node_name": name, **dataclasses.asdict(status)}


def main() -> None:
    answer(
        observe,
        libraries=("requests",),
        argument_spec={
            "cluster": CLUSTER_OPTIONS,
            "node_name": {"type": "str"},
            "wait_for": {"type": "str", "choices": ["registered", "ready"], "default": "ready"},
            "wait_timeout": {"type": "int", "default": 240},
        },
    )


if __name__ == "__main__":
    main()
