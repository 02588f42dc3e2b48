# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery by a token, and what is said of a cluster that is trusted."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.cluster_discovery import discover
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.token_discovery import (
    describe,
    discover_with_token,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts_reader import read_facts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import GOOD, control_plane, options
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, run_program
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer

EVIL = Authority.make(kind="rsa")


SECRET = "a-token-that-is-secret"


def refusal(**given: t.Any) -> JoinError:
    with pytest.raises(JoinError) as caught:
        discover(options(**given), TestClock(), run_program)
    assert SECRET not in str(caught.value) + repr(caught.value.details)
    return caught.value


def test_without_pins_a_warning_says_what_that_means() -> None:
    """Only where unpinned discovery was allowed and there are none; pins that are there are enforced all the same."""
    with FakeServer(control_plane(), GOOD) as server:
        server.answer = control_plane(server=server.url)
        by_token = {"token": TOKEN.bearer, "endpoint": server.endpoint, "unsafe_skip_ca_verification": True}
        (warning,) = discover(options(**by_token), TestClock(), run_program)["warnings"]
        assert "impersonate" in warning and server.endpoint in warning
        pinned = {**by_token, "ca_cert_hashes": [pin_of(GOOD.certificate)]}
        assert discover(options(**pinned), TestClock(), run_program)["warnings"] == []
        assert refusal(**{**by_token, "ca_cert_hashes": [pin_of(EVIL.certificate)]}).code == "pin_mismatch"
        assert refusal(**{**by_token, "unsafe_skip_ca_verification": False}).code == "pin_missing"


def by_token(server: FakeServer, **changed: t.Any) -> dict[str, t.Any]:
    given = {
        "token": TOKEN.bearer,
        "endpoint": server.endpoint,
        "ca_cert_hashes": [pin_of(GOOD.certificate)],
        **changed,
    }
    return discover_with_token(options(**given), TestClock())


def test_the_result_is_the_cluster_with_its_configuration() -> None:
    """As plain values, the pins as a list; the token is in none of it."""
    with FakeServer(control_plane(), GOOD) as server:
        server.answer = control_plane(server=server.url)
        found, server_url = by_token(server), server.url
    assert found["cluster"] == {
        "server": server_url,
        "certificate_authority": GOOD.pem,
        "ca_cert_hashes": [pin_of(GOOD.certificate)],
        "cluster_configuration": CLUSTER_CONFIGURATION,
        "kubelet_configuration": KUBELET_CONFIGURATION,
        "facts": read_facts(CLUSTER_CONFIGURATION, KUBELET_CONFIGURATION),
    }
    assert (found["notes"], found["warnings"]) == ([], [])
    assert TOKEN.secret not in json.dumps(found)


def test_the_configuration_is_read_by_the_token_for_tls_bootstrap() -> None:
    """The token for discovery proves the identity of the server, and is sent to nobody then."""
    with FakeServer(control_plane(), GOOD) as server:
        server.answer = control_plane(server=server.url)
        by_token(server, tls_bootstrap_token="fedcba.fedcba9876543210")
        assert b"Bearer fedcba.fedcba9876543210" in server.received
        assert TOKEN.secret.encode() not in server.received


@pytest.mark.parametrize("name", ["token", "tls_bootstrap_token"])
def test_a_malformed_token_is_refused_before_anybody_is_asked(name: str) -> None:
    """And not repeated."""
    with FakeServer(control_plane(), GOOD) as server:
        with pytest.raises(JoinError) as caught:
            by_token(server, **{name: f"ABCDEF.{TOKEN.secret}"})
        assert server.requests == []
    assert caught.value.code == "token_malformed"
    assert TOKEN.secret not in str(caught.value)


def test_a_proxy_is_said_and_its_password_is_not() -> None:
    """Where an API server is asked through one."""

    class Proxied:
        server, proxy = "https://api:6443", "http://me:secret@proxy:3128"

        def get(self, _path: str) -> dict[str, t.Any]:
            return {"data": {"ClusterConfiguration": CLUSTER_CONFIGURATION, "kubelet": KUBELET_CONFIGURATION}}

    cluster = Cluster("https://api:6443", GOOD.pem, ())
    found = describe(cluster, t.cast("t.Any", Proxied()), options(), TestClock(), notes=["first"], warnings=["w"])
    assert found["notes"][0] == "first" and "proxy:3128" in found["notes"][1]
    assert "secret" not in json.dumps(found)
    assert found["warnings"] == ["w"]
