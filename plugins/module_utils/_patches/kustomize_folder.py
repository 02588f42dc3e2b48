# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Kustomize folders on the joining machine, or copied from the controller."""

from __future__ import annotations

import typing as t

from .._host.machine import Files
from .folder import list_folder, read_patch_text
from .kustomize import Kustomization, find_kustomization, list_patch_files, parse_kustomize_files
from .patches import File

__all__ = ("read_kustomization", "read_kustomize_files")


def read_kustomization(host: Files, folder: str, files: t.Iterable[File] = ()) -> Kustomization:
    """The kustomization in a folder, empty if the name is empty; ``files`` are the files of a folder on the controller.

    Raises ``patches_missing``, ``file_not_read`` and the errors of `parse_kustomize_files`.
    """
    return parse_kustomize_files([*(read_kustomize_files(host, folder) if folder else ()), *files])


def read_kustomize_files(host: Files, folder: str) -> list[File]:
    """The kustomization in a folder and its patches, or without one, the files directly in the folder."""
    names = list_folder(host, folder, "experimental_kustomize", "kustomize_files")
    kustomization = find_kustomization(names)
    if kustomization is None:
        return [(name, read_patch_text(host, f"{folder}/{name}")) for name in list_patch_files(names, None)]
    text = read_patch_text(host, f"{folder}/{kustomization}")
    patches = [name for name in list_patch_files(names, text) if name in names]
    return [(kustomization, text), *((name, read_patch_text(host, f"{folder}/{name}")) for name in patches)]
