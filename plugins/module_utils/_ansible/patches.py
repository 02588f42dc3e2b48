# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""The options for patches of static pods."""

from __future__ import annotations

import typing as t

from .patch_files import FILES, PATCH_OPTIONS, patch_files

if t.TYPE_CHECKING:
    from .._control_plane.host import PatchSources

__all__ = ("KUSTOMIZE_OPTIONS", "PATCH_OPTIONS", "patch_sources")

#: A kustomize folder on the host, and files from the controller.
KUSTOMIZE_OPTIONS: dict[str, t.Any] = {"experimental_kustomize": {"type": "path"}, "kustomize_files": FILES}


def patch_sources(params: t.Mapping[str, t.Any]) -> PatchSources:
    """Return the sources of patches for static pods."""
    # Only here: a worker does not need this code.
    from .._control_plane.host import PatchSources

    return PatchSources(
        params["patches"] or "",
        patch_files(params),
        params["experimental_kustomize"] or "",
        patch_files(params, "kustomize_files"),
    )
