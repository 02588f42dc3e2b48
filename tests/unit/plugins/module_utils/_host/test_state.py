# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host is now: how far it has come, as a worker and as a control plane."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.state import NodeState, observe_node_state
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.joined_host import (
    AUTHORITY,
    MANIFESTS,
    OWN_ETCD,
    PODS,
    Api,
    joined_host,
)

PIN = pin_of(AUTHORITY.certificate)
LABEL = "node-role.kubernetes.io/control-plane"


def observe(host: TestHost, api: Api, **more: t.Any) -> NodeState:
    options: dict[str, t.Any] = {"node_name": "", "pins": [PIN], "level": "ready", "clock": TestClock(), **more}
    return observe_node_state(host, **options, connect=lambda _server, _authority: t.cast("t.Any", api))


def test_an_api_server_that_does_not_answer_leaves_the_state_unknown() -> None:
    """The error is known to the library; a result has its sentence alone."""
    unreachable = JoinError("api_server_unreachable", "Cannot reach https://api:6443.")
    state = observe(joined_host(), Api(error=unreachable))
    assert (state.joined, state.error, state.pending) == (False, unreachable, ("Cannot reach https://api:6443.",))
    assert json.loads(json.dumps(state.result()))["pending"] == ["Cannot reach https://api:6443."]


def test_a_worker_has_joined_with_its_kubelet() -> None:
    """It has no other states, and no static pods are looked for."""
    state = observe(joined_host(pods=[]), Api())
    assert (state.joined, state.states, state.machine_id) == (
        True,
        {"kubelet": True, "static_pods": None, "mark": None},
        "0123",
    )


@pytest.mark.parametrize(("control_plane", "asked"), [(False, 0), (True, 1)])
def test_without_a_wait_only_the_mark_is_asked_for(control_plane: bool, asked: int) -> None:
    """The state of its Node is not what counts then."""
    api = Api(LABEL, ready=False)
    assert observe(joined_host(), api, level="none", control_plane=control_plane).joined
    assert api.asked == asked


def test_a_control_plane_has_joined_with_its_mark() -> None:
    """Its static pods are there, and the Node carries what a kubelet cannot give itself."""
    state = observe(joined_host(), Api(LABEL), control_plane=True)
    assert state.joined
    assert state.states == {"kubelet": True, "static_pods": True, "mark": True}


def test_a_control_plane_without_its_mark_goes_on() -> None:
    """As after a run that was interrupted before mark-control-plane."""
    state = observe(joined_host(), Api(), control_plane=True)
    assert state.pending == ("node cp-1 is not marked as a control plane",)
    assert state.states == {"kubelet": True, "static_pods": True, "mark": False}


@pytest.mark.parametrize("lost", PODS)
def test_a_control_plane_that_lost_a_static_pod_goes_on(lost: str) -> None:
    """Nobody is asked then: the API server that would be is its own."""
    api = Api(LABEL)
    state = observe(joined_host(pods=[name for name in PODS if name != lost]), api, control_plane=True)
    assert state.pending == (f"{MANIFESTS}/{lost}.yaml is absent",)
    assert state.states == {"kubelet": True, "static_pods": False, "mark": None}
    assert api.asked == 0


@pytest.mark.parametrize("servers", ["https://127.0.0.1:2379", "https://[::1]:2379", "https://192.0.2.5:2379"])
@pytest.mark.parametrize(
    ("authority", "peer", "needs"),
    [
        ("/etc/kubernetes/pki/etcd/ca.crt", True, True),
        ("/etc/kubernetes/pki/etcd/ca.crt", False, False),
        ("/etc/ssl/etcd/ssl/ca.pem", True, False),
        ("", False, False),
    ],
)
def test_only_an_etcd_of_the_host_is_one_of_its_static_pods(
    servers: str, authority: str, peer: bool, needs: bool
) -> None:
    """That is, if the host has the certificates of a member; the address of an external etcd may be a proxy on the host."""
    flags = [f"--etcd-servers={servers}", *([f"--etcd-cafile={authority}"] if authority else [])]
    host = joined_host(pods=PODS[:3], api_server="".join(f"    - {flag}\n" for flag in flags))
    if not peer:
        del host.files["/etc/kubernetes/pki/etcd/peer.key"]
    assert observe(host, Api(LABEL), control_plane=True).joined is not needs


def test_a_host_that_has_nothing_has_all_steps_pending() -> None:
    """By name, and each as a sentence."""
    state = observe(TestHost("cp-1"), Api(), control_plane=True)
    assert state.pending[0] == "/etc/kubernetes/kubelet.conf is absent"
    assert len(state.pending) == 5
    assert state.states == {"kubelet": False, "static_pods": False, "mark": None}


@pytest.mark.parametrize("path", ["/etc/kubernetes/kubelet.conf", "/var/lib/kubelet/pki/kubelet-client-current.pem"])
def test_a_node_whose_key_others_can_read_goes_on(path: str) -> None:
    """The next steps give the file its mode."""
    host = joined_host()
    host.files[path] = dataclasses.replace(host.files[path], mode=0o644)
    assert observe(host, Api()).pending == (f"{path} has mode 0644, expected 0600",)


@pytest.mark.parametrize(
    ("path", "mode", "joined"),
    [
        ("/etc/kubernetes/admin.conf", 0o644, False),
        ("/etc/kubernetes/scheduler.conf", 0o600, True),
        ("/pki/ca.key", 0o640, False),
        ("/pki/etcd/peer.key", 0o604, False),
        ("/pki/apiserver.key", 0o400, True),
        ("/pki/sa.key", 0o640, True),
        ("/pki/sa.key", 0o644, False),
        ("/pki/other.key", 0o644, True),
        ("/pki/ca.crt", 0o644, True),
    ],
)
def test_a_control_plane_whose_keys_others_can_read_goes_on(path: str, mode: int, joined: bool) -> None:
    """Those that a join writes, in the folder that the API server uses."""
    host = joined_host(api_server=OWN_ETCD + "    - --tls-private-key-file=/pki/apiserver.key\n")
    host.files[path] = FileState(b"", mode, 0.0)
    assert observe(host, Api(LABEL), control_plane=True).joined is joined


def test_a_kubelet_that_does_not_register_has_joined_without_a_node() -> None:
    """Its Node is not waited for, so it is not missing either."""
    host, api = joined_host(), Api(ready=False)
    assert not observe(host, api).joined
    host.store("/var/lib/kubelet/kubeadm-flags.env", b'KUBELET_KUBEADM_ARGS="--register-node=false"', 0o644)
    assert observe(host, api).joined


def test_the_state_is_that_of_the_name_which_the_kubelet_uses() -> None:
    host = joined_host()
    host.name = "other"
    assert observe(host, Api()).pending
    host.store("/etc/default/kubelet", b"KUBELET_EXTRA_ARGS=--hostname-override=cp-1", 0o644)
    unit = b"[Service]\nEnvironmentFile=-/etc/default/kubelet\nExecStart=/usr/bin/kubelet $KUBELET_EXTRA_ARGS\n"
    host.store("/usr/lib/systemd/system/kubelet.service", unit, 0o644)
    state = observe(host, Api())
    assert (state.node_name, state.pending) == ("cp-1", ())


def test_a_node_that_is_not_ready_has_not_joined() -> None:
    """Though it is marked."""
    state = observe(joined_host(), Api(LABEL, ready=False), control_plane=True)
    assert state.pending == ("node cp-1 is not ready: Starting",)
    assert state.states == {"kubelet": False, "static_pods": True, "mark": True}
