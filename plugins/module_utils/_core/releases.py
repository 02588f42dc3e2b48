# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""What differs by version of Kubernetes: one row for each minor version that the collection supports."""

from __future__ import annotations

import typing as t

from .errors import JoinError
from .version import KubernetesVersion

__all__ = ("MINORS", "RELEASES", "Release", "advise_unsupported", "has_cluster_status", "nearest_release", "release_of")

#: Values by the first patch version of kubeadm that has them.
ByPatch = t.Mapping[int, str]

EtcdOptions = t.Literal["old", "by tag", "new"]


class Release(t.NamedTuple):
    """How kubeadm and the kubelet of one minor version behave.

    Kubelet: ``pause_tags`` is empty where the kubelet has no flag for the pause image. ``node_local_cri_socket`` and
    ``kubelet_local_mode`` are the defaults of the feature gates NodeLocalCRISocket and ControlPlaneKubeletLocalMode, None where
    they are always on; ``annotates_cri_socket`` is whether kubeadm annotates the Node when the first is off.
    Control plane: ``kubelet_client_groups`` are the groups of the API server towards kubelets. ``names_probe_port`` is whether
    the probes of static pods name a port of the container, ``writes_empty_fields`` whether their metadata has an empty timestamp
    and kubeconfigs have empty preferences, those that the kubelet writes included.
    ``etcd_options`` is whether the options of etcd have their names before 3.6, those since, or those of the image's tag.
    ``has_ecdsa_gate`` is whether the feature gate PublicKeysECDSA exists, ``has_ecdsa_p384`` whether a cluster can select keys
    with ECDSA-P384.
    Preflight: a program of ``needed_programs`` that is missing is an error, one of ``useful_programs`` a warning.
    ``checks_bound_addresses`` is whether a port is checked at the addresses alone that will be bound,
    ``refuses_cgroup_v1`` whether the kubelet does so by default. ``refuses_old_kernels`` is whether a kernel before 4.19 is an
    error, instead of a warning for kernels without long-term support.
    """

    minor: str
    etcd_tags: ByPatch
    pause_tags: ByPatch
    node_local_cri_socket: bool | None
    annotates_cri_socket: bool
    kubelet_local_mode: bool | None
    kubelet_client_groups: ByPatch
    mounts_flex_volumes: bool
    names_probe_port: bool
    writes_empty_fields: bool
    etcd_options: EtcdOptions
    has_ecdsa_gate: bool
    has_ecdsa_p384: bool
    needed_programs: tuple[str, ...]
    useful_programs: tuple[str, ...]
    checks_runtime_config: bool
    checks_cgroup_options: bool
    checks_bound_addresses: bool
    refuses_cgroup_v1: bool
    refuses_old_kernels: bool

    def etcd_tag(self, patch: int) -> str:
        """The tag of etcd's image that kubeadm of this patch version takes."""
        return _value_at(self.etcd_tags, patch)

    def pause_tag(self, patch: int) -> str:
        """The tag of the pause image that kubeadm of this patch version takes; there must be one."""
        return _value_at(self.pause_tags, patch)

    def kubelet_client_group(self, patch: int) -> str:
        """The group in the API server's certificate for kubelets, as issued by kubeadm of this patch version; empty for none.

        Clusters of older patch versions do not have the role binding that a certificate without a group needs.
        """
        return _value_at(self.kubelet_client_groups, patch)


def _value_at(values: ByPatch, patch: int) -> str:
    return values[max(first for first in values if first <= patch)]


_ADMINISTRATORS = "kubeadm:cluster-admins"


