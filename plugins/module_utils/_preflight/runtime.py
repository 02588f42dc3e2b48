# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Preflight: the container runtime (kubeadm: CRI, ContainerRuntimeVersion; additional: CgroupDriver)."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import JoinError
from .._core.finding import Finding, error, warning
from .._core.releases import Release
from .._host.machine import Files, Network, find_cri_socket
from .cri import Runtime

__all__ = ("choose_socket", "find_runtime_problems")

CONTAINERD_CONFIG = "/etc/containerd/config.toml"

_DISABLES_CRI = re.compile(
    r"^\s*disabled_plugins\s*=\s*\[[^\]]*(?:\"|')(?:io\.containerd\.grpc\.v1\.)?cri(?:\"|')", re.MULTILINE
)
_SYSTEMD_CGROUP = re.compile(r"^\s*SystemdCgroup\s*=\s*(true|false)", re.MULTILINE)


def choose_socket(host: Network, wanted: str) -> tuple[str, tuple[Finding, ...]]:
    """The runtime's socket, or an error if several runtimes respond (kubeadm then ends before its checks)."""
    try:
        return find_cri_socket(host, wanted), ()
    except JoinError as exc:
        return "", (error("CRI", exc.code, str(exc)),)


def find_runtime_problems(
    host: Files, socket: str, runtime: Runtime, *, release: Release, cgroup_driver: str
) -> t.Iterator[Finding]:
    """Problems of the runtime at ``socket``, for kubelets in a cluster of this release of Kubernetes.

    ``cgroup_driver`` is the driver in the cluster's KubeletConfiguration, empty if it is unknown.
    """
    if runtime.problem:
        yield error("CRI", "cri_unavailable", _unavailable(host, socket, runtime))
    if not runtime.speaks_cri:
        return
    if not runtime.cgroup_driver and release.checks_runtime_config:
        yield warning(
            "ContainerRuntimeVersion",
            "runtime_outdated",
            f"{runtime.name} {runtime.version} does not report its cgroup driver (CRI method RuntimeConfig), which kubelets from "
            "1.38 on need; update it, for instance to containerd 2",
        )
    yield from _driver_problems(host, cgroup_driver, runtime)


def _unavailable(host: Files, socket: str, runtime: Runtime) -> str:
    config = host.read(CONTAINERD_CONFIG) if "containerd" in socket else None
    if not runtime.speaks_cri and config is not None and _DISABLES_CRI.search(config.text):
        remedy = f"its CRI plugin is disabled: remove cri from disabled_plugins in {CONTAINERD_CONFIG} and restart containerd"
    else:
        remedy = "start it, or set cri_socket"
    return f"no usable container runtime at {socket}: {runtime.problem}; {remedy}"


def _configured_driver(host: Files, runtime: Runtime) -> str:
    """The driver in containerd's configuration, or its default."""
    if runtime.name != "containerd":
        return ""
    config = host.read(CONTAINERD_CONFIG)
    said = _SYSTEMD_CGROUP.search(config.text) if config else None
    return "systemd" if said and said[1] == "true" else "cgroupfs"


def _driver_problems(host: Files, kubelet: str, runtime: Runtime) -> t.Iterator[Finding]:
    """The kubelet adopts the driver that a runtime reports. Otherwise its configured driver must match the runtime's."""
    driver = runtime.cgroup_driver or _configured_driver(host, runtime)
    if not kubelet or not driver or kubelet == driver:
        return
    yield (warning if runtime.cgroup_driver else error)(
        "CgroupDriver",
        "cgroup_driver_mismatch",
        f"the cluster's KubeletConfiguration has cgroupDriver {kubelet}, {runtime.name} on this host uses {driver}"
        + (", which the kubelet will use here as well" if runtime.cgroup_driver else "")
        + f"; set SystemdCgroup in {CONTAINERD_CONFIG} to {str(kubelet == 'systemd').lower()} and restart containerd",
    )
