# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""What preflight can know of a cluster before a host has asked for anything: from who invites, without libraries."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ._errors import JoinError
from ._version import KubernetesVersion, parse_kubernetes_version

__all__ = ("KnownCluster", "parse_known_cluster")


@dataclass(frozen=True)
class KnownCluster:
    """Server and CA bundle (PEM), and what is known of its configuration: None and empty where it is not.

    ``cgroup_driver`` and ``accepts_cgroup_v1`` are those of its KubeletConfiguration.
    """

    server: str
    certificate_authority: str = ""
    version: KubernetesVersion | None = None
    cgroup_driver: str = ""
    accepts_cgroup_v1: bool = False


def parse_known_cluster(mapping: t.Mapping[str, str]) -> KnownCluster:
    """Read the value ``cluster`` of cluster_discovery_info.

    The library for YAML may be missing here, and only plain values at the top are looked for, which is where kubeadm writes
    them: what is written otherwise counts as unknown, and kubelet-start reads it properly.
    """
    kubelet = mapping["kubelet_configuration"]
    try:
        version = parse_kubernetes_version(_plain(mapping["cluster_configuration"], "kubernetesVersion"))
    except JoinError:
        version = None
    return KnownCluster(
        mapping["server"],
        mapping["certificate_authority"],
        version,
        _plain(kubelet, "cgroupDriver"),
        _plain(kubelet, "failCgroupV1") == "false",
    )


def _plain(text: str, key: str) -> str:
    found = re.search(rf"^{key}: *[\"']?([^\"'\s#]+)[\"']?\s*$", text, re.MULTILINE)
    return found[1] if found else ""
