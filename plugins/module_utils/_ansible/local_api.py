# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The options for a host's own API server and its address."""

from __future__ import annotations

import typing as t

from .._core.defaults import API_SERVER_PORT

__all__ = ("CONTROL_PLANE_OPTIONS", "LOCAL_API_OPTIONS")

#: kubeadm's flags for the local API endpoint.
LOCAL_API_OPTIONS: dict[str, t.Any] = {
    "apiserver_advertise_address": {"type": "str"},
    "apiserver_bind_port": {"type": "int", "default": API_SERVER_PORT},
}

#: The options of a module that also supports workers.
CONTROL_PLANE_OPTIONS: dict[str, t.Any] = {"control_plane": {"type": "bool", "default": False}, **LOCAL_API_OPTIONS}
