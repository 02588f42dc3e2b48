# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Preflight: checks of a host that becomes a control plane (kubeadm: the checks after discovery)."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from dataclasses import dataclass

from .._config.facts import ClusterFacts
from .._config.images import COMPONENTS, choose_etcd_image, component_image
from .._core.defaults import API_SERVER_PORT
from .._core.errors import JoinError
from .._core.finding import Finding, error, warning
from .._core.releases import RELEASES, Release, advise_unsupported
from .._formats.go_addresses import parse_address, parse_subnet
from .._host.advertise_address import choose_advertise_address
from .._host.leftover_pods import find_data_leftover, observe_manifests
from .._host.machine import Files, Host, Network, Services
from .endpoint import find_proxied_targets

__all__ = ("LocalApi",)

#: kubeadm's minimum for a control plane; memory in MB.
_PROCESSORS = 2
_MEMORY = 1700
_KUBELET_PORT = 10250
_SCHEDULER_PORT, _CONTROLLER_MANAGER_PORT = 10259, 10257
#: The address of a virtual machine in VirtualBox's NAT network.
_NAT_ADDRESS = "10.0.2.15"
_ETCD_PORTS = _CLIENT_PORT, _PEER_PORT = (2379, 2380)


@dataclass(frozen=True)
class LocalApi:
    """The planned API server of a host (kubeadm: localAPIEndpoint) and its image pull policy, with the checks of that host.

    An empty address means the host's own.
    """

    advertise_address: str = ""
    bind_port: int = API_SERVER_PORT
    image_pull_policy: str = "IfNotPresent"

    def wanted_images(self, cluster: ClusterFacts) -> tuple[str, ...]:
        """The images of the static pods; empty if the cluster is unknown or the policy is Never (kubeadm: ImagePull)."""
        known, version = cluster.control_plane, cluster.version
        if version is None or not known.etcd or self.image_pull_policy == "Never":
            return ()
        images = [component_image(known.image_repository, name, version) for name in COMPONENTS]
        release = RELEASES.get(version.release)
        if release is not None and known.etcd == "local":
            etcd = choose_etcd_image(
                release.etcd_tag(version.patch),
                repository=known.image_repository,
                etcd_repository=known.etcd_image_repository,
                named_tag=known.etcd_image_tag,
                running=known.etcd_images,
            )
            images.append(etcd)
        return tuple(images)

    def find_problems(
        self,
        host: Host,
        cluster: ClusterFacts,
        *,
        release: Release,
        pins: t.Collection[str],
        environ: t.Mapping[str, str],
        missing_images: t.Sequence[str] = (),
    ) -> t.Iterator[Finding]:
        """Findings that prevent a control plane on this host, in kubeadm's order.

        If it is unknown whether etcd is external, findings about etcd are warnings. Static pods of an interrupted run, their
        ports and their etcd data are not findings.
        """
        yield from _find_smallness(host)
        yield from _find_unknown_version(cluster)
        yield from _find_firewall(host, self, cluster)
        address = ""
        try:
            address = choose_advertise_address(host, self.advertise_address)
        except JoinError as exc:
            yield error("AdvertiseAddress", exc.code, str(exc))
        if address == _NAT_ADDRESS and not self.advertise_address:
            yield warning(
                "AdvertiseAddress",
                "advertise_address_unusable",
                f"the API server and etcd would be advertised at {address}, the address of every VirtualBox virtual machine behind NAT, "
                "as Vagrant creates them; if other hosts reach this host at another address, set apiserver_advertise_address",
            )
        manifests = observe_manifests(host, (*COMPONENTS, "etcd"), pins)
        ports = _Ports(host, cluster, release, address, manifests)
        yield from ports.find_taken("kube-apiserver", self.bind_port)
        yield from ports.find_taken("kube-scheduler", _SCHEDULER_PORT)
        yield from ports.find_taken("kube-controller-manager", _CONTROLLER_MANAGER_PORT)
        yield from (finding for finding in manifests.values() if finding is not None)
        yield from find_proxied_targets(_proxied(address, self, cluster), environ)
        if cluster.control_plane.etcd != "external":
            for finding in _find_etcd_problems(host, cluster, ports, pins):
                yield finding if cluster.control_plane.etcd else dataclasses.replace(finding, severity="warning")
        if missing_images:
            yield warning(
                "ImagePull",
                "images_missing",
                f"the images {', '.join(missing_images)} are missing in the container runtime; the kubelet pulls them when it starts the "
                "pods, which takes longer, or fails if the registry is not reachable; pull them beforehand, or set imageRepository of the cluster",
            )


