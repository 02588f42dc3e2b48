# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts: made of layers, booted, renewed, stopped and taken away."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import typing as t

from . import kernel
from .plan import Plan
from .shell import BedError, run, until

_DATA = ("containerd", "kubelet", "etcd")


class Hosts:
    """The hosts of one bed, each in a folder of its own below ``folder``; ``key`` is the private key that they let in."""

    def __init__(self, plan: Plan, folder: pathlib.Path, key: pathlib.Path) -> None:
        self.plan = plan
        self.folder = folder
        self.key = key
        self.control_path = folder.parent / "ssh-%r-%h"
        self._endpoint = folder.parent / "endpoint"

    def names(self) -> list[str]:
        """The hosts that there are, running or not."""
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []

    def make(self, host: str, layers: t.Sequence[pathlib.Path], seed: pathlib.Path | None) -> None:
        """Lay out a host: an overlay of ``layers``, the topmost first, and containerd's data as a copy of ``seed``."""
        place = self.folder / host
        for name in ("up", "work", "root", *(f"data/{name}" for name in _DATA)):
            (place / name).mkdir(parents=True, exist_ok=True)
        (place / "data/etcd").chmod(0o700)
        if seed is not None:
            _copy_seed(seed, place / "data/containerd")
        (place / "layers").write_text(":".join(map(str, layers)))

    def boot(self, *hosts: str) -> None:
        """Boot hosts and wait until they let one in."""
        kernel.make_network(self.plan)
        for host in hosts:
            place = self.folder / host
            kernel.connect_host(self.plan, host)
            if not os.path.ismount(place / "root"):
                paths = f"lowerdir={(place / 'layers').read_text()},upperdir={place}/up,workdir={place}/work"
                run("mount", "-t", "overlay", "overlay", "-o", paths, str(place / "root"))
            self._write_files(host)
            with open(place / "runner.log", "ab") as log:
                subprocess.Popen(
                    [sys.executable, "-m", "testbed.runner", self.plan.bed, host, str(place)],
                    cwd=pathlib.Path(__file__).parent.parent,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        for host in hosts:
            self._await_ssh(host)

    def _await_ssh(self, host: str) -> None:
        try:
            until(f"ssh to {host}", lambda: self.ssh(host, "true", check=False).returncode == 0, 60)
        except BedError as exc:
            console = (self.folder / host / "console.log").read_text(errors="replace").splitlines()[-10:]
            cause = "too many hosts for the machine's fs.inotify.max_user_instances are a common cause"
            raise BedError("\n  ".join([f"{exc}; {cause}. The end of its console:", *console])) from exc

    @property
    def endpoint(self) -> str:
        """The host that api.bed leads to."""
        return self._endpoint.read_text() if self._endpoint.exists() else "cp1"

    def move_endpoint(self, host: str) -> None:
        """Have api.bed lead to another host, on hosts that there are and on those to come, as a change in DNS does."""
        self._must_exist(host)
        self._endpoint.write_text(host)
        for file in self.folder.glob("*/root/etc/hosts"):
            file.write_text(self.plan.hosts_file(host))

    def stop(self, host: str) -> None:
        """Shut a host down in order; its disk stays."""
        pid = self.folder / host / "nspawn.pid"
        if pid.exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid.read_text()), signal.SIGTERM)
            until(f"the end of {host}", lambda: not kernel.processes(self.plan, host), 40)

    def cut_power(self, host: str) -> None:
        """End a host as a power cut does; its disk stays."""
        kernel.kill_processes(self.plan, host)

    def remove(self, *hosts: str) -> None:
        """Take hosts away with all that they have, in whatever state they are."""
        for host in hosts:
            # A kept connection to a host that is gone would hang its next user.
            run(
                "ssh",
                "-O",
                "exit",
                f"-oControlPath={self.control_path}",
                f"root@{self.plan.address(host)}",
                check=False,
            )
            kernel.kill_processes(self.plan, host)
            kernel.unmount_below(self.folder / host)
            kernel.disconnect_host(self.plan, host)
            kernel.empty_cgroup(self.plan, host, itself=True)
            shutil.rmtree(self.folder / host, ignore_errors=True)

    def ssh_options(self) -> list[str]:
        """Options of every ssh to a host."""
        options = {
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
            "LogLevel": "ERROR",
            "ConnectTimeout": "3",
            "ServerAliveInterval": "5",
        }
        return [f"-o{name}={value}" for name, value in options.items()]

    def ssh_command(self, host: str, *command: str) -> list[str]:
        """The command that runs a shell command line on a host."""
        address = f"root@{self.plan.address(host)}"
        return [*kernel.prefix(self.plan), "ssh", "-i", str(self.key), *self.ssh_options(), address, *command]

    def ssh(self, host: str, command: str, **options: t.Any) -> subprocess.CompletedProcess[str]:
        """Run a shell command line on a host. Raises BedError when it fails, unless ``check=False``."""
        self._must_exist(host)
        return run(*self.ssh_command(host, command), **options)

    def _must_exist(self, host: str) -> None:
        if not (self.folder / host).exists():
            raise BedError(
                f"there is no host {host} in bed {self.plan.bed}; there are: {', '.join(self.names()) or 'none'}"
            )

    def _write_files(self, host: str) -> None:
        root = self.folder / host / "root"
        (root / "etc/hostname").write_text(f"{host}\n")
        (root / "etc/hosts").write_text(self.plan.hosts_file(self.endpoint))
        (root / "etc/resolv.conf").write_text(f"nameserver {self.plan.gateway}\n")
        for name in _DATA:
            (root / "var/lib" / name).mkdir(parents=True, exist_ok=True)
        if (root / "opt/cni/bin").is_dir():
            (root / "etc/cni/net.d").mkdir(parents=True, exist_ok=True)
            (root / "etc/cni/net.d/10-bed.conflist").write_text(self.plan.network_configuration(host))


def _copy_seed(seed: pathlib.Path, target: pathlib.Path) -> None:
    """Blobs and unpacked images are never written in place, so links do; the databases are, so they are copied."""
    target.rmdir()
    run("cp", "-al", str(seed), str(target))
    for database in seed.rglob("*.db"):
        copy = target / database.relative_to(seed)
        copy.unlink()
        shutil.copy2(database, copy)
