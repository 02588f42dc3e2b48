# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_quantities import (
    normalize_duration,
    normalize_quantity,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.text_goldens import text_goldens


@pytest.mark.parametrize(("text", "result"), text_goldens("duration"))
def test_respells_durations_as_go(text: str, result: str | None) -> None:
    """A duration comes out as Go prints it; what Go cannot read is refused."""
    if result is None:
        with pytest.raises(ValueError, match="duration"):
            normalize_duration(text)
    else:
        assert normalize_duration(text) == result


@pytest.mark.parametrize(("text", "result"), text_goldens("quantity"))
def test_respells_quantities_as_kubernetes(text: str, result: str | None) -> None:
    """A quantity comes out in its canonical form; what Kubernetes cannot read is refused."""
    if result is None:
        with pytest.raises(ValueError, match="quantity"):
            normalize_quantity(text)
    else:
        assert normalize_quantity(text) == result
