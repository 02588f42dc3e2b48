# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Property tests try the same examples in every run, and new and many ones in `make test-long`; no error tells a secret."""

from __future__ import annotations

import json
import os
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._errors import JoinError
from hypothesis import HealthCheck, settings

settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile(
    "fuzz", max_examples=3000, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fuzz" if os.environ.get("KUBEJOIN_FUZZ") else "steady")

#: The secrets of all tests here: halves of tokens, tokens and passwords of kubeconfigs, private keys.
SECRETS = ("0123456789abcdef", "fedcba9876543210", "a-token-that-is-secret", "its-token", "PRIVATE KEY-----\nM")


@pytest.fixture(scope="session", autouse=True)
def _no_error_tells_a_secret() -> t.Iterator[None]:
    """Every JoinError that is made during the tests, also those that something catches and words anew."""
    make = JoinError.__init__

    def watched(self: JoinError, code: str, message: str, **details: t.Any) -> None:
        make(self, code, message, **details)
        told = f"{message} {json.dumps(self.details)}"
        assert not any(secret in told for secret in SECRETS), f"{code} tells a secret"

    JoinError.__init__ = watched  # type: ignore[method-assign]
    yield
    JoinError.__init__ = make  # type: ignore[method-assign]
