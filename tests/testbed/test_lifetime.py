# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bed goes away without a trace, also when the tool was killed; two can be up at once."""

from __future__ import annotations

import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import pytest

from testbed import Bed, kernel
from testbed.shell import until

pytestmark = pytest.mark.bed

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def traces(bed: Bed) -> list[str]:
    """What is left of a bed in the kernel."""
    processes = [f"process {pid}" for host in bed.plan.all_hosts() for pid in kernel.processes(bed.plan, host)]
    return kernel.leftovers(bed.plan, bed.folder) + processes


@pytest.mark.parametrize("moment", [0.0, 1.0, 4.0, 9.0, "any", "any other"])
def test_killed_at_any_moment_down_still_cleans_up(moment: float | str) -> None:
    """`up` is ended with SIGKILL seconds after its first trace: while hosts boot, while kubeadm init runs, …; `down` leaves nothing."""
    seconds = moment if isinstance(moment, float) else random.uniform(0, 12)
    bed = Bed("killed")
    bed.build()
    command = [sys.executable, "-m", "testbed", "--bed", "killed", "up", "--workers", "w1"]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until("a trace of the bed", lambda: bool(traces(bed)), 60, 0.02)
    time.sleep(seconds)
    process.kill()
    process.wait()
    bed.down()
    assert traces(bed) == [], f"killed after {seconds} s"
    assert not bed.folder.exists()


def test_a_runner_that_has_not_entered_its_cgroup_yet_is_found() -> None:
    """`up` was killed right after it had started a host: `down` must not leave one that boots later."""
    bed = Bed("raced")
    command = [sys.executable, "-m", "testbed.runner", "raced", "w1", str(bed.folder / "hosts/w1")]
    with subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL) as runner:
        os.kill(runner.pid, signal.SIGSTOP)
        assert kernel.processes(bed.plan, "w1") == {runner.pid}
        bed.down()
        assert runner.wait(5) == -signal.SIGKILL
    assert traces(bed) == []


def test_what_runs_in_the_beds_network_ends_with_the_bed() -> None:
    """Such as connections that ssh keeps open."""
    with Bed("network") as bed:
        bed.up(["w1"], cluster=False)
        with subprocess.Popen([*bed.command_prefix(), "sleep", "300"]) as inside:
            until("a process in the network", lambda: inside.pid in kernel.processes(bed.plan, ""), 5)
            bed.down()
            assert inside.wait(5) == -signal.SIGKILL
    assert traces(bed) == []


def test_a_frozen_host_ends_with_the_bed() -> None:
    """As a container is for a moment when its runtime sets it up: a process that is killed then would stay, deaf to signals."""
    with Bed("frozen") as bed:
        bed.up(["w1"], cluster=False)
        groups = [root / bed.plan.cgroup / "w1" for root in kernel.hierarchies()]
        switches = [(group / "freezer.state", "FROZEN") for group in groups] + [
            (g / "cgroup.freeze", "1") for g in groups
        ]
        present = [(path, word) for path, word in switches if path.exists()]
        assert present
        for path, word in present:
            path.write_text(word)
        bed.down()
    assert traces(bed) == []


def test_a_snapshot_brings_back_the_cluster_as_it_was() -> None:
    """What was there is there again, what came later is not, and a node can join by the real kubeadm."""
    with Bed("kept") as bed:
        bed.up(["w1"])
        bed.kubectl("create", "configmap", "before")
        bed.snapshot()
        bed.kubectl("delete", "configmap", "before")
        bed.kubectl("create", "configmap", "after")
        bed.restore()
        found = bed.kubectl("get", "configmaps", "-o", "name").stdout.split()
        assert "configmap/before" in found
        assert "configmap/after" not in found
        bed.renew("w1", kind="kubeadm")
        bed.cluster.join("w1")
        bed.kubectl("wait", "--for=create", "node/w1", "--timeout=30s")
        bed.kubectl("wait", "--for=condition=Ready", "node/w1", "--timeout=60s")
    assert traces(bed) == []


def test_two_beds_at_once_do_not_see_each_other() -> None:
    """Hosts of the same name in both; each is reached in its own network and goes away alone."""
    with Bed("one") as one, Bed("other") as other:
        for bed in (one, other):
            bed.up(["w1"], cluster=False)
        one.ssh("w1", "touch /root/mark")
        assert other.ssh("w1", "test ! -e /root/mark").returncode == 0
        assert one.ssh("w1", f"ping -c1 -W1 {other.plan.address('w1')}", check=False).returncode != 0
        one.down()
        assert traces(one) == []
        assert other.ssh("w1", "systemctl is-active containerd").stdout.strip() == "active"
    assert traces(other) == []