def _find_smallness(host: Host) -> t.Iterator[Finding]:
    processors = host.processors()
    if processors < _PROCESSORS:
        yield error(
            "NumCPU",
            "host_too_small",
            f"this host has {processors} processor, expected at least {_PROCESSORS} for a control plane; add processors",
        )
    found = host.read("/proc/meminfo")
    reported = re.search(r"^MemTotal: *([0-9]+) kB$", found.text, re.MULTILINE) if found else None
    memory = int(reported[1]) // 1024 if reported else _MEMORY
    if memory < _MEMORY:
        yield error(
            "Mem",
            "host_too_small",
            f"this host has {memory} MB of memory, expected at least {_MEMORY} MB for a control plane; add memory",
        )


def _find_unknown_version(cluster: ClusterFacts) -> t.Iterator[Finding]:
    if cluster.version is not None and cluster.version.release not in RELEASES:
        yield error(
            "KubernetesVersion",
            "unsupported_kubernetes_version",
            f"the cluster is {cluster.version}, {advise_unsupported(cluster.version)}",
        )


def _find_firewall(host: Services, local: LocalApi, cluster: ClusterFacts) -> t.Iterator[Finding]:
    try:
        running = host.unit("firewalld").running
    except JoinError:
        running = False  # a masked unit does not run, and this check never starts it
    if running:
        etcd = () if cluster.control_plane.etcd == "external" else _ETCD_PORTS
        ports = ", ".join(str(port) for port in (local.bind_port, _KUBELET_PORT, *etcd))
        yield warning(
            "Firewalld",
            "firewall_active",
            f"firewalld is active; the ports {ports} must be open for the other nodes, see `firewall-cmd --list-ports`",
        )


class _Ports:
    """The ports of this host; its own static pods may already listen on them."""

    def __init__(
        self,
        host: Network,
        cluster: ClusterFacts,
        release: Release,
        address: str,
        manifests: t.Mapping[str, Finding | None],
    ) -> None:
        self._host = host
        self._cluster = cluster
        self._release = release
        self._address = address
        self._manifests = manifests

    def find_taken(self, component: str, port: int) -> t.Iterator[Finding]:
        """A process other than this host's static pod listens on the port of this component."""
        if self._runs(component) or all(
            self._host.port_is_free(port, address) for address in self._listens_at(component, port)
        ):
            return
        yield error(
            f"Port-{port}",
            "port_in_use",
            f"another process listens on port {port} of {component}; find it with `ss -tlnp` and stop it",
        )

    def _runs(self, component: str) -> bool:
        """Whether an earlier run has written the static pod; a pod of another cluster does not count."""
        finding = self._manifests.get(component)
        return component in self._manifests and (finding is None or finding.severity != "error")

    def _listens_at(self, component: str, port: int) -> t.Iterable[str]:
        """The addresses to check; an empty one means all addresses."""
        if not self._release.checks_bound_addresses:
            return ("",)
        if component != "etcd":
            provided = self._cluster.control_plane.bind_addresses.get(component, "")
            return ("" if _is_unspecified(provided) else provided,)
        if not self._address:
            return ("",)
        loopback = "::1" if ":" in self._address else "127.0.0.1"
        return (self._address, loopback) if port == _CLIENT_PORT else (self._address,)


def _is_unspecified(address: str) -> bool:
    parsed = parse_address(address)
    return parsed is None or parsed.is_unspecified


def _find_etcd_problems(
    host: Files, cluster: ClusterFacts, ports: _Ports, pins: t.Collection[str]
) -> t.Iterator[Finding]:
    for port in _ETCD_PORTS:
        yield from ports.find_taken("etcd", port)
    data = find_data_leftover(host, cluster.control_plane.data_dir, pins)
    if data is not None:
        yield data


def _proxied(address: str, local: LocalApi, cluster: ClusterFacts) -> t.Iterator[tuple[str, str, str]]:
    """The API server's own address, and the first address of each service and pod subnet."""
    if address:
        yield "HTTPProxy", f"https://{_in_url(address)}:{local.bind_port}", address
    known = cluster.control_plane
    for subnet in (*known.service_subnet.split(","), *known.pod_subnet.split(",")):
        parsed = parse_subnet(subnet.strip())
        if parsed is not None:
            yield "HTTPProxyCIDR", f"https://{_in_url(str(parsed[0]))}", subnet.strip()


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address
