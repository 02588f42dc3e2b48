# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The API server of a new control plane, at the address that the options specify."""

from __future__ import annotations

import typing as t

from .._system.host import LocalHost
from .local_api import CONTROL_PLANE_OPTIONS, LOCAL_API_OPTIONS

__all__ = ("CONTROL_PLANE_OPTIONS", "LOCAL_API_OPTIONS", "own_api_server")


def own_api_server(params: t.Mapping[str, t.Any], host: LocalHost) -> str:
    """Return the URL of this host's own API server, or an empty string for a worker."""
    if not params["control_plane"]:
        return ""
    # Only here: a worker does not need this code.
    from .._control_plane.local_node import ControlPlaneNode
    from .._host.advertise_address import choose_advertise_address
    from .._host.node_name import settle_node_name

    address = choose_advertise_address(host, params["apiserver_advertise_address"] or "")
    name = settle_node_name(host, params["node_name"] or "")
    return ControlPlaneNode(name, address, params["apiserver_bind_port"]).server
