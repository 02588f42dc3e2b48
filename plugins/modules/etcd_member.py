#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: etcd_member
short_description: Add a control plane to etcd as a voting member
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Performs the phase C(etcd-join) of C(kubeadm join). Runs on the joining control plane after its kubelet has started, and uses the host's
    C(/etc/kubernetes/admin.conf) and the certificates written by M(kubejoin.kubeadm.control_plane_files).
  - etcd must have a quorum of healthy members. The module adds the member as a learner, which has no vote, writes its static pod,
    and promotes it after it has caught up.
  - Hosts that join at the same time do this one after another, under the Lease C(kube-system/kubejoin-etcd).
  - Continues where an earlier run stopped. If etcd does not start on this host, the module removes the learner that it has added.
    kubeadm leaves it in place. The next run restarts the kubelet, which would otherwise wait for the end of the earlier pod.
  - Does nothing in a cluster with an external etcd.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.cluster
  - kubejoin.kubeadm.cluster
  - kubejoin.kubeadm.cluster.admin
  - kubejoin.kubeadm.node
  - kubejoin.kubeadm.node.address
  - kubejoin.kubeadm.node.patches
  - kubejoin.kubeadm.node.kustomize
  - kubejoin.kubeadm.requirements
options:
  health_timeout:
    description: Seconds that etcd may take to start before the kubelet restarts it (C(timeouts.controlPlaneComponentHealthCheck)).
    type: float
    default: 240
  timeout:
    description: Timeout in seconds of each step (C(timeouts.etcdAPICall)).
    type: float
    default: 120
  api_call_timeout:
    description: Seconds to retry each request while the API server does not respond or is starting (C(timeouts.kubernetesAPICall)).
    type: float
    default: 60
  lock_timeout:
    description: Seconds to wait for other hosts to join.
    type: float
    default: 600
seealso:
  - module: kubejoin.kubeadm.control_plane_files
"""

EXAMPLES = r"""
- name: Add this host to etcd
  kubejoin.kubeadm.etcd_member:
    cluster: "{{ discovery.cluster }}"
"""

RETURN = r"""
files:
  description: The static pod of etcd. Empty if etcd is external.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Path of the file.
      type: str
      sample: /etc/kubernetes/manifests/etcd.yaml
    mode:
      description: Permissions in octal.
      type: str
      sample: "0600"
    owner:
      description: Name of the owner, or the user ID if it has no name.
      type: str
      sample: root
    changed:
      description:
        - Whether the module wrote the file. In check mode, whether it would. V(null) if that depends on what the module cannot query yet.
      type: bool
      sample: true
member:
  description: The etcd member of this host. All values are V(null) if etcd is external.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the member.
      type: str
      sample: cp-2
    id:
      description: ID of the member in hexadecimal, as C(etcdctl) takes it. V(null) in check mode if the member is not listed yet.
      type: str
      sample: 8e9e05c52164694d
    peer_url:
      description: Its peer URL.
      type: str
      sample: https://192.0.2.12:2380
    state:
      description: V(voter), the state that the module leads to.
      type: str
      sample: voter
notes:
  description: Sentences about anything unusual, such as an ignored file in the folder of patches.
  returned: success
  type: list
  elements: str
  sample: ["The file README in /patches is ignored."]
"""

from ..module_utils._modules.etcd_member import main

if __name__ == "__main__":
    main()
