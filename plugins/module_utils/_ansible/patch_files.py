# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The options for patches, and their values."""

from __future__ import annotations

import typing as t

__all__ = ("FILES", "PATCH_OPTIONS", "patch_files")

#: Files with their names and texts.
FILES = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {"name": {"type": "str", "required": True}, "content": {"type": "str", "required": True}},
}

#: A folder on the host, and files from the controller.
PATCH_OPTIONS: dict[str, t.Any] = {"patches": {"type": "path"}, "patch_files": FILES}


def patch_files(params: t.Mapping[str, t.Any], option: str = "patch_files") -> tuple[tuple[str, str], ...]:
    """Return names and texts of the files from the controller."""
    return tuple((file["name"], file["content"]) for file in params[option])
