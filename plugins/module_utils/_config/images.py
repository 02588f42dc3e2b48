# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""The image names of a control plane's static pods."""

from __future__ import annotations

import collections
import typing as t

from .._core.version import KubernetesVersion

__all__ = ("COMPONENTS", "REPOSITORY", "choose_etcd_image", "component_image", "tag_of")

#: The static pods of every control plane, in kubeadm's order. With local etcd, there is also a pod for etcd.
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
#: kubeadm's default image repository.
REPOSITORY = "registry.k8s.io"


def component_image(repository: str, name: str, version: KubernetesVersion) -> str:
    """Return the image of a component in the cluster's version. A tag cannot contain the ``+`` of a build."""
    return f"{repository}/{name}:{version}{f'_{version.build}' if version.build else ''}"


def choose_etcd_image(
    kubeadm_tag: str, *, repository: str, etcd_repository: str = "", named_tag: str = "", running: t.Sequence[str] = ()
) -> str:
    """Return the image of etcd: from the cluster's configuration, and for unset parts, the image that the members run.

    ``kubeadm_tag`` is kubeadm's default tag. It is preferred if members run different images, and used if no image is known;
    otherwise, the image of most members is used.
    """
    usual = f"{etcd_repository or repository}/etcd:{named_tag or kubeadm_tag}"
    if named_tag or not running or usual in running:
        return usual
    found = collections.Counter(running).most_common(1)[0][0]
    if etcd_repository or repository != REPOSITORY:
        return f"{etcd_repository or repository}/etcd:{tag_of(found) or kubeadm_tag}"
    return found


def tag_of(image: str) -> str:
    """Return the tag of an image, or an empty string if it has no tag."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]
