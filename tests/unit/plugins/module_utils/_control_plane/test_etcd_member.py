# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""etcd as a static pod of this host, and where the members of the cluster's etcd are."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.lease import LockLostError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.etcd_member import (
    EtcdMemberSpec,
    plan_etcd_member,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.host import PatchSources
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.change import Change
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.defaults import ADMIN_CONF
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState
from ansible_collections.kubejoin.kubeadm.tests.unit.support.control_plane import CONFIGURATION, SHARED, cluster_of
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_etcd import FIRST, OWN, FakeEtcd

MANIFEST = "/etc/kubernetes/manifests/etcd.yaml"
SPEC = EtcdMemberSpec(cluster_of(SHARED), node_name="cp2", advertise_address="10.0.0.2")


class Api:
    """A server that lists etcd's pods, and keeps one Lease."""

    server = "https://cp.example.com:6443"
    image = "registry.k8s.io/etcd:3.7.0-0"

    def __init__(self, *urls: str) -> None:
        self.urls = urls or ("https://10.0.0.1:2379",)
        self.leases: list[dict[str, t.Any]] = []

    def with_patience(self, _patience: object) -> Api:
        return self

    def get(self, path: str, **params: str) -> dict[str, t.Any]:
        if path == "/api/v1/nodes":
            assert params == {"labelSelector": "node-role.kubernetes.io/control-plane"}
            return {"items": [{"metadata": {"name": f"cp{at}"}} for at in range(1, len(self.urls) + 1)]}
        assert params == {"labelSelector": "component=etcd,tier=control-plane"}
        return {"items": [self.pod(f"cp{at}", url) for at, url in enumerate(self.urls, 1)]}

    def pod(self, node: str, url: str) -> dict[str, t.Any]:
        announced = {"kubeadm.kubernetes.io/etcd.advertise-client-urls": url} if url else {}
        return {
            "metadata": {"annotations": {"kubernetes.io/config.mirror": "x", **announced}},
            "spec": {"nodeName": node, "containers": [{"name": "etcd", "image": self.image}]},
        }

    def find(self, path: str) -> dict[str, t.Any] | None:
        return self.leases[-1] if self.leases else None

    def create(self, path: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        self.leases.append(body)
        return body

    def replace(self, path: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        self.leases.append(body)
        return body


@pytest.fixture
def host() -> TestHost:
    host = TestHost("cp2")
    host.store(ADMIN_CONF, b"", 0o600)
    host.start_unit("kubelet", enable=True)
    host.actions.clear()
    return host


class Etcd(FakeEtcd):
    """A cluster whose second member runs when its manifest and its kubelet are there."""

    def __init__(self, host: TestHost, **troubles: t.Any) -> None:
        super().__init__(FIRST, **troubles)
        self.host = host
        self.comes_up = True

    def members(self) -> t.Any:
        if MANIFEST in self.host.files and self.comes_up and 2 in self.listed:
            self.host.folders.add("/var/lib/etcd/member")
            self.listed[2] = dataclasses.replace(self.listed[2], name="cp2", client_urls=OWN.client_urls)
        return super().members()


def plan(host: TestHost, etcd: FakeEtcd, spec: EtcdMemberSpec = SPEC, api: Api | None = None) -> Change:
    asked = api or Api()
    return plan_etcd_member(
        host,
        spec,
        clock=TestClock(),
        connect=t.cast("t.Any", lambda: asked),
        connect_etcd=t.cast("t.Any", lambda endpoints, folder: etcd),
    )


def probe(
    host: TestHost, etcd: FakeEtcd, spec: EtcdMemberSpec = SPEC, api: Api | None = None, *, asks: bool = True
) -> None:
    asked = api or Api()
    plan_etcd_member(
        host,
        spec,
        clock=TestClock(),
        connect=t.cast("t.Any", lambda: asked),
        connect_etcd=t.cast("t.Any", lambda endpoints, folder: etcd),
        asks=asks,
    )


def probe_host(host: TestHost, etcd: FakeEtcd, spec: EtcdMemberSpec = SPEC) -> None:
    """What is known before the files are there that a question needs."""
    probe(host, etcd, spec, Api(""), asks=False)


def test_a_host_becomes_a_voting_member_once(host: TestHost) -> None:
    """Its manifest names all members, its data folder is private, the Lease is left to the next."""
    etcd, api = Etcd(host), Api()
    change = plan(host, etcd, api=api)
    assert (change.before, host.actions) == (
        {"etcd member cp2": {"peer_url": "https://10.0.0.2:2380", "state": "absent"}},
        [],
    )
    change.apply()
    assert host.actions == ["make /var/lib/etcd 0700", f"store {MANIFEST}"]
    command = yaml.safe_load(host.files[MANIFEST].text)["spec"]["containers"][0]["command"]
    assert "--initial-cluster=cp1=https://10.0.0.1:2380,cp2=https://10.0.0.2:2380" in command
    assert "--initial-cluster-state=existing" in command
    assert host.files[MANIFEST].mode == 0o600
    assert etcd.actions == ["add", "promote"]
    assert api.leases[0]["spec"]["holderIdentity"].startswith("cp2-")
    assert "holderIdentity" not in api.leases[-1]["spec"]
    assert not plan(host, etcd).changed
    host.remove(MANIFEST)
    host.actions.clear()
    plan(host, etcd).apply()
    assert host.actions == [f"store {MANIFEST}"]
    assert etcd.actions == ["add", "promote"]
    assert not plan(host, etcd).changed


def test_a_member_runs_the_image_that_the_others_run(host: TestHost) -> None:
    """Another one than kubeadm of the cluster's version takes, which a mirror of the cluster's images may not have."""
    api = Api()
    api.image = "r.example/etcd:3.6.4-0"
    plan(host, Etcd(host), api=api).apply()
    assert yaml.safe_load(host.files[MANIFEST].text)["spec"]["containers"][0]["image"] == api.image


def test_a_member_with_data_is_not_restarted_for_members_that_came_later(host: TestHost) -> None:
    """Its manifest stays as long as it differs in them alone; without data it names all members that are there."""
    etcd = Etcd(host)
    etcd.troubles["promote"] = [LockLostError("Lost the lock.")]
    with pytest.raises(JoinError):
        plan(host, etcd).apply()
    etcd.listed[3] = dataclasses.replace(FIRST, id=3, name="cp3", peer_urls=("https://10.0.0.3:2380",))
    host.actions.clear()
    change = plan(host, etcd)
    change.apply()
    assert (host.actions, change.resources["files"][MANIFEST]["changed"]) == ([], False)
    files = (("etcd+merge.yaml", "metadata: {annotations: {ours: here}}\n"),)
    etcd.listed[2] = dataclasses.replace(etcd.listed[2], is_learner=True)
    change = plan(host, etcd, dataclasses.replace(SPEC, patch_sources=PatchSources(patch_files=files)))
    change.apply()
    assert (host.actions, change.resources["files"][MANIFEST]["changed"]) == ([f"store {MANIFEST}"], True)
    assert "cp3=https://10.0.0.3:2380" in host.files[MANIFEST].text


def test_patches_are_applied_to_the_pod(host: TestHost) -> None:
    """Those for etcd alone; what is not a patch is in the notes."""
    files = (("etcd+merge.yaml", "metadata: {annotations: {ours: here}}\n"),)
    odd = (*files, ("README.md", "?"))
    change = plan(host, Etcd(host), dataclasses.replace(SPEC, patch_sources=PatchSources(patch_files=odd)))
    assert "README.md" in change.notes[0]
    change.apply()
    assert yaml.safe_load(host.files[MANIFEST].text)["metadata"]["annotations"]["ours"] == "here"


def test_a_folder_of_kustomize_is_applied_to_the_pod(host: TestHost) -> None:
    """Before patches."""
    patch = "{apiVersion: v1, kind: Pod, metadata: {name: etcd, namespace: kube-system, annotations: {ours: here}}}"
    patches = (("etcd+json.yaml", "- {op: test, path: /metadata/annotations/ours, value: here}\n"),)
    spec = dataclasses.replace(
        SPEC, patch_sources=PatchSources(kustomize_files=(("a.yaml", patch),), patch_files=patches)
    )
    plan(host, Etcd(host), spec).apply()
    assert yaml.safe_load(host.files[MANIFEST].text)["metadata"]["annotations"]["ours"] == "here"


def test_patches_that_cannot_be_applied_are_refused_before_a_member_is_added(host: TestHost) -> None:
    """check-etcd does so, too, before it asks anybody."""
    etcd = Etcd(host)
    spec = dataclasses.replace(
        SPEC, patch_sources=PatchSources(patch_files=(("etcd+merge.yaml", "kind: Deployment\n"),))
    )
    for refuse in (plan, probe, probe_host):
        with pytest.raises(JoinError) as caught:
            refuse(host, etcd, spec)
        assert caught.value.code == "patch_failed"
    assert etcd.actions == []


def test_what_does_not_come_up_is_taken_away(host: TestHost) -> None:
    """Manifest and data, after its member was removed; and nothing of it while the kubelet's pod still runs."""
    etcd = Etcd(host)
    etcd.comes_up = False
    host.folders.add("/var/lib/etcd")
    with pytest.raises(JoinError) as caught:
        plan(host, etcd).apply()
    assert (caught.value.code, caught.value.details["undone"]) == ("etcd_not_started", True)
    assert host.actions == [f"store {MANIFEST}", f"remove {MANIFEST}", "remove /var/lib/etcd/member"]
    assert list(etcd.listed) == [1]
    host.processes.add("--data-dir=/var/lib/etcd")
    with pytest.raises(JoinError) as caught:
        plan(host, etcd).apply()
    assert not caught.value.details["undone"]
    assert "was removed again, but not its files on this host" in str(caught.value)
    assert host.actions[-1] == f"remove {MANIFEST}"


def test_a_kubelet_that_does_not_run_is_named(host: TestHost) -> None:
    """At once: it would start etcd."""
    host.kubelet_unit = dataclasses.replace(host.kubelet_unit, running=False, state="failed (Result: exit-code)")
    etcd = Etcd(host)
    etcd.comes_up = False
    with pytest.raises(JoinError, match="failed \\(Result: exit-code\\)") as caught:
        plan(host, etcd).apply()
    assert caught.value.code == "etcd_not_started"


def log(*entries: tuple[str, str], modified: float = 2e9) -> FileState:
    """What a container runtime keeps of an etcd that says this."""
    lines = [json.dumps({"level": level, "msg": "cannot go on", "error": error}) for level, error in entries]
    text = "".join(f"2026-06-01T00:00:00.000000001Z stderr F {line}\n" for line in [*lines, "no JSON"])
    return FileState(text.encode(), 0o640, modified)


def refusal_with_logs(host: TestHost, logs: t.Mapping[str, FileState]) -> JoinError:
    etcd = Etcd(host)
    etcd.comes_up = False
    host.files.update({f"/var/log/pods/kube-system_{path}": content for path, content in logs.items()})
    with pytest.raises(JoinError) as caught:
        plan(host, etcd).apply()
    assert caught.value.code == "etcd_not_started"
    return caught.value


def test_why_etcd_does_not_come_up_is_reported_in_its_own_words(host: TestHost) -> None:
    """Its newest container's, the worst that it says; neither those of other pods nor of an earlier run."""
    ours = "etcd-cp2_0123/etcd/0.log"
    logs = {
        ours: log(
            ("warn", "a trifle"), ("error", "bad certificate"), ("error", "x509: unknown authority"), ("info", "")
        ),
        "etcd-cp2_0123/etcd/1.log": log(("fatal", "long ago"), modified=1e9),
        "etcd-cp22_4567/etcd/7.log": log(("fatal", "of another")),
        "kube-apiserver-cp2_89/kube-apiserver/7.log": log(("fatal", "of another")),
    }
    sentence = str(refusal_with_logs(host, logs))
    assert "cannot go on: x509: unknown authority (before that: cannot go on: a trifle); check" in sentence
    assert "cannot go on: a trifle; check" in str(refusal_with_logs(host, {ours: log(("warn", "a trifle"))}))


@pytest.mark.parametrize(
    ("level", "restarts", "is_waited_for"), [("fatal", 0, True), ("fatal", 1, False), ("error", 1, True)]
)
def test_an_etcd_that_ends_again_is_not_waited_for(
    host: TestHost, level: str, restarts: int, is_waited_for: bool
) -> None:
    """Others wait for the lock meanwhile. The first time may be an accident."""
    refusal = refusal_with_logs(host, {f"etcd-cp2_0123/etcd/{restarts}.log": log((level, "no space left on device"))})
    assert "no space left on device" in str(refusal)
    assert ("exits on every start" in str(refusal)) is not is_waited_for


def test_the_kubelet_is_restarted_if_it_knows_an_earlier_pod(host: TestHost) -> None:
    """It would wait for the end of that pod, which it cannot report; pods of other names do not matter."""
    host.folders.add("/var/lib/etcd")
    for name, restarts in (("etcd-cp22_4567", 0), ("etcd-cp2_0123", 1)):
        host.files = {path: state for path, state in host.files.items() if path != MANIFEST}
        host.files[f"/var/log/pods/kube-system_{name}/etcd/0.log"] = log(("fatal", "x"), modified=1e9)
        host.actions.clear()
        etcd = Etcd(host)
        plan(host, etcd).apply()
        assert host.actions == [f"store {MANIFEST}", *["start kubelet"] * restarts]
        host.folders.discard("/var/lib/etcd/member")


def test_an_etcd_that_the_kubelet_does_not_start_is_reported_with_its_last_error(host: TestHost) -> None:
    """The cause may still be the same."""
    old = log(("fatal", "cannot assign requested address"), modified=1e9)
    refusal = str(refusal_with_logs(host, {"etcd-cp2_0123/etcd/3.log": old}))
    assert "the kubelet has not started it; the last error of an earlier start: cannot go on: cannot assign" in refusal
    assert "exits on every start" not in refusal


def test_check_etcd_looks(host: TestHost) -> None:
    """And refuses when there is no quorum; etcd-join does so, too."""
    etcd = Etcd(host)
    probe(host, etcd)
    etcd.dead.add(1)
    for refuse in (probe, plan):
        with pytest.raises(JoinError) as caught:
            refuse(host, etcd)
        assert caught.value.code == "etcd_unhealthy"
    probe_host(host, etcd)
    etcd.dead.clear()
    host.folders.add("/var/lib/etcd/member")
    for refuse in (probe, plan):
        with pytest.raises(JoinError) as caught:
            refuse(host, etcd)
        assert caught.value.code == "etcd_member_conflict"
    assert etcd.actions == []


def test_nobody_is_asked_before_the_files_are_there(host: TestHost) -> None:
    """Check mode reports the member; the cluster is asked when it is applied."""
    del host.files[ADMIN_CONF]
    etcd = Etcd(host)
    assert plan(host, etcd, api=Api("")).after == {
        "etcd member cp2": {"peer_url": "https://10.0.0.2:2380", "state": "voter"}
    }
    probe(host, etcd, api=Api(""))
    plan(host, etcd).apply()
    assert etcd.actions == ["add", "promote"]


def test_an_external_etcd_is_left_alone(host: TestHost) -> None:
    """Nobody is asked."""
    external = (
        CONFIGURATION
        + "etcd: {external: {endpoints: [https://e:2379], caFile: /e/ca, certFile: /e/c, keyFile: /e/k}}\n"
    )
    outside = dataclasses.replace(SPEC, cluster=cluster_of(SHARED, external))
    assert dict(plan(host, FakeEtcd(), outside, Api("")).after) == {}
    probe(host, FakeEtcd(), outside, Api(""))
    probe_host(host, FakeEtcd(), outside)
