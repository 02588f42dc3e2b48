# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Patches for the kubelet's configuration; loaded only for nodes with patches."""

from __future__ import annotations

import typing as t

from .._formats.go_structs import normalize_struct, unknown_fields
from .._formats.kubelet_fields import kubelet_fields
from .._patches.patches import KUBELET_TARGET, Patches, apply_patches
from .files import PatchConfiguration

__all__ = ("kubelet_patch", "patch_kubelet_configuration")


def kubelet_patch(patches: Patches) -> PatchConfiguration:
    """A function that applies the patches to the kubelet's configuration. It raises ``patch_failed``."""

    def patch(configuration: dict[str, t.Any], minor: str) -> tuple[dict[str, t.Any], tuple[str, ...]]:
        patched = patch_kubelet_configuration(configuration, patches, minor)
        return patched, _notes_of(patched, patches, minor)

    return patch


def patch_kubelet_configuration(configuration: dict[str, t.Any], patches: Patches, minor: str) -> dict[str, t.Any]:
    """Apply patches. Unlike in kubeadm, a result that no kubelet can read is refused."""
    identity = {name: configuration[name] for name in ("apiVersion", "kind")}
    fields = kubelet_fields(minor)

    def check(document: t.Any) -> None:
        normalize_struct(document, fields)
        if {name: document.get(name) for name in identity} != identity:
            raise ValueError(f"it changes apiVersion or kind, expected {identity['apiVersion']}, {identity['kind']}")

    return apply_patches(configuration, patches, target=KUBELET_TARGET, fields=fields, check=check)


def _notes_of(patched: dict[str, t.Any], patches: Patches, minor: str) -> tuple[str, ...]:
    unknown = unknown_fields(patched, kubelet_fields(minor))
    if not unknown:
        return patches.notes
    return (
        *patches.notes,
        f"Patches set fields that KubeletConfiguration of Kubernetes {minor} does not have: {', '.join(unknown)}; as with "
        "kubeadm, they are written, and the kubelet ignores them.",
    )
