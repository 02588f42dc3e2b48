# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which cluster a kubelet.conf is of, and what is left to do."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.kubelet_unit import read_kubelet_unit
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import (
    KUBELET_CLIENT_PEM,
    KUBELET_CONF,
    UnitState,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.membership import Membership, observe_membership
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.joined_host import AUTHORITY, Api, joined_host

PIN = pin_of(AUTHORITY.certificate)
LABEL = "node-role.kubernetes.io/control-plane"


def observe(host: TestHost, api: Api | None = None, text: str | None = None, **more: t.Any) -> Membership:
    def connect(server: str, authority: str) -> t.Any:
        assert (server, authority) == ("https://api:6443", AUTHORITY.pem)
        return api or Api()

    kubeconfig = host.files[KUBELET_CONF].text if text is None else text
    options: dict[str, t.Any] = {"node_name": "cp-1", "pins": [PIN], "level": "ready", "clock": TestClock(), **more}
    unit = read_kubelet_unit(host, host.hostname())
    return observe_membership(host, kubeconfig, unit, connect=connect, **options)


def test_a_whole_membership_has_nothing_pending() -> None:
    """It names its cluster and says until when its certificate is good."""
    found = observe(joined_host())
    assert found == Membership((), "https://api:6443", (PIN,), "2099-01-01T00:00:00Z", False)
    assert observe(joined_host(), Api(LABEL)).is_control_plane is True
    assert observe(joined_host(), Api()).is_control_plane is False
    assert observe(joined_host(), Api(LABEL), can_ask=False).is_control_plane is None


@pytest.mark.parametrize(
    "text", ["", "[]", "clusters: []\n", "clusters: [{name: a, cluster: {server: 'https://a:1'}}]\n"]
)
def test_a_kubeconfig_that_cannot_be_read_is_what_is_left_to_do(text: str) -> None:
    """As one sentence; nobody is asked."""
    api = Api()
    found = observe(joined_host(), api, text)
    assert len(found.pending) == 1 and KUBELET_CONF in found.pending[0]
    assert (found.server, found.ca_cert_hashes, api.asked) == (None, (), 0)


def test_another_cluster_is_named_and_not_asked() -> None:
    """What this host is in stays visible."""
    api = Api()
    found = observe(joined_host(), api, pins=["sha256:" + "0" * 64])
    assert found.pending == (f"{KUBELET_CONF} belongs to another cluster",)
    assert (found.server, found.ca_cert_hashes, api.asked) == ("https://api:6443", (PIN,), 0)
    assert observe(joined_host(), pins=[]).pending == ()


@pytest.mark.parametrize(
    "absent", [KUBELET_CLIENT_PEM, "/var/lib/kubelet/config.yaml", "/var/lib/kubelet/kubeadm-flags.env"]
)
def test_each_file_that_is_absent_is_named(absent: str) -> None:
    """And the cluster is not asked before all are there."""
    host, api = joined_host(), Api()
    del host.files[absent]
    found = observe(host, api)
    assert len(found.pending) == 1 and found.pending[0].startswith(absent)
    assert api.asked == 0
    assert found.certificate_expires == (None if absent == KUBELET_CLIENT_PEM else "2099-01-01T00:00:00Z")


def test_a_service_that_does_not_run_or_start_is_named() -> None:
    """The first counts on a machine that runs, the second on an image, too."""
    host = joined_host()
    host.kubelet_unit = UnitState(True, True, False, "failed", None, 3)
    assert observe(host).pending == ("kubelet.service does not run (failed)",)
    host.live = False
    assert observe(host).pending == ()
    host.kubelet_unit = UnitState(True, False, False, "inactive", None, 0)
    assert observe(host).pending == ("kubelet.service does not start at boot",)
    host.live = True
    host.kubelet_unit = UnitState(True, False, True, "active", 1.0, 0)
    assert observe(host).pending == ("kubelet.service does not start at boot",)


def test_the_node_must_have_come_as_far_as_is_waited_for() -> None:
    """One that is not ready is registered."""
    assert observe(joined_host(), Api(ready=False)).pending == ("node cp-1 is not ready: Starting",)
    assert observe(joined_host(), Api(ready=False), level="registered").pending == ()


def test_where_nobody_may_be_asked_the_host_alone_counts() -> None:
    """As on an image, or where nothing is waited for."""
    api = Api(ready=False)
    image = joined_host()
    image.live = False
    assert observe(image, api).pending == ()
    assert observe(joined_host(), api, can_ask=False).pending == ()
    assert api.asked == 0


def test_an_api_server_that_does_not_answer_is_what_is_left() -> None:
    """Its error is the sentence."""

    class Gone(Api):
        def find(self, _path: str) -> dict[str, t.Any]:
            raise JoinError("api_server_unreachable", "Cannot reach it.")

    assert observe(joined_host(), Gone()).pending == ("Cannot reach it.",)
