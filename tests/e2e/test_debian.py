# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts with other releases of Debian than the bed's, with their Python, systemd and containerd."""

from __future__ import annotations

import json
import os
import pathlib
import typing as t

import pytest

from .bed import E2eBed, Shared
from .control_planes import leave, members, voters
from .observe import end_state, ready_nodes, settled_differences
from .play import run_join

pytestmark = pytest.mark.bed

#: By host, the kind of its host, and the beginnings of what it has: Debian, Python and containerd.
HOSTS = {
    "w1": ("debian11", "Debian GNU/Linux 11", "Python 3.9.", "containerd://2."),
    "w2": ("debian12", "Debian GNU/Linux 12", "Python 3.11.", "containerd://1.6."),
    "w3": ("debian13", "Debian GNU/Linux 13", "Python 3.13.", "containerd://1.7."),
}


@pytest.fixture(scope="module")
def debians(shared: Shared) -> t.Iterator[E2eBed]:
    """The bed with cp1, and what the tests add."""
    bed = shared.up()
    yield bed
    leave(bed, "cp2")
    bed.remove(*HOSTS)


def inventory_of(bed: E2eBed, folder: pathlib.Path) -> pathlib.Path:
    path = folder / "hosts.yml"
    path.write_text(bed.inventory(), encoding="utf-8")
    return path


def test_three_releases_join_in_one_play(debians: E2eBed, tmp_path: pathlib.Path) -> None:
    """As workers, and a Debian 13 as a control plane. A second run changes nothing."""
    for host, (kind, *_seen) in HOSTS.items():
        debians.add_host(host, kind)
    debians.add_host("cp2", "debian13")
    inventory = inventory_of(debians, tmp_path)
    run_join(debians, inventory).expect_success()
    assert {*HOSTS, "cp2"} <= ready_nodes(debians)
    assert members(debians) == voters("cp1", "cp2")
    for host, (_kind, *wanted) in HOSTS.items():
        found = json.loads(debians.kubectl("get", "node", host, "-o", "json").stdout)["status"]["nodeInfo"]
        python = debians.ssh(host, "python3 --version").stdout
        seen = (found["osImage"], python, found["containerRuntimeVersion"])
        assert all(text.startswith(beginning) for text, beginning in zip(seen, wanted, strict=True)), seen
    assert run_join(debians, inventory).expect_success().changed() == []


@pytest.mark.parametrize("host", HOSTS if os.environ.get("KUBEJOIN_MATRIX") else ["w1"])
def test_the_same_as_kubeadm_there(debians: E2eBed, tmp_path: pathlib.Path, host: str) -> None:
    """The same host by the real kubeadm and by us; of every run the oldest."""
    kind = HOSTS[host][0]
    debians.renew(host, kind=f"{kind}-kubeadm")
    debians.join_by_kubeadm(host)
    wanted = end_state(debians, host)
    debians.renew(host, kind=kind)
    run_join(debians, inventory_of(debians, tmp_path), "--limit", host).expect_success()
    assert settled_differences(debians, wanted, host) == {}
