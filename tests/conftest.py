# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs groups of tests side by side, and the slow ones among the others first."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.tests.groups import group_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests come first, so that in the end no process waits for the other one for long."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: t.Any) -> t.Any:
    """pytest-xdist sends a group to one process, the largest first."""
    from xdist.scheduler import LoadScopeScheduling  # not everywhere that these tests run

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return Groups(config, log)
