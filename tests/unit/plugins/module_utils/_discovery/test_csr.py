# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing requests: what is sent, what is waited for, and what is kept of the answer."""

from __future__ import annotations

import base64
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import ApiUnreachableError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.csr import request_node_identity
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import (
    Expected,
    PreparedApi,
    altered,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock
from hypothesis import given, settings

CA = Authority.make()


CERTIFICATE, KEY = CA.issue("system:node:worker-1", organization="system:nodes")


CSR = {
    "metadata": {"name": "csr-1"},
    "status": {
        "certificate": base64.b64encode(CERTIFICATE.encode()).decode(),
        "conditions": [{"type": "Approved", "reason": "r", "message": "m"}, {"type": "Other"}],
    },
}


@settings(max_examples=settings.default.max_examples // 2)  # each makes a key
@given(altered(CSR), altered({"metadata": {"name": "csr-1"}}))
def test_a_signing_request(csr: t.Any, created: t.Any) -> None:
    """Its name, its conditions, its certificate, which is for another key in any case."""
    with Expected():
        request_node_identity(
            PreparedApi(csr, created), "worker-1", authorities=[CA.certificate], clock=TestClock(), timeout=1
        )
        pytest.fail("a certificate for another key was taken")


class Away:
    """An API server that takes a request, is away for a moment, and then has denied it."""

    server = "https://api:6443"

    def __init__(self) -> None:
        self.watches = 0

    def create(self, path: str, body: t.Any) -> t.Any:
        return {"metadata": {"name": "csr-1"}}

    def watch(self, path: str, timeout: float, *, name: str) -> t.Iterator[tuple[str, t.Any]]:
        self.watches += 1
        if self.watches < 3:
            raise ApiUnreachableError("nobody there")
        yield "ADDED", {"status": {"conditions": [{"type": "Denied", "reason": "r", "message": "m"}]}}


def test_a_request_is_followed_when_the_api_server_was_away_for_a_moment() -> None:
    """One request, watched again."""
    api = t.cast("t.Any", Away())
    with pytest.raises(JoinError, match="CSR csr-1 was refused: r: m") as caught:
        request_node_identity(api, "worker-1", authorities=[CA.certificate], clock=TestClock(), timeout=60)
    assert caught.value.code == "csr_denied" and api.watches == 3
