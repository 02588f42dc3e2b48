# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of images; which one etcd gets: by the configuration, by what its members run, by kubeadm."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.images import (
    choose_etcd_image,
    component_image,
    tag_of,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.version import parse_kubernetes_version

USUAL, MIRRORED = "registry.k8s.io/etcd:3.6.5-0", "r.example/k8s/etcd:3.6.4-0"


@pytest.mark.parametrize(
    ("version", "image"),
    [
        ("v1.37.2", "registry.k8s.io/kube-proxy:v1.37.2"),
        ("1.37.0-rc.1", "registry.k8s.io/kube-proxy:v1.37.0-rc.1"),
        ("v1.37.2+build.1", "registry.k8s.io/kube-proxy:v1.37.2_build.1"),
    ],
)
def test_a_component_has_the_version_of_its_cluster(version: str, image: str) -> None:
    """A tag cannot hold a plus sign; kubeadm writes an underscore."""
    assert component_image("registry.k8s.io", "kube-proxy", parse_kubernetes_version(version)) == image


@pytest.mark.parametrize(
    ("names", "running", "image"),
    [
        ({}, [], USUAL),
        ({}, ["registry.k8s.io/etcd:3.6.4-0"], "registry.k8s.io/etcd:3.6.4-0"),
        ({}, [MIRRORED, MIRRORED], MIRRORED),
        ({}, [f"{MIRRORED}@sha256:1234"], f"{MIRRORED}@sha256:1234"),
        # In the middle of an upgrade, kubeadm's own image is the one to come.
        ({}, [MIRRORED, MIRRORED, USUAL], USUAL),
        ({}, ["r.example/etcd:3.6.3-0", MIRRORED, MIRRORED], MIRRORED),
        # What the configuration names counts, as with kubeadm.
        ({"named_tag": "3.6.9-0"}, [MIRRORED], "registry.k8s.io/etcd:3.6.9-0"),
        ({"repository": "other.example"}, [MIRRORED], "other.example/etcd:3.6.4-0"),
        ({"etcd_repository": "other.example"}, [MIRRORED], "other.example/etcd:3.6.4-0"),
        ({"repository": "a.example", "etcd_repository": "b.example"}, [], "b.example/etcd:3.6.5-0"),
        ({"etcd_repository": "other.example"}, ["r.example/etcd@sha256:1234"], "other.example/etcd:3.6.5-0"),
    ],
)
def test_the_image_of_etcd(names: dict[str, str], running: list[str], image: str) -> None:
    """The configuration's names, then the members' image, then kubeadm's tag."""
    assert choose_etcd_image("3.6.5-0", **{"repository": "registry.k8s.io", **names}, running=running) == image


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        (USUAL, "3.6.5-0"),
        ("localhost:5000/etcd:3.6.5-0@sha256:12:34", "3.6.5-0"),
        ("localhost:5000/etcd", ""),
        ("etcd@sha256:1234", ""),
        ("", ""),
    ],
)
def test_the_tag_of_an_image(image: str, tag: str) -> None:
    """A registry's port and a digest are no tags."""
    assert tag_of(image) == tag
