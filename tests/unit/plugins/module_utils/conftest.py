# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How property tests of these tests run, and in which environment."""

from __future__ import annotations

import importlib.util

import pytest

#: The environments with older cores have no library for property tests, and run none.
if importlib.util.find_spec("hypothesis"):
    from ansible_collections.kubejoin.kubeadm.tests.unit.support import properties as properties


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies and CAs of the machine that the tests run on do not count."""
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
