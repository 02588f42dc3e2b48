# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kustomizations in a folder of the host."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomize_folder import read_kustomization
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost

IDENTITY = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "etcd", "namespace": "kube-system"}}


def patch(value: t.Any) -> dict[str, t.Any]:
    """A patch for etcd's pod."""
    return {**(value if isinstance(value, dict) else {}), **IDENTITY}


def code_of(action: t.Callable[[], object]) -> str:
    try:
        action()
    except JoinError as exc:
        return exc.code
    return ""


def test_files_are_read_when_they_are_needed() -> None:
    """With a kustomization those that it names; others may be anything. Without one, those in subfolders may be."""
    host = TestHost()
    host.store("/kustomize/a.yaml", json.dumps(patch({"spec": {"hostPID": True}})).encode(), 0o644)
    host.store("/kustomize/more/picture.png", b"\xff", 0o644)
    assert len(read_kustomization(host, "/kustomize").patches) == 1
    host.store("/kustomize/torn.yaml", b"{", 0o644)
    assert code_of(lambda: read_kustomization(host, "/kustomize")) == "patch_malformed"
    host.store("/kustomize/kustomization.yaml", b"patchesStrategicMerge: [a.yaml]", 0o644)
    assert len(read_kustomization(host, "/kustomize").patches) == 1
    host.store("/kustomize/a.yaml", b"\xff", 0o644)
    assert code_of(lambda: read_kustomization(host, "/kustomize")) == "patch_malformed"
    host.links["/kustomize/a.yaml"] = "/nowhere"
    assert code_of(lambda: read_kustomization(host, "/kustomize")) == "file_not_read"


@pytest.mark.parametrize("folder", ["/absent", "kustomize", "https://example.org/kustomize"])
def test_a_folder_that_does_not_exist_is_refused_by_its_option(folder: str) -> None:
    """Also one that kustomize would fetch."""
    with pytest.raises(JoinError, match=r"correct experimental_kustomize, .* as kustomize_files") as caught:
        read_kustomization(TestHost(), folder)
    assert caught.value.code == "patches_missing"
