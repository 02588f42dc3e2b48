# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""The facts of a cluster by which preflight goes, as they were discovered: it has no library to read configurations with."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, fields

from .._core.version import KubernetesVersion, parse_kubernetes_version

__all__ = ("ClusterFacts", "KnownControlPlane")


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

    @classmethod
    def from_mapping(cls, cluster: t.Mapping[str, t.Any]) -> ClusterFacts:
        """The facts in a cluster as cluster_discovery_info returns it."""
        facts = cluster["facts"]
        return cls(
            server=cluster["server"],
            certificate_authority=cluster["certificate_authority"],
            version=parse_kubernetes_version(facts["kubernetes_version"]),
            cgroup_driver=facts["cgroup_driver"],
            accepts_cgroup_v1=facts["accepts_cgroup_v1"],
            control_plane=KnownControlPlane(
                data_dir=facts["etcd_data_dir"],
                **{item.name: facts[item.name] for item in fields(KnownControlPlane) if item.name in facts},
            ),
        )
