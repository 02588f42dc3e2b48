# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of images."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.images import component_image, etcd_image
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.version import parse_kubernetes_version


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


def test_etcd_has_a_tag_of_its_own() -> None:
    """In whatever repository it is."""
    assert etcd_image("r.example.org:5000/k8s", "3.6.5-0") == "r.example.org:5000/k8s/etcd:3.6.5-0"
