# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_limit: the budget of a run, whose temporary folder is on the controller."""

from __future__ import annotations

import pathlib

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible_collections.kubejoin.kubeadm.plugins.lookup import join_limit
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join import concurrency


def test_the_limit_follows_the_outcomes_of_the_run(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bound has its own budget, over the same outcomes, which are kept from the first question on."""
    monkeypatch.setattr(join_limit.constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    concurrency.budget_of.cache_clear()
    limit = join_limit.LookupModule(loader=DataLoader()).run
    outcomes = concurrency.outcomes_in(str(tmp_path))
    assert not outcomes.are_kept
    assert limit([40]) == [40] and outcomes.are_kept
    outcomes.add(0, {"rejected_requests": 3})
    assert limit([40]) == [20] == limit([40])
    outcomes.add(1, {})
    assert limit([40, "8"]) == [21, 5]
