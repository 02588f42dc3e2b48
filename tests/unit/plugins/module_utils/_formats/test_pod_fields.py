# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import MINORS
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.pod_fields import pod_fields


def test_a_minor_has_the_fields_of_its_own() -> None:
    """Which of them come and go between minors, and how lists merge."""
    with_workload = [minor for minor in ("1.34", "1.35", "1.36") if "workloadRef" in pod_fields(minor)["spec"].fields]
    assert with_workload == ["1.35"]
    containers = pod_fields("1.37")["spec"].fields["containers"]
    assert (containers.kind, containers.strategies, containers.merge_key) == ("[]struct", ("merge",), "name")


@pytest.mark.parametrize("minor", MINORS)
def test_every_minor_has_a_table(minor: str) -> None:
    """With the fields that every static pod of a control plane has."""
    spec = pod_fields(minor)["spec"].fields
    assert spec["hostNetwork"].kind == "bool"
    assert spec["containers"].fields["command"].kind == "[]string"
    assert spec["containers"].fields["livenessProbe"].fields["httpGet"].fields["port"].kind == "IntOrString"
    assert spec["volumes"].merge_key == "name"
