# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the kubelet's client certificate is good."""

from __future__ import annotations

import datetime

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.identity import observe_identity
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import KUBELET_CLIENT_PEM
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority, pem_of_key
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.joined_host import AUTHORITY, joined_host

NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc)


def problem(host: TestHost, node_name: str = "cp-1", authority: Authority = AUTHORITY) -> str | None:
    return observe_identity(host, node_name=node_name, authorities=[authority.certificate], now=NOW)[1]


def test_the_certificate_of_a_joined_host_is_good() -> None:
    """Of its node, by its CA."""
    assert problem(joined_host()) is None
    assert problem(joined_host(), "cp-2") == "it names the node cp-1, not cp-2"
    assert problem(joined_host(), authority=Authority.make()) == "no CA of this cluster has signed it"


def test_a_certificate_is_returned_with_its_problem() -> None:
    """One that can be read, and no other."""
    found, reason = observe_identity(joined_host(), node_name="cp-2", authorities=[AUTHORITY.certificate], now=NOW)
    assert reason and found and found.node_name == "cp-1"
    assert observe_identity(TestHost(), node_name="cp-1", authorities=[], now=NOW)[0] is None


def test_an_absent_file_is_a_problem() -> None:
    """Before the first join."""
    assert problem(TestHost()) == "it is absent"


def test_what_cannot_be_read_is_named_by_its_path() -> None:
    """As a sentence."""
    host = TestHost()
    host.store(KUBELET_CLIENT_PEM, b"\xff", 0o600)
    found = problem(host)
    assert found is not None and found.startswith(f"Cannot read {KUBELET_CLIENT_PEM}: ")


def test_certificate_and_key_must_be_a_pair() -> None:
    """Without the key, or with another one, the kubelet cannot use it."""
    certificate, key = AUTHORITY.issue("system:node:cp-1", organization="system:nodes")
    other = AUTHORITY.issue("system:node:cp-1", organization="system:nodes")[1]
    host = TestHost()
    for content, good in (
        (certificate + pem_of_key(key), True),
        (certificate, False),
        (certificate + pem_of_key(other), False),
    ):
        host.store(KUBELET_CLIENT_PEM, content.encode(), 0o600)
        assert (problem(host) is None) is good
