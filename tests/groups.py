# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tests may run side by side: what shares a machine's beds, or an account of a run, stays in one process."""

from __future__ import annotations

import re

#: By folder or file: end-to-end tests share one bed, unit tests give one account of all error codes, what is packed is packed once.
#: The end-to-end tests take longer than all others, so some have a second bed, in the process of the unit tests. These, small beds and real
#: etcd come first there, when the first bed has few hosts yet.
GROUPS = {
    "unit": re.compile(
        r"(^|/)((etcd|testbed|unit)/|e2e/test_(configuration|names|patience|preflight|refusals|requirements|shell_join)\.py)"
    ),
    "bed": re.compile(r"(^|/)e2e/"),
    "packed": re.compile(r"test_publish\.py|::test_(sanity|the_tarball)"),
}


def group_of(nodeid: str) -> str:
    """The group whose tests run one after the other; a test of none is a group of its own."""
    return next((name for name, pattern in GROUPS.items() if pattern.search(nodeid)), nodeid)
