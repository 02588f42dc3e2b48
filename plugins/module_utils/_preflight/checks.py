# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Preflight: kubeadm's checks of a host before it joins, under kubeadm's names and with its severities, and some of our own."""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass, field

from .._api.endpoint import parse_endpoint
from .._config.facts import ClusterFacts
from .._core.errors import JoinError
from .._core.finding import Finding, error
from .._core.version import MAX_SKEW, KubernetesVersion, is_skewed, parse_kubernetes_version
from .._formats.kubelet_fields import MINORS
from .._host.leftovers import find_leftovers
from .._host.machine import CA_FILE, Host
from .cri import Runtime, ask_runtime
from .endpoint import find_endpoint_problems, find_proxy_problems
from .endpoint_probe import Probe, start_probe
from .host import (
    find_missing_programs,
    find_name_problems,
    find_setting_problems,
    find_swap,
    verify_system,
)
from .runtime import choose_socket, find_runtime_problems

if t.TYPE_CHECKING:
    from .control_plane import LocalApi

__all__ = ("Preflight", "PreflightSpec", "observe_preflight", "refuse_errors")

KUBELET_PORT = 10250
#: What counts where neither the cluster nor the kubelet says a version.
NEWEST_MINOR = int(MINORS[-1].partition(".")[2])


@dataclass(frozen=True)
class PreflightSpec:
    """What a host shall become. Empty is what is not known: ``node_name`` and ``cri_socket`` are this host's own then.

    ``pins`` are those of the cluster, ``endpoint`` is host:port as kubeadm takes it, ``cluster`` what an invitation tells.
    ``environ`` is the environment, for its proxy. Without ``checks`` the host is only looked at, as when the phase is skipped.
    ``control_plane`` is the API server that it shall have, None for a worker.
    """

    node_name: str = ""
    cri_socket: str = ""
    ca_cert_path: str = CA_FILE
    pins: tuple[str, ...] = ()
    endpoint: str = ""
    cluster: ClusterFacts | None = None
    environ: t.Mapping[str, str] = field(default_factory=dict)
    checks: bool = True
    control_plane: LocalApi | None = None


@dataclass(frozen=True)
class Preflight:
    """What the checks have found, and what of the host they found out: runtime socket and ``kubelet --version``."""

    findings: tuple[Finding, ...] = ()
    cri_socket: str = ""
    kubelet_version: str = ""


def observe_preflight(
    host: Host,
    spec: PreflightSpec,
    *,
    ask: t.Callable[[str, t.Sequence[str]], Runtime] = ask_runtime,
    probe: t.Callable[..., Probe] = start_probe,
) -> Preflight:
    """Check whether this host is fit to join; everything that is wrong, in kubeadm's order, and then what is ours.

    These are the checks that kubeadm makes before discovery, and of a control plane those after it. Being root is checked
    before all else, with the host's state.
    ``ask`` asks a container runtime, ``look`` begins to look at the endpoint.
    """
    server, findings = _server(spec)
    probing = _begin_probe(host, spec, server, probe)
    socket, ambiguous = choose_socket(host, spec.cri_socket)
    kubelet_version, version, broken = _kubelet(host)
    if not spec.checks:
        return Preflight((), socket, kubelet_version)
    cluster = spec.cluster or ClusterFacts(server)
    minor = (cluster.version or version or KubernetesVersion(1, NEWEST_MINOR, 0)).minor
    findings += [*find_leftovers(host, ca_cert_path=spec.ca_cert_path, pins=spec.pins), *ambiguous]
    runtime = Runtime()
    if socket and host.is_live():
        images = spec.control_plane.wanted_images(cluster) if spec.control_plane else ()
        runtime = ask(socket[len("unix://") :], images)
        findings += find_runtime_problems(host, socket, runtime, minor=minor, cgroup_driver=cluster.cgroup_driver)
    findings += find_missing_programs(host)
    if host.is_live():
        findings += [
            *find_swap(host),
            *find_setting_problems(host, _host_of(server)),
            *verify_system(
                host,
                minor=minor,
                kubelet_minor=version.minor if version else minor,
                accepts_cgroup_v1=cluster.accepts_cgroup_v1,
            ),
            *find_name_problems(host, spec.node_name or host.hostname()),
        ]
    findings += [*broken, *_skew(version, cluster), *_service(host)]
    if server and host.is_live():
        findings += find_proxy_problems(server, spec.environ)
    if spec.control_plane and host.is_live():
        findings += spec.control_plane.find_problems(
            host,
            cluster,
            minor=minor,
            pins=spec.pins,
            environ=spec.environ,
            missing_images=runtime.missing_images,
        )
    if probing is not None:
        findings += find_endpoint_problems(server, probing.result())
    return Preflight(tuple(findings), socket, kubelet_version)


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
    reported = "; ".join(f"[{finding.check}] {finding.message}" for finding in errors)
    raise JoinError(
        codes.pop() if len(codes) == 1 else "preflight_failed",
        f"This host is not fit to join: {reported}. Nothing was changed; mend it, or name the check in "
        "join_ignore_preflight_errors.",
        findings=[dataclasses.asdict(finding) for finding in judged],
    )


