# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process that a host lives in: it enters the host's cgroups and boots it, again after each reboot."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys

from . import kernel
from .plan import Plan

#: What systemd-nspawn exits with when the host wants to boot again.
REBOOT = 133


def command(plan: Plan, host: str, folder: pathlib.Path) -> list[str]:
    """The command that boots a host from its folder."""
    binds = [f"--bind={folder}/data/{name}:/var/lib/{name}" for name in ("containerd", "kubelet", "etcd")]
    return [
        "systemd-nspawn",
        "--register=no",
        "--keep-unit",
        "--quiet",
        f"--directory={folder}/root",
        f"--machine={host}",
        f"--hostname={host}",
        f"--network-namespace-path=/run/netns/{plan.host_netns(host)}",
        "--resolv-conf=off",
        "--timezone=off",
        "--link-journal=no",
        "--console=pipe",
        "--kill-signal=SIGRTMIN+3",
        "--capability=all",
        "--system-call-filter=@known",
        "--bind=/dev/null:/dev/kmsg",
        *binds,
        "--boot",
    ]


def main() -> None:
    bed, host, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    plan = Plan(bed)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    environment = {**os.environ, "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"}
    with open(folder / "console.log", "ab") as console:
        while True:
            kernel.enter_cgroup(plan, host)
            kernel.empty_cgroup(plan, host, itself=False)
            booted = subprocess.Popen(
                command(plan, host, folder), stdin=subprocess.DEVNULL, stdout=console, stderr=console, env=environment
            )
            (folder / "nspawn.pid").write_text(str(booted.pid))
            if booted.wait() != REBOOT:
                break
    (folder / "nspawn.pid").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
