# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modes of files: which ones are right, and what puts the others right."""

from __future__ import annotations

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.file_mode import mode_problem, plan_mode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost
from hypothesis import given
from hypothesis import strategies as st

MODES = st.integers(0, 0o7777)


@given(MODES, MODES)
def test_only_additional_permissions_are_a_problem(mode: int, wanted: int) -> None:
    """After the change there is none, and the content is the same."""
    host = TestHost()
    host.files["/a.key"] = FileState(b"\0key", mode, 0.0)
    change = plan_mode(host, "/a.key", host.read("/a.key"), wanted)
    assert change.changed is bool(mode_problem(host.read("/a.key"), wanted)) is bool(mode & ~wanted)
    if change.changed:
        change.apply()
        assert (host.files["/a.key"].content, host.files["/a.key"].mode) == (b"\0key", wanted)
    assert "key" not in f"{change.before}{change.after}".replace("/a.key", "")


def test_a_file_that_is_absent_has_no_mode() -> None:
    assert mode_problem(None, 0o600) is None
    assert not plan_mode(TestHost(), "/a.key", None, 0o600).changed
