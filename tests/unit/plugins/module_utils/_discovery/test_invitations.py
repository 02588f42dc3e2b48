# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets of invitations: which there are, and that only those are deleted that were listed, as they were."""

from __future__ import annotations

import datetime
import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import ApiForbiddenError, KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import trusting
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.prepare import plan_shared_writes
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates_upload import (
    UploadSpec,
    plan_upload,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.run_mark import RUN_LABEL, RunMark
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import BootstrapToken
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.bootstrap_token import TokenSpec, plan_token
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.invitations import (
    InvitationSecret,
    list_invitations,
    plan_invitation_withdrawal,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN
from ansible_collections.kubejoin.kubeadm.tests.unit.support.control_plane import FILES, SHARED, cluster_of
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer, serve_admin
from ansible_collections.kubejoin.kubeadm.tests.unit.support.secret_store import SecretStore

CA = Authority.make()
OTHER = BootstrapToken("zzzzzz", "0" * 16)
MARK = RunMark("3116", "2026-11-24T12:00:00Z", "c b n 7 8", "3115")


@pytest.fixture
def cluster() -> t.Iterator[tuple[KubeApi, SecretStore]]:
    store = SecretStore()
    with serve_admin(CA, store.answer) as api:
        yield api, store


def invite(api: KubeApi, ttl: float = 1800) -> None:
    """A token and an upload with the mark, and a token without it."""
    clock = TestClock()
    for token, mark in ((TOKEN, MARK), (OTHER, None)):
        plan_token(api, TokenSpec(token, ttl, usages=("authentication",), run=mark), clock=clock).apply()
    host = TestHost("cp-1")
    plan_shared_writes(host, FILES, SHARED).apply()
    spec = UploadSpec(cluster_of(SHARED), bytes(32), ttl, "kubeadm-certs-abcdef", run=MARK)
    plan_upload(host, api, spec, clock=clock).apply()


def listed(api: KubeApi, later: float = 0) -> list[dict[str, t.Any]]:
    clock = TestClock()
    clock.sleep(later)
    return list_invitations(api, clock=clock)


def withdraw(api: KubeApi, found: t.Iterable[dict[str, t.Any]]) -> t.Any:
    return plan_invitation_withdrawal(api, [InvitationSecret(**entry["secret"]) for entry in found])


def test_marked_secrets_are_listed_without_their_secrets(cluster: tuple[KubeApi, SecretStore]) -> None:
    """The token, the upload and its owner. The upload expires with its owner."""
    api, store = cluster
    invite(api)
    found = listed(api)
    names = [entry["secret"]["name"] for entry in found]
    assert len(names) == 3 and {"bootstrap-token-abcdef", "kubeadm-certs-abcdef"} < {*names}
    expires = f"{TestClock().now() + datetime.timedelta(seconds=1800):%Y-%m-%dT%H:%M:%SZ}"
    for entry in found:
        assert (entry["run"], entry["started"], entry["process"], entry["workflow"]) == (
            MARK.id, MARK.started, MARK.process, MARK.workflow,
        )  # fmt: skip
        assert (entry["expires"], entry["expired"]) == (expires, False)
    assert TOKEN.secret not in json.dumps(found) and store.texts(names[0], "token-secret") not in json.dumps(found)
    assert f"run {MARK.id}, started {MARK.started}" in store.texts("bootstrap-token-abcdef", "description")
    assert {entry["expired"] for entry in listed(api, 1799)} == {False}
    assert {entry["expired"] for entry in listed(api, 1800)} == {True}


def test_what_was_listed_is_deleted_and_nothing_else(cluster: tuple[KubeApi, SecretStore]) -> None:
    """A second plan changes nothing."""
    api, store = cluster
    invite(api)
    found = listed(api)
    change = withdraw(api, found)
    assert change.changed and len(store.kept) == 4, "nothing is deleted by planning"
    assert set(change.after.values()) == {"absent"}
    change.apply()
    assert set(store.kept) == {f"bootstrap-token-{OTHER.id}"}
    again = withdraw(api, found)
    assert not again.changed and {state["state"] for state in again.resources["secrets"].values()} == {"absent"}


@pytest.mark.parametrize("what", ["extended", "replaced", "unmarked", "not a token"])
@pytest.mark.parametrize("when", ["before the plan", "after the plan"])
def test_what_has_changed_is_kept(cluster: tuple[KubeApi, SecretStore], what: str, when: str) -> None:
    """Somebody has changed it, and may be using it."""
    api, store = cluster
    invite(api)
    found = [entry for entry in listed(api) if entry["secret"]["name"] == "bootstrap-token-abcdef"]

    def spoil() -> None:
        metadata = store.kept["bootstrap-token-abcdef"]["metadata"]
        store.touch("bootstrap-token-abcdef")
        if what == "replaced":
            metadata.update(uid="another", resourceVersion=found[0]["secret"]["resource_version"])
        elif what == "unmarked":
            del metadata["labels"]
        elif what == "not a token":
            store.kept["bootstrap-token-abcdef"]["type"] = "Opaque"

    if when == "before the plan":
        spoil()
        change = withdraw(api, found)
        assert not change.changed and "was kept" in change.notes[0]
    else:
        change = withdraw(api, found)
        spoil()
        change.apply()
    assert "bootstrap-token-abcdef" in store.kept
    assert not withdraw(api, found).changed


def test_a_secret_that_somebody_else_deletes_first_is_no_error(cluster: tuple[KubeApi, SecretStore]) -> None:
    api, store = cluster
    invite(api)
    change = withdraw(api, listed(api))
    store.kept.clear()
    change.apply()


def test_as_many_as_there_are_can_be_listed(cluster: tuple[KubeApi, SecretStore]) -> None:
    """More than one answer of an API server may have: they are listed in parts. Otherwise they would prevent all joins."""
    api, store = cluster
    invite(api)
    token = store.kept["bootstrap-token-abcdef"]
    for number in range(1000):
        name, data = f"kubeadm-certs-{number}", {"x": "0" * 10000}
        owners = [{"kind": "Secret", "name": "bootstrap-token-abcdef", "uid": "u"}]
        metadata = {**token["metadata"], "name": name, "uid": name, "ownerReferences": owners}
        store.kept[name] = {"type": "Opaque", "metadata": metadata, "data": data}
    assert len(listed(api)) == 1003


def test_a_label_alone_makes_no_invitation(cluster: tuple[KubeApi, SecretStore]) -> None:
    """Such as a Secret that somebody copied."""
    api, store = cluster
    for name, kind, key in (
        ("mine", "Opaque", "password"),
        ("bootstrap-token-zzzzzz", "bootstrap.kubernetes.io/token", "token-id"),
        ("bootstrap-token-abcdef", "Opaque", "token-id"),
    ):
        metadata = {"name": name, "labels": {RUN_LABEL: "x"}, "ownerReferences": [{"kind": "Pod", "name": "p"}]}
        api.create(store.PATH, {"kind": "Secret", "metadata": metadata, "type": kind, "stringData": {key: "abcdef"}})
    assert listed(api) == []


@pytest.mark.parametrize("expiration", ["", "soon", "2020-01-01T00:00:00+00:00"])
def test_only_a_certain_expiration_counts(cluster: tuple[KubeApi, SecretStore], expiration: str) -> None:
    api, store = cluster
    plan_token(api, TokenSpec(TOKEN, 0, usages=("authentication",), run=MARK), clock=TestClock()).apply()
    store.put("bootstrap-token-abcdef", "expiration", expiration)
    (found,) = listed(api)
    assert (found["expires"], found["expired"]) == (expiration or None, False)


def test_without_the_right_to_list_secrets_it_is_refused() -> None:
    with FakeServer(lambda method, path: (403, {"kind": "Status", "message": "no"}), CA) as server:
        with pytest.raises(ApiForbiddenError):
            listed(KubeApi(server.url, trusting(CA.pem), bearer="admin"))
