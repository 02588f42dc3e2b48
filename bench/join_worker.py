# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time of joining workers by the collection, beside Ansible running the real `kubeadm join`, to the same end: Node Ready.

usage: python3 bench/join_worker.py [--rounds 5] [--hosts 1,4] --ansible FOLDER_WITH_ANSIBLE

The two take turns on equal, fresh hosts of one test bed. Printed are the median, least and greatest wall time, the ratio of the medians, the
controller's CPU seconds and the API requests for a joined node (from the API server's audit log, kubelet and joiner together, until Ready).
"""

from __future__ import annotations

import typing as t

from contest import Contest, whole_run


class Workers(Contest):
    """Joined when their Nodes are Ready."""

    group = "workers"
    hosts_variable = "join_worker_hosts"

    def prepare(self, hosts: t.Sequence[str]) -> None:
        self.bed.renew(*hosts, kind="kubeadm")

    def await_end(self, hosts: t.Sequence[str]) -> None:
        self.bed.kubectl("wait", "--for=condition=Ready", "--timeout=60s", *(f"node/{name}" for name in hosts))


if __name__ == "__main__":
    whole_run(
        Workers, "Time joins of workers beside raw kubeadm.", lambda n: [f"w{at}" for at in range(1, n + 1)], "1,4"
    )
