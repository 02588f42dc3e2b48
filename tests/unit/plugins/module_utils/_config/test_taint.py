# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Taints as text."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.taint import parse_taint
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.objects import render_taint
from hypothesis import given
from hypothesis import strategies as st

KEYS = st.from_regex(r"[a-z][a-z./-]{0,10}", fullmatch=True)
EFFECTS = st.sampled_from(["NoSchedule", "PreferNoSchedule", "NoExecute"])


@given(KEYS, KEYS | st.just(""), EFFECTS)
def test_a_taint_comes_back(key: str, value: str, effect: str) -> None:
    """With a value or without one, which is the same as an empty one."""
    taint = {"key": key, **({"value": value} if value else {}), "effect": effect}
    assert parse_taint(render_taint(taint)) == taint
    assert render_taint({**taint, "value": value, "timeAdded": "x"}) == render_taint(taint)


@pytest.mark.parametrize("text", ["", "a", "a=b", ":NoSchedule", "=b:NoSchedule", "a:", "a=b:"])
def test_half_a_taint_is_refused(text: str) -> None:
    """By the field that it is for."""
    with pytest.raises(JoinError) as caught:
        parse_taint(text)
    assert caught.value.code == "invalid_join_configuration"
    (problem,) = caught.value.details["problems"]
    assert problem["field"] == "nodeRegistration.taints"


def test_colons_and_equals_signs_are_part_of_what_they_are_in() -> None:
    """The last colon and the first equals sign count."""
    assert parse_taint("a=b=c:d:NoExecute") == {"key": "a", "value": "b=c:d", "effect": "NoExecute"}
