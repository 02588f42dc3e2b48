# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Secret of a bootstrap token."""

from __future__ import annotations

import base64
import datetime

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import BootstrapToken
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token_secret import (
    expiration_after,
    read_token_secret,
    render_expiration,
    render_token_secret,
    token_secret_name,
)

SECRET = "0123456789abcdef"
TOKEN = BootstrapToken("abcdef", SECRET)


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


@pytest.mark.parametrize("seconds", [0, -1, 100 * 365 * 86400 + 1, 10**12, 10**400])
def test_a_token_expires_within_a_hundred_years(seconds: int) -> None:
    """Another lifetime is an error, also where no date could express it."""
    now = datetime.datetime(2026, 11, 24, 12, 0, tzinfo=datetime.timezone.utc)
    with pytest.raises(JoinError) as caught:
        expiration_after(now, seconds)
    assert caught.value.code == "token_lifetime_invalid"
    assert expiration_after(now, 1) == now + datetime.timedelta(seconds=1)
    assert expiration_after(now, 100 * 365 * 86400).year == 2126


def test_usages_and_groups_are_written_as_kubernetes_reads_them() -> None:
    """One key a usage, one text for all groups; no key for none."""
    data = render_token_secret(
        TOKEN,
        expiration=None,
        usages=("signing", "authentication"),
        groups=("system:bootstrappers:a", "b"),
        description="",
    )["stringData"]
    assert data == {
        "token-id": "abcdef",
        "token-secret": SECRET,
        "usage-bootstrap-signing": "true",
        "usage-bootstrap-authentication": "true",
        "auth-extra-groups": "system:bootstrappers:a,b",
    }
    assert token_secret_name("abcdef") == "bootstrap-token-abcdef"


def test_what_was_written_is_read() -> None:
    """As the API server returns it, in base64; what is missing or malformed is empty."""
    when = datetime.datetime(2026, 11, 24, 12, 0, tzinfo=datetime.timezone.utc)
    written = render_token_secret(TOKEN, expiration=when, usages=("signing",), groups=("a", "b"), description="")
    data = {key: base64.b64encode(value.encode()).decode() for key, value in written["stringData"].items()}
    assert read_token_secret({"data": data}, "expiration") == render_expiration(when) == "2026-11-24T12:00:00Z"
    assert read_token_secret({"data": data}, "auth-extra-groups") == "a,b"
    for secret in (None, {}, {"data": {"a": 1}}, {"data": {"a": "%"}}, {"data": {"a": "/w=="}}):
        assert read_token_secret(secret, "a") == ""
