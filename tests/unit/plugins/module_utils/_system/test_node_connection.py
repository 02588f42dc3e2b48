# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection of a node that has joined."""

from __future__ import annotations

import pathlib
import ssl

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system import node_connection
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.node_connection import connect_as_node
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, pem_of_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer, server_tls

CA = Authority.make()


@pytest.fixture
def identity(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """Where the kubelet would keep its certificate and key."""
    path = tmp_path / "kubelet-client-current.pem"
    monkeypatch.setattr(node_connection, "KUBELET_CLIENT_PEM", str(path))
    return path


def test_a_node_speaks_with_its_kubelets_certificate(identity: pathlib.Path) -> None:
    """To a server that its cluster's CA vouches for."""
    certificate, key = CA.issue("system:node:worker-1", organization="system:nodes")
    identity.write_text(certificate + pem_of_key(key))
    tls = server_tls(*CA.issue("kube-apiserver", addresses=["127.0.0.1"]))
    tls.load_verify_locations(cadata=CA.pem)
    tls.verify_mode = ssl.CERT_REQUIRED
    with FakeServer(lambda _method, _path: (200, {"kind": "x"}), CA, tls=tls) as server:
        assert connect_as_node(server.url, CA.pem).get("/x") == {"kind": "x"}
        with pytest.raises(JoinError) as caught:
            connect_as_node(server.url, Authority.make().pem).get("/x")
    assert caught.value.code == "api_server_untrusted"


def test_a_node_without_a_certificate_is_refused(identity: pathlib.Path) -> None:
    """Its path is named."""
    with pytest.raises(JoinError) as caught:
        connect_as_node("https://api:6443", CA.pem)
    assert (caught.value.code, caught.value.details) == ("kubeconfig_unreadable", {"path": str(identity)})
