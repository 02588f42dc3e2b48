# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line of the test bed."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys

from . import doctor
from .bed import ALGORITHMS, KINDS, Bed
from .pinning import pin
from .pins import KUBERNETES, NEWEST, cache_folder
from .shell import BedError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m testbed", description="Real hosts and a real cluster on one machine."
    )
    parser.add_argument("--bed", default="demo", help="name of the bed (default: demo); several can be up at once")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start a control plane and fresh workers")
    build = commands.add_parser("build", help="make everything slow that is not cached yet")
    for making in (up, build):
        minors = ", ".join(KUBERNETES)
        making.add_argument("--kubernetes", default=NEWEST, help=f"version of Kubernetes, or a minor one of {minors}")
        making.add_argument("--kubelet", default="", help="version of the workers' kubelet (default: the cluster's)")
        making.add_argument("--binaries", type=pathlib.Path, help="folder with built programs of that version")
    pinning = commands.add_parser("pin", help="write the Go module that a version of Kubernetes is built from")
    pinning.add_argument("version")
    up.add_argument("--algorithm", choices=ALGORITHMS, default="", help="of the cluster's keys (default: RSA-2048)")
    up.add_argument("--workers", default="w1,w2", help="names of the workers, with commas; empty for none")
    up.add_argument("--no-cluster", action="store_true", help="workers alone, without a control plane")
    commands.add_parser("doctor", help="say what this machine lacks")
    down = commands.add_parser("down", help="take everything away")
    down.add_argument("--all", action="store_true", help="all beds")
    commands.add_parser("status", help="list the hosts")
    inventory = commands.add_parser("inventory", help="print an Ansible inventory")
    inventory.add_argument("--outside", action="store_true", help="for an Ansible that runs outside the bed's network")
    commands.add_parser("token", help="print endpoint, token and pin as JSON")
    for name, text in (("add-host", "make and boot a host"), ("renew", "hosts as new, unknown to the cluster")):
        host = commands.add_parser(name, help=text)
        host.add_argument("host", nargs="+" if name == "renew" else None)
        host.add_argument("--kind", choices=KINDS, default="node")
    commands.add_parser("snapshot", help="keep the control plane as it is now")
    commands.add_parser("restore", help="bring the control plane back to the snapshot")
    for name in ("remove-host", "stop-host", "start-host"):
        commands.add_parser(name).add_argument("host")
    join = commands.add_parser("join", help="join a host of the kind kubeadm by the real kubeadm")
    join.add_argument("host")
    ssh = commands.add_parser("ssh", help="run a shell or a command on a host")
    ssh.add_argument("host")
    for parser_of_rest in (
        ssh,
        commands.add_parser("kubectl"),
        commands.add_parser("exec", help="run in the bed's network"),
    ):
        parser_of_rest.add_argument("rest", nargs=argparse.REMAINDER)
    return parser


def main() -> int:
    """Run one command; its exit status."""
    arguments = _parser().parse_args()
    try:
        return _run(arguments)
    except BedError as exc:
        print(f"testbed: {exc}", file=sys.stderr)
        return 1


def _run(arguments: argparse.Namespace) -> int:
    version, kubelet = getattr(arguments, "kubernetes", ""), getattr(arguments, "kubelet", "")
    version, kubelet = KUBERNETES.get(version, version), KUBERNETES.get(kubelet, kubelet)
    named_binaries = getattr(arguments, "binaries", None)
    algorithm = getattr(arguments, "algorithm", "")
    bed = Bed(arguments.bed, kubernetes=version, kubelet=kubelet, algorithm=algorithm, named_binaries=named_binaries)
    rest = [word for number, word in enumerate(getattr(arguments, "rest", [])) if number or word != "--"]
    command = arguments.command
    if command == "up":
        bed.up([worker for worker in arguments.workers.split(",") if worker], cluster=not arguments.no_cluster)
    elif command == "down":
        beds = cache_folder() / "beds"
        names = sorted(path.name for path in beds.iterdir()) if arguments.all and beds.exists() else [arguments.bed]
        for name in names:
            Bed(name).down()
    elif command == "doctor":
        found = doctor.complaints(bed.kubernetes)
        print("\n".join(found) or "this machine can carry a test bed")
        return 1 if found else 0
    elif command == "ssh":
        terminal = bed.hosts.ssh_command(arguments.host, *rest)
        os.execvp(terminal[0], terminal)
    elif command == "exec":
        os.execvp("nsenter", [*bed.command_prefix(), *rest])
    elif command == "kubectl":
        finished = bed.kubectl(*rest, check=False)
        sys.stdout.write(finished.stdout)
        sys.stderr.write(finished.stderr)
        return finished.returncode
    elif command == "add-host":
        bed.add_host(arguments.host, kind=arguments.kind)
    elif command == "renew":
        bed.renew(*arguments.host, kind=arguments.kind)
    elif command == "status":
        print(bed.status())
    elif command == "inventory":
        print(bed.inventory(outside=arguments.outside).rstrip())
    elif command == "token":
        print(json.dumps(bed.cluster.join_values(), indent=2))
    elif command == "pin":
        print(pin(arguments.version))
    elif command == "join":
        bed.cluster.join(arguments.host)
    else:
        _act(bed, command, getattr(arguments, "host", ""))
    return 0


def _act(bed: Bed, command: str, host: str) -> None:
    """The commands that take at most the name of a host."""
    if command == "build":
        bed.build()
    elif command == "snapshot":
        bed.snapshot()
    elif command == "restore":
        bed.restore()
    elif command == "remove-host":
        bed.hosts.remove(host)
    elif command == "stop-host":
        bed.hosts.stop(host)
    else:
        bed.hosts.boot(host)
