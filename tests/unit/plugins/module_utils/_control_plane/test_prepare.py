# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a control plane on a host in memory: what is written, what stays, what is refused and why."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import parse_cluster_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import ControlPlaneNode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.prepare import (
    MANIFESTS_DIR,
    generate_serial,
    observe_shared_files,
    plan_component_kubeconfigs,
    plan_leaf_certificates,
    plan_manifests,
    plan_shared_writes,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates import (
    plan_shared_files,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.change import Change, join_changes
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support import control_plane_goldens as goldens
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.shared import Shared

CLUSTER = parse_cluster_configuration(
    "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n"
    "controlPlaneEndpoint: cp.example.com:6443\nencryptionAlgorithm: ECDSA-P256\n"
)
NODE = ControlPlaneNode("cp-2", "192.0.2.2")
FILES = plan_shared_files(CLUSTER)
PKI = "/etc/kubernetes/pki"


@pytest.fixture
def host() -> TestHost:
    """One that has what the control planes share, and nothing else."""
    host = TestHost("cp-2")
    plan_shared_writes(host, FILES, Shared.make(FILES).contents).apply()
    host.actions.clear()
    return host


def prepare(host: TestHost, node: ControlPlaneNode = NODE, clock: TestClock | None = None) -> Change:
    clock = clock or TestClock()
    certificates = plan_leaf_certificates(host, CLUSTER, node, clock=clock)
    kubeconfigs = plan_component_kubeconfigs(host, CLUSTER, node, clock=clock)
    return join_changes([certificates, kubeconfigs, plan_manifests(host, CLUSTER, node)])


def test_writes_the_files_that_kubeadm_writes(host: TestHost) -> None:
    """No more and no fewer, each with its mode; a second run finds nothing to do."""
    prepare(host).apply()
    seen = goldens.values("certificates", "ecdsa_p256", "1.37")["modes"]
    folders = {path for path in seen if any(other.startswith(f"{path}/") for other in seen)}
    expected = {f"/{path}": mode for path, mode in seen.items() if path not in folders}
    assert {path: f"{state.mode:o}" for path, state in host.files.items()} == expected
    assert f"make {MANIFESTS_DIR} 0{seen[MANIFESTS_DIR[1:]]}" in host.actions
    assert not prepare(host).changed


def test_nothing_is_written_before_it_is_applied(host: TestHost) -> None:
    """A plan is for check mode, too."""
    assert prepare(host).changed
    assert host.actions == []


def test_what_is_right_stays_and_what_is_not_is_replaced(host: TestHost) -> None:
    """Only that: the other certificates keep their keys."""
    prepare(host).apply()
    kept = dict(host.files)
    del host.files[f"{PKI}/apiserver.key"]
    host.files["/etc/kubernetes/scheduler.conf"] = host.files["/etc/kubernetes/admin.conf"]
    change = prepare(host)
    assert {path: was for path, was in change.before.items() if was != change.after[path]} == {
        f"{PKI}/apiserver.crt": "has no readable private key",
        "/etc/kubernetes/scheduler.conf": "has a client certificate that names kubernetes-admin, not system:kube-scheduler",
    }
    change.apply()
    replaced = {path for path, state in host.files.items() if state != kept[path]}
    assert replaced == {f"{PKI}/apiserver.crt", f"{PKI}/apiserver.key", "/etc/kubernetes/scheduler.conf"}
    assert not prepare(host).changed


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o700])
def test_the_mode_is_part_of_what_is_right(host: TestHost, mode: int) -> None:
    """Keys and kubeconfigs that others can read get their mode, and keep their content; certificates are public."""
    prepare(host).apply()
    kept = dict(host.files)
    host.files = {path: dataclasses.replace(state, mode=mode) for path, state in kept.items()}
    host.actions.clear()

    def plan() -> Change:
        return join_changes([plan_shared_writes(host, FILES, {}), prepare(host)])

    change = plan()
    private = {path for path, state in kept.items() if state.mode == 0o600}
    assert len(private) == 17
    assert {path for path in private if change.resources["files"][path]["changed"]} == private
    change.apply()
    assert {path for path in private if host.files[path].mode != 0o600} == set()
    certificates = {path for path in private if path.endswith((".key", ".yaml"))}
    assert {path for path in certificates if host.files[path].content != kept[path].content} == set()
    assert not plan().changed


def test_a_stricter_mode_stays(host: TestHost) -> None:
    prepare(host).apply()
    host.files = {
        path: dataclasses.replace(state, mode=0o400) if path.endswith((".key", ".conf")) else state
        for path, state in host.files.items()
    }
    assert not prepare(host).changed
    assert not plan_shared_writes(host, FILES, {}).changed


@pytest.mark.filterwarnings("ignore:Attribute's length must be")
@pytest.mark.parametrize("length", [53, 63, 64, 65, 253])
def test_a_name_of_any_length_is_in_the_certificates(host: TestHost, length: int) -> None:
    """Those of etcd have it as common name, which X.509 limits to 64 characters, and Kubernetes does not."""
    node = ControlPlaneNode((("x" * 60 + ".") * 5)[: length - 1] + "y", "192.0.2.2")
    change = prepare(host, node)
    change.apply()
    assert change.resources["certificates"][f"{PKI}/etcd/peer.crt"]["subject"] == f"CN={node.name}"
    assert not prepare(host, node).changed


