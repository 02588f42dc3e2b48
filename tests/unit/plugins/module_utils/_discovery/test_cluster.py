# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster as a node knows it."""

from __future__ import annotations

import dataclasses
import json

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer

GOOD, OTHER = Authority.make(), Authority.make()
PIN, OTHER_PIN = pin_of(GOOD.certificate), pin_of(OTHER.certificate)
CLUSTER = Cluster("https://api:6443", GOOD.pem + OTHER.pem, (PIN,), "cc", "kc", {"etcd": "local"})


def test_a_cluster_travels_through_ansible() -> None:
    """As JSON and back."""
    mapping = json.loads(json.dumps(CLUSTER.to_mapping()))
    assert Cluster.from_mapping(mapping) == CLUSTER
    assert mapping["ca_cert_hashes"] == [PIN]


def test_only_pinned_certificates_vouch() -> None:
    """The bundle may hold more, which goes to the nodes and vouches for nobody here."""
    assert CLUSTER.trusted_certificates() == GOOD.pem
    assert CLUSTER.all_pins() == (PIN, OTHER_PIN)
    both = dataclasses.replace(CLUSTER, ca_cert_hashes=(OTHER_PIN, PIN))
    assert both.trusted_certificates() == GOOD.pem + OTHER.pem


def test_pins_that_nothing_in_the_bundle_has_are_refused() -> None:
    """So is a bundle that cannot be read."""
    with pytest.raises(JoinError) as caught:
        dataclasses.replace(CLUSTER, ca_cert_hashes=("sha256:" + "0" * 64,)).trusted_certificates()
    assert caught.value.code == "pin_mismatch"
    with pytest.raises(JoinError) as caught:
        dataclasses.replace(CLUSTER, certificate_authority="").trusted_certificates()
    assert caught.value.code == "certificate_malformed"


def test_a_bearer_token_goes_only_to_whom_a_pinned_ca_vouches_for() -> None:
    """A server of the bundle's other CA gets not a byte."""
    for authority in (GOOD, OTHER):
        with FakeServer(lambda _method, _path: (200, {"kind": "x"}), authority) as server:
            api = dataclasses.replace(CLUSTER, server=server.url).connect("abcdef.0123456789abcdef")
            if authority is GOOD:
                assert api.get("/x") == {"kind": "x"}
                assert b"Bearer abcdef.0123456789abcdef" in server.received
            else:
                with pytest.raises(JoinError) as caught:
                    api.get("/x")
                assert (caught.value.code, server.received) == ("api_server_untrusted", b"")
