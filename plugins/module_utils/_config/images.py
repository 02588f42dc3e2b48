# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""The names of the images that the static pods of a control plane run."""

from __future__ import annotations

import collections
import typing as t

from .._core.version import KubernetesVersion

__all__ = ("COMPONENTS", "REPOSITORY", "choose_etcd_image", "component_image", "tag_of")

#: The static pods of every control plane, in kubeadm's order; etcd's is one more where etcd is not external.
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
#: The repository of a cluster that names none.
REPOSITORY = "registry.k8s.io"


def component_image(repository: str, name: str, version: KubernetesVersion) -> str:
    """The image of a component of the cluster's version; a tag cannot hold the ``+`` of a build."""
    return f"{repository}/{name}:{version}{f'_{version.build}' if version.build else ''}"


def choose_etcd_image(
    kubeadm_tag: str, *, repository: str, etcd_repository: str = "", named_tag: str = "", running: t.Sequence[str] = ()
) -> str:
    """The image of etcd: what the cluster's configuration names, and for what it leaves open, what the members run.

    ``kubeadm_tag`` is what kubeadm takes. It is preferred among several that run, and used where none is known; otherwise the
    image that most members run counts.
    """
    usual = f"{etcd_repository or repository}/etcd:{named_tag or kubeadm_tag}"
    if named_tag or not running or usual in running:
        return usual
    found = collections.Counter(running).most_common(1)[0][0]
    if etcd_repository or repository != REPOSITORY:
        return f"{etcd_repository or repository}/etcd:{tag_of(found) or kubeadm_tag}"
    return found


def tag_of(image: str) -> str:
    """The tag of an image; empty where it has none."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]
