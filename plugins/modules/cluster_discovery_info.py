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
  - By O(discovery_file) or O(discovery_kubeconfig), a kubeconfig that is itself trusted says where the API server is and
    whose CA vouches for it. The ConfigMap is read over TLS that this CA verifies, the host's own CA certificates where the file
    has none. The file's server is kept; the ConfigMap's CA is only taken where the file has none. A server that refuses to show
    it has proven by its certificate who it is, and the file is used as it is.
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
      - Exactly one of O(token), O(discovery_file), O(discovery_kubeconfig) and O(kubeconfig) is needed.
    type: str
  tls_bootstrap_token:
    description: Bootstrap token to read the cluster's configuration with, where it is another than O(token). It takes the place of
      the credentials of O(discovery_file), and is needed where that has none.
    type: str
  ca_cert_hashes:
    description: Pins of the CA, V(sha256:) and 64 hexadecimal digits each, as C(kubeadm init) prints them. One must match.
    type: list
    elements: str
    default: []
  unsafe_skip_ca_verification:
    description:
      - Allow O(ca_cert_hashes) to be empty. Whoever knows the token can then pose as the control plane, which a warning says.
      - Where there are pins, they are enforced all the same.
    type: bool
    default: false
  timeout:
    description: Seconds to wait for an API server that does not answer.
    type: float
    default: 300
  api_call_timeout:
    description: Seconds to ask for each part of the cluster's configuration, of an API server that does not answer or is starting up.
    type: float
    default: 60
  kubeconfig:
    description: Path of a kubeconfig with an administrator's rights, on the host that the module runs on.
    type: path
  discovery_file:
    description:
      - Path of a kubeconfig on the host that the module runs on, or an https URL of one, which the host's own CA
        certificates (or E(SSL_CERT_FILE) and E(SSL_CERT_DIR)) verify.
      - Its cluster is the one without a name, else that of its current context. Paths in it are relative to its folder; one that
        comes from a URL must embed what it names.
      - Credentials are those of its current context, a token, C(tokenFile), name and password, client certificate, or an
        C(exec) plugin, which is run on the host.
      - C(insecure-skip-tls-verify), C(tls-server-name) and C(proxy-url) are refused.
    type: str
  discovery_kubeconfig:
    description: Content of such a file, brought from elsewhere. What it names must be embedded.
    type: str
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

- name: Trust the cluster by a file on the node, which has no credentials
  kubejoin.kubeadm.cluster_discovery_info:
    discovery_file: /etc/kubernetes/discovery.conf
    tls_bootstrap_token: "{{ vaulted_token }}"
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
notes:
  description: Sentences about what was unusual, as a proxy that was used, or a server that differs from the file's.
  returned: success
  type: list
  elements: str
"""

import typing as t

from ..module_utils._ansible.bootstrap_credentials import FILE_OPTIONS
from ..module_utils._ansible.cluster_discovery import discover
from ..module_utils._ansible.module import answer
from ..module_utils._core.clock import SystemClock
from ..module_utils._system.host import LocalHost


def observe(params: t.Mapping[str, t.Any], host: LocalHost) -> dict[str, t.Any]:
    return discover(params, SystemClock(), host.run)


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
            "api_call_timeout": {"type": "float", "default": 60},
            "kubeconfig": {"type": "path"},
            **FILE_OPTIONS,
        },
        required_by={"token": ("endpoint",)},
    )


if __name__ == "__main__":
    main()
