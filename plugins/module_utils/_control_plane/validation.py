# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Validation of a ClusterConfiguration for a new control plane, before the first write."""

from __future__ import annotations

import posixpath
import typing as t

from .._config.cluster import ClusterConfiguration, ExternalEtcd
from .._core.errors import JoinError
from .certificates import key_algorithm, service_address
from .local_node import release_for

__all__ = ("refuse_system_folders", "validate_cluster")

_ROOTLESS_GATE = "RootlessControlPlane"
_KUBERNETES = "/etc/kubernetes"
# ruff: noqa: S108 (nothing is created in /tmp)
#: Folders of the system, whose files take effect by their place or name. Certificates are not written there.
_SYSTEM_FOLDERS = (
    "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/root", "/run", "/sbin", "/sys",
    "/tmp", "/usr", "/var", f"{_KUBERNETES}/manifests",
    "/var/lib/cloud", "/var/lib/dpkg", "/var/lib/kubelet", "/var/lib/rpm", "/var/lib/systemd",
)  # fmt: skip
#: Folders below them that may contain certificates.
_CERTIFICATE_FOLDERS = (
    _KUBERNETES, "/etc/etcd", "/etc/pki/etcd", "/etc/pki/kubernetes", "/etc/ssl/etcd", "/etc/ssl/kubernetes", "/var/lib",
)  # fmt: skip


def validate_cluster(cluster: ClusterConfiguration) -> None:
    """Refuse what kubeadm refuses in a phase of the join, and what a control plane cannot run with.

    Raises ``invalid_cluster_configuration``, ``feature_gate_unsupported`` and ``unsupported_kubernetes_version``.
    """
    release_for(cluster)
    if cluster.feature_gates.get(_ROOTLESS_GATE):
        raise JoinError(
            "feature_gate_unsupported",
            f"Cannot make this host a control plane: the cluster's configuration sets featureGates.{_ROOTLESS_GATE}, with which kubeadm "
            "creates users and runs the components as these; the collection does not support it; remove the feature gate from ConfigMap "
            "kube-system/kubeadm-config, or join this host with kubeadm.",
            feature_gate=_ROOTLESS_GATE,
        )
    key_algorithm(cluster)
    service_address(cluster)
    if not cluster.dns_domain.isascii():
        raise _invalid(
            "networking.dnsDomain", cluster.dns_domain, "a DNS name in ASCII, which certificates can contain"
        )
    seconds = cluster.certificate_validity.total_seconds()
    if seconds <= 0:
        raise _invalid("certificateValidityPeriod", f"{seconds:g}s", "a period longer than 0s")
    refuse_system_folders(cluster)


def refuse_system_folders(cluster: ClusterConfiguration) -> None:
    """Refuse paths of certificates and keys in folders of the system. Raises ``invalid_cluster_configuration``."""
    etcd = cluster.etcd
    paths = {"certificatesDir": cluster.certificates_dir}
    if isinstance(etcd, ExternalEtcd):
        files = {"caFile": etcd.ca_file, "certFile": etcd.cert_file, "keyFile": etcd.key_file}
        paths.update({f"etcd.external.{name}": path for name, path in files.items() if path})
    for field, path in paths.items():
        folder = path if field == "certificatesDir" else posixpath.dirname(path)
        # The kubeconfigs are directly in /etc/kubernetes.
        if not path.startswith("/") or _is_of_the_system(folder) or (folder != path and _clean(folder) == _KUBERNETES):
            raise JoinError(
                "invalid_cluster_configuration",
                f"Cannot share certificates of control planes in the path {path!r} of {field} in ConfigMap kube-system/kubeadm-config: expected "
                f"an absolute path outside of the system's folders, or below one of {', '.join(_CERTIFICATE_FOLDERS)}; move the "
                "certificates of the cluster to such a folder and correct the ConfigMap, or join control planes with kubeadm.",
                field=field,
            )


def _is_of_the_system(folder: str) -> bool:
    """Whether the nearest listed folder that contains this one is one of the system."""
    folder = _clean(folder)
    listed = (*_SYSTEM_FOLDERS, *_CERTIFICATE_FOLDERS)
    nearest = max((other for other in listed if f"{folder}/".startswith(f"{other}/")), key=len, default="")
    return folder == "/" or nearest in _SYSTEM_FOLDERS


def _clean(path: str) -> str:
    return "/" + posixpath.normpath(path).lstrip("/")


def _invalid(field: str, value: t.Any, expected: str) -> JoinError:
    return JoinError(
        "invalid_cluster_configuration",
        f"Cannot make this host a control plane: {field} in ConfigMap kube-system/kubeadm-config is {value!r}, expected {expected}; "
        "correct it with `kubectl -n kube-system edit configmap kubeadm-config`, or join this host with kubeadm.",
        field=field,
    )
