# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures by bootstrap tokens."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import BootstrapToken
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token_signature import (
    render_detached_signature,
    verify_detached_signature,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN
from hypothesis import given
from hypothesis import strategies as st


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


@given(st.text(), st.text())
def test_another_text_is_never_the_signature(payload: str, signature: str) -> None:
    """True for the one that the token makes; half characters, which no API server has, are no reason to fail."""
    right = render_detached_signature(TOKEN, payload)
    assert verify_detached_signature(TOKEN, payload, right)
    assert verify_detached_signature(TOKEN, payload, signature) is (signature == right)


def test_another_token_makes_another_signature() -> None:
    """By its secret, and by its id, which is in the header."""
    right = render_detached_signature(TOKEN, "x")
    assert not verify_detached_signature(BootstrapToken(TOKEN.id, "fedcba9876543210"), "x", right)
    assert not verify_detached_signature(BootstrapToken("aaaaaa", TOKEN.secret), "x", right)


def test_another_algorithm_is_refused_before_anything_is_computed() -> None:
    """As `none`, which some libraries once took."""
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"abcdef"}').decode().rstrip("=")
    assert not verify_detached_signature(TOKEN, "x", f"{header}..")
    assert not verify_detached_signature(
        TOKEN, "x", f"{header}.." + render_detached_signature(TOKEN, "x").split("..")[1]
    )
