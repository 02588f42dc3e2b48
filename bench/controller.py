# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's CPU seconds for a fleet whose hosts answer at once, by number of hosts.

usage: python3 bench/controller.py [--hosts 10,100,1000,5000] [--forks 5] [--tasks] --ansible FOLDER_WITH_ANSIBLE

For each number of hosts, workers join by invitation, the playbook runs again after they have joined, and one host of them joins by `--limit`.
The hosts are a connection plugin that returns the results in bench/results.json. Printed are CPU seconds of the controller and its forks: a
host, of the report, and ratios to the first number of hosts; with `--tasks` also by task. Only CPU time is measured, so other programs that
run at the same time do little harm.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import typing as t
from dataclasses import dataclass

from contest import children_cpu

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
HERE = REPOSITORY / "bench"


@dataclass(frozen=True)
class Costs:
    """CPU seconds of a run: all, and by task in the order of the run."""

    whole: float
    tasks: t.Sequence[tuple[str, float]]

    @property
    def report(self) -> float:
        return sum(cost for name, cost in self.tasks if name.endswith("Report the outcome of each host"))


def run(folder: pathlib.Path, ansible: pathlib.Path, number: int, forks: int, *arguments: str, joined: bool) -> Costs:
    """Run the playbook over so many workers and a control plane that invites them."""
    inventory = {
        "all": {
            "vars": {"ansible_connection": "canned", "ansible_python_interpreter": "/usr/bin/python3"},
            "children": {
                "control_plane": {"hosts": {"cp1": {"canned_joined": True}}},
                "workers": {
                    "hosts": {name: {} for name in names(number)},
                    "vars": {"canned_joined": joined, "join_kubelet_extra_args": {"v": 2}},
                },
            },
        }
    }
    (folder / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
    before = children_cpu()
    finished = subprocess.run(
        [str(ansible / "ansible-playbook"), "-i", "hosts.json", "-f", str(forks), "kubejoin.kubeadm.join", *arguments],
        cwd=folder,
        env={
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / ".cache/collections"),
            "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "connections"),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "costs",
            "KUBEJOIN_RESULTS": str(HERE / "results.json"),
            "KUBEJOIN_COSTS": str(folder / "costs.json"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    whole = children_cpu() - before
    if finished.returncode != 0:
        raise SystemExit(f"The playbook failed:\n{finished.stdout[-5000:]}")
    return Costs(whole, json.loads((folder / "costs.json").read_text(encoding="utf-8")))


def names(number: int) -> list[str]:
    return [f"w{at:04}" for at in range(1, number + 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the controller's CPU for a fleet.")
    parser.add_argument("--hosts", default="10,100,1000,5000", help="numbers of hosts")
    parser.add_argument("--ways", default="join,rerun,limit", help="which of join, rerun and limit")
    parser.add_argument("--forks", type=int, default=5)
    parser.add_argument("--tasks", action="store_true", help="print CPU seconds by task")
    parser.add_argument("--ansible", type=pathlib.Path, required=True, help="folder with ansible-playbook")
    arguments = parser.parse_args()
    first: dict[str, float] = {}
    for number in map(int, arguments.hosts.split(",")):
        for way in arguments.ways.split(","):
            with tempfile.TemporaryDirectory() as folder:
                limit = ("--limit", names(number)[-1]) if way == "limit" else ()
                costs = run(
                    pathlib.Path(folder), arguments.ansible, number, arguments.forks, *limit, joined=way == "rerun"
                )
            each = costs.whole / (1 if way == "limit" else number)
            ratio = each / first.setdefault(way, each)
            print(
                f"{number:5} hosts  {way:5}  {costs.whole:8.2f} s   a host {each:6.3f} s   ratio {ratio:5.2f}   "
                f"report {costs.report:6.2f} s",
                flush=True,
            )
            for name, cost in costs.tasks if arguments.tasks else ():
                print(f"    {cost:8.2f} s  {name}")


if __name__ == "__main__":
    main()
