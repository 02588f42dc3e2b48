# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""What preflight can know of a cluster before a host has asked for anything: from who invites, without libraries."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from .._core.errors import JoinError
from .._core.version import KubernetesVersion, parse_kubernetes_version

__all__ = ("ClusterFacts", "KnownControlPlane", "parse_cluster_facts")

Values = t.Dict[t.Tuple[str, ...], str]

#: A line of YAML in the block style: how deep it is, whether it begins an element of a list, its key and its plain value.
_LINE = re.compile(
    r"( *)(- +)?([A-Za-z][A-Za-z0-9._-]*):(?: +[\"']?([^\"'\s#{\[&*!|>][^\"'\s#]*)[\"']?)?(?:\s+#.*|\s*)"
)
#: The fields of ClusterConfiguration by the component that they are about.
_COMPONENTS = {
    "kube-apiserver": "apiServer",
    "kube-controller-manager": "controllerManager",
    "kube-scheduler": "scheduler",
}


@dataclass(frozen=True)
class KnownControlPlane:
    """What is known of all control planes of a cluster, kubeadm's defaults where it is not.

    ``etcd`` is ``local``, ``external``, or empty where that is not known. ``bind_addresses`` are by component what the
    cluster has it listen at, where that is not every address. The subnets are CIDRs separated by commas.
    """

    etcd: str = ""
    data_dir: str = "/var/lib/etcd"
    image_repository: str = "registry.k8s.io"
    etcd_image_repository: str = ""
    etcd_image_tag: str = ""
    service_subnet: str = ""
    pod_subnet: str = ""
    bind_addresses: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ClusterFacts:
    """Server and CA bundle (PEM), and what is known of its configuration: None and empty where it is not.

    ``cgroup_driver`` and ``accepts_cgroup_v1`` are those of its KubeletConfiguration.
    """

    server: str
    certificate_authority: str = ""
    version: KubernetesVersion | None = None
    cgroup_driver: str = ""
    accepts_cgroup_v1: bool = False
    control_plane: KnownControlPlane = KnownControlPlane()


def parse_cluster_facts(mapping: t.Mapping[str, str]) -> ClusterFacts:
    """Read the value ``cluster`` of cluster_discovery_info.

    The library for YAML may be missing here, and only plain values in the block style are looked for, which is how kubeadm
    writes them: what is written otherwise counts as unknown, and kubelet-start reads it properly.
    """
    cluster = _read_plain(mapping["cluster_configuration"])
    kubelet = _read_plain(mapping["kubelet_configuration"])
    try:
        version = parse_kubernetes_version(cluster.get(("kubernetesVersion",), ""))
    except JoinError:
        version = None
    return ClusterFacts(
        mapping["server"],
        mapping["certificate_authority"],
        version,
        kubelet.get(("cgroupDriver",), ""),
        kubelet.get(("failCgroupV1",)) == "false",
        _control_plane(cluster),
    )


def _control_plane(values: Values) -> KnownControlPlane:
    kinds = {path[1] for path in values if path[0] == "etcd" and len(path) > 2}
    known = {
        "data_dir": ("etcd", "local", "dataDir"),
        "image_repository": ("imageRepository",),
        "etcd_image_repository": ("etcd", "local", "imageRepository"),
        "etcd_image_tag": ("etcd", "local", "imageTag"),
        "service_subnet": ("networking", "serviceSubnet"),
        "pod_subnet": ("networking", "podSubnet"),
    }
    arguments = {name: _argument(values, field_, "bind-address") for name, field_ in _COMPONENTS.items()}
    return KnownControlPlane(
        etcd="external" if "external" in kinds else "local" if "local" in kinds else "",
        bind_addresses={name: address for name, address in arguments.items() if address},
        **{name: values[path] for name, path in known.items() if path in values},
    )


def _argument(values: Values, component: str, name: str) -> str:
    """An argument of a component, the last one counts: a list of names and values, or a mapping in older versions."""
    found = values.get((component, "extraArgs", name), "")
    for path, value in values.items():
        if path[:2] == (component, "extraArgs") and path[3:] == ("name",) and value == name:
            found = values.get((*path[:3], "value"), "")
    return found


def _read_plain(text: str) -> Values:
    """The plain values in a document by their paths; an element of a list is a part of its path by the line that begins it."""
    values: Values = {}
    above: list[tuple[int, str]] = []

    def enter(depth: int, name: str) -> None:
        while above and above[-1][0] >= depth:
            above.pop()
        above.append((depth, name))

    for number, line in enumerate(text.splitlines()):
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        indentation, dash, key, value = found.groups()
        depth = len(indentation) * 2
        if dash:
            # The elements of a list may stand as deep as its key, and are below it.
            enter(depth + 1, f"line {number}")
            depth += len(dash) * 2
        enter(depth, key)
        if value is not None:
            values[tuple(name for _depth, name in above)] = value
    return values
