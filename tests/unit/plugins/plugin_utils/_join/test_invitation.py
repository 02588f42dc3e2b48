# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that create and withdraw an invitation."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.defaults import KUBEADM_CERTS
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.invitation import (
    creation_steps,
    invitation_steps,
    withdrawal_steps,
)
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.invite_configuration import read_invitation
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.invite_secrets import generate_secrets
from ansible_collections.kubejoin.kubeadm.tests.unit.support.documentation import options_of_module

GROUP = "system:bootstrappers:kubeadm:default-node-token"
CLUSTER = {"server": "https://api:6443"}


def settings(**variables: t.Any) -> dict[str, t.Any]:
    return {**read_invitation(variables), "run": {"id": "7"}}


def test_an_invitation_of_workers_is_a_token() -> None:
    (step,) = creation_steps(settings(), {"token": "abcdef.0123456789abcdef"}, CLUSTER, 1800)
    assert step.module == "bootstrap_token" and step.arguments["ttl"] == 1800
    assert step.arguments["groups"] == [GROUP] and step.arguments["run"] == {"id": "7"}
    (step,) = withdrawal_steps(settings(), {"token": "abcdef.0123456789abcdef"}, CLUSTER)
    assert step.module == "bootstrap_token" and step.arguments["token_id"] == "abcdef"
    assert "0123456789abcdef" not in repr(step)


@pytest.mark.parametrize("name", ["", KUBEADM_CERTS])
def test_only_this_token_reads_the_upload(name: str) -> None:
    """Unless it is the Secret of kubeadm, which nodes with other tokens read."""
    secrets = generate_secrets(True, name)
    token, upload = creation_steps(settings(token_ttl=60, certificates_ttl=0), secrets, CLUSTER, 1800)
    own = f"system:bootstrappers:kubejoin:{secrets['token'][:6]}"
    assert token.arguments["groups"] == [GROUP, own]
    assert upload.arguments["groups"] == ([GROUP] if name else [own])
    assert (token.arguments["ttl"], upload.arguments["ttl"]) == (60, 0)
    assert upload.arguments["cluster"] == CLUSTER


def test_the_token_is_withdrawn_in_any_case() -> None:
    """After the upload, whose deletion may fail."""
    upload, token = withdrawal_steps(settings(), generate_secrets(True), CLUSTER)
    assert upload.module == "shared_certificates_upload" and not upload.always
    assert token.module == "bootstrap_token" and token.always


@pytest.mark.parametrize("state", ["present", "absent"])
def test_steps_have_options_of_the_modules(state: str) -> None:
    """In each state."""
    arguments = {"settings": settings(), "secrets": generate_secrets(True), "cluster": CLUSTER, "ttl": 1}
    steps = invitation_steps(state=state, **arguments)
    assert [step.arguments.get("state", "present") for step in steps] == [state] * 2
    for step in steps:
        assert {*step.arguments} <= options_of_module(step.module).keys()
