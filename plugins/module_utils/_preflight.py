# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Preflight: kubeadm's checks of a host before it joins, under kubeadm's names and with its severities."""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass

from ._errors import JoinError
from ._host import Host, find_cri_socket

__all__ = ("Finding", "Preflight", "observe_preflight", "refuse_errors")

KUBELET_PORT = 10250


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

    findings: tuple[Finding, ...] = ()
    cri_socket: str = ""
    kubelet_version: str = ""


def observe_preflight(host: Host, *, cri_socket: str) -> Preflight:
    """Check whether this host is fit to join; everything that is wrong, in kubeadm's order.

    These are the checks that kubeadm makes before discovery, so nothing is known of the cluster yet. Being root is checked
    before all else, with the host's state.
    """
    socket = find_cri_socket(host, cri_socket)
    kubelet_version = host.kubelet_version()
    findings = (*_runtime(host, socket), *_kubelet(kubelet_version), *_service(host))
    return Preflight(findings, socket, kubelet_version or "")


def refuse_errors(found: Preflight, *, ignored: t.Collection[str]) -> Preflight:
    """The same with the findings of checks in ``ignored`` (any case, or ``all``) as warnings. Raises if an error is left.

    The code is the finding's own, or ``preflight_failed`` where several kinds were found; details hold all of them.
    """
    names = {name.lower() for name in ignored}
    judged = tuple(
        dataclasses.replace(f, severity="warning") if names & {"all", f.check.lower()} else f for f in found.findings
    )
    errors = [finding for finding in judged if finding.severity == "error"]
    if not errors:
        return dataclasses.replace(found, findings=judged)
    codes = {finding.code for finding in errors}
    told = "; ".join(f"[{finding.check}] {finding.message}" for finding in errors)
    raise JoinError(
        codes.pop() if len(codes) == 1 else "preflight_failed",
        f"This host is not fit to join: {told}. Nothing was changed; mend it, or name the check in "
        "join_ignore_preflight_errors.",
        findings=[dataclasses.asdict(finding) for finding in judged],
    )


def _error(check: str, code: str, message: str) -> Finding:
    return Finding(check, "error", code, message)


def _runtime(host: Host, cri_socket: str) -> t.Iterator[Finding]:
    if host.is_live() and not host.socket_answers(cri_socket):
        yield _error(
            "CRI", "cri_unavailable", f"no container runtime answers at {cri_socket}; start it, or set join_cri_socket"
        )


def _kubelet(version: str | None) -> t.Iterator[Finding]:
    if version is None:
        yield _error("KubeletVersion", "kubelet_missing", "there is no kubelet in PATH; install its package")


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
