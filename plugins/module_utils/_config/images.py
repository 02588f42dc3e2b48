# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""The names of the images that the static pods of a control plane run."""

from __future__ import annotations

import typing as t

from .._core.version import KubernetesVersion

__all__ = ("COMPONENTS", "ETCD_TAGS", "MINORS", "component_image", "etcd_image")

#: The static pods of every control plane, in kubeadm's order; etcd's is one more where etcd is not external.
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")

#: By minor: the tag of etcd's image that kubeadm takes when the cluster names none.
ETCD_TAGS: t.Mapping[str, str] = {"1.34": "3.6.5-0", "1.35": "3.6.6-0", "1.36": "3.6.8-0", "1.37": "3.7.0-0"}
#: The minors of Kubernetes that are known.
MINORS = tuple(ETCD_TAGS)


def component_image(repository: str, name: str, version: KubernetesVersion) -> str:
    """The image of a component of the cluster's version; a tag cannot hold the ``+`` of a build."""
    return f"{repository}/{name}:{version}{f'_{version.build}' if version.build else ''}"


def etcd_image(repository: str, tag: str) -> str:
    """The image of etcd."""
    return f"{repository}/etcd:{tag}"
