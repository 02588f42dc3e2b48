# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets of an invitation."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates import (
    parse_certificate_key,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import parse_token
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.invite_secrets import generate_secrets


@pytest.mark.parametrize("certificates", [False, True])
def test_the_secrets_are_what_the_modules_take(certificates: bool) -> None:
    """They are different each time, and the Secret has the ID of its token."""
    first, second = generate_secrets(certificates), generate_secrets(certificates)
    assert not {*first.values()} & {*second.values()}
    parse_token(first["token"])
    assert ("certificate_key" in first) == ("certificates_secret" in first) == certificates
    if certificates:
        parse_certificate_key(first["certificate_key"])
        assert first["certificates_secret"] == f"kubeadm-certs-{first['token'][:6]}"
        assert generate_secrets(certificates, "own")["certificates_secret"] == "own"
