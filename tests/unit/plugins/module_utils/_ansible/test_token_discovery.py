# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovery by a token, and what is said of a cluster that is trusted."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.cluster_discovery import discover
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN
from ansible_collections.kubejoin.kubeadm.tests.unit.support.discovery_file import GOOD, control_plane, options
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, run_program
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer

EVIL = Authority.make(kind="rsa")


SECRET = "a-token-that-is-secret"


def refusal(**given: t.Any) -> JoinError:
    with pytest.raises(JoinError) as caught:
        discover(options(**given), TestClock(), run_program)
    assert SECRET not in str(caught.value) + repr(caught.value.details)
    return caught.value


def test_without_pins_a_warning_says_what_that_means() -> None:
    """Only where unpinned discovery was allowed and there are none; pins that are there are enforced all the same."""
    with FakeServer(control_plane(), GOOD) as server:
        server.answer = control_plane(server=server.url)
        by_token = {"token": TOKEN.bearer, "endpoint": server.endpoint, "unsafe_skip_ca_verification": True}
        (warning,) = discover(options(**by_token), TestClock(), run_program)["warnings"]
        assert "pose as" in warning and server.endpoint in warning
        pinned = {**by_token, "ca_cert_hashes": [pin_of(GOOD.certificate)]}
        assert discover(options(**pinned), TestClock(), run_program)["warnings"] == []
        assert refusal(**{**by_token, "ca_cert_hashes": [pin_of(EVIL.certificate)]}).code == "pin_mismatch"
        assert refusal(**{**by_token, "unsafe_skip_ca_verification": False}).code == "pin_missing"
