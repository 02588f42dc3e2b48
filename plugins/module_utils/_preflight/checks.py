# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Preflight: kubeadm's checks of a host before it joins, with kubeadm's names and severities, and additional checks."""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass, field

from .._api.endpoint import parse_endpoint
from .._config.facts import ClusterFacts
from .._core.defaults import CERTIFICATES_DIR
from .._core.errors import JoinError
from .._core.finding import Finding, error
from .._core.releases import nearest_release
from .._core.version import MAX_SKEW, KubernetesVersion, is_skewed, parse_kubernetes_version
from .._host.leftovers import find_leftovers
from .._host.machine import (
    CA_FILE,
    KUBELET_CONF,
    KUBELET_FLAGS,
    KUBELET_PKI_DIR,
    MANIFESTS_DIR,
    Host,
    Machine,
    Programs,
    socket_path,
)
from .cri import Runtime, ask_runtime
from .endpoint import find_endpoint_problems, find_proxy_problems
from .endpoint_probe import PendingProbe, start_probe
from .host import (
    find_folder_problems,
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


@dataclass(frozen=True)
class PreflightSpec:
    """The node that a host will become. Unknown values are empty; ``node_name`` and ``cri_socket`` default to the host's own.

    ``pins`` are the pins of the cluster, ``endpoint`` is host:port as in kubeadm, ``cluster`` comes from an invitation.
    ``environ`` is the environment with the proxy. Without ``checks``, the host is only inspected, as if the phase was skipped.
    ``control_plane`` is the planned API server, None for a worker.
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
    """The findings of the checks, the runtime socket, and the output of ``kubelet --version``."""

    findings: tuple[Finding, ...] = ()
    cri_socket: str = ""
    kubelet_version: str = ""


def observe_preflight(
    host: Host,
    spec: PreflightSpec,
    *,
    ask: t.Callable[[str, t.Sequence[str]], Runtime] = ask_runtime,
    probe: t.Callable[..., PendingProbe] = start_probe,
) -> Preflight:
    """Check whether this host can join. Returns all findings in kubeadm's order, followed by those of additional checks.

    kubeadm runs these checks before discovery, and those of a control plane after it. The check for root is part of the
    inspection of the host, which comes first.
    ``ask`` queries a container runtime, ``probe`` starts to probe the endpoint.
    """
    server, findings = _server(spec)
    probing = _begin_probe(host, spec, server, probe)
    socket, ambiguous = choose_socket(host, spec.cri_socket)
    kubelet_version, version, broken = _kubelet(host)
    if not spec.checks:
        return Preflight((), socket, kubelet_version)
    cluster = spec.cluster or ClusterFacts(server)
    release = nearest_release(cluster.version or version)
    findings += [*find_leftovers(host, ca_cert_path=spec.ca_cert_path, pins=spec.pins), *ambiguous]
    findings += find_folder_problems(host, _written_paths(spec))
    runtime = Runtime()
    if socket and host.is_live():
        images = spec.control_plane.wanted_images(cluster) if spec.control_plane else ()
        runtime = ask(socket_path(socket), images)
        findings += find_runtime_problems(host, socket, runtime, release=release, cgroup_driver=cluster.cgroup_driver)
    findings += find_missing_programs(host, release)
    if host.is_live():
        findings += [
            *find_swap(host),
            *find_setting_problems(host, _host_of(server)),
            *verify_system(
                host,
                cluster=release,
                kubelet=nearest_release(version) if version else release,
                accepts_cgroup_v1=cluster.accepts_cgroup_v1,
            ),
            *find_name_problems(host, spec.node_name),
        ]
    findings += [*broken, *_skew(version, cluster), *_service(host)]
    if server and host.is_live():
        findings += find_proxy_problems(server, spec.environ)
    if spec.control_plane and host.is_live():
        findings += spec.control_plane.find_problems(
            host,
            cluster,
            release=release,
            pins=spec.pins,
            environ=spec.environ,
            missing_images=runtime.missing_images,
        )
    if probing is not None:
        findings += find_endpoint_problems(server, probing.result())
    return Preflight(tuple(findings), socket, kubelet_version)


def refuse_errors(found: Preflight, *, ignored: t.Collection[str]) -> Preflight:
    """Turn the findings of checks in ``ignored`` (any case, or ``all``) into warnings. Raises if an error remains.

    The code is that of the finding, or ``preflight_failed`` for findings of several kinds; the details contain all findings.
    """
    names = {name.lower() for name in ignored}
    findings = tuple(
        dataclasses.replace(f, severity="warning") if names & {"all", f.check.lower()} else f for f in found.findings
    )
    errors = [finding for finding in findings if finding.severity == "error"]
    if not errors:
        return dataclasses.replace(found, findings=findings)
    codes = {finding.code for finding in errors}
    reported = "; ".join(f"[{finding.check}] {finding.message}" for finding in errors)
    raise JoinError(
        codes.pop() if len(codes) == 1 else "preflight_failed",
        f"This host cannot join: {reported}. Nothing was changed; fix the problem, or add the check to "
        "ignore_preflight_errors.",
        findings=[dataclasses.asdict(finding) for finding in findings],
    )


def _server(spec: PreflightSpec) -> tuple[str, list[Finding]]:
    """The https URL of the endpoint, empty if it is unknown or malformed."""
    if spec.cluster is not None or not spec.endpoint:
        return spec.cluster.server if spec.cluster else "", []
    try:
        return parse_endpoint(spec.endpoint), []
    except JoinError as exc:
        return "", [error("Endpoint", exc.code, str(exc))]


def _written_paths(spec: PreflightSpec) -> tuple[str, ...]:
    """A file in each folder that a join writes to."""
    own = (spec.ca_cert_path, KUBELET_CONF, KUBELET_FLAGS, f"{KUBELET_PKI_DIR}/kubelet-client.pem")
    if spec.control_plane is None:
        return own
    return (*own, f"{CERTIFICATES_DIR}/etcd/ca.crt", f"{MANIFESTS_DIR}/kube-apiserver.yaml")


def _host_of(server: str) -> str:
    """The host of an https URL, without the brackets of an IPv6 address."""
    return server[len("https://") :].partition("/")[0].rpartition(":")[0].strip("[]")


def _begin_probe(
    host: Machine, spec: PreflightSpec, server: str, probe: t.Callable[..., PendingProbe]
) -> PendingProbe | None:
    """Start the probe first and read it last, so that it runs during the checks. Skipped if the proxy is not usable."""
    if not server or not spec.checks or not host.is_live():
        return None
    if any(finding.severity == "error" for finding in find_proxy_problems(server, spec.environ)):
        return None
    authority = spec.cluster.certificate_authority if spec.cluster else ""
    return probe(server, certificate_authority=authority, environ=spec.environ)


def _kubelet(host: Programs) -> tuple[str, KubernetesVersion | None, list[Finding]]:
    """The output of ``kubelet --version`` and its version, or the reason for their absence (kubeadm: KubeletVersion)."""
    missing = "there is no kubelet in PATH of this user or of services; install its package"
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
            f"a process other than the kubelet listens on port {KUBELET_PORT}; find it with `ss -tlnp` and stop it",
        )
