# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time of joining workers by the collection, beside Ansible running the real `kubeadm join`, to the same end: Node Ready.

usage: python3 bench/join_worker.py [--rounds 5] [--workers 1,4] --ansible FOLDER_WITH_ANSIBLE

The two take turns on equal, fresh hosts of one test bed. Printed are the median, least and greatest wall time, the ratio of the medians, the
controller's CPU seconds and the API requests for a joined node (from the API server's audit log, kubelet and joiner together, until Ready).
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from testbed import Bed  # noqa: E402


@dataclass(frozen=True)
class Sample:
    """One join: wall and controller CPU seconds, and API requests a node."""

    wall: float
    cpu: float
    requests: float


class Contest:
    """A bed, and the two ways to join its workers."""

    def __init__(self, bed: Bed, folder: pathlib.Path, ansible: pathlib.Path) -> None:
        self.bed = bed
        self.ansible = ansible
        self.inventory = folder / "hosts.yml"
        self.variables = folder / "variables.json"
        values = bed.cluster.join_values()
        self.raw = (
            f"kubeadm join {values['endpoint']} --token {values['token']} --discovery-token-ca-cert-hash {values['hash']} "
            "--ignore-preflight-errors=SystemVerification"
        )
        self.variables.touch(mode=0o600)
        given = {
            "join_apiserver_endpoint": values["endpoint"],
            "join_token": values["token"],
            "join_discovery_token_ca_cert_hashes": [values["hash"]],
            "join_ignore_preflight_errors": ["SystemVerification"],
        }
        self.variables.write_text(json.dumps(given), encoding="utf-8")

    def run(self, way: str, workers: list[str]) -> Sample:
        """Join fresh workers one way; the clock runs from the command's start until all are Ready."""
        self.bed.renew(*workers, kind="kubeadm")
        self.inventory.write_text(self.bed.inventory(), encoding="utf-8")
        limit = ("--limit", ",".join(workers))
        if way == "kubeadm":
            command = ["ansible", "workers", "-i", str(self.inventory), *limit, "-m", "command", "-a", self.raw]
        else:
            command = [
                "ansible-playbook",
                "-i",
                str(self.inventory),
                *limit,
                "-e",
                f"@{self.variables}",
                "playbooks/join.yml",
            ]
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / ".cache/collections"),
            "ANSIBLE_PIPELINING": "1",
        }
        time.sleep(3)  # the hosts' own start is not part of it
        before = self._requests(workers)
        cpu = _children_cpu()
        start = time.monotonic()
        full = [*self.bed.command_prefix(), str(self.ansible / command[0]), *command[1:]]
        subprocess.run(full, cwd=REPOSITORY, env=environment, capture_output=True, check=True)
        cpu = _children_cpu() - cpu
        self.bed.kubectl("wait", "--for=condition=Ready", "--timeout=60s", *(f"node/{name}" for name in workers))
        wall = time.monotonic() - start
        return Sample(wall, cpu, (self._requests(workers) - before) / len(workers))

    def _requests(self, workers: list[str]) -> int:
        """Requests so far by whoever came from the workers' addresses."""
        addresses = "|".join(self.bed.plan.address(name).replace(".", "\\.") for name in workers)
        pattern = f'"sourceIPs":\\["({addresses})"'
        counted = self.bed.ssh("cp1", f"grep -cE '{pattern}' /var/log/kubernetes/audit.log || true")
        return int(counted.stdout.strip() or 0)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _told(name: str, samples: list[Sample]) -> str:
    walls = [sample.wall for sample in samples]
    return (
        f"  {name:8} {statistics.median(walls):5.2f} s ({min(walls):.2f}-{max(walls):.2f})   controller CPU "
        f"{statistics.median(s.cpu for s in samples):.2f} s   requests a node {statistics.median(s.requests for s in samples):.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Time joins by the collection beside raw kubeadm.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", default="1,4", help="numbers of workers that join at once")
    parser.add_argument("--ansible", type=pathlib.Path, required=True, help="folder with ansible and ansible-playbook")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Bed("bench") as bed:
        bed.up([])
        contest = Contest(bed, pathlib.Path(folder), arguments.ansible)
        for number in map(int, arguments.workers.split(",")):
            workers = [f"w{index}" for index in range(1, number + 1)]
            samples: dict[str, list[Sample]] = {"ours": [], "kubeadm": []}
            for _round in range(arguments.rounds):
                for way, found in samples.items():
                    found.append(contest.run(way, workers))
            print(f"{number} at once, {arguments.rounds} rounds")
            for way, found in samples.items():
                print(_told(way, found))
            medians = {way: statistics.median(s.wall for s in found) for way, found in samples.items()}
            print(f"  ratio    {medians['ours'] / medians['kubeadm']:.2f}", flush=True)


if __name__ == "__main__":
    main()
