# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kubelet's service during a wait."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.service import PATIENCE, KubeletWatch
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost


@pytest.mark.parametrize("before", [0, 7])
def test_a_kubelet_may_end_once(before: int) -> None:
    """What it did before the wait does not count."""
    host = TestHost()
    host.kubelet_unit = dataclasses.replace(host.kubelet_unit, restarts=before)
    watch = KubeletWatch(host)
    for more in range(PATIENCE):
        host.kubelet_unit = dataclasses.replace(host.kubelet_unit, restarts=before + more)
        assert watch.give_up() is None
    host.kubelet_unit = dataclasses.replace(host.kubelet_unit, restarts=before + PATIENCE, state="failed")
    found = watch.give_up()
    assert found is not None and "failed" in found


def test_its_last_words_are_those_of_its_log() -> None:
    """Of the kubelet's unit, and a few lines of it."""
    asked = []

    class Host(TestHost):
        def unit_log(self, name: str, lines: int) -> str:
            asked.append((name, lines))
            return "E0601 failed\n"

    assert KubeletWatch(Host()).last_words() == "E0601 failed\n"
    assert asked == [("kubelet", 12)]
