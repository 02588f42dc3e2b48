# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that only control planes make."""

from __future__ import annotations

import pathlib
import ssl

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.https import HttpsError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.control_plane_connections import (
    connect_to_etcd,
    health_probe,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, pem_of_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import GOOD, config
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import run_program
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer, server_tls

OTHER = Authority.make()
ETCD = Authority.make("etcd-ca")


def only_for_clients(authority: Authority) -> ssl.SSLContext:
    context = server_tls(*authority.issue("server", addresses=["127.0.0.1"]))
    context.load_verify_locations(cadata=authority.pem)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


@pytest.fixture
def certificates(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder of certificates as kubeadm makes it."""
    certificate, key = ETCD.issue("kube-etcd-healthcheck-client")
    (tmp_path / "etcd").mkdir()
    (tmp_path / "etcd/ca.crt").write_text(ETCD.pem)
    (tmp_path / "etcd/healthcheck-client.crt").write_text(certificate)
    (tmp_path / "etcd/healthcheck-client.key").write_text(pem_of_key(key))
    return tmp_path


def test_etcd_is_asked_as_its_client_for_health(certificates: pathlib.Path) -> None:
    """Its own CA vouches for it, and for us."""
    with FakeServer(lambda _method, _path: (200, {"members": []}), ETCD, tls=only_for_clients(ETCD)) as server:
        etcd = connect_to_etcd([server.url], str(certificates))
        assert etcd.members() == ()
        assert server.requests == ["POST /v3/cluster/member/list"]
    with FakeServer(lambda _method, _path: (200, {}), OTHER) as other:
        with pytest.raises(JoinError) as caught:
            connect_to_etcd([other.url], str(certificates)).members()
        assert other.received == b""
    assert caught.value.code == "etcd_untrusted"


@pytest.mark.parametrize("name", ["ca.crt", "healthcheck-client.crt", "healthcheck-client.key"])
def test_a_file_that_is_missing_is_an_error(certificates: pathlib.Path, name: str) -> None:
    """Nobody is asked then."""
    (certificates / "etcd" / name).unlink()
    with pytest.raises(JoinError) as caught:
        connect_to_etcd(["https://127.0.0.1:1"], str(certificates))
    assert caught.value.code == "kubeconfig_unreadable"


@pytest.fixture
def kubeconfig(tmp_path: pathlib.Path) -> str:
    path = tmp_path / "admin.conf"
    path.write_text(config("https://api.invalid:6443", {"token": "a-token-that-is-secret"}))
    return str(path)


def test_the_api_server_must_be_vouched_for(kubeconfig: str) -> None:
    """The others make their certificates themselves."""
    ask = health_probe(kubeconfig, GOOD.pem, run_program)
    with FakeServer(lambda _method, _path: (500, {}), GOOD) as server:
        assert ask("kube-apiserver", f"{server.url}/livez") == 500
        assert server.requests == ["GET /livez"]
    with FakeServer(lambda _method, _path: (200, {}), OTHER) as server:
        assert ask("kube-scheduler", f"{server.url}/livez") == 200
        with pytest.raises(HttpsError):
            ask("kube-apiserver", f"{server.url}/livez")
        assert b"secret" not in server.received


def test_a_component_that_does_not_answer_is_an_error(kubeconfig: str) -> None:
    """In words that say what was seen."""
    with pytest.raises(HttpsError, match="refused"):
        health_probe(kubeconfig, GOOD.pem, run_program)("kube-scheduler", "https://127.0.0.1:1/livez")
