# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where what changes static pods comes from, by a module's options."""

from __future__ import annotations

import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.patches import (
    KUSTOMIZE_OPTIONS,
    PATCH_OPTIONS,
    patch_sources,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.host import PatchSources


def sources(**given: t.Any) -> PatchSources:
    unset = {"patches": None, "patch_files": [], "experimental_kustomize": None, "kustomize_files": []}
    return patch_sources({**unset, **given})


def test_nothing_said_is_no_patches() -> None:
    """Not a folder without a name."""
    assert sources() == PatchSources()


def test_each_option_has_its_place() -> None:
    """Folders and files, of kubeadm and of kustomize."""
    files = [{"name": "etcd.yaml", "content": "a"}]
    other = [{"name": "kustomization.yaml", "content": "b"}]
    found = sources(patches="/p", patch_files=files, experimental_kustomize="/k", kustomize_files=other)
    assert found == PatchSources("/p", (("etcd.yaml", "a"),), "/k", (("kustomization.yaml", "b"),))


def test_every_option_is_read() -> None:
    """One that is offered and not read would do nothing."""
    read: set[str] = set()

    class Recorder(dict):  # type: ignore[type-arg]
        def __getitem__(self, name: str) -> t.Any:
            read.add(name)
            return []

    patch_sources(Recorder())
    assert read == PATCH_OPTIONS.keys() | KUSTOMIZE_OPTIONS.keys()
