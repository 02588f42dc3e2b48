# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.join_fields import join_fields


@pytest.mark.parametrize(
    ("field", "versions"),
    [
        (("skipPhases",), ["v1beta3", "v1beta4", "v1"]),
        (("dryRun",), ["v1beta4", "v1"]),
        (("discovery", "timeout"), ["v1beta1", "v1beta2", "v1beta3"]),
        (("controlPlane", "certificateKey"), ["v1beta2", "v1beta3", "v1beta4", "v1"]),
        (("nodeRegistration", "kubeletExtraArgs", "mergeMethod"), ["v1"]),
    ],
)
def test_a_version_has_the_fields_of_its_own(field: tuple[str, ...], versions: list[str]) -> None:
    """As kubeadm's documentation lists them."""
    found = []
    for version in ("v1beta1", "v1beta2", "v1beta3", "v1beta4", "v1"):
        fields = join_fields(version)
        for name in field[:-1]:
            fields = fields[name].fields
        found += [version] if field[-1] in fields else []
    assert found == versions
