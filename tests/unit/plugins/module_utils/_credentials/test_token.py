# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bootstrap tokens: form, signature, Secret, and that they do not tell their secret."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pin import parse_pin, parse_pins
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import BootstrapToken, parse_token
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token_secret import render_token_secret
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token_signature import (
    render_detached_signature,
    verify_detached_signature,
)
from hypothesis import given, settings
from hypothesis import strategies as st

SECRET = "0123456789abcdef"
TOKEN = BootstrapToken("abcdef", SECRET)


@pytest.mark.parametrize(
    ("token", "payload", "signature"),
    [
        (
            BootstrapToken("joshua", "my voice is my passcode"),
            "Hello from the other side. I must have called a thousand times.",
            "eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..VShe2taLd-YTrmWuRkcL_8QTNDHYxQIEBsAYYiIj1_8",
        ),
        (
            BootstrapToken("joshua", "my voice is my passcode"),
            "",
            "eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..7Ui1ALizW4jXphVUB7xUqC9vLYLL9RZeOFfVLoB7Tgk",
        ),
        (TOKEN, "hello\n", "eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..jGfh3cAKffhbjQqP1x03VRxdhcDip6Xp1PFxbB0P9vg"),
    ],
)
def test_signatures_are_those_of_the_signer_controller(token: BootstrapToken, payload: str, signature: str) -> None:
    """Known answers."""
    assert render_detached_signature(token, payload) == signature
    assert verify_detached_signature(token, payload, signature)
    assert not verify_detached_signature(token, payload + " ", signature)


def test_a_token_shows_its_secret_nowhere_but_as_bearer() -> None:
    """Neither str, repr nor format of it."""
    assert SECRET not in f"{TOKEN} {TOKEN!r} {TOKEN!s}"
    assert TOKEN.bearer == f"abcdef.{SECRET}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abcdef",
        f"abcdef.{SECRET} ",
        f"ABCDEF.{SECRET}",
        f"abcdef:{SECRET}",
        f"abcdef.{SECRET}\n",
        f"abcde.{SECRET}",
    ],
)
def test_what_is_no_token_is_refused_and_not_repeated(text: str) -> None:
    """A mistyped token is nearly a good one."""
    with pytest.raises(JoinError) as caught:
        parse_token(text, option="join_token")
    assert caught.value.code == "token_malformed"
    assert SECRET not in str(caught.value) + repr(caught.value.details)


@given(st.text())
@settings(deadline=None)
def test_any_text_is_a_token_or_refused(text: str) -> None:
    """Nothing but JoinError comes out of the parsers of what users type."""
    for parse in (parse_token, parse_pin):
        try:
            parse(text)
        except JoinError:
            pass


def test_the_secret_is_that_of_kubeadm_token_create() -> None:
    """Names, type and keys; a token without expiry has no expiration."""
    when = datetime.datetime(2026, 11, 24, 12, 0, tzinfo=datetime.timezone.utc)
    secret = render_token_secret(
        TOKEN, expiration=when, usages=("signing",), groups=("system:bootstrappers:x",), description="d"
    )
    assert secret["metadata"] == {"name": "bootstrap-token-abcdef", "namespace": "kube-system"}
    assert secret["type"] == "bootstrap.kubernetes.io/token"
    assert secret["stringData"] == {
        "token-id": "abcdef",
        "token-secret": SECRET,
        "description": "d",
        "expiration": "2026-11-24T12:00:00Z",
        "usage-bootstrap-signing": "true",
        "auth-extra-groups": "system:bootstrappers:x",
    }
    forever = render_token_secret(TOKEN, expiration=None, usages=(), groups=(), description="")
    assert forever["stringData"] == {"token-id": "abcdef", "token-secret": SECRET}


def test_pins_are_taken_in_any_case_and_none_only_when_allowed() -> None:
    """As kubeadm takes them."""
    assert parse_pin(" SHA256:" + "AB" * 32) == "sha256:" + "ab" * 32
    assert parse_pins([], may_be_empty=True) == ()
    with pytest.raises(JoinError) as caught:
        parse_pins([], may_be_empty=False)
    assert caught.value.code == "pin_missing"
