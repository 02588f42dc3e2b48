#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight_info
short_description: Tell whether this host has joined a cluster, and if not, check that it can
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Looks at the host first. Only a host that has everything of a joined one is asked for at the API server, with its own certificate.
  - A host that has not joined goes through the checks that C(kubeadm join) makes before it changes anything, under kubeadm's names and with
    the severities of the cluster's version, or else the kubelet's. All findings are reported at once. The module fails when one is an
    error that is not to be ignored.
  - kubeadm's checks are V(IsPrivilegedUser) (its code is V(not_privileged), and nothing else is checked then),
    V(FileAvailable--etc-kubernetes-kubelet.conf), V(FileAvailable--etc-kubernetes-bootstrap-kubelet.conf),
    V(FileAvailable--etc-kubernetes-pki-ca.crt) or another O(ca_cert_path), V(CRI), V(ContainerRuntimeVersion), V(FileExisting-losetup),
    V(FileExisting-mount), V(FileExisting-cp), V(Swap), V(FileContent--proc-sys-net-ipv4-ip_forward),
    V(FileContent--proc-sys-net-ipv6-conf-default-forwarding), V(SystemVerification), V(Hostname), V(KubeletVersion), V(Service-kubelet),
    V(Port-10250) and V(HTTPProxy).
  - Of a host that becomes a control plane it checks V(NumCPU), V(Mem), V(KubernetesVersion), V(Firewalld), V(Port-6443) or another
    O(apiserver_bind_port), V(Port-10259), V(Port-10257), V(FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml) and those of the
    other static pods, V(HTTPProxy) and V(HTTPProxyCIDR) as well, V(Port-2379), V(Port-2380) and
    V(DirAvailable--var-lib-etcd) where etcd is not external, and V(ImagePull), which pulls nothing and tells which images are missing.
  - Checks that kubeadm does not have are V(CgroupDriver), V(AdvertiseAddress), V(Endpoint) and V(ClockSkew). The last two come of one TLS
    connection to the endpoint, over which nothing secret is sent.
  - Needs no Python library on a host that has not joined.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.attributes.api
  - kubejoin.kubeadm.cluster
  - kubejoin.kubeadm.node
  - kubejoin.kubeadm.node.address
  - kubejoin.kubeadm.node.bind_port
