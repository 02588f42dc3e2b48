# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The description and the patches of a new control plane, for all steps that write its static pods."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

from .._config.cluster import ClusterConfiguration
from .._core.defaults import API_SERVER_PORT, COMPONENT_TIMEOUT
from .._host.advertise_address import choose_advertise_address
from .._host.machine import Files, Host
from .._host.node_name import settle_node_name
from .._patches.folder import read_patches
from .._patches.patches import File, Patches
from .._patches.static_pod import patch_static_pod
from .local_node import ControlPlaneNode
from .manifests import CA_FOLDERS

if t.TYPE_CHECKING:
    from .._patches.kustomize import Kustomization

__all__ = ("PatchSources", "Patching", "describe_node", "read_patching")


def describe_node(
    host: Host,
    *,
    name: str,
    advertise_address: str,
    bind_port: int = API_SERVER_PORT,
    environment: t.Mapping[str, str] | None = None,
    has_ca_key: bool = True,
    health_timeout: float = COMPONENT_TIMEOUT,
) -> ControlPlaneNode:
    """Describe the node. Raises ``node_name_invalid`` and ``advertise_address_unusable``."""
    return ControlPlaneNode(
        name=settle_node_name(host, name),
        advertise_address=choose_advertise_address(host, advertise_address),
        bind_port=bind_port,
        ca_folders=frozenset(path for path in CA_FOLDERS if host.has_folder(path)),
        environment=environment or {},
        has_ca_key=has_ca_key,
        health_timeout=datetime.timedelta(seconds=health_timeout),
    )


@dataclass(frozen=True)
class PatchSources:
    """The sources of patches for static pods: folders on the host, or empty, and names and texts of files from the controller."""

    patches: str = ""
    patch_files: tuple[File, ...] = ()
    kustomize: str = ""
    kustomize_files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Patching:
    """Patches a static pod by the name of its component: kustomize first, then kubeadm's own patches, as in kubeadm 1.19."""

    patches: Patches
    kustomization: Kustomization | None
    minor: str

    def __call__(self, name: str, pod: dict[str, t.Any]) -> t.Mapping[str, t.Any]:
        if self.kustomization is not None:
            from .._patches.kustomized_pod import kustomize_static_pod

            pod = kustomize_static_pod(pod, self.kustomization, name, self.minor)
        return patch_static_pod(pod, self.patches, name, self.minor)

    @property
    def notes(self) -> tuple[str, ...]:
        return self.patches.notes + (self.kustomization.notes if self.kustomization is not None else ())


def read_patching(host: Files, configuration: ClusterConfiguration, sources: PatchSources) -> Patching:
    """Read the patches for static pods. Raises the errors of `read_patches` and `read_kustomization`."""
    kustomization = None
    if sources.kustomize or sources.kustomize_files:
        # Only here: most nodes have none and do not need this code.
        from .._patches.kustomize import read_kustomization

        kustomization = read_kustomization(host, sources.kustomize, sources.kustomize_files)
    release = configuration.kubernetes_version.release
    return Patching(read_patches(host, sources.patches, sources.patch_files), kustomization, release)
