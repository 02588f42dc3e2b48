# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The upload of what control planes share: sealed, readable for hosts that join, kept, replaced and withdrawn."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.prepare import plan_shared_writes
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates import (
    decrypt_shared_files,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates_upload import (
    UploadSpec,
    plan_upload,
    plan_upload_withdrawal,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.change import Change
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.control_plane import (
    CONFIGURATION,
    FILES,
    SHARED,
    cluster_of,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import serve_admin
from ansible_collections.kubejoin.kubeadm.tests.unit.support.shared import Shared

CA = Authority.make()
KEY = bytes(range(32))
SECRETS = "/api/v1/namespaces/kube-system/secrets"
RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system"
SPEC = UploadSpec(cluster_of(SHARED), KEY, 600)


class Objects:
    """Objects by their paths, as an API server keeps them; ``log`` are the changes."""

    def __init__(self) -> None:
        self.kept: dict[str, t.Any] = {}
        self.log: list[str] = []

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, t.Any]:
        if method != "GET":
            self.log.append(f"{method} {path}")
        if method == "POST":
            sent = json.loads(body)
            texts = sent.get("stringData", {})
            sent["data"] = {
                **sent.get("data", {}),
                **{key: base64.b64encode(value.encode()).decode() for key, value in texts.items()},
            }
            sent["metadata"]["uid"] = f"uid of {sent['metadata']['name']}"
            self.kept[f"{path}/{sent['metadata']['name']}"] = sent
            return 201, sent
        if path not in self.kept:
            return 404, {"kind": "Status", "message": "not found"}
        if method == "PATCH":
            self.kept[path].update(json.loads(body))
        return 200, self.kept.pop(path) if method == "DELETE" else self.kept[path]

    @property
    def shared(self) -> dict[str, t.Any]:
        return t.cast("dict[str, t.Any]", self.kept[f"{SECRETS}/kubeadm-certs"])

    def owners(self) -> list[str]:
        return [path for path in self.kept if path.startswith(f"{SECRETS}/bootstrap-token-")]


@pytest.fixture
def cluster() -> t.Iterator[tuple[KubeApi, Objects]]:
    objects = Objects()
    with serve_admin(CA, objects.answer) as api:
        yield api, objects


@pytest.fixture
def host() -> TestHost:
    host = TestHost("cp-1")
    plan_shared_writes(host, FILES, SHARED).apply()
    return host


def plan(host: TestHost, api: KubeApi, spec: UploadSpec = SPEC) -> Change:
    return plan_upload(host, api, spec, clock=TestClock())


def test_what_is_shared_is_sealed_and_expires(cluster: tuple[KubeApi, Objects], host: TestHost) -> None:
    """The key opens what the host has; the Secret belongs to a token of no use, which expires in time."""
    api, objects = cluster
    plan(host, api).apply()
    assert decrypt_shared_files(objects.shared["data"], FILES, KEY, server=api.server) == SHARED
    values = [base64.b64decode(value) for value in objects.shared["data"].values()]
    assert len({value[:12] for value in values}) == len(FILES)
    (path,) = objects.owners()
    token = objects.kept[path]
    assert objects.shared["metadata"]["ownerReferences"] == [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "name": token["metadata"]["name"],
            "uid": token["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]
    assert sorted(token["data"]) == ["description", "expiration", "token-id", "token-secret"]
    ends = TestClock().now() + datetime.timedelta(seconds=600)
    assert base64.b64decode(token["data"]["expiration"]).decode() == f"{ends:%Y-%m-%dT%H:%M:%SZ}"
    assert not plan(host, api).changed


def test_hosts_that_join_may_read_it_and_nothing_else(cluster: tuple[KubeApi, Objects], host: TestHost) -> None:
    """The Role and RoleBinding of kubeadm; what an administrator has changed is restored, and added groups stay."""
    api, objects = cluster
    plan(host, api).apply()
    role, binding = f"{RBAC}/roles/kubeadm:kubeadm-certs", f"{RBAC}/rolebindings/kubeadm:kubeadm-certs"
    rules = [{"apiGroups": [""], "resourceNames": ["kubeadm-certs"], "resources": ["secrets"], "verbs": ["get"]}]
    assert objects.kept[role]["rules"] == rules
    assert [subject["name"] for subject in objects.kept[binding]["subjects"]] == [
        "system:bootstrappers:kubeadm:default-node-token"
    ]
    objects.kept[role]["rules"] = []
    objects.kept[binding]["subjects"] = [{"kind": "Group", "name": "ours"}]
    objects.log.clear()
    plan(host, api).apply()
    assert objects.log == [f"PATCH {role}", f"PATCH {binding}"]
    assert objects.kept[role]["rules"] == rules
    assert next(iter(objects.kept[binding]["subjects"]))["name"] == "ours"
    assert not plan(host, api).changed


def test_what_another_key_has_sealed_is_replaced_with_its_token(
    cluster: tuple[KubeApi, Objects], host: TestHost
) -> None:
    """And so is what is no longer what the host has."""
    api, objects = cluster
    plan(host, api).apply()
    first = objects.owners()
    other = UploadSpec(SPEC.cluster, bytes(32))
    plan(host, api, other).apply()
    assert decrypt_shared_files(objects.shared["data"], FILES, bytes(32), server=api.server) == SHARED
    assert len(objects.owners()) == 1
    assert objects.owners() != first
    del objects.shared["data"]["sa.pub"]
    plan(host, api, other).apply()
    assert "sa.pub" in objects.shared["data"]


def test_an_upload_of_its_own_is_replaced(cluster: tuple[KubeApi, Objects], host: TestHost) -> None:
    """By one with another key."""
    api, objects = cluster
    own = dataclasses.replace(SPEC, name="certs-of-one-run")
    plan(host, api, own).apply()
    plan(host, api, dataclasses.replace(own, key=bytes(32))).apply()
    data = objects.kept[f"{SECRETS}/certs-of-one-run"]["data"]
    assert decrypt_shared_files(data, FILES, bytes(32), server=api.server, name="certs-of-one-run") == SHARED
    assert len(objects.owners()) == 1


@pytest.mark.parametrize("what", ["secrets/app", "roles/kubeadm:app", "rolebindings/kubeadm:app"])
def test_what_is_not_an_upload_is_not_replaced(cluster: tuple[KubeApi, Objects], host: TestHost, what: str) -> None:
    """Such as a Secret of an application, or the permission to read a ConfigMap of kubeadm."""
    api, objects = cluster
    path = f"{SECRETS.removesuffix('/secrets') if what.startswith('secrets') else RBAC}/{what}"
    objects.kept[path] = found = {
        "metadata": {"name": what.partition("/")[2], "uid": "u", "ownerReferences": [{"kind": "Issuer", "name": "acme"}]},
        "data": {"ca.crt": "eA==", "tls.key": "eA=="},
        "rules": [{"apiGroups": [""], "resourceNames": ["app"], "resources": ["configmaps"], "verbs": ["get"]}],
    }  # fmt: skip
    with pytest.raises(JoinError, match="is not part of an upload, so it is not replaced; set another name") as caught:
        plan(host, api, dataclasses.replace(SPEC, name="app"))
    kind = {"secrets": "Secret", "roles": "Role", "rolebindings": "RoleBinding"}[what.partition("/")[0]]
    assert caught.value.code == "object_not_owned" and caught.value.details["kind"] == kind
    assert objects.kept == {path: found} and not objects.log


def test_an_upload_of_its_own_is_apart_from_all_others(cluster: tuple[KubeApi, Objects], host: TestHost) -> None:
    """Two operators share at once; each reads and withdraws its own, with the rights to it, and leaves kubeadm's alone."""
    api, objects = cluster
    plan(host, api).apply()
    mine = UploadSpec(
        SPEC.cluster, bytes(32), name="kubeadm-certs-abcdef", groups=("system:bootstrappers:kubejoin:abcdef",)
    )
    plan(host, api, mine).apply()
    assert not plan(host, api).changed
    assert not plan(host, api, mine).changed
    secret = objects.kept[f"{SECRETS}/kubeadm-certs-abcdef"]
    assert decrypt_shared_files(secret["data"], FILES, bytes(32), server=api.server, name=mine.name) == SHARED
    for kind in ("roles", "rolebindings"):
        assert "ownerReferences" not in objects.kept[f"{RBAC}/{kind}/kubeadm:kubeadm-certs"]["metadata"]
        [owner] = objects.kept[f"{RBAC}/{kind}/kubeadm:kubeadm-certs-abcdef"]["metadata"]["ownerReferences"]
        assert owner["uid"] == secret["metadata"]["uid"]
    # Rights that would go with a Secret that is gone are given to the new one.
    secret["metadata"]["uid"] = "another"
    objects.log.clear()
    plan(host, api, mine).apply()
    assert objects.log == [f"PATCH {RBAC}/{kind}/kubeadm:kubeadm-certs-abcdef" for kind in ("roles", "rolebindings")]
    plan_upload_withdrawal(api, bytes(32), mine.name).apply()
    assert f"{SECRETS}/kubeadm-certs-abcdef" not in objects.kept
    assert len(objects.owners()) == 1
    assert not plan(host, api).changed


def test_only_the_group_of_an_invitation_may_read_its_upload(cluster: tuple[KubeApi, Objects], host: TestHost) -> None:
    """Not the group of all tokens, and nobody who was added to the RoleBinding."""
    api, objects = cluster
    mine = UploadSpec(SPEC.cluster, KEY, name="kubeadm-certs-abcdef", groups=("system:bootstrappers:kubejoin:abcdef",))
    plan(host, api, mine).apply()
    binding = objects.kept[f"{RBAC}/rolebindings/kubeadm:kubeadm-certs-abcdef"]
    only = [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:bootstrappers:kubejoin:abcdef"}]
    assert binding["subjects"] == only
    binding["subjects"] = [{"kind": "Group", "name": "system:bootstrappers:kubeadm:default-node-token"}, *only]
    change = plan(host, api, mine)
    assert change.changed
    change.apply()
    assert binding["subjects"] == only
    assert not plan(host, api, mine).changed


@pytest.mark.parametrize("other", ["sa.key", "etcd-ca.key"])
def test_a_file_cannot_take_the_place_of_another(cluster: tuple[KubeApi, Objects], host: TestHost, other: str) -> None:
    """Somebody who may write the Secret without the key can only break it, within it and from another Secret with this key."""
    api, objects = cluster
    mine = UploadSpec(SPEC.cluster, KEY, name="kubeadm-certs-abcdef")
    elsewhere = UploadSpec(SPEC.cluster, KEY, name="kubeadm-certs-zzzzzz")
    plan(host, api, mine).apply()
    plan(host, api, elsewhere).apply()
    data = objects.kept[f"{SECRETS}/{mine.name}"]["data"]
    foreign = objects.kept[f"{SECRETS}/{elsewhere.name}"]["data"]["ca.key"]
    for swapped in ({**data, "ca.key": data[other]}, {**data, "ca.key": foreign}):
        with pytest.raises(JoinError) as caught:
            decrypt_shared_files(swapped, FILES, KEY, server=api.server, name=mine.name)
        assert (caught.value.code, caught.value.details["entry"]) == ("certificate_key_wrong", "ca.key")


def test_the_key_of_an_external_ca_is_an_empty_entry(cluster: tuple[KubeApi, Objects], host: TestHost) -> None:
    """As kubeadm has it: the file was not there."""
    api, objects = cluster
    del host.files["/etc/kubernetes/pki/ca.key"]
    plan(host, api).apply()
    assert objects.shared["data"]["ca.key"] == ""
    assert not plan(host, api).changed


def test_the_entries_of_an_external_etcd_without_tls_are_empty(
    cluster: tuple[KubeApi, Objects], host: TestHost
) -> None:
    """Kubeadm refuses a Secret without them. A second upload finds nothing to do."""
    api, objects = cluster
    text = CONFIGURATION + "etcd: {external: {endpoints: ['http://127.0.0.1:2379']}}\n"
    given = dataclasses.replace(SPEC, cluster=cluster_of(SHARED, text))
    plan(host, api, given).apply()
    empty = [entry for entry, value in objects.shared["data"].items() if not value]
    assert empty == ["external-etcd-ca.crt", "external-etcd.crt", "external-etcd.key"]
    assert not plan(host, api, given).changed


def test_a_withdrawal_takes_what_the_key_opens(cluster: tuple[KubeApi, Objects], host: TestHost) -> None:
    """With its token, once, and nobody else's upload; tokens of others and the rights stay."""
    api, objects = cluster
    objects.kept[f"{SECRETS}/bootstrap-token-abcdef"] = {"metadata": {"name": "bootstrap-token-abcdef"}}
    plan(host, api).apply()
    assert not plan_upload_withdrawal(api, bytes(32)).changed
    plan_upload_withdrawal(api, KEY).apply()
    assert [path for path in objects.kept if path.startswith(SECRETS)] == [f"{SECRETS}/bootstrap-token-abcdef"]
    assert not plan_upload_withdrawal(api, KEY).changed


def test_nothing_that_is_wrong_is_shared(cluster: tuple[KubeApi, Objects], host: TestHost) -> None:
    """A key that belongs to another certificate, a file that is missing, the CA of another cluster."""
    api, objects = cluster
    foreign = UploadSpec(cluster_of(Shared.make(FILES).contents), KEY)
    with pytest.raises(JoinError) as caught:
        plan(host, api, foreign)
    assert caught.value.details["problems"] == ["ca.crt is not a CA of this cluster"]
    del host.files["/etc/kubernetes/pki/sa.key"]
    host.store("/etc/kubernetes/pki/ca.key", SHARED["front-proxy-ca.key"], 0o600)
    with pytest.raises(JoinError) as caught:
        plan(host, api)
    assert caught.value.code == "shared_certificates_unusable"
    assert caught.value.details["problems"] == [
        "ca.crt belongs to another private key than ca.key",
        "sa.pub has no private key, sa.key",
    ]
    assert objects.log == []


def test_no_secret_is_in_the_plan(cluster: tuple[KubeApi, Objects], host: TestHost) -> None:
    """Neither a key nor the certificate key."""
    api, _objects = cluster
    change = plan(host, api)
    for printed in (change, change.before, change.after, SPEC):
        assert "PRIVATE" not in repr(printed)
        assert repr(KEY)[2:-1] not in repr(printed)
