# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the benchmarks share: the collection and the real `kubeadm join` take turns, from the command's start to the same end state."""

from __future__ import annotations

import abc
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
import typing as t
from dataclasses import dataclass

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from testbed import Bed  # noqa: E402

__all__ = ("Bed", "Contest", "Sample", "told", "whole_run")


@dataclass(frozen=True)
class Sample:
    """One join: wall seconds, the controller's CPU seconds, API requests a node, and seconds under the lock of control planes."""

    wall: float
    cpu: float
    requests: float
    locked: float = 0.0


class Contest(abc.ABC):
    """A bed, and the two ways to join fresh hosts to its cluster. What is joined, and what the end state is, says who derives from it."""

    #: The group in the inventory, the variable that names the hosts of the playbook's play.
    group: t.ClassVar[str]
    hosts_variable: t.ClassVar[str]

    def __init__(self, bed: Bed, folder: pathlib.Path, ansible: pathlib.Path) -> None:
        self.bed = bed
        self.ansible = ansible
        self.inventory = folder / "hosts.yml"
        self.variables = folder / "variables.json"
        self.variables.touch(mode=0o600)

    @abc.abstractmethod
    def prepare(self, hosts: t.Sequence[str]) -> None:
        """Have fresh hosts, unknown to the cluster."""

    def flags(self, values: t.Mapping[str, str]) -> str:
        """Further flags of `kubeadm join`."""
        return ""

    def given(self, values: t.Mapping[str, str]) -> dict[str, t.Any]:
        """Further variables of the playbook."""
        return {}

    @abc.abstractmethod
    def await_end(self, hosts: t.Sequence[str]) -> None:
        """Wait for the same end state, whichever way it came."""

    def measure(self, way: str, hosts: list[str]) -> Sample:
        """Join fresh hosts one way; the clock runs from the command's start until the end state."""
        self.prepare(hosts)
        self.inventory.write_text(self.bed.inventory(), encoding="utf-8")
        command = self._raw(hosts) if way == "kubeadm" else self._ours(hosts)
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / ".cache/collections"),
            "ANSIBLE_PIPELINING": "1",
        }
        _await_quiet()  # the hosts' own start is not part of it
        before = len(self._requests(hosts))
        cpu = _children_cpu()
        start = time.monotonic()
        full = [*self.bed.command_prefix(), str(self.ansible / command[0]), *command[1:]]
        finished = subprocess.run(
            full,
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        cpu = _children_cpu() - cpu
        if finished.returncode != 0:
            raise SystemExit(f"{way} failed:\n{finished.stdout}")
        self.await_end(hosts)
        wall = time.monotonic() - start
        seen = self._requests(hosts)[before:]
        return Sample(wall, cpu, len(seen) / len(hosts), _locked(seen))

    def _raw(self, hosts: t.Sequence[str]) -> list[str]:
        values = self.bed.cluster.join_values()
        joining = (
            f"kubeadm join {values['endpoint']} --token {values['token']} --discovery-token-ca-cert-hash {values['hash']} "
            f"--ignore-preflight-errors=SystemVerification {self.flags(values)}"
        )
        limit = ("--limit", ",".join(hosts))
        return ["ansible", self.group, "-i", str(self.inventory), *limit, "-m", "command", "-a", joining]

    def _ours(self, hosts: t.Sequence[str]) -> list[str]:
        values = self.bed.cluster.join_values()
        given = {
            "join_apiserver_endpoint": values["endpoint"],
            "join_token": values["token"],
            "join_discovery_token_ca_cert_hashes": [values["hash"]],
            "join_ignore_preflight_errors": ["SystemVerification"],
            self.hosts_variable: ",".join(hosts),
            **self.given(values),
        }
        self.variables.write_text(json.dumps(given), encoding="utf-8")
        limit = ("--limit", ",".join(hosts))
        variables = ("-e", f"@{self.variables}")
        return ["ansible-playbook", "-i", str(self.inventory), *limit, *variables, "playbooks/join.yml"]

    def _requests(self, hosts: t.Sequence[str]) -> list[dict[str, t.Any]]:
        """The requests so far of whoever came from the hosts' addresses, from the API server's audit log."""
        addresses = "|".join(self.bed.plan.address(name).replace(".", "\\.") for name in hosts)
        pattern = f'"sourceIPs":\\["({addresses})"'
        log = self.bed.ssh("cp1", f"grep -hE '{pattern}' /var/log/kubernetes/audit.log || true").stdout
        return [json.loads(line) for line in log.splitlines()]


def _locked(requests: t.Iterable[t.Mapping[str, t.Any]]) -> float:
    """Seconds from the first to the last write of the lock of control planes, over all hosts."""
    stamps: dict[str, list[float]] = {}
    for request in requests:
        written = request["verb"] in ("create", "update") and request.get("responseStatus", {}).get("code") in (
            200,
            201,
        )
        if written and "/namespaces/kube-system/leases" in request["requestURI"] and "kubejoin" in request["userAgent"]:
            stamps.setdefault(request["sourceIPs"][0], []).append(_seconds(request["requestReceivedTimestamp"]))
    return sum(max(times) - min(times) for times in stamps.values())


def _seconds(stamp: str) -> float:
    hours, minutes, seconds = stamp.partition("T")[2].rstrip("Z").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _await_quiet() -> None:
    """Wait until the processors have had little to do for three seconds, for a minute at most."""
    deadline = time.monotonic() + 60
    seconds = 0
    while seconds < 3 and time.monotonic() < deadline:
        before = _processor_times()
        time.sleep(1)
        idle, whole = (after - earlier for earlier, after in zip(before, _processor_times(), strict=True))
        seconds = seconds + 1 if idle > 0.7 * whole else 0


def _processor_times() -> tuple[int, int]:
    """How long all processors have been idle since the machine started, and how long it is, in ticks."""
    user, nice, system, idle, *more = map(int, pathlib.Path("/proc/stat").read_text(encoding="ascii").split()[1:9])
    return idle + more[0], sum((user, nice, system, idle, *more))


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def told(samples: t.Mapping[str, t.Sequence[Sample]]) -> str:
    """The figures of both ways, and their ratio."""
    lines = []
    for way, found in samples.items():
        walls = [sample.wall for sample in found]
        locked = statistics.median(sample.locked for sample in found)
        lines.append(
            f"  {way:8} {statistics.median(walls):5.2f} s ({min(walls):.2f}-{max(walls):.2f})   controller CPU "
            f"{statistics.median(s.cpu for s in found):.2f} s   requests a node {statistics.median(s.requests for s in found):.0f}"
            + (f"   under the lock {locked:.2f} s" if locked else "")
        )
    ours, raw = (statistics.median(sample.wall for sample in samples[way]) for way in ("ours", "kubeadm"))
    return "\n".join([*lines, f"  ratio    {ours / raw:.2f}"])


def whole_run(contest: type[Contest], describe: str, hosts: t.Callable[[int], list[str]], numbers: str) -> None:
    """The command line of a benchmark: for each number of hosts, rounds of both ways in turn."""
    parser = argparse.ArgumentParser(description=describe)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hosts", default=numbers, help="numbers of hosts that join at once")
    parser.add_argument("--ansible", type=pathlib.Path, required=True, help="folder with ansible and ansible-playbook")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Bed("bench") as bed:
        bed.up([])
        running = contest(bed, pathlib.Path(folder), arguments.ansible)
        for number in map(int, arguments.hosts.split(",")):
            samples: dict[str, list[Sample]] = {"ours": [], "kubeadm": []}
            for _round in range(arguments.rounds):
                for way, found in samples.items():
                    found.append(running.measure(way, hosts(number)))
            print(f"{number} at once, {arguments.rounds} rounds\n{told(samples)}", flush=True)
