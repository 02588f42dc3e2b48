# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Patches from a folder on the joining machine, or copied from the controller."""

from __future__ import annotations

import typing as t

from .._core.errors import JoinError
from .._host.machine import Files
from .patches import File, Patches, is_patch_name, parse_patches

__all__ = ("list_folder", "read_patch_files", "read_patch_text", "read_patches")


def read_patches(host: Files, folder: str, files: t.Iterable[File] = ()) -> Patches:
    """The patches in a folder and below it, none if the name is empty; ``files`` are additional files with their texts.

    Raises ``patches_missing``, ``file_not_read`` and ``patch_malformed``.
    """
    return parse_patches([*(read_patch_files(host, folder) if folder else ()), *files])


def read_patch_files(host: Files, folder: str) -> list[File]:
    """The files in a folder and below it, by relative path. The text is empty for files whose names are not those of patches."""
    names = list_folder(host, folder, "patches", "patch_files")
    return [(name, read_patch_text(host, f"{folder}/{name}") if is_patch_name(name) else "") for name in names]


def list_folder(host: Files, folder: str, option: str, files_option: str) -> list[str]:
    """The files in the folder of an option, and below it. Raises ``patches_missing``."""
    names = host.list_files(folder) if folder.startswith("/") else None
    if names is None:
        raise JoinError(
            "patches_missing",
            f"Cannot read patches from {folder}: expected the absolute path of a folder on this host; correct "
            f"{option}, or, for a folder on the controller, pass its files as {files_option}.",
            path=folder,
        )
    return names


def read_patch_text(host: Files, path: str) -> str:
    """The text of a file. Raises ``file_not_read`` and ``patch_malformed``."""
    file = host.read(path)
    try:
        if file is not None:
            return file.content.decode("utf-8")
    except UnicodeDecodeError:
        raise JoinError(
            "patch_malformed", f"Cannot read the patch {path}: it is not UTF-8; convert it.", file=path
        ) from None
    raise JoinError(
        "file_not_read", f"Cannot read {path}: the link does not lead to a file; correct or remove it.", path=path
    )
