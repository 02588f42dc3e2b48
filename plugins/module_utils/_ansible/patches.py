# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""The options that bring patches."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .._control_plane_host import PatchSources

__all__ = ("KUSTOMIZE_OPTIONS", "PATCH_OPTIONS", "patch_files", "patch_sources")

_FILES = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {"name": {"type": "str", "required": True}, "content": {"type": "str", "required": True}},
}

#: A folder on the host, and files from elsewhere.
PATCH_OPTIONS: dict[str, t.Any] = {"patches": {"type": "path"}, "patch_files": _FILES}

#: Likewise for kustomize.
KUSTOMIZE_OPTIONS: dict[str, t.Any] = {"experimental_kustomize": {"type": "path"}, "kustomize_files": _FILES}


def patch_files(params: t.Mapping[str, t.Any], option: str = "patch_files") -> tuple[tuple[str, str], ...]:
    """Names and texts of the files from elsewhere."""
    return tuple((file["name"], file["content"]) for file in params[option])


def patch_sources(params: t.Mapping[str, t.Any]) -> PatchSources:
    """Where what changes static pods comes from."""
    # Only here: a worker has no use for it.
    from .._control_plane_host import PatchSources

    return PatchSources(
        params["patches"] or "",
        patch_files(params),
        params["experimental_kustomize"] or "",
        patch_files(params, "kustomize_files"),
    )
