#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_discovery_info
short_description: Learn which cluster to join, and trust it
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Does what C(kubeadm join) calls discovery, once for all nodes of a play, and reads the cluster's configuration over
    the connection that it came to trust.
  - By O(token), the ConfigMap C(kube-public/cluster-info) is fetched from O(endpoint) without trust, its signature by the token is verified,
    and its CA is compared with O(ca_cert_hashes). It is then fetched again over TLS that only the pinned CA certificates
    vouch for, and only what came that way is believed. The secret half of the token is sent to nobody before.
  - By O(kubeconfig), the same ConfigMap is read with an administrator's rights.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.attributes.api
options:
  endpoint:
    description: Address of an API server, V(host:port), or V([address]:port) for IPv6. Needed with O(token).
    type: str
  token:
    description:
      - Bootstrap token that has signed the ConfigMap and may read the cluster's configuration.
      - Exactly one of O(token) and O(kubeconfig) is needed.
    type: str
  tls_bootstrap_token:
    description: Bootstrap token to read the cluster's configuration with, where it is another than O(token).
    type: str
  ca_cert_hashes:
    description: Pins of the CA, V(sha256:) and 64 hexadecimal digits each, as C(kubeadm init) prints them. One must match.
    type: list
    elements: str
    default: []
  unsafe_skip_ca_verification:
    description: Allow O(ca_cert_hashes) to be empty. Whoever knows the token can then pose as the control plane.
    type: bool
    default: false
  timeout:
    description: Seconds to wait for an API server that does not answer.
    type: float
    default: 300
  kubeconfig:
    description: Path of a kubeconfig with an administrator's rights, on the host that the module runs on.
    type: path
seealso:
  - module: kubejoin.kubeadm.kubelet
"""

EXAMPLES = r"""
- name: Trust the cluster by token and pin
  kubejoin.kubeadm.cluster_discovery_info:
    endpoint: api.example.org:6443
    token: "{{ vaulted_token }}"
    ca_cert_hashes:
      - sha256:34a1bbf09b31f8f1a6a5b8f0a1cc5f3a7c7f2a2b9a4f0a0bd1f6d1a4f8b7c6d5
  register: discovery

- name: Describe the cluster by an administrator's kubeconfig
  kubejoin.kubeadm.cluster_discovery_info:
    kubeconfig: /etc/kubernetes/admin.conf
  register: discovery
"""

RETURN = r"""
cluster:
  description: The cluster, as the other modules take it.
  returned: success
  type: dict
  contains:
    server:
      description: URL of the API server.
      type: str
      sample: https://api.example.org:6443
    certificate_authority:
      description: The cluster's CA certificates in PEM.
      type: str
    ca_cert_hashes:
      description: Pins of those of the CA certificates that vouch for the API server.
      type: list
      elements: str
    cluster_configuration:
      description: Text of C(ClusterConfiguration) in ConfigMap C(kube-system/kubeadm-config).
      type: str
    kubelet_configuration:
      description: Text of C(kubelet) in ConfigMap C(kube-system/kubelet-config).
      type: str
"""

import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.connections import connect_as_admin
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.host import LocalHost
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.module import answer
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._clock import SystemClock
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery import (
    discover_by_admin,
    discover_by_token,
    read_configuration,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._pin import parse_pins
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._token import parse_token


def observe(params: t.Mapping[str, t.Any], host: LocalHost) -> dict[str, t.Any]:
    if params["kubeconfig"]:
        api = connect_as_admin(params["kubeconfig"])
        cluster = discover_by_admin(api)
    else:
        reader = parse_token(params["tls_bootstrap_token"] or params["token"])
        cluster = discover_by_token(
            params["endpoint"],
            parse_token(params["token"]),
            parse_pins(params["ca_cert_hashes"], may_be_empty=params["unsafe_skip_ca_verification"]),
            clock=SystemClock(),
            timeout=params["timeout"],
        )
        api = cluster.connect(bearer=reader.bearer)
    return {"cluster": read_configuration(api, cluster).to_mapping()}


def main() -> None:
    answer(
        observe,
        argument_spec={
            "endpoint": {"type": "str"},
            "token": {"type": "str", "no_log": True},
            "tls_bootstrap_token": {"type": "str", "no_log": True},
            "ca_cert_hashes": {"type": "list", "elements": "str", "default": []},
            "unsafe_skip_ca_verification": {"type": "bool", "default": False},
            "timeout": {"type": "float", "default": 300},
            "kubeconfig": {"type": "path"},
        },
        required_one_of=[("token", "kubeconfig")],
        mutually_exclusive=[("token", "kubeconfig")],
        required_by={"token": ("endpoint",)},
    )


if __name__ == "__main__":
    main()
