# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import MINORS
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.kubelet_fields import kubelet_fields


def test_a_minor_has_the_fields_of_its_own() -> None:
    """Which of them come and go between minors, and structs at any depth."""
    assert "tlsCurvePreferences" not in kubelet_fields("1.35")
    assert "tlsCurvePreferences" in kubelet_fields("1.36")
    webhook = kubelet_fields("1.37")["authentication"].fields["webhook"]
    assert webhook.fields["cacheTTL"].kind == "Duration"


@pytest.mark.parametrize("minor", MINORS)
def test_every_minor_has_a_table(minor: str) -> None:
    """Which says of every field what it holds, and has those that every kubelet has."""
    fields = kubelet_fields(minor)
    assert fields["maxPods"].kind == "int32"
    assert fields["clusterDNS"].kind == "[]string"
    assert fields["authentication"].fields["x509"].fields["clientCAFile"].kind == "string"
    assert len(fields) > 100
