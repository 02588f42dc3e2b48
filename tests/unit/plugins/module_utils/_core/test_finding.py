# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings of preflight checks."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding, error, warning


def test_a_finding_is_an_error_or_a_warning() -> None:
    """Otherwise equal."""
    found = error("Swap", "swap_on", "Swap is on."), warning("Swap", "swap_on", "Swap is on.")
    assert found == (
        Finding("Swap", "error", "swap_on", "Swap is on."),
        Finding("Swap", "warning", "swap_on", "Swap is on."),
    )
    assert found[0] != found[1]


def test_a_finding_stays_as_it_was_found() -> None:
    """It is distinguished by its value."""
    with pytest.raises(AttributeError):
        error("Swap", "swap_on", "x").severity = "warning"  # type: ignore[misc]
    assert len({error("Swap", "swap_on", "x"), error("Swap", "swap_on", "x")}) == 1
