# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Patches of the kubelet's configuration."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.patches import (
    kubelet_patch,
    patch_kubelet_configuration,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.patches import parse_patches

CONFIGURATION: dict[str, t.Any] = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1",
    "kind": "KubeletConfiguration",
    "clusterDNS": ["10.96.0.10"],
    "maxPods": 110,
}


def patched(text: str, name: str = "kubeletconfiguration.yaml") -> dict[str, t.Any]:
    return patch_kubelet_configuration(CONFIGURATION, parse_patches([(name, text)]), "1.37")


def test_each_kind_of_patch_is_applied() -> None:
    """And the configuration that was handed over stays as it was."""
    assert patched("maxPods: 50")["maxPods"] == 50
    assert "maxPods" not in patched("maxPods: null", "kubeletconfiguration+merge.yaml")
    operations = "[{op: replace, path: /clusterDNS/0, value: 10.0.0.10}]"
    assert patched(operations, "kubeletconfiguration+json.yaml")["clusterDNS"] == ["10.0.0.10"]
    assert CONFIGURATION["maxPods"] == 110


def test_patches_for_others_do_nothing() -> None:
    """By their names."""
    assert patched("maxPods: 50", "kube-apiserver.yaml") == CONFIGURATION


@pytest.mark.parametrize("text", ["kind: Pod", "apiVersion: v2", "maxPods: many", "clusterDNS: 10.96.0.10"])
def test_what_no_kubelet_could_read_is_refused(text: str) -> None:
    """Another kind, and values of a wrong type."""
    with pytest.raises(JoinError) as caught:
        patched(text, "kubeletconfiguration+merge.yaml")
    assert caught.value.code == "patch_failed"
    assert caught.value.details["file"] == "kubeletconfiguration+merge.yaml"


def test_fields_that_no_kubelet_knows_are_written_and_said() -> None:
    """As kubeadm does; the note comes after those of the patches."""
    patches = parse_patches(
        [("README.md", ""), ("kubeletconfiguration.yaml", "{unknownField: 1, logging: {strange: 2}}")]
    )
    configuration, notes = kubelet_patch(patches)(CONFIGURATION, "1.37")
    assert configuration["unknownField"] == 1
    assert len(notes) == 2
    assert "README.md" in notes[0]
    assert "unknownField" in notes[1] and "logging.strange" in notes[1] and "1.37" in notes[1]


def test_without_such_fields_there_is_nothing_to_say() -> None:
    """Patches are a usual thing."""
    assert kubelet_patch(parse_patches([("kubeletconfiguration.yaml", "maxPods: 50")]))(CONFIGURATION, "1.37")[1] == ()
