# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the local API endpoint."""

from __future__ import annotations

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.local_api import (
    CONTROL_PLANE_OPTIONS,
    LOCAL_API_OPTIONS,
)


def test_the_options_are_kubeadms_flags() -> None:
    """With kubeadm's port; an address is found where none is said."""
    assert LOCAL_API_OPTIONS["apiserver_bind_port"] == {"type": "int", "default": 6443}
    assert "default" not in LOCAL_API_OPTIONS["apiserver_advertise_address"]


def test_a_host_is_a_worker_unless_it_is_said() -> None:
    """A module that serves both has one option more."""
    assert CONTROL_PLANE_OPTIONS["control_plane"] == {"type": "bool", "default": False}
    assert CONTROL_PLANE_OPTIONS.keys() - LOCAL_API_OPTIONS.keys() == {"control_plane"}
