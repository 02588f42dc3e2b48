# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Static pods with the patches of a kustomization."""

from __future__ import annotations

import typing as t

from .._core.errors import JoinError
from .._formats.go_structs import Fields, normalize_struct
from .._formats.pod_fields import pod_fields
from .json_patch import is_same
from .kustomize import Kustomization
from .patches import Patch
from .static_pod import apply_pod_patches
from .strategic_merge import combine_strategic_patches

__all__ = ("kustomize_static_pod",)


def kustomize_static_pod(
    pod: dict[str, t.Any], kustomization: Kustomization, target: str, minor: str
) -> dict[str, t.Any]:
    """The pod with its patches from a kustomization, like `patch_static_pod`.

    As in kustomize, strategic merge patches are applied first, and the order of patches of one type must not change the result.
    Raises ``patch_failed``; a conflict names both files.
    """
    patches = [patch for patch in kustomization.patches if patch.target == target]
    if not patches:
        return pod
    fields = pod_fields(minor)
    strategic = [patch for patch in patches if patch.kind == "strategic"]
    operations = [patch for patch in patches if patch.kind == "json"]
    pod = apply_pod_patches(pod, _combine(strategic, target, fields), target, fields)
    result = apply_pod_patches(pod, operations, target, fields)
    if not is_same(result, apply_pod_patches(pod, operations[::-1], target, fields)):
        raise _conflict(operations[0], operations[-1], "their order changes the result")
    return normalize_struct(result, fields)


def _combine(patches: t.Sequence[Patch], target: str, fields: Fields) -> list[Patch]:
    """Combine several patches into one. Raises ``patch_failed`` if they conflict."""
    combined = list(patches[:1])
    for patch in patches[1:]:
        try:
            value = combine_strategic_patches(combined[0].value, patch.value, fields)
        except ValueError as exc:
            raise _conflict(combined[0], patch, str(exc)) from None
        combined = [Patch(f"{combined[0].path}, {patch.path}", target, patch.kind, value)]
    return combined


def _conflict(one: Patch, other: Patch, reason: str) -> JoinError:
    return JoinError(
        "patch_failed",
        f"Cannot apply the patches {one.path} and {other.path} for kustomize to {other.target}: {reason}, and kustomize defines "
        "no order for them; merge them into one file.",
        file=other.path,
        target=other.target,
        type=other.kind,
    )
