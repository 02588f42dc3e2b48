# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Defaults shared by several options, with kubeadm's values."""

from __future__ import annotations

__all__ = (
    "ADMIN_CONF",
    "API_CALL_TIMEOUT",
    "API_SERVER_PORT",
    "CERTIFICATES_DIR",
    "COMPONENT_TIMEOUT",
    "DISCOVERY_TIMEOUT",
    "ETCD_CALL_TIMEOUT",
    "KUBEADM_CERTS",
    "LOCK_TIMEOUT",
    "NODE_TIMEOUT",
    "TLS_BOOTSTRAP_TIMEOUT",
    "WAIT_LEVELS",
)

ADMIN_CONF = "/etc/kubernetes/admin.conf"
CERTIFICATES_DIR = "/etc/kubernetes/pki"
API_SERVER_PORT = 6443

#: The Secret of the shared certificates that ``kubeadm join`` reads.
KUBEADM_CERTS = "kubeadm-certs"

#: In seconds: the defaults of ``timeouts`` in a JoinConfiguration (kubernetesAPICall, controlPlaneComponentHealthCheck,
#: discovery, etcdAPICall, kubeletHealthCheck and tlsBootstrap).
API_CALL_TIMEOUT = 60
COMPONENT_TIMEOUT = 240
DISCOVERY_TIMEOUT = 300
ETCD_CALL_TIMEOUT = 120
NODE_TIMEOUT = 240
TLS_BOOTSTRAP_TIMEOUT = 300
#: Seconds to wait for other hosts that are changing etcd.
LOCK_TIMEOUT = 600

#: The levels that a node can be awaited at, weakest first. They are here for code that must not load the API client.
WAIT_LEVELS = ("none", "registered", "ready")
