# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tests may run side by side: what shares a machine's beds, or an account of a run, stays in one process."""

from __future__ import annotations

import re
import typing as t

import pytest

#: By folder or file: end-to-end tests share one bed, unit tests give one account of all error codes, what is packed is packed once.
#: Small beds and real etcd come first in the group of the unit tests, when the end-to-end tests have few hosts yet.
GROUPS = {
    "bed": re.compile(r"(^|/)e2e/"),
    "unit": re.compile(r"(^|/)(etcd|testbed|unit)/"),
    "packed": re.compile(r"test_publish\.py|::test_(sanity|the_tarball)"),
}


def group_of(nodeid: str) -> str:
    """The group whose tests run one after the other; a test of none is a group of its own."""
    return next((name for name, pattern in GROUPS.items() if pattern.search(nodeid)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: t.Any) -> t.Any:
    """pytest-xdist sends a group to one process, the largest first."""
    from xdist.scheduler import LoadScopeScheduling  # not everywhere that these tests run

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return Groups(config, log)
