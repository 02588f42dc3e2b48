# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the API server of a host that joins is."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.control_plane import (
    CONTROL_PLANE_OPTIONS,
    LOCAL_API_OPTIONS,
    own_api_server,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost


def server(**changed: t.Any) -> str:
    params = {
        "control_plane": True,
        "apiserver_advertise_address": "192.0.2.2",
        "apiserver_bind_port": 6443,
        "node_name": None,
        **changed,
    }
    return own_api_server(params, t.cast("t.Any", TestHost("cp-2")))


def test_a_worker_has_none() -> None:
    """Whatever else is said."""
    assert server(control_plane=False) == ""


def test_a_control_plane_has_one_at_its_address() -> None:
    """In brackets for IPv6, at the port that is named."""
    assert server() == "https://192.0.2.2:6443"
    assert server(apiserver_advertise_address="2001:db8::2", apiserver_bind_port=7443) == "https://[2001:db8::2]:7443"


def test_an_address_that_is_not_usable_is_refused() -> None:
    """And one that cannot be found."""
    for address in ("127.0.0.1", None):
        with pytest.raises(JoinError) as caught:
            server(apiserver_advertise_address=address)
        assert caught.value.code == "advertise_address_unusable"


def test_both_groups_of_options_are_offered() -> None:
    """Modules take them from here."""
    assert LOCAL_API_OPTIONS.items() <= CONTROL_PLANE_OPTIONS.items()