def test_another_address_of_the_node_is_followed(host: TestHost) -> None:
    """In all files that name it, and in no others."""
    prepare(host).apply()
    change = prepare(host, ControlPlaneNode("cp-2", "192.0.2.3"))
    assert {path.rpartition("/")[2] for path in change.before if change.before[path] != change.after[path]} == {
        "apiserver.crt", "server.crt", "peer.crt", "controller-manager.conf", "scheduler.conf", "kube-apiserver.yaml",
    }  # fmt: skip


def test_no_key_is_in_a_change(host: TestHost) -> None:
    """Neither before nor after, and not in its repr."""
    change = prepare(host)
    change.apply()
    shared = plan_shared_writes(host, FILES, Shared.make(FILES).contents)
    assert shared.changed
    for printed in (change.before, change.after, prepare(host), shared.before, shared.after, shared):
        assert "PRIVATE KEY" not in repr(printed)
        assert "client-key-data" not in repr(printed)


def test_shared_files_are_written_once(host: TestHost) -> None:
    """The same contents change nothing; another mode does."""
    contents = observe_shared_files(host, FILES)
    assert not plan_shared_writes(host, FILES, contents).changed
    host.store(f"{PKI}/ca.key", contents["ca.key"], 0o644)
    change = plan_shared_writes(host, FILES, contents)
    assert change.changed
    change.apply()
    assert host.files[f"{PKI}/ca.key"].mode == 0o600


@pytest.mark.parametrize("authority", ["ca", "front-proxy-ca", "etcd/ca"])
def test_with_an_external_ca_all_must_be_there(host: TestHost, authority: str) -> None:
    """What is, may stay; what is missing or wrong is named, all at once, and nothing is written."""
    key = host.files.pop(f"{PKI}/{authority}.key")
    with pytest.raises(JoinError) as caught:
        plan_leaf_certificates(host, CLUSTER, NODE, clock=TestClock())
    assert caught.value.code == "authority_key_missing"
    assert all(problem.endswith("is missing") for problem in caught.value.details["problems"])
    assert host.actions == []
    host.files[f"{PKI}/{authority}.key"] = key
    prepare(host).apply()
    del host.files[f"{PKI}/{authority}.key"]
    assert not plan_leaf_certificates(host, CLUSTER, NODE, clock=TestClock()).changed


def test_with_an_external_ca_the_kubeconfigs_must_be_there(host: TestHost) -> None:
    """As they hold certificates of that CA."""
    del host.files[f"{PKI}/ca.key"]
    with pytest.raises(JoinError) as caught:
        plan_component_kubeconfigs(host, CLUSTER, NODE, clock=TestClock())
    assert caught.value.code == "authority_key_missing"
    assert len(caught.value.details["problems"]) == 3


def test_with_an_external_ca_a_kubeconfig_with_another_server_is_put_right(host: TestHost) -> None:
    """One that came from another control plane: its client certificate stays, so nobody has to sign."""
    plan_component_kubeconfigs(host, CLUSTER, ControlPlaneNode("cp-1", "192.0.2.1"), clock=TestClock()).apply()
    del host.files[f"{PKI}/ca.key"]
    brought = host.files["/etc/kubernetes/scheduler.conf"].text
    change = plan_component_kubeconfigs(host, CLUSTER, NODE, clock=TestClock())
    assert change.before["/etc/kubernetes/scheduler.conf"] == "names https://192.0.2.1:6443, not https://192.0.2.2:6443"
    change.apply()
    assert host.files["/etc/kubernetes/scheduler.conf"].text == brought.replace("192.0.2.1:", "192.0.2.2:")
    assert not plan_component_kubeconfigs(host, CLUSTER, NODE, clock=TestClock()).changed


@pytest.mark.parametrize("plan", [plan_leaf_certificates, plan_component_kubeconfigs])
def test_no_ca_is_ever_made_up(host: TestHost, plan: t.Callable[..., Change]) -> None:
    """kubeadm's phase alone would make a new one here, and a cluster of its own."""
    del host.files[f"{PKI}/ca.crt"]
    del host.files[f"{PKI}/sa.key"]
    with pytest.raises(JoinError) as caught:
        plan(host, CLUSTER, NODE, clock=TestClock())
    assert caught.value.code == "shared_certificates_unusable"
    assert caught.value.details["problems"] == ["ca.crt is missing", "sa.pub has no private key, sa.key"]


def test_a_patch_has_the_last_word(host: TestHost) -> None:
    """What it returns is what is written."""

    def patch(name: str, pod: dict[str, t.Any]) -> dict[str, t.Any]:
        return {**pod, "metadata": {**pod["metadata"], "labels": {"patched": name}}}

    plan_manifests(host, CLUSTER, NODE, patch=patch).apply()
    for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler"):
        assert f"  labels:\n    patched: {name}\n" in host.files[f"{MANIFESTS_DIR}/{name}.yaml"].text


def test_serial_numbers_are_positive_and_have_63_bits() -> None:
    """A certificate with another one is malformed for Go."""
    found = {generate_serial() for _number in range(500)}
    assert all(0 < serial < 2**63 for serial in found)
    assert len(found) == 500
    assert max(found) > 2**60
