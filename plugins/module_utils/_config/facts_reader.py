# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The facts of a cluster for later calls: parsed once, during discovery, from its two ConfigMaps."""

from __future__ import annotations

import typing as t
from dataclasses import fields

from .._core.releases import MINORS
from .._core.version import KubernetesVersion
from .._formats.kubelet_fields import kubelet_fields
from .cluster import ClusterConfiguration, Component, LocalEtcd, parse_cluster_configuration
from .images import COMPONENTS
from .kubelet import parse_kubelet_configuration
from .settings import ClusterSettings

__all__ = ("read_facts",)


def read_facts(
    cluster_configuration: str, kubelet_configuration: str, *, etcd_images: t.Sequence[str] = ()
) -> dict[str, t.Any]:
    """Return plain values for `ClusterSettings.from_facts` and `ClusterFacts.from_mapping`.

    ``etcd_images`` are the images that the members run, if known.

    Raises ``invalid_cluster_configuration``, and ``invalid_kubelet_configuration`` if the text is not a KubeletConfiguration
    or a field that is read here has a value of a wrong type. The other fields depend on the cluster's minor version and are
    checked later.
    """
    cluster = parse_cluster_configuration(cluster_configuration)
    known = kubelet_fields(MINORS[-1])
    kubelet = parse_kubelet_configuration(kubelet_configuration).read(
        {name: known[name] for name in ("cgroupDriver", "failCgroupV1")}
    )
    settings = {item.name: getattr(cluster, item.name) for item in fields(ClusterSettings)}
    return {
        **settings,
        "kubernetes_version": _render_version(cluster.kubernetes_version),
        "feature_gates": dict(cluster.feature_gates),
        "pod_subnet": cluster.pod_subnet,
        "bind_addresses": _bind_addresses(cluster),
        **_etcd(cluster),
        "etcd_images": [*etcd_images],
        "cgroup_driver": kubelet.get("cgroupDriver", ""),
        "accepts_cgroup_v1": kubelet.get("failCgroupV1") is False,
    }


def _render_version(version: KubernetesVersion) -> str:
    return f"{version}{f'+{version.build}' if version.build else ''}"


def _etcd(cluster: ClusterConfiguration) -> dict[str, str]:
    local = cluster.etcd if isinstance(cluster.etcd, LocalEtcd) else LocalEtcd()
    return {
        "etcd": "local" if local is cluster.etcd else "external",
        "etcd_data_dir": local.data_dir,
        "etcd_image_repository": local.image_repository,
        "etcd_image_tag": local.image_tag,
    }


def _bind_addresses(cluster: ClusterConfiguration) -> dict[str, str]:
    """Return the listen addresses by component, for components that listen on a single address."""
    components: tuple[Component, ...] = (cluster.api_server, cluster.controller_manager, cluster.scheduler)
    addresses = {name: dict(part.extra_args).get("bind-address", "") for name, part in zip(COMPONENTS, components)}
    return {name: address for name, address in addresses.items() if address}
