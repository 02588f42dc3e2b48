# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery by file: what the file says, and what cluster-info adds. The whole of it is in _ansible/test_cluster_discovery.py."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import refusal_class
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.by_file import FileDiscovery, discover_by_file
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN, cluster_info, kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock

GOOD, OTHER = Authority.make(), Authority.make()
SERVER = "https://api.example.org:6443"


class Api:
    """An API server with this cluster-info, or one that refuses it with a status."""

    server = SERVER

    def __init__(self, answer: t.Any) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def get(self, path: str) -> t.Any:
        self.asked.append(path)
        if isinstance(self.answer, int):
            raise refusal_class(self.answer)("No.", status=self.answer)
        return self.answer

    def find(self, path: str) -> t.Any:
        return None if self.answer == 404 else self.get(path)

    def not_kubernetes(self, path: str, seen: str) -> JoinError:
        return JoinError("api_server_not_kubernetes", f"{path} is {seen}.")


def discover(answer: t.Any, authority: str = GOOD.pem, timeout: float = 0) -> FileDiscovery:
    api = t.cast("t.Any", Api(answer))
    return discover_by_file(api, authority, what="the file", clock=TestClock(), timeout=timeout)


def info(bundle: str = GOOD.pem, server: str = SERVER) -> dict[str, t.Any]:
    return cluster_info(kubeconfig(bundle, server), TOKEN)


def test_a_file_that_agrees_with_the_cluster_needs_no_notes() -> None:
    """A slash at the end of a server makes no difference."""
    for server in (SERVER, f"{SERVER}/"):
        found = discover(info(server=server))
        assert found.notes == ()
        assert found.cluster.server == SERVER
        assert found.cluster.ca_cert_hashes == (pin_of(GOOD.certificate),)


def test_the_files_server_and_ca_go_before_those_of_the_cluster() -> None:
    """Another server is said; another CA is not, as the file is what is trusted."""
    found = discover(info(OTHER.pem, "https://other:6443"))
    assert (found.cluster.server, found.cluster.certificate_authority) == (SERVER, GOOD.pem)
    (note,) = found.notes
    assert SERVER in note and "https://other:6443" in note


def test_a_file_without_a_ca_gets_the_clusters() -> None:
    """Whole bundles, each with its pin."""
    found = discover(info(GOOD.pem + OTHER.pem), authority="")
    assert found.cluster.certificate_authority == GOOD.pem + OTHER.pem
    assert found.cluster.ca_cert_hashes == (pin_of(GOOD.certificate), pin_of(OTHER.certificate))


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_hides_cluster_info_is_enough(status: int) -> None:
    """Its certificate has proven its identity; without a CA in the file the kubelet would have none."""
    found = discover(status)
    assert str(status) in found.notes[0]
    assert found.cluster.certificate_authority == GOOD.pem
    with pytest.raises(JoinError) as caught:
        discover(status, authority="")
    assert caught.value.code == "discovery_file_incomplete"


@pytest.mark.parametrize(
    "answer", [500, {"data": {"kubeconfig": json.dumps({"clusters": []})}}, {"data": {"kubeconfig": "["}}]
)
def test_another_answer_is_an_error(answer: t.Any) -> None:
    """It is not taken for a server that hides something."""
    with pytest.raises(JoinError):
        discover(answer)


@pytest.mark.parametrize("authority", ["no PEM", GOOD.pem.replace("MII", "AAA")])
def test_a_ca_that_cannot_be_read_is_refused(authority: str) -> None:
    """With the file's name."""
    with pytest.raises(JoinError) as caught:
        discover(info(), authority)
    assert caught.value.code == "certificate_malformed"
    assert "the file" in str(caught.value)
