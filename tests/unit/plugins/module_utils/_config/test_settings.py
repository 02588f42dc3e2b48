# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every node goes by of a cluster's configuration."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import parse_cluster_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts_reader import read_facts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.settings import ClusterSettings
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.version import KubernetesVersion
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import Expected, altered
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import KUBELET_CONFIGURATION
from hypothesis import given

MINIMAL = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n"
DOCUMENT = {
    "apiVersion": "kubeadm.k8s.io/v1beta4",
    "kind": "ClusterConfiguration",
    "kubernetesVersion": "v1.37.2",
    "certificatesDir": "/pki",
    "imageRepository": "r",
    "networking": {"dnsDomain": "d", "serviceSubnet": "10.0.0.0/16"},
    "featureGates": {"A": True},
}


def settings_of(text: str) -> ClusterSettings:
    """Those that a node has: it does not read the configuration, and they come among the facts, through JSON."""
    return ClusterSettings.from_facts(json.loads(json.dumps(read_facts(text, KUBELET_CONFIGURATION))))


def test_defaults_are_kubeadms() -> None:
    """All but the version, which is always stored."""
    assert settings_of(MINIMAL) == ClusterSettings(
        KubernetesVersion(1, 37, 2), "/etc/kubernetes/pki", "registry.k8s.io", "cluster.local", "10.96.0.0/12", {}
    )


@pytest.mark.parametrize("version", ["v1beta3", "v1beta4"])
def test_what_is_set_is_read(version: str) -> None:
    """From both versions of the API that clusters have."""
    text = json.dumps({**DOCUMENT, "apiVersion": f"kubeadm.k8s.io/{version}"})
    expected = ClusterSettings(KubernetesVersion(1, 37, 2), "/pki", "r", "d", "10.0.0.0/16", {"A": True})
    assert settings_of(text) == expected


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (MINIMAL.replace("v1beta4", "v1beta2"), "apiVersion"),
        (MINIMAL.replace("ClusterConfiguration", "JoinConfiguration"), "kind"),
        (MINIMAL.replace("v1.37.2", "stable-1"), "kubernetesVersion"),
        (MINIMAL.replace("kubernetesVersion: v1.37.2\n", ""), "kubernetesVersion"),
        (MINIMAL + "networking: []\n", "networking"),
        (MINIMAL + "featureGates: {A: maybe}\n", "featureGates"),
        (MINIMAL + "imageRepository: 1\n", "imageRepository"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(text: str, field: str) -> None:
    """With one code."""
    with pytest.raises(JoinError) as caught:
        settings_of(text)
    assert caught.value.code == "invalid_cluster_configuration"
    assert field in str(caught.value)


@given(altered(DOCUMENT))
def test_anything_has_settings_or_is_refused(value: t.Any) -> None:
    """Settings are of their types whatever comes."""
    with Expected():
        found = settings_of(json.dumps(value))
        texts = (found.certificates_dir, found.image_repository, found.dns_domain, found.service_subnet)
        assert all(isinstance(text, str) for text in texts)
        assert all(isinstance(on, bool) for on in found.feature_gates.values())


def test_the_settings_of_a_node_are_those_of_a_control_plane() -> None:
    """Which reads the whole configuration; the build of the version is not lost."""
    text = MINIMAL.replace("v1.37.2", "v1.36.3-rc.1+b") + "featureGates: {NodeLocalCRISocket: false}\n"
    settings, read = settings_of(text), vars(parse_cluster_configuration(text))
    assert vars(settings) == {name: read[name] for name in vars(settings)}
    assert settings.kubernetes_version.build == "b"
