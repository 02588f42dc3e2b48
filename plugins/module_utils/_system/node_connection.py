# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The connection of a node that has joined, with its kubelet's certificate."""

from __future__ import annotations

from .._api.kubeapi import KubeApi
from .._api.tls import trusting
from .._core.clock import SystemClock
from .._core.defaults import API_CALL_TIMEOUT
from .._core.retry import Patience
from .._host.machine import KUBELET_CLIENT_PEM
from .credential_files import load_files

__all__ = ("connect_as_node",)


def connect_as_node(server: str, certificate_authority: str, *, timeout: float = API_CALL_TIMEOUT) -> KubeApi:
    """Connect to the API server at ``server`` as this node, and verify it with CA certificates in PEM.

    ``timeout`` limits the repetition of requests, in seconds.
    """
    tls = trusting(certificate_authority)
    load_files(tls, KUBELET_CLIENT_PEM)
    return KubeApi(server, tls, patience=Patience(SystemClock(), timeout))
