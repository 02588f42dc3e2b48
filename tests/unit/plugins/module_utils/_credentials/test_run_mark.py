# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marks of runs: what is written is read again, and nothing else is taken for a mark."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.run_mark import (
    RUN_LABEL,
    RunMark,
    read_run_mark,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import ANYTHING
from hypothesis import given


@pytest.mark.parametrize("mark", [RunMark("3116", "2026-11-24T12:00:00Z", "c b n 7 8", "3115"), RunMark("a")])
def test_a_mark_is_read_as_it_was_written(mark: RunMark) -> None:
    """The label selects it, and people find the run in the description."""
    metadata = mark.metadata()
    assert metadata["labels"][RUN_LABEL] == mark.id
    assert read_run_mark({"metadata": metadata}) == mark
    assert f"made by me (run {mark.id}, started {mark.started}" in mark.describe("made by me")


def test_what_others_create_has_no_mark() -> None:
    """Neither do other labels make one."""
    assert read_run_mark({"metadata": {"labels": {"app": "kubejoin"}, "annotations": {RUN_LABEL: "x"}}}) is None


@given(ANYTHING)
def test_anything_is_read(secret: object) -> None:
    assert read_run_mark(secret) is None or isinstance(read_run_mark(secret), RunMark)
