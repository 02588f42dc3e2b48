# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where secrets must not be: output at -vvvv, command lines, the node's disk."""

from __future__ import annotations

import pathlib

import pytest

from .bed import E2eBed
from .observe import command_lines
from .play import run_join

pytestmark = pytest.mark.bed


def test_no_secret_leaves_its_place(bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]) -> None:
    """Token and keys are in no output, no command line of node or controller, and nowhere on the node but in their file."""
    variables = bed.join_variables()
    secret = variables["join_token"].split(".")[1]
    with command_lines(bed, "w1") as sampler:
        run = run_join(bed, inventory, "-vvvv", "--diff", variables=variables).expect_success()
    lines = sampler.stdout
    assert "/usr/bin/python3" in lines and "systemctl" in lines, "the sampler has seen the modules at work"
    assert secret not in lines
    assert secret not in run.output
    assert "PRIVATE KEY" not in run.output
    found = bed.ssh(
        "w1", f"grep -rlsF {secret} / --exclude-dir=proc --exclude-dir=sys --exclude-dir=containerd; true"
    ).stdout
    assert found == ""
    assert secret not in bed.ssh("w1", "journalctl --no-pager").stdout
    keys = bed.ssh(
        "w1", "grep -rlsE 'BEGIN .*PRIVATE KEY' /etc /var /root /home /tmp /run /opt --exclude-dir=containerd; true"
    ).stdout
    places = {path for path in keys.split() if not path.startswith(("/etc/ssh/", "/var/lib/kubelet/pods/"))}
    assert all(path.startswith("/var/lib/kubelet/pki/kubelet") for path in places), places
    modes = bed.ssh(
        "w1", "stat -c %a /var/lib/kubelet/pki/kubelet-client-2*.pem /etc/kubernetes/kubelet.conf"
    ).stdout.split()
    assert set(modes) == {"600"}


def test_the_token_of_an_invitation_is_in_no_output(
    bed: E2eBed, inventory: pathlib.Path, fresh: tuple[str, ...]
) -> None:
    """The controller generates it, and the job's log does not contain it."""
    run = run_join(bed, inventory, "-vvvv", "--diff").expect_success()
    assert "PRIVATE KEY" not in run.output
    identifiers = {
        line.split("bootstrap-token-")[1][:6] for line in run.output.splitlines() if "bootstrap-token-" in line
    }
    assert identifiers
    for identifier in identifiers:
        assert f"{identifier}." not in run.output