def _server(spec: PreflightSpec) -> tuple[str, list[Finding]]:
    """The https URL of the endpoint; empty where it is not known, or is none."""
    if spec.cluster is not None or not spec.endpoint:
        return spec.cluster.server if spec.cluster else "", []
    try:
        return parse_endpoint(spec.endpoint), []
    except JoinError as exc:
        return "", [error("Endpoint", exc.code, str(exc))]


def _host_of(server: str) -> str:
    """The host of an https URL, without the brackets of an address of IPv6."""
    return server[len("https://") :].partition("/")[0].rpartition(":")[0].strip("[]")


def _begin_probe(host: Host, spec: PreflightSpec, server: str, probe: t.Callable[..., Probe]) -> Probe | None:
    """Begun first and heard last, so that nobody waits for it. Not through a proxy that cannot be used."""
    if not server or not spec.checks or not host.is_live():
        return None
    if any(finding.severity == "error" for finding in find_proxy_problems(server, spec.environ)):
        return None
    authority = spec.cluster.certificate_authority if spec.cluster else ""
    return probe(server, certificate_authority=authority, environ=spec.environ)


def _kubelet(host: Host) -> tuple[str, KubernetesVersion | None, list[Finding]]:
    """What ``kubelet --version`` prints, read; or why there is none (kubeadm: KubeletVersion)."""
    missing = "there is no kubelet in PATH; install its package"
    try:
        printed = host.kubelet_version()
        if printed is not None:
            return printed, parse_kubernetes_version(printed), []
    except JoinError as exc:
        missing = str(exc)
    return "", None, [error("KubeletVersion", "kubelet_missing", missing)]


def _skew(kubelet: KubernetesVersion | None, cluster: ClusterFacts) -> t.Iterator[Finding]:
    if kubelet is not None and cluster.version is not None and is_skewed(kubelet, cluster.version):
        yield error(
            "KubeletVersion",
            "kubelet_version_skew",
            f"the kubelet is {kubelet}, the cluster {cluster.version}: a kubelet may be as new as the API server or up to {MAX_SKEW} "
            "minor versions older; install one that is",
        )


def _service(host: Host) -> t.Iterator[Finding]:
    unit = host.unit("kubelet")
    if not unit.exists:
        yield error(
            "Service-kubelet", "kubelet_service_missing", "there is no kubelet.service; install the kubelet's package"
        )
    if host.is_live() and not unit.running and not host.port_is_free(KUBELET_PORT):
        yield error(
            f"Port-{KUBELET_PORT}",
            "port_in_use",
            f"something else than the kubelet listens on port {KUBELET_PORT}; find it with `ss -tlnp` and stop it",
        )
