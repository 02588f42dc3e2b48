# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Invitations: a token that is made, kept, refused and withdrawn."""

from __future__ import annotations

import base64
import datetime
import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.bootstrap_token import (
    TokenSpec,
    plan_token,
    plan_token_withdrawal,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import OTHER, TOKEN, cluster_info, kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import serve_admin

CA = Authority.make()
SECRETS = "/api/v1/namespaces/kube-system/secrets"


class Secrets:
    """The Secrets of a cluster, and its cluster-info, which is signed for each of them at once."""

    def __init__(self) -> None:
        self.kept: dict[str, t.Any] = {}

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, t.Any]:
        name = path.rpartition("/")[2]
        if method == "POST":
            sent = json.loads(body)
            data = {key: base64.b64encode(value.encode()).decode() for key, value in sent["stringData"].items()}
            self.kept[sent["metadata"]["name"]] = {**sent, "data": data}
            return 201, sent
        if name == "cluster-info":
            return 200, cluster_info(kubeconfig(CA.pem), TOKEN)
        if name not in self.kept:
            return 404, {"kind": "Status", "message": "not found"}
        return 200, self.kept.pop(name) if method == "DELETE" else self.kept[name]


@pytest.fixture
def cluster() -> t.Iterator[tuple[KubeApi, Secrets]]:
    secrets = Secrets()
    with serve_admin(CA, secrets.answer) as api:
        yield api, secrets


def test_a_token_is_made_once_and_withdrawn(cluster: tuple[KubeApi, Secrets]) -> None:
    """A second plan changes nothing; the withdrawal takes the Secret away, and then has nothing to do."""
    api, secrets = cluster
    clock = TestClock()
    change = plan_token(api, TokenSpec(TOKEN, 60), clock=clock)
    assert change.changed
    change.apply()
    expiration = base64.b64decode(secrets.kept["bootstrap-token-abcdef"]["data"]["expiration"]).decode()
    assert expiration == f"{clock.now() + datetime.timedelta(seconds=60):%Y-%m-%dT%H:%M:%SZ}"
    assert not plan_token(api, TokenSpec(TOKEN, 60), clock=clock).changed
    plan_token_withdrawal(api, TOKEN.id).apply()
    assert secrets.kept == {}
    assert not plan_token_withdrawal(api, TOKEN.id).changed


def test_a_token_of_the_same_id_is_not_replaced(cluster: tuple[KubeApi, Secrets]) -> None:
    """Somebody else may be joining with it."""
    api, secrets = cluster
    plan_token(api, TokenSpec(TOKEN, 60), clock=TestClock()).apply()
    before = json.dumps(secrets.kept)
    with pytest.raises(JoinError) as caught:
        plan_token(api, TokenSpec(OTHER, 60), clock=TestClock())
    assert caught.value.code == "token_id_taken"
    assert json.dumps(secrets.kept) == before
