# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A playbook uses what modules return by name: a control plane and a worker join by modules alone."""

from __future__ import annotations

import secrets

import pytest

from .bed import E2eBed
from .observe import host_fingerprint
from .play import Run, run_join

pytestmark = pytest.mark.bed


def run(bed: E2eBed, *arguments: str, joined: bool) -> Run:
    inventory = bed.folder / "results.yml"
    inventory.write_text(bed.inventory(), encoding="utf-8")
    variables = {
        "results_joined": joined,
        "results_token": f"{secrets.token_hex(3)}.{secrets.token_hex(8)}",
        "results_certificate_key": secrets.token_hex(32),
    }
    return run_join(bed, inventory, *arguments, variables=variables, playbook="tests/e2e/results.yml").expect_success()


def test_results_are_used_by_name_in_every_state(both_kinds: E2eBed) -> None:
    """In check mode, which touches no host, in the run that joins, and of hosts that have joined."""
    bed = both_kinds
    before = {host: host_fingerprint(bed, host) for host in ("cp2", "w1")}
    run(bed, "--check", joined=False)
    assert {host: host_fingerprint(bed, host) ^ before[host] for host in before} == {"cp2": set(), "w1": set()}
    run(bed, joined=False)
    assert {"cp2", "w1"} <= set(bed.kubectl("get", "nodes", "-o", "name").stdout.replace("node/", "").split())
    run(bed, joined=True)
    run(bed, "--check", joined=True)