options:
  cluster:
    description:
      - The cluster that this host is to join, as M(kubejoin.kubeadm.cluster_discovery_info) returns it, where it is known already.
      - The kubelet's version and the container runtime are judged by it, and its API server is looked at.
    required: false
  endpoint:
    description: Address of the API server that is to be looked at where O(cluster) is not known, V(host:port).
    type: str
  ca_cert_path:
    description: Where the cluster's CA certificates will be written to.
    type: path
    default: /etc/kubernetes/pki/ca.crt
  checks:
    description: Whether to check a host that has not joined. Off, it is only looked at, as when the phase C(preflight) is skipped.
    type: bool
    default: true
  ca_cert_hashes:
    description:
      - Pins of the CAs of the cluster that this host should be in, V(sha256:) and 64 hexadecimal digits each.
      - Files of a cluster with none of them are an error. Files of any cluster are only warnings when this is empty.
    type: list
    elements: str
    default: []
  wait_for:
    description: How far a node must have come to count as joined. With V(none) the API server is asked for the mark of a control plane alone.
    type: str
    choices: [none, registered, ready]
    default: ready
  cri_socket:
    description: Socket of the container runtime. By default the one of kubeadm's known ones that answers.
    type: str
  control_plane:
    description:
      - Whether this host is to be a control plane (C(--control-plane)).
      - Then it has joined only when its kubelet has, its static pods are there, and its Node is marked as a control plane.
    type: bool
    default: false
  image_pull_policy:
    description: Images that are missing on a control plane are told unless this is V(Never) (C(nodeRegistration.imagePullPolicy)).
    type: str
    choices: [Always, IfNotPresent, Never]
    default: IfNotPresent
  discovery:
    description:
      - How to trust the cluster at O(endpoint), by O(ca_cert_hashes) and a token. A host that is fit to join then discovers it right after
        its checks, as kubeadm does in this phase, and returns it as RV(cluster).
      - It tries once. Where that does not lead to the cluster, M(kubejoin.kubeadm.cluster_discovery_info) waits for it and says why.
    type: dict
    suboptions:
      token:
        description: As O(kubejoin.kubeadm.cluster_discovery_info#module:token).
        type: str
        required: true
      tls_bootstrap_token:
        description: As O(kubejoin.kubeadm.cluster_discovery_info#module:tls_bootstrap_token).
        type: str
      unsafe_skip_ca_verification:
        description: As O(kubejoin.kubeadm.cluster_discovery_info#module:unsafe_skip_ca_verification).
        type: bool
        default: false
  rootfs:
    description: Folder that will be the root of a machine, looked at instead of this host (C(--rootfs)).
    type: path
  ignore_preflight_errors:
    description: Names of checks whose errors count as warnings, in any case, or V(all).
    type: list
    elements: str
    default: []
seealso:
  - module: kubejoin.kubeadm.kubelet
"""

EXAMPLES = r"""
- name: Look at this host
  kubejoin.kubeadm.preflight_info:
    ignore_preflight_errors:
      - Port-10250
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
states:
  description:
    - How far this host has come, V(true) for what is done.
    - C(kubelet) that it has joined as far as O(wait_for) says. Of a control plane also C(static_pods), which are there, and C(mark), the
      label C(node-role.kubernetes.io/control-plane) of its Node, asked for only when nothing else is left to do.
  returned: success
  type: dict
  sample: {"kubelet": true, "static_pods": true, "mark": false}
node_name:
  description: Name of the node.
  returned: success
  type: str
  sample: worker-1
machine_id:
  description: Content of C(/etc/machine-id), empty when there is none.
  returned: success
  type: str
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
findings:
  description: What the checks of a host that has not joined have found.
  returned: success
  type: list
  elements: dict
  contains:
    check:
      description: kubeadm's name of the check, or ours.
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
  description: Socket of the container runtime that was checked, empty when several runtimes answer.
  returned: success
  type: str
  sample: unix:///var/run/containerd/containerd.sock
kubelet_version:
  description: What C(kubelet --version) prints.
  returned: success
  type: str
  sample: Kubernetes v1.37.2
cluster:
  description: The cluster, as M(kubejoin.kubeadm.cluster_discovery_info) returns it.
  returned: when O(discovery) has led to it
  type: dict
notes:
  description: Sentences about what was unusual on the way to it.
  returned: when O(discovery) has led to it
  type: list
  elements: str
missing_packages:
  description: Packages of this distribution that bring the Python libraries that the other modules need and that are missing.
  returned: success
  type: list
  elements: str
"""

import dataclasses
import typing as t

from ..module_utils._ansible.local_api import CONTROL_PLANE_OPTIONS
from ..module_utils._ansible.module import CLUSTER_OPTIONS, answer
from ..module_utils._core.clock import SystemClock
from ..module_utils._core.wait_levels import WAIT_LEVELS
from ..module_utils._credentials.pin import parse_pin
from ..module_utils._host.state import observe_node_state
from ..module_utils._system.host import LocalHost
from ..module_utils._system.requirements import missing_packages

if t.TYPE_CHECKING:
    from ..module_utils._api.kubeapi import KubeApi

UNASKED: dict[str, t.Any] = {"findings": [], "cri_socket": "", "kubelet_version": ""}


def connect(server: str, certificate_authority: str) -> KubeApi:
    # Only here: a host that has not joined is not asked for the libraries that this needs.
    from ..module_utils._system.node_connection import connect_as_node

    return connect_as_node(server, certificate_authority)


def observe(params: t.Mapping[str, t.Any], host: LocalHost) -> dict[str, t.Any]:
    missing = missing_packages()
    state = observe_node_state(
        host,
        node_name=params["node_name"] or "",
        pins=[parse_pin(pin) for pin in params["ca_cert_hashes"]],
        level=params["wait_for"],
        clock=SystemClock(),
        connect=connect,
        can_connect=not missing,
        control_plane=params["control_plane"],
    )
    return {
        **dataclasses.asdict(state),
        **(UNASKED if state.joined else check(params, host, can_discover=not missing)),
        "joined": state.joined,
        "missing_packages": missing,
    }


def check(params: t.Mapping[str, t.Any], host: LocalHost, *, can_discover: bool) -> dict[str, t.Any]:
    # Only here: a joined host has no use for it.
    from ..module_utils._ansible import preflight

    return preflight.check(params, host, can_discover=can_discover)


def main() -> None:
    answer(
        observe,
        libraries=(),
        argument_spec={
            "node_name": {"type": "str"},
            "ca_cert_hashes": {"type": "list", "elements": "str", "default": []},
            "wait_for": {"type": "str", "choices": list(WAIT_LEVELS), "default": "ready"},
            "ca_cert_path": {"type": "path", "default": "/etc/kubernetes/pki/ca.crt"},
            "cluster": {**CLUSTER_OPTIONS, "required": False},
            "endpoint": {"type": "str"},
            "cri_socket": {"type": "str"},
            "checks": {"type": "bool", "default": True},
            **CONTROL_PLANE_OPTIONS,
            "image_pull_policy": {
                "type": "str",
                "choices": ["Always", "IfNotPresent", "Never"],
                "default": "IfNotPresent",
            },
            "discovery": {
                "type": "dict",
                "options": {
                    "token": {"type": "str", "required": True, "no_log": True},
                    "tls_bootstrap_token": {"type": "str", "no_log": True},
                    "unsafe_skip_ca_verification": {"type": "bool", "default": False},
                },
            },
            "rootfs": {"type": "path"},
            "ignore_preflight_errors": {"type": "list", "elements": "str", "default": []},
        },
    )


if __name__ == "__main__":
    main()
