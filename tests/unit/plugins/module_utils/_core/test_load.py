# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rejected requests are counted, and are part of a result only if there are any."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core import load


def test_rejections_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "_rejected", [])
    assert load.describe_load() == {}
    load.add_rejection("/api/v1/nodes")
    load.add_rejection("/api/v1/nodes")
    assert load.describe_load() == {"rejected_requests": 2}
