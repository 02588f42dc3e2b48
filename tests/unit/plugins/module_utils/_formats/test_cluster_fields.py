# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.cluster_fields import cluster_fields


def test_arguments_are_a_mapping_and_then_a_list() -> None:
    """v1beta4 has made them a list, and has added variables and periods."""
    old, new = cluster_fields("v1beta3"), cluster_fields("v1beta4")
    for place in ("apiServer", "controllerManager", "scheduler"):
        assert old[place].fields["extraArgs"].kind == "map[string]string"
        assert set(new[place].fields["extraArgs"].fields) == {"name", "value"}
        assert "extraEnvs" in new[place].fields and "extraEnvs" not in old[place].fields
    assert set(old) < set(new)
