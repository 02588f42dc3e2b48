# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a bed has in the kernel: network namespaces, cgroups, mounts, processes; and how all of it goes away again."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import time

from .plan import Plan
from .shell import run

_CGROUPS = pathlib.Path("/sys/fs/cgroup")
_NETNS = pathlib.Path("/run/netns")


def hierarchies() -> list[pathlib.Path]:
    """The roots of the machine's cgroup hierarchies: one with version 2, one a controller with version 1."""
    if (_CGROUPS / "cgroup.controllers").exists():
        return [_CGROUPS]
    return [path for path in sorted(_CGROUPS.iterdir()) if path.is_dir() and not path.is_symlink()]


def enter_cgroup(plan: Plan, host: str) -> None:
    """Put this process into the host's cgroup of every hierarchy."""
    for root in hierarchies():
        group = root / plan.cgroup / host
        group.mkdir(parents=True, exist_ok=True)
        if (root / "cpuset.cpus").exists() and (root / "cgroup.controllers").exists() is False:
            for folder in (group.parent, group):  # a new cpuset is empty, and nothing can be put into one
                for name in ("cpuset.cpus", "cpuset.mems"):
                    (folder / name).write_text((root / name).read_text())
        (group / "cgroup.procs").write_text(str(os.getpid()))


def empty_cgroup(plan: Plan, host: str, *, itself: bool) -> None:
    """Remove the empty cgroups below the host's, and its own too if asked to."""
    for root in hierarchies():
        for folder, _folders, _files in os.walk(root / plan.cgroup / host, topdown=False):
            if itself or pathlib.Path(folder) != root / plan.cgroup / host:
                with contextlib.suppress(OSError):
                    os.rmdir(folder)
        if itself:
            with contextlib.suppress(OSError):
                os.rmdir(root / plan.cgroup)


def processes(plan: Plan, host: str) -> set[int]:
    """Every process of a host, or with an empty name of the bed's own network and all its cgroups.

    They are found by cgroup, by network namespace, and a host's runner, which enters those only some time after its
    start, by its command line.
    """
    found: set[int] = set()
    for root in hierarchies():
        for folder, _folders, _files in os.walk(root / plan.cgroup / host):
            with contextlib.suppress(OSError, ValueError):
                found.update(map(int, pathlib.Path(folder, "cgroup.procs").read_text().split()))
    namespace = _NETNS / (plan.host_netns(host) if host else plan.netns)
    identity = namespace.stat().st_ino if namespace.exists() else None
    runner = b"\0".join((b"", b"testbed.runner", plan.bed.encode(), host.encode()))
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if (entry / "ns/net").stat().st_ino == identity or runner in (entry / "cmdline").read_bytes():
                    found.add(int(entry.name))
    return {process for process in found - {os.getpid(), 0} if _is_alive(process)}


def _is_alive(process: int) -> bool:
    """Whether it is more than an entry that nobody has collected yet."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def kill_processes(plan: Plan, host: str) -> None:
    """End every process of a host, however it was started and whatever its parent is now."""
    deadline = time.monotonic() + 20
    while (alive := processes(plan, host)) and time.monotonic() < deadline:
        for process in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        _thaw(plan, host)
        time.sleep(0.05)


def _thaw(plan: Plan, host: str) -> None:
    """Let frozen processes end: a container's runtime freezes it for a moment, and may have been killed in that moment."""
    for root in hierarchies():
        for folder, _folders, files in os.walk(root / plan.cgroup / host):
            for name, word in (("freezer.state", "THAWED"), ("cgroup.freeze", "0")):
                if name in files:
                    with contextlib.suppress(OSError):
                        pathlib.Path(folder, name).write_text(word)


def unmount_below(folder: pathlib.Path) -> None:
    """Unmount everything mounted at or below a folder, the innermost first."""
    lines = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
    points = [line.split()[4].replace("\\040", " ") for line in lines]
    for point in sorted((p for p in points if p == str(folder) or p.startswith(f"{folder}/")), reverse=True):
        run("umount", "--lazy", point, check=False)


def make_network(plan: Plan) -> None:
    """The bed's namespace with a bridge. Every packet to elsewhere is answered at once, so no name look-up hangs."""
    if (_NETNS / plan.netns).exists():
        return
    run("ip", "netns", "add", plan.netns)
    commands = f"link set lo up\nlink add br0 type bridge\naddr add {plan.gateway}/24 dev br0\nlink set br0 up\n"
    run("ip", "-n", plan.netns, "-batch", "-", input=commands)
    inside(plan, "sh", "-c", "echo 0 > /proc/sys/net/ipv4/icmp_ratelimit")


def connect_host(plan: Plan, host: str) -> None:
    """A host's namespace, linked to the bed's bridge, with routes to the other hosts' pods."""
    namespace = plan.host_netns(host)
    if (_NETNS / namespace).exists():
        return
    run("ip", "netns", "add", namespace)
    link = f"link-{host}"
    run("ip", "link", "add", link, "netns", plan.netns, "type", "veth", "peer", "name", "host0", "netns", namespace)
    run("ip", "-n", plan.netns, "link", "set", link, "master", "br0", "up")
    routes = [
        f"route add {plan.pod_network(other)} via {plan.address(other)}" for other in plan.all_hosts() if other != host
    ]
    # A host that is made anew keeps its hardware address, or its neighbours would look for the old one for a while.
    hardware = f"link set host0 address 02:00:00:00:00:{plan.number(host):02x}"
    address = f"addr add {plan.address(host)}/24 dev host0"
    commands = [
        "link set lo up",
        hardware,
        address,
        "link set host0 up",
        f"route add default via {plan.gateway}",
        *routes,
    ]
    run("ip", "-n", namespace, "-batch", "-", input="\n".join(commands) + "\n")


def disconnect_host(plan: Plan, host: str) -> None:
    """Remove a host's namespace. Its link goes first and by name: with the namespace it would only go some time later."""
    run("ip", "-n", plan.netns, "link", "del", f"link-{host}", check=False)
    run("ip", "netns", "del", plan.host_netns(host), check=False)


def remove_network(plan: Plan) -> None:
    """Remove the bed's namespace."""
    run("ip", "netns", "del", plan.netns, check=False)


def prefix(plan: Plan) -> list[str]:
    """What makes a command run in the bed's network. `ip netns exec` would hide the cgroups."""
    return ["nsenter", f"--net={_NETNS / plan.netns}"]


def enter_network(plan: Plan) -> None:
    """Put the calling thread, and what it starts from now on, into the bed's network."""
    with open(_NETNS / plan.netns) as namespace:
        os.setns(namespace.fileno(), os.CLONE_NEWNET)


def inside(plan: Plan, *command: str) -> None:
    """Run a command in the bed's network."""
    run(*prefix(plan), *command)


def leftovers(plan: Plan, folder: pathlib.Path) -> list[str]:
    """What of a bed is still there, as lines for a person; empty when nothing is."""
    found = [f"namespace {path.name}" for path in sorted(_NETNS.glob(f"{plan.netns}*"))] if _NETNS.exists() else []
    found += [f"cgroup {path}" for root in hierarchies() for path in [root / plan.cgroup] if path.exists()]
    mounts = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
    found += [f"mount {line.split()[4]}" for line in mounts if line.split()[4].startswith(f"{folder}/")]
    return found
