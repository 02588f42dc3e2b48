# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What errors repeat of the input."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.display import displayable


@pytest.mark.parametrize("name", ["taints", "/etc/kubernetes/join.yaml", "kubeadm.k8s.io/v1beta4", 7, True, 0.5])
def test_a_name_is_repeated(name: t.Any) -> None:
    assert displayable(name) == str(name)


@pytest.mark.parametrize(
    "name",
    ["abcdef.0123456789abcdef", "x abcdef.0123456789abcdef", "0A" * 32, "x" * 300, "", None, b"x", ("a",)],
)
def test_what_could_be_a_secret_is_not(name: t.Any) -> None:
    assert displayable(name) == "(not displayed)"


def test_a_number_that_python_does_not_write_out_is_not() -> None:
    assert displayable(10**5000) == "(not displayed)"
