# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time of joining workers, by several ways, to the same end: Node Ready.

usage: python3 bench/join_worker.py [--rounds 5] [--scenarios one,four,rerun,more] [--ways token,invitation,fleet,kubeadm,shell] --ansible FOLDER

The ways are the collection with a token and pins, the collection by invitation, the same with `join_wait: fleet`, Ansible running the real
`kubeadm join` with a token and pins, and the playbook that people write around `kubeadm join` (shell_join.yml). They take turns on equal
hosts of one test bed. Fresh hosts join (one, four), five hosts that have joined are asked again (rerun), and one fresh host joins beside four
that have joined (more). `kubeadm join` alone cannot be run again, so it is part of the first two scenarios only.
Printed are the median, least and greatest wall time, the ratios of the medians, the controller's CPU seconds and the API requests a node
(from the API server's audit log, kubelet and joiner together, until Ready). ANSIBLE_FORKS in the environment sets how many hosts Ansible works on at once.
"""

from __future__ import annotations

import typing as t

from contest import FLEET, INVITATION, KUBEADM, SHELL, TOKEN, Contest, Scenario, whole_run

WORKERS = ("w1", "w2", "w3", "w4", "w5")


class Workers(Contest):
    """Joined when their Nodes are Ready."""

    group = "workers"
    hosts_variable = "join_worker_hosts"
    ways = (TOKEN, INVITATION, FLEET, KUBEADM, SHELL)

    def prepare(self, hosts: t.Sequence[str]) -> None:
        self.bed.renew(*hosts, kind="kubeadm")

    def await_end(self, hosts: t.Sequence[str]) -> None:
        self.bed.kubectl("wait", "--for=condition=Ready", "--timeout=60s", *(f"node/{name}" for name in hosts))


if __name__ == "__main__":
    whole_run(
        Workers,
        "Time joins of workers by several ways.",
        [
            Scenario("one", WORKERS[:1]),
            Scenario("four", WORKERS[:4]),
            Scenario("rerun", (), WORKERS),
            Scenario("more", WORKERS[4:], WORKERS[:4]),
        ],
    )
