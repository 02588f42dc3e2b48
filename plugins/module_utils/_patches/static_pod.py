# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Patches for static pods, applied as in kubeadm: through the struct of a Pod."""

from __future__ import annotations

import typing as t

from .._formats.go_structs import Fields, normalize_struct
from .._formats.pod_fields import pod_fields
from .patches import Patch, Patches, apply_patches

__all__ = ("apply_pod_patches", "patch_static_pod")


def patch_static_pod(pod: dict[str, t.Any], patches: Patches, target: str, minor: str) -> dict[str, t.Any]:
    """The pod of a target such as `kube-apiserver` with its patches. Raises ``patch_failed``."""
    fields = pod_fields(minor)
    return normalize_struct(apply_pod_patches(pod, patches.patches, target, fields), fields)


def apply_pod_patches(
    pod: dict[str, t.Any], patches: t.Sequence[Patch], target: str, fields: Fields
) -> dict[str, t.Any]:
    """The patched pod, which Kubernetes can read. Raises ``patch_failed``."""

    def check(document: t.Any) -> None:
        normalize_struct(document, fields)
        found = (document.get("apiVersion"), document.get("kind"))
        if found != ("v1", "Pod"):
            raise ValueError(f"the result is a {found[1]} of {found[0]}, expected a Pod of v1")

    return apply_patches(pod, Patches(tuple(patches)), target=target, fields=fields, check=check)
