# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the benchmarks share: several ways to join hosts take turns, from the command's start to the same end state."""

from __future__ import annotations

import abc
import argparse
import functools
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

__all__ = ("Bed", "Contest", "Sample", "Scenario", "children_cpu", "summarize", "whole_run")

#: The ways, and what each is compared with: the collection with a token and pins, the collection by invitation, where each host waits
#: for its node or one host for all of them, the real `kubeadm join` with a token and pins, and the playbook around it.
TOKEN, INVITATION, FLEET, KUBEADM, SHELL = "token", "invitation", "fleet", "kubeadm", "shell"
RIVALS = {TOKEN: KUBEADM, INVITATION: SHELL, FLEET: INVITATION}
#: The ways that can be run where some hosts have joined.
REPEATABLE = (INVITATION, FLEET, SHELL)


@dataclass(frozen=True)
class Sample:
    """One join: wall seconds, the controller's CPU seconds, API requests a node, and seconds under the lock of control planes."""

    wall: float
    cpu: float
    requests: float
    locked: float = 0.0


@dataclass(frozen=True)
class Scenario:
    """``fresh`` hosts join beside those in ``joined``, which have joined before the first round."""

    name: str
    fresh: tuple[str, ...]
    joined: tuple[str, ...] = ()

    @property
    def hosts(self) -> list[str]:
        return [*self.joined, *self.fresh]


class Contest(abc.ABC):
    """A bed, and the ways to join hosts to its cluster. A subclass defines what is joined and what the end state is."""

    #: The group in the inventory, the variable that names the hosts of the playbook's play, and the ways that are measured.
    group: t.ClassVar[str]
    hosts_variable: t.ClassVar[str]
    ways: t.ClassVar[tuple[str, ...]]

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

    def begin(self, scenario: Scenario) -> None:
        """Join the hosts that have joined before the scenario begins."""
        if scenario.joined:
            self.prepare(scenario.joined)
            self._run(INVITATION, scenario.joined)
            self.await_end(scenario.joined)

    def measure(self, way: str, scenario: Scenario) -> Sample:
        """Run one way over all hosts of the scenario; the clock runs from the command's start until the end state."""
        if scenario.fresh:
            self.prepare(scenario.fresh)
        _await_quiet()  # the hosts' own start is not part of it
        before = len(self._requests(scenario.hosts))
        cpu = children_cpu()
        start = time.monotonic()
        self._run(way, scenario.hosts)
        cpu = children_cpu() - cpu
        self.await_end(scenario.hosts)
        wall = time.monotonic() - start
        seen = self._requests(scenario.hosts)[before:]
        return Sample(wall, cpu, len(seen) / len(scenario.hosts), _locked(seen))

    def _run(self, way: str, hosts: t.Sequence[str]) -> None:
        self.inventory.write_text(self.bed.inventory(), encoding="utf-8")
        commands = {
            TOKEN: self._token,
            INVITATION: self._ours,
            FLEET: functools.partial(self._ours, join_wait="fleet"),
            KUBEADM: self._raw,
            SHELL: self._shell,
        }
        program, *arguments = commands[way](hosts)
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / ".cache/collections"),
            "ANSIBLE_PIPELINING": "1",
        }
        finished = subprocess.run(
            [*self.bed.command_prefix(), str(self.ansible / program), "-i", str(self.inventory), *arguments],
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if finished.returncode != 0:
            raise SystemExit(f"{way} failed:\n{finished.stdout}")

    def _raw(self, hosts: t.Sequence[str]) -> list[str]:
        values = self.bed.cluster.join_values()
        joining = (
            f"kubeadm join {values['endpoint']} --token {values['token']} --discovery-token-ca-cert-hash {values['hash']} "
            f"--ignore-preflight-errors=SystemVerification {self.flags(values)}"
        )
        return ["ansible", self.group, "--limit", ",".join(hosts), "-m", "command", "-a", joining]

    def _shell(self, hosts: t.Sequence[str]) -> list[str]:
        return ["ansible-playbook", "--limit", ",".join(["cp1", *hosts]), "bench/shell_join.yml"]

    def _token(self, hosts: t.Sequence[str]) -> list[str]:
        values = self.bed.cluster.join_values()
        return self._ours(
            hosts,
            join_apiserver_endpoint=values["endpoint"],
            join_token=values["token"],
            join_discovery_token_ca_cert_hashes=[values["hash"]],
            **self.given(values),
        )

    def _ours(self, hosts: t.Sequence[str], **variables: t.Any) -> list[str]:
        known = {"join_ignore_preflight_errors": ["SystemVerification"], self.hosts_variable: ",".join(hosts)}
        self.variables.write_text(json.dumps({**known, **variables}), encoding="utf-8")
        return ["ansible-playbook", "--limit", ",".join(hosts), "-e", f"@{self.variables}", "playbooks/join.yml"]

    def _requests(self, hosts: t.Sequence[str]) -> list[dict[str, t.Any]]:
        """The requests so far from the hosts' addresses, by the API server's audit log."""
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


def children_cpu() -> float:
    """The CPU seconds of all finished children of this process."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def summarize(samples: t.Mapping[str, t.Sequence[Sample]]) -> str:
    """The figures of all ways, and the ratio of each of ours to its rival."""
    lines = []
    for way, found in samples.items():
        walls = [sample.wall for sample in found]
        locked = statistics.median(sample.locked for sample in found)
        lines.append(
            f"  {way:10} {statistics.median(walls):5.2f} s ({min(walls):.2f}-{max(walls):.2f})   controller CPU "
            f"{statistics.median(s.cpu for s in found):.2f} s   requests a node {statistics.median(s.requests for s in found):.0f}"
            + (f"   under the lock {locked:.2f} s" if locked else "")
        )
    medians = {way: statistics.median(sample.wall for sample in found) for way, found in samples.items()}
    lines += [
        f"  {ours} / {rival}: {medians[ours] / medians[rival]:.2f}"
        for ours, rival in RIVALS.items()
        if ours in medians and rival in medians
    ]
    return "\n".join(lines)


def whole_run(contest: type[Contest], describe: str, scenarios: t.Sequence[Scenario]) -> None:
    """The command line of a benchmark: for each scenario, rounds of all ways in turn."""
    known = {scenario.name: scenario for scenario in scenarios}
    parser = argparse.ArgumentParser(description=describe)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scenarios", default=",".join(known), help=f"of {', '.join(known)} (default: all)")
    parser.add_argument("--ways", default=",".join(contest.ways), help=f"of {', '.join(contest.ways)} (default: all)")
    parser.add_argument("--ansible", type=pathlib.Path, required=True, help="folder with ansible and ansible-playbook")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Bed("bench") as bed:
        bed.up([])
        running = contest(bed, pathlib.Path(folder), arguments.ansible)
        for scenario in (known[name] for name in arguments.scenarios.split(",")):
            running.begin(scenario)
            ways = [way for way in arguments.ways.split(",") if way in REPEATABLE or not scenario.joined]
            samples: dict[str, list[Sample]] = {way: [] for way in ways}
            for _round in range(arguments.rounds):
                for way, found in samples.items():
                    found.append(running.measure(way, scenario))
            print(f"{scenario.name}, {arguments.rounds} rounds\n{summarize(samples)}", flush=True)
