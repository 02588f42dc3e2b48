# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""The discovered facts of a cluster for the preflight checks, which have no library for parsing configurations."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, fields

from .._core.version import KubernetesVersion, parse_kubernetes_version

__all__ = ("ClusterFacts", "KnownControlPlane")


@dataclass(frozen=True)
class KnownControlPlane:
    """The known settings of all control planes of a cluster; unknown settings have kubeadm's defaults.

    ``etcd`` is ``local``, ``external``, or empty if unknown. ``bind_addresses`` maps components to their listen address,
    if they do not listen on all addresses. ``etcd_images`` are the images that the members run, if known. The subnets are CIDRs separated by commas.
    """

    etcd: str = ""
    data_dir: str = "/var/lib/etcd"
    image_repository: str = "registry.k8s.io"
    etcd_image_repository: str = ""
    etcd_image_tag: str = ""
    etcd_images: tuple[str, ...] = ()
    service_subnet: str = ""
    pod_subnet: str = ""
    bind_addresses: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ClusterFacts:
    """Server, CA bundle (PEM) and known configuration of a cluster; unknown values are None or empty.

    ``cgroup_driver`` and ``accepts_cgroup_v1`` come from its KubeletConfiguration; the latter is None if that is unknown.
    """

    server: str
    certificate_authority: str = ""
    version: KubernetesVersion | None = None
    cgroup_driver: str = ""
    accepts_cgroup_v1: bool | None = None
    control_plane: KnownControlPlane = KnownControlPlane()

    @classmethod
    def from_mapping(cls, cluster: t.Mapping[str, t.Any]) -> ClusterFacts:
        """Return the facts of a cluster in the format of cluster_discovery_info."""
        facts = cluster["facts"]
        return cls(
            server=cluster["server"],
            certificate_authority=cluster["certificate_authority"],
            version=parse_kubernetes_version(facts["kubernetes_version"]),
            cgroup_driver=facts["cgroup_driver"],
            accepts_cgroup_v1=facts["accepts_cgroup_v1"],
            control_plane=KnownControlPlane(
                **{
                    **{item.name: facts[item.name] for item in fields(KnownControlPlane) if item.name in facts},
                    "data_dir": facts["etcd_data_dir"],
                    "etcd_images": tuple(facts["etcd_images"]),
                },
            ),
        )
