# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Controllers with other versions of ansible-core: a worker and a control plane join in one run."""

from __future__ import annotations

import pathlib

import pytest

from .. import cores
from .bed import E2eBed
from .control_planes import members, voters
from .observe import bootstrap_tokens, ready_nodes
from .play import run_join

pytestmark = pytest.mark.bed


@pytest.mark.parametrize("core", cores.OTHERS, ids=str)
def test_a_worker_and_a_control_plane_join(both_kinds: E2eBed, core: cores.Core, tmp_path: pathlib.Path) -> None:
    """Invited, with the libraries that they lack; a second run changes nothing."""
    bed = both_kinds
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(bed.inventory(), encoding="utf-8")
    tokens = bootstrap_tokens(bed)
    run = run_join(bed, inventory, programs=core.programs()).expect_success()
    assert "does not support Ansible version" not in run.output
    assert {"cp1", "cp2", "w1"} <= ready_nodes(bed)
    assert members(bed) == voters("cp1", "cp2")
    assert bootstrap_tokens(bed) <= tokens
    assert run_join(bed, inventory, programs=core.programs()).expect_success().changed() == []
