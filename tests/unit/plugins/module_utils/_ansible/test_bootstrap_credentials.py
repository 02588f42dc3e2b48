# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection by the credentials of a discovery file."""

from __future__ import annotations

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.bootstrap_credentials import (
    bootstrap_connection,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import GOOD, config, control_plane, options
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import run_program
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer

SECRET = "a-token-that-is-secret"


def test_the_kubelet_step_speaks_with_the_files_credentials_to_whom_the_cluster_vouches_for() -> None:
    """And reads them when it needs them, not before."""
    with FakeServer(control_plane(), GOOD) as server:
        cluster = Cluster(server.url, GOOD.pem, (pin_of(GOOD.certificate),))
        connect = bootstrap_connection(
            options(discovery_kubeconfig=config("https://127.0.0.1:1", {"token": SECRET})), cluster, run_program
        )
        assert connect is not None
        connect().get("/x")
    assert SECRET.encode() in server.received
    assert bootstrap_connection(options(), cluster, run_program) is None
