# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ClusterStatus of clusters older than 1.22: as kubeadm of that age writes it, also when others write at the same time."""

from __future__ import annotations

import dataclasses
import functools
import json
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import ApiConflictError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.cluster_status import keeps_cluster_status
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.node import (
    ControlPlaneNodeSpec,
    plan_control_plane_node,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.change import Change
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.tests.unit.support.control_plane_goldens import GOLDENS
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from hypothesis import given
from hypothesis import strategies as st

PATH = "/api/v1/namespaces/kube-system/configmaps/kubeadm-config"
OLD = "apiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterConfiguration\nkubernetesVersion: v1.21.14\n"
STATUS = """apiEndpoints:
  cp-1:
    advertiseAddress: 192.0.2.1
    bindPort: 6443
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterStatus
"""
CLUSTER = Cluster("https://cp.example.com:6443", "", (), OLD)
SPEC = ControlPlaneNodeSpec(CLUSTER, phases=("control-plane-join/update-status",), advertise_address="192.0.2.2")


class Api:
    """A server with the ConfigMap. Before each patch, one of ``come_first`` writes entries of its own."""

    server = "https://cp.example.com:6443"

    def __init__(self, status: str | None = STATUS, come_first: t.Sequence[dict[str, t.Any] | None] = ()) -> None:
        self.data = {"ClusterConfiguration": OLD, **({} if status is None else {"ClusterStatus": status})}
        self.version = 1
        self.come_first = list(come_first)
        self.patches = 0

    def get(self, path: str) -> dict[str, t.Any]:
        assert path == PATH
        return {"metadata": {"resourceVersion": str(self.version)}, "data": dict(self.data)}

    def patch(self, path: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        assert path == PATH
        assert set(body) == {"metadata", "data"}
        self.patches += 1
        entries = self.come_first.pop(0) if self.come_first else None
        if entries is not None:
            found = yaml.safe_load(self.data["ClusterStatus"])
            found["apiEndpoints"].update(entries)
            self.data["ClusterStatus"] = json.dumps(found)
            self.version += 1
        if body["metadata"]["resourceVersion"] != str(self.version):
            raise ApiConflictError("Somebody was faster.", status=409)
        self.version += 1
        self.data.update(body["data"])
        return self.get(path)

    def endpoints(self) -> dict[str, t.Any]:
        return t.cast("dict[str, t.Any]", yaml.safe_load(self.data["ClusterStatus"])["apiEndpoints"])


def plan(api: Api, spec: ControlPlaneNodeSpec = SPEC, host: TestHost | None = None) -> Change:
    host = host or TestHost("cp-2")
    host.store("/etc/kubernetes/admin.conf", b"", 0o600)
    return plan_control_plane_node(
        host,
        spec,
        clock=TestClock(),
        connect=t.cast("t.Any", lambda: api),
        connect_as_node=t.cast("t.Any", None),
        probe=t.cast("t.Any", None),
    )


@functools.cache
def goldens() -> dict[str, t.Any]:
    text = (GOLDENS / "update_status.yaml").read_text(encoding="utf-8")
    return t.cast("dict[str, t.Any]", yaml.safe_load(text))


def test_there_are_goldens_of_a_kubeadm_of_that_age() -> None:
    """Of both kinds."""
    kinds = ["after" in case for case in goldens()["cases"].values()]
    assert goldens()["kubeadm"].startswith("v1.18.")
    assert kinds.count(True) >= 10
    assert kinds.count(False) >= 5


@pytest.mark.parametrize("name", sorted(goldens()["cases"]))
def test_writes_what_kubeadm_wrote(name: str) -> None:
    """Byte for byte; but the API version stays what it is, and so does what this knows nothing of."""
    case = goldens()["cases"][name]
    api = Api(case["status"])
    spec = dataclasses.replace(SPEC, node_name=case["node"], advertise_address=case["address"], bind_port=case["port"])
    if "error" in case:
        with pytest.raises(JoinError, match="kubeadm-config") as caught:
            plan(api, spec)
        assert caught.value.code == "invalid_cluster_configuration"
        return
    change = plan(api, spec)
    assert change.changed == (name != "there_already")
    if change.changed:
        change.apply()
    expected = case["after"]
    if name == "v1beta1":
        expected = expected.replace("v1beta2", "v1beta1")
    if name == "unknown_fields":
        expected = expected.replace("kind:", "extra: 1\nkind:")
    assert api.data == {"ClusterConfiguration": OLD, "ClusterStatus": expected}
    assert not plan(api, spec).changed


def test_the_change_has_the_entry_alone() -> None:
    """In check mode it is all that is known; nothing is written before it is applied."""
    api = Api()
    change = plan(api)
    after = {"advertiseAddress": "192.0.2.2", "bindPort": 6443}
    assert (change.before, change.after) == ({"ClusterStatus of cp-2": "absent"}, {"ClusterStatus of cp-2": after})
    moved = plan(api, dataclasses.replace(SPEC, node_name="cp-1", bind_port=7443))
    assert moved.before == {"ClusterStatus of cp-1": {"advertiseAddress": "192.0.2.1", "bindPort": 6443}}
    assert api.patches == 0


ENTRIES = st.dictionaries(
    st.sampled_from(["cp-1", "cp-3", "cp-4", "17", "y"]),
    st.fixed_dictionaries(
        {"advertiseAddress": st.sampled_from(["192.0.2.7", "2001:db8::7"]), "bindPort": st.integers(1, 65535)}
    ),
    min_size=1,
)


@given(st.lists(st.one_of(st.none(), ENTRIES), max_size=5))
def test_the_first_writer_keeps_what_it_wrote(come_first: list[dict[str, t.Any] | None]) -> None:
    """However many others are faster, and whatever they write of their own."""
    api = Api(come_first=come_first)
    plan(api).apply()
    expected: dict[str, t.Any] = {"cp-1": {"advertiseAddress": "192.0.2.1", "bindPort": 6443}}
    faster = next((at for at, entries in enumerate(come_first) if entries is None), len(come_first))
    for entries in come_first[:faster]:
        expected.update(entries or {})
    assert api.endpoints() == {**expected, "cp-2": {"advertiseAddress": "192.0.2.2", "bindPort": 6443}}
    assert api.patches == faster + 1


def test_a_patch_that_never_succeeds_is_an_error() -> None:
    """After the time that it has."""
    api = Api(come_first=[{"cp-3": {"advertiseAddress": "192.0.2.3", "bindPort": port}} for port in range(1, 500)])
    with pytest.raises(JoinError) as caught:
        plan(api, dataclasses.replace(SPEC, timeout=5)).apply()
    assert caught.value.code == "api_conflict"
    assert "cp-2" not in api.endpoints()


@pytest.mark.parametrize(
    ("version", "keeps"),
    [("v1.9.0", True), ("v1.21.14", True), ("v1.22.0-alpha.1", False), ("v1.22.0", False), ("v1.37.2", False)],
)
def test_the_clusters_version_decides(version: str, keeps: bool) -> None:
    """Whatever the API version of its configuration; a new cluster is not asked at all."""
    text = OLD.replace("v1.21.14", version)
    assert keeps_cluster_status(text) == keeps
    if not keeps:
        nobody = t.cast("t.Any", None)
        assert (
            plan(
                nobody, dataclasses.replace(SPEC, cluster=dataclasses.replace(CLUSTER, cluster_configuration=text))
            ).after
            == {}
        )


@pytest.mark.parametrize("text", ["kubernetesVersion: stable\n", "kind: ClusterConfiguration\n", "[]\n", "a: {\n"])
def test_a_configuration_without_a_version_is_refused(text: str) -> None:
    """What the cluster wants cannot be determined."""
    with pytest.raises(JoinError, match="kubeadm-config") as caught:
        keeps_cluster_status(text)
    assert caught.value.code == "invalid_cluster_configuration"


def test_other_phases_leave_it_alone() -> None:
    """As where it is skipped; and without an address the host's own is taken."""
    host = TestHost("cp-2")
    skipped = dataclasses.replace(SPEC, phases=("etcd-join",))
    assert plan(t.cast("t.Any", None), skipped, host).after == {}
    with pytest.raises(JoinError) as caught:
        plan(Api(), dataclasses.replace(SPEC, advertise_address=""), host)
    assert caught.value.code == "advertise_address_unusable"
