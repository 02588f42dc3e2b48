# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock that passes only when somebody sleeps, a host that is a dictionary of files, and what runs programs."""

from __future__ import annotations

import dataclasses
import datetime
import os
import subprocess
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState, UnitState


def run_program(command: t.Sequence[str], environ: t.Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Implements ``_ansible.host.Run`` without Ansible."""
    run = subprocess.run(
        command,
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout, run.stderr


class TestClock:
    """Implements ``_clock.Clock``."""

    __test__ = False

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def now(self) -> datetime.datetime:
        return datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


class TestHost:
    """Implements ``_host.Host`` in memory; ``actions`` is the list of what was done to it, in order."""

    __test__ = False

    def __init__(self, name: str = "worker-1") -> None:
        self.name = name
        self.live = True
        self.root = True
        self.resolved = False
        self.files: dict[str, FileState] = {}
        self.links: dict[str, str] = {}
        self.folders = {"/var/lib/kubelet"}
        self.kubelet_unit = UnitState(
            exists=True, enabled=True, running=False, state="activating (auto-restart)", started=None, restarts=7
        )
        self.version: str | None = "Kubernetes v1.37.2"
        self.sockets = {"unix:///var/run/containerd/containerd.sock"}
        self.free_ports = True
        #: Ports at which something listens; at one address, or at all of them.
        self.taken: set[tuple[str, int]] = set()
        self.cpus = 2
        self.firewalld = UnitState(False, False, False, "inactive (dead)", None, 0)
        self.processes: set[str] = set()
        self.release = "6.12.9"
        self.programs = {"losetup", "mount", "cp"}
        self.known_names = {name}
        self.addresses: dict[str, str] = {}
        #: Folders that belong to system users.
        self.system_folders: dict[str, str] = {}
        self.seconds = 5000.0
        self.actions: list[str] = []

    def is_live(self) -> bool:
        return self.live

    def hostname(self) -> str:
        return self.name

    def is_root(self) -> bool:
        return self.root

    def uses_systemd_resolved(self) -> bool:
        return self.resolved

    def read(self, path: str) -> FileState | None:
        return self.files.get(self.links.get(path, path))

    def refuse_unsafe(self, path: str) -> t.Mapping[str, str]:
        return {folder: owner for folder, owner in self.system_folders.items() if path.startswith(f"{folder}/")}

    def store(self, path: str, content: bytes, mode: int) -> None:
        self.seconds += 1
        self.files[path] = FileState(content, mode, self.seconds)
        self.actions.append(f"store {path}")

    def remove(self, path: str) -> None:
        gone = [name for name in self.files if name == path or name.startswith(f"{path}/")]
        for name in gone:
            del self.files[name]
        self.folders.discard(path)
        self.actions.append(f"remove {path}")

    def link(self, path: str, target: str) -> None:
        self.links[path] = target
        self.actions.append(f"link {path}")

    def has_folder(self, path: str) -> bool:
        return path in self.folders

    def list_files(self, path: str) -> list[str] | None:
        below = f"{path}/"
        found = [name[len(below) :] for name in (*self.files, *self.links) if name.startswith(below)]
        return found if found or path in self.folders else None

    def make_folder(self, path: str, mode: int) -> None:
        self.folders.add(path)
        self.actions.append(f"make {path} {mode:04o}")

    def unit(self, name: str) -> UnitState:
        return self.firewalld if name == "firewalld" else self.kubelet_unit

    def start_unit(self, name: str, *, enable: bool) -> None:
        self.seconds += 1
        self.kubelet_unit = UnitState(True, True, True, "active (running)", self.seconds, 0)
        self.actions.append(f"start {name}")

    def enable_unit(self, name: str) -> None:
        self.kubelet_unit = dataclasses.replace(self.kubelet_unit, enabled=True)
        self.actions.append(f"enable {name}")

    def unit_log(self, name: str, lines: int) -> str:
        return "the last line of the log"

    def kernel_release(self) -> str:
        return self.release

    def has_program(self, name: str) -> bool:
        return name in self.programs

    def name_resolution_error(self, name: str) -> str:
        return "" if name in self.known_names else "Name or service not known"

    def kubelet_version(self) -> str | None:
        return self.version

    def kubelet_flag_error(self, arguments: t.Sequence[str]) -> str | None:
        return next((f"unknown flag: {argument}" for argument in arguments if argument.startswith("--unknown")), None)

    def socket_answers(self, socket: str) -> bool:
        return socket in self.sockets

    def port_is_free(self, port: int, address: str = "") -> bool:
        return self.free_ports and not any(
            port == taken and (not address or where in (address, "0.0.0.0")) for where, taken in self.taken
        )

    def processors(self) -> int:
        return self.cpus

    def has_process(self, argument: str) -> bool:
        return argument in self.processes

    def interface_address(self, name: str) -> str | None:
        return self.addresses.get(name)

    def local_time_stamp(self) -> str:
        return "2026-06-01-00-00-00"
