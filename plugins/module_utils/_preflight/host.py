# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Preflight: programs, settings and name of the host (kubeadm: FileExisting, Swap, FileContent, Hostname, SystemVerification)."""

from __future__ import annotations

import typing as t

from .._core.errors import JoinError
from .._core.finding import Finding, error, warning
from .._core.releases import Release
from .._formats.go_addresses import parse_address
from .._host.machine import Files, Host, Programs, WritableFiles
from .._host.node_name import MAX_LABEL, settle_node_name
from .system import (
    Cgroups,
    find_system_problems,
    kernel_configuration_paths,
    parse_cgroup_controllers,
    parse_cgroup_version,
    parse_kernel_options,
)

__all__ = (
    "find_folder_problems",
    "find_missing_programs",
    "find_name_problems",
    "find_setting_problems",
    "find_swap",
    "verify_system",
)

_FORWARDING = {4: "/proc/sys/net/ipv4/ip_forward", 6: "/proc/sys/net/ipv6/conf/default/forwarding"}
_CONTROLLER_FILES = {1: "/proc/cgroups", 2: "/sys/fs/cgroup/cgroup.controllers"}


def find_missing_programs(host: Programs, release: Release) -> t.Iterator[Finding]:
    """Programs that a node runs but that are not in the PATH of services."""
    for report, verb, programs in (
        (error, "needs", release.needed_programs),
        (warning, "can use", release.useful_programs),
    ):
        for program in programs:
            if not host.has_program(program):
                yield report(
                    f"FileExisting-{program}",
                    "program_missing",
                    f"the kubelet {verb} {program}, which is not in PATH; install the package that provides it",
                )


def find_folder_problems(host: WritableFiles, paths: t.Iterable[str]) -> t.Iterator[Finding]:
    """Folders of the files to be written that other users can change, each reported once. kubeadm does not check them."""
    reported: set[str] = set()
    for path in paths:
        try:
            owners = host.refuse_unsafe(path)
        except JoinError as exc:
            found = [(str(exc.details["path"]), error, exc.code, str(exc))]
        else:
            found = [
                (
                    folder, warning, "folder_unsafe",
                    f"{folder} belongs to the system user {name}, who can replace the files in it and so control the kubelet, "
                    f"which runs as root; run `chown root: {folder}` unless that is intended",
                )
                for folder, name in owners.items()
            ]  # fmt: skip
        for where, report, code, message in found:
            if where not in reported:
                reported.add(where)
                yield report("Folder-" + where.replace("/", "-"), code, message)


def find_swap(host: Files) -> t.Iterator[Finding]:
    """Active swap. Not an error, because kubelets can be configured for it."""
    areas = [line.split()[0] for line in _read(host, "/proc/swaps").splitlines()[1:] if line.strip()]
    if areas:
        yield warning(
            "Swap",
            "swap_on",
            f"swap is on ({', '.join(areas)}); a kubelet runs with swap only if its configuration allows it (failSwapOn, memorySwap) "
            "and the host has cgroups version 2; otherwise turn it off with `swapoff -a` and in /etc/fstab",
        )


def find_setting_problems(host: Files, endpoint_host: str) -> t.Iterator[Finding]:
    """Forwarding for the endpoint's IP version; as in kubeadm, only if the endpoint is an address."""
    address = parse_address(endpoint_host)
    if address is None:
        return
    path = _FORWARDING[address.version]
    if not _read(host, path).startswith("1"):
        name = path[len("/proc/sys/") :].replace("/", ".")
        yield error(
            "FileContent-" + path.replace("/", "-"),
            "setting_wrong",
            f"{path} is not 1, so this host does not forward packets to its pods; set {name} = 1 in a file in /etc/sysctl.d and run "
            "`sysctl --system`",
        )


def verify_system(
    host: Host, *, cluster: Release, kubelet: Release, accepts_cgroup_v1: bool | None
) -> t.Iterator[Finding]:
    """The kernel and its cgroups."""
    release = host.kernel_release()
    options: frozenset[str] = frozenset()
    for path in kernel_configuration_paths(release):
        found = host.read(path)
        if found is not None:
            options = parse_kernel_options(found.content)
            break
    version = parse_cgroup_version(_read(host, "/proc/mounts"))
    controllers = parse_cgroup_controllers(version, _read(host, _CONTROLLER_FILES[version])) if version else frozenset()
    return find_system_problems(
        release,
        options,
        Cgroups(version, controllers),
        cluster=cluster,
        kubelet=kubelet,
        accepts_version_1=accepts_cgroup_v1,
    )


def find_name_problems(host: Host, provided: str) -> t.Iterator[Finding]:
    """A node name that the kubelet overrides, cannot register with, or that cannot be resolved."""
    name = settle_node_name(host, provided)
    if provided and name != provided.strip().lower():
        yield warning(
            "Hostname",
            "node_name_overridden",
            f"the node's name is {name}, not {provided}, because the kubelet's unit or its environment files on this host set "
            "--hostname-override; remove the flag there if that is not intended",
        )
    if len(name) > MAX_LABEL:
        yield error(
            "Hostname",
            "node_name_invalid",
            f"the node's name {name} has {len(name)} characters, and the kubelet cannot register a Node whose label "
            f"kubernetes.io/hostname has more than {MAX_LABEL}; set a shorter node_name, or set the label with the kubelet's "
            "--node-labels and ignore this check",
        )
    reason = host.name_resolution_error(name)
    if reason:
        yield warning(
            "Hostname",
            "name_unresolved",
            f"the node's name {name} cannot be resolved here ({reason}); add it to DNS or /etc/hosts if nodes are accessed "
            "by name",
        )


def _read(host: Files, path: str) -> str:
    found = host.read(path)
    return found.text if found else ""