_1_32 = Release(
    "1.32",
    etcd_tags={0: "3.5.16-0", 10: "3.5.24-0"},
    pause_tags={0: "3.10"},
    node_local_cri_socket=False,
    annotates_cri_socket=True,
    kubelet_local_mode=False,
    kubelet_client_groups={0: _ADMINISTRATORS},
    mounts_flex_volumes=True,
    names_probe_port=False,
    writes_empty_fields=True,
    etcd_options="old",
    has_ecdsa_gate=True,
    has_ecdsa_p384=False,
    needed_programs=("ip", "iptables", "mount", "nsenter"),
    useful_programs=("ethtool", "tc", "touch"),
    checks_runtime_config=False,
    checks_cgroup_options=False,
    checks_bound_addresses=False,
    refuses_cgroup_v1=False,
    refuses_old_kernels=True,
)
_1_33 = _1_32._replace(
    minor="1.33",
    etcd_tags={0: "3.5.21-0", 6: "3.5.24-0"},
    kubelet_local_mode=True,
    kubelet_client_groups={0: _ADMINISTRATORS, 12: ""},
    needed_programs=("losetup", "mount", "cp"),
    useful_programs=(),
)
_1_34 = _1_33._replace(
    minor="1.34",
    etcd_tags={0: "3.6.4-0", 2: "3.6.5-0"},
    pause_tags={0: "3.10.1"},
    node_local_cri_socket=True,
    kubelet_client_groups={0: _ADMINISTRATORS, 8: ""},
    names_probe_port=True,
    writes_empty_fields=False,
    etcd_options="by tag",
    has_ecdsa_p384=True,
    refuses_old_kernels=False,
)
_1_35 = _1_34._replace(
    minor="1.35",
    etcd_tags={0: "3.6.6-0"},
    pause_tags={},
    kubelet_local_mode=None,
    kubelet_client_groups={0: _ADMINISTRATORS, 5: ""},
    checks_runtime_config=True,
    checks_cgroup_options=True,
    refuses_cgroup_v1=True,
)
_1_36 = _1_35._replace(
    minor="1.36",
    etcd_tags={0: "3.6.8-0"},
    annotates_cri_socket=False,
    kubelet_client_groups={0: _ADMINISTRATORS, 1: ""},
    mounts_flex_volumes=False,
    etcd_options="new",
)
_1_37 = _1_36._replace(
    minor="1.37",
    etcd_tags={0: "3.7.0-0"},
    has_ecdsa_gate=False,
    kubelet_client_groups={0: ""},
    node_local_cri_socket=None,
    checks_bound_addresses=True,
)

RELEASES: t.Mapping[str, Release] = {release.minor: release for release in (_1_32, _1_33, _1_34, _1_35, _1_36, _1_37)}
#: The minor versions that the collection supports, oldest first.
MINORS = tuple(RELEASES)

#: The last minor version whose kubeadm keeps ClusterStatus in ConfigMap kubeadm-config.
_CLUSTER_STATUS_UNTIL = (1, 21)


def release_of(version: KubernetesVersion, *, task: str) -> Release:
    """The row of a cluster's version. Raises ``unsupported_kubernetes_version``; ``task`` is what cannot be done then."""
    found = RELEASES.get(version.release)
    if found is None:
        raise JoinError(
            "unsupported_kubernetes_version",
            f"Cannot {task}: the cluster is {version}, {advise_unsupported(version)}.",
            version=str(version),
            supported=list(MINORS),
        )
    return found


def advise_unsupported(version: KubernetesVersion) -> str:
    """What is expected instead of a version without a row, and what to do."""
    known = f"expected Kubernetes {MINORS[0]} to {MINORS[-1]}, which this release of the collection supports"
    if _number(version) > _number_of(MINORS[-1]):
        return f"{known}; install a release of the collection that supports {version.release}, or join this host with kubeadm"
    return f"{known}; upgrade the cluster to {MINORS[0]} or newer, or join this host with kubeadm"


def nearest_release(version: KubernetesVersion | None) -> Release:
    """The row of a version, or the nearest where it has none: the newest for None."""
    if version is None or _number(version) > _number_of(MINORS[-1]):
        return RELEASES[MINORS[-1]]
    return RELEASES.get(version.release, RELEASES[MINORS[0]])


def has_cluster_status(version: KubernetesVersion) -> bool:
    """Whether the API endpoints of control planes are in ClusterStatus, not in an annotation of their static pods."""
    return _number(version) <= _CLUSTER_STATUS_UNTIL


def _number(version: KubernetesVersion) -> tuple[int, int]:
    return version.major, version.minor


def _number_of(minor: str) -> tuple[int, int]:
    major, number = minor.split(".")
    return int(major), int(number)
