# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The node that becomes a control plane as its host and its patches make it, for all steps that write its static pods."""

from __future__ import annotations

import datetime
import typing as t

from ._advertise_address import choose_advertise_address
from ._configuration import ClusterConfiguration
from ._control_plane_node import ControlPlaneNode
from ._host import Host
from ._manifests import CA_FOLDERS
from ._patches import Patches
from ._static_pod import patch_static_pod

__all__ = ("describe_node", "patching")

Patch = t.Callable[[str, t.Dict[str, t.Any]], t.Mapping[str, t.Any]]


def describe_node(
    host: Host,
    *,
    name: str,
    advertise_address: str,
    bind_port: int = 6443,
    environment: t.Mapping[str, str] | None = None,
    has_ca_key: bool = True,
    health_timeout: float = 240.0,
) -> ControlPlaneNode:
    """The node; an empty name and address are this host's own. Raises ``advertise_address_unusable``."""
    return ControlPlaneNode(
        name=name or host.hostname(),
        advertise_address=choose_advertise_address(host, advertise_address),
        bind_port=bind_port,
        ca_folders=frozenset(path for path in CA_FOLDERS if host.has_folder(path)),
        environment=environment or {},
        has_ca_key=has_ca_key,
        health_timeout=datetime.timedelta(seconds=health_timeout),
    )


def patching(patches: Patches, configuration: ClusterConfiguration) -> Patch:
    """What patches do to a static pod, by the name of its component."""

    def patch(name: str, pod: dict[str, t.Any]) -> t.Mapping[str, t.Any]:
        return patch_static_pod(pod, patches, name, configuration.kubernetes_version.release)

    return patch
