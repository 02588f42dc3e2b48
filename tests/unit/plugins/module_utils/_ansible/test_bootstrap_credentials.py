# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection by the credentials of a discovery file."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.bootstrap_credentials import (
    FILE_OPTIONS,
    bootstrap_connection,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.retry import Patience
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import GOOD, config, control_plane, options
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, run_program
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer

SECRET = "a-token-that-is-secret"
ONCE = Patience(TestClock())


def test_the_kubelet_step_speaks_with_the_files_credentials_to_whom_the_cluster_vouches_for() -> None:
    """And reads them when it needs them, not before."""
    with FakeServer(control_plane(), GOOD) as server:
        cluster = Cluster(server.url, GOOD.pem, (pin_of(GOOD.certificate),))
        connect = bootstrap_connection(
            options(discovery_kubeconfig=config("https://127.0.0.1:1", {"token": SECRET})), cluster, run_program, ONCE
        )
        assert connect is not None
        connect().get("/x")
    assert SECRET.encode() in server.received
    assert bootstrap_connection(options(), cluster, run_program, ONCE) is None


def test_a_file_without_credentials_is_refused_when_it_is_needed() -> None:
    """Not before: most of a plan needs no connection."""
    cluster = Cluster("https://api:6443", GOOD.pem, (pin_of(GOOD.certificate),))
    connect = bootstrap_connection(options(discovery_kubeconfig=config("https://api:6443")), cluster, run_program, ONCE)
    assert connect is not None
    with pytest.raises(JoinError) as caught:
        connect()
    assert caught.value.code == "credentials_missing"


def test_a_file_that_is_absent_is_named_when_it_is_needed() -> None:
    """By its path."""
    cluster = Cluster("https://api:6443", GOOD.pem, (pin_of(GOOD.certificate),))
    connect = bootstrap_connection(options(discovery_file="/absent/d.conf"), cluster, run_program, ONCE)
    assert connect is not None
    with pytest.raises(JoinError) as caught:
        connect()
    assert (caught.value.code, caught.value.details) == ("kubeconfig_unreadable", {"path": "/absent/d.conf"})


def test_the_content_of_a_file_is_marked_as_secret() -> None:
    """It holds credentials; its path does not."""
    assert {name for name, option in FILE_OPTIONS.items() if option.get("no_log")} == {"discovery_kubeconfig"}
