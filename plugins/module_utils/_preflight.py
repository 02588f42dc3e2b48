# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Preflight: kubeadm's checks of a host before it joins, under kubeadm's names and with its severities."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._configuration import KubernetesVersion, parse_kubernetes_version
from ._errors import JoinError
from ._host import Host

__all__ = ("Finding", "Preflight", "observe_preflight", "refuse_errors")

KUBELET_PORT = 10250

#: How many minor versions the kubelet may be older than the API server (Kubernetes' version skew policy).
MAX_SKEW = 3


@dataclass(frozen=True)
class Finding:
    """One thing that a check has found. ``check`` is kubeadm's name of it, ``severity`` is ``error`` or ``warning``."""

    check: str
    severity: str
    code: str
    message: str


@dataclass(frozen=True)
class Preflight:
    """What the checks have found, and what of the host they found out: runtime socket and ``kubelet --version``."""

    findings: tuple[Finding, ...]
    cri_socket: str
    kubelet_version: str


def observe_preflight(host: Host, *, cluster_version: KubernetesVersion, cri_socket: str) -> Preflight:
    """Check whether this host is fit to be a worker of a cluster of that version; everything that is wrong, in kubeadm's order."""
    if not host.is_root():
        finding = _error("IsPrivilegedUser", "not_privileged", "this does not run as root; set `become: true`")
        return Preflight((finding,), cri_socket, "")
    kubelet_version = host.kubelet_version()
    findings = (
        *_runtime(host, cri_socket),
        *_kubelet(kubelet_version, cluster_version),
        *_service(host),
    )
    return Preflight(findings, cri_socket, kubelet_version or "")


def refuse_errors(findings: t.Sequence[Finding], *, ignored: t.Collection[str]) -> list[Finding]:
    """The findings, those whose check is in ``ignored`` (any case, or ``all``) as warnings. Raises if an error is left.

    The code is the finding's own, or ``preflight_failed`` where several kinds were found; details hold all of them.
    """
    names = {name.lower() for name in ignored}
    judged = [
        Finding(f.check, "warning", f.code, f.message) if "all" in names or f.check.lower() in names else f
        for f in findings
    ]
    errors = [finding for finding in judged if finding.severity == "error"]
    if not errors:
        return judged
    codes = {finding.code for finding in errors}
    told = "; ".join(f"[{finding.check}] {finding.message}" for finding in errors)
    raise JoinError(
        codes.pop() if len(codes) == 1 else "preflight_failed",
        f"This host is not fit to join: {told}. Nothing was changed; mend it, or name the check in "
        "join_ignore_preflight_errors.",
        findings=[vars(finding) for finding in judged],
    )


def _error(check: str, code: str, message: str) -> Finding:
    return Finding(check, "error", code, message)


def _runtime(host: Host, cri_socket: str) -> t.Iterator[Finding]:
    if not host.socket_answers(cri_socket):
        yield _error(
            "CRI", "cri_unavailable", f"no container runtime answers at {cri_socket}; start it, or set join_cri_socket"
        )


def _kubelet(printed: str | None, cluster_version: KubernetesVersion) -> t.Iterator[Finding]:
    if printed is None:
        yield _error("KubeletVersion", "kubelet_missing", "there is no kubelet in PATH; install its package")
        return
    version = parse_kubernetes_version(printed)
    behind = cluster_version.minor - version.minor
    if version.major != cluster_version.major or not 0 <= behind <= MAX_SKEW:
        yield _error(
            "KubeletVersion",
            "kubelet_version_skew",
            f"the kubelet is {version}, the cluster {cluster_version}; a kubelet may be as new as the API server or up to "
            f"{MAX_SKEW} minor versions older; install one that is",
        )


def _service(host: Host) -> t.Iterator[Finding]:
    unit = host.unit("kubelet")
    if not unit.exists:
        yield _error(
            "Service-Kubelet", "kubelet_service_missing", "there is no kubelet.service; install the kubelet's package"
        )
    if not unit.running and not host.port_is_free(KUBELET_PORT):
        yield _error(
            f"Port-{KUBELET_PORT}",
            "port_in_use",
            f"something else than the kubelet listens on port {KUBELET_PORT}; find it with `ss -tlnp` and stop it",
        )
