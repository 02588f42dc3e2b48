#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: control_plane_node
short_description: Wait for the node of a control plane, mark it, and wait until its components are healthy
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Performs the phases C(kubelet-wait-bootstrap), C(control-plane-join/mark-control-plane) and C(wait-control-plane) of C(kubeadm join), in
    this order. Runs on the control plane after its etcd has joined.
  - Waits until the Node is Ready, and reports the reason if it is not.
  - Performs the phase C(control-plane-join/update-status) before marking the Node, if O(cluster.cluster_configuration) is that of a cluster
    older than 1.22. Such clusters keep the addresses of their API servers in C(ClusterStatus) of the ConfigMap C(kube-system/kubeadm-config).
  - Sets the labels of control planes and O(taints) on the Node. Other labels and taints are kept.
  - Waits until C(kube-apiserver), C(kube-controller-manager) and C(kube-scheduler) of this host report that they are healthy, at the
    addresses in their static pods.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.cluster
  - kubejoin.kubeadm.cluster
  - kubejoin.kubeadm.cluster.admin
  - kubejoin.kubeadm.node
  - kubejoin.kubeadm.node.address
  - kubejoin.kubeadm.node.bind_port
  - kubejoin.kubeadm.node.wait
  - kubejoin.kubeadm.requirements
options:
  phases:
    description:
      - Phases to run, by kubeadm's names.
    type: list
    elements: str
    choices: [kubelet-wait-bootstrap, control-plane-join/update-status, control-plane-join/mark-control-plane, wait-control-plane]
    default: [kubelet-wait-bootstrap, control-plane-join/update-status, control-plane-join/mark-control-plane, wait-control-plane]
  cri_socket:
    description:
      - Socket of the container runtime, for the Node's annotation in clusters that do not keep the socket in a file. The default is the one of
        kubeadm's known sockets that responds.
    type: str
  taints:
    description: Taints of the Node, each as V(key=value:Effect).
    type: list
    elements: str
    default: ["node-role.kubernetes.io/control-plane:NoSchedule"]
  timeout:
    description: Seconds to wait until the Node can be marked (C(timeouts.kubernetesAPICall)).
    type: float
    default: 60
  health_timeout:
    description: Seconds to wait until the components are healthy (C(timeouts.controlPlaneComponentHealthCheck)).
    type: float
    default: 240
seealso:
  - module: kubejoin.kubeadm.control_plane_files
  - module: kubejoin.kubeadm.etcd_member
"""

EXAMPLES = r"""
- name: Wait for the node, mark it as a control plane and wait for its components
  kubejoin.kubeadm.control_plane_node:
    cluster: "{{ discovery.cluster }}"
"""

RETURN = r"""
cluster_status:
  description: The entry of this control plane in C(ClusterStatus). All values are V(null) in a cluster of Kubernetes 1.22 or later.
  returned: success
  type: dict
  contains:
    advertise_address:
      description: IP address that its API server advertises.
      type: str
      sample: 192.0.2.12
    bind_port:
      description: Port that its API server binds to.
      type: int
      sample: 6443
components:
  description: The components of the control plane on this host, ordered by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the static pod.
      type: str
      sample: kube-apiserver
    url:
      description:
        - URL of the health check. In check mode, V(null) if the static pod does not exist yet.
        - V(null) without the phase V(wait-control-plane).
      type: str
      sample: https://192.0.2.12:6443/livez
    healthy:
      description:
        - Whether the component is healthy. In check mode, whether it would be.
        - V(null) without the phase V(wait-control-plane).
      type: bool
      sample: true
node:
  description: The Node of this host.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the Node.
      type: str
      sample: cp-2
    uid:
      description: UID of the Node. V(null) if it was not queried, or is not registered.
      type: str
      sample: 6a8fa1c5-6f0e-4a3a-9c5e-6f3c9d6f1a2b
    level:
      description:
        - V(registered) or V(ready), as in O(wait_for). In check mode, the level that the module would wait for.
        - V(null) if the Node was not queried.
      type: str
      sample: ready
    labels:
      description:
        - Labels of the Node. In check mode, those that are known to be set.
        - V(null) if the Node was not queried.
      type: dict
      sample: {"kubernetes.io/hostname": "cp-2", "node-role.kubernetes.io/control-plane": ""}
    taints:
      description:
        - Taints of the Node, V(key=value:Effect) each. In check mode, those that are known to be set.
        - V(null) if the Node was not queried.
      type: list
      elements: str
      sample: ["node-role.kubernetes.io/control-plane:NoSchedule"]
notes:
  description: Sentences about anything unusual.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ..module_utils._modules.control_plane_node import main

if __name__ == "__main__":
    main()
