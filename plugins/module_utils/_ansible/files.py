# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The one place where files are written: whole or not at all, with their final mode from the first byte on."""

from __future__ import annotations

import os
import tempfile

from .._errors import JoinError

__all__ = ("replace_by_link", "replace_file")


def replace_file(path: str, content: bytes, mode: int) -> None:
    """Put ``content`` at ``path`` in one step; it survives a power cut once this returns. Raises ``file_not_written``."""
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, mode=0o755, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".kubejoin-")
        try:
            with os.fdopen(handle, "wb") as stream:
                os.fchmod(handle, mode)
                stream.write(content)
                stream.flush()
                os.fsync(handle)
            os.rename(temporary, path)
        except OSError:
            os.unlink(temporary)
            raise
        _settle(folder)
    except OSError as exc:
        raise _not_written(path, exc) from exc


def replace_by_link(path: str, target: str) -> None:
    """Make ``path`` a symbolic link to ``target`` in one step. Raises ``file_not_written``."""
    folder = os.path.dirname(path)
    temporary = os.path.join(folder, f".kubejoin-{os.getpid()}")
    try:
        os.symlink(target, temporary)
        try:
            os.rename(temporary, path)
        except OSError:
            os.unlink(temporary)
            raise
        _settle(folder)
    except OSError as exc:
        raise _not_written(path, exc) from exc


def _settle(folder: str) -> None:
    """A rename is on disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_written(path: str, exc: OSError) -> JoinError:
    return JoinError(
        "file_not_written",
        f"Cannot write {path}: {exc.strerror}; what was there before is untouched; make room or give the right, then run "
        "again.",
        path=path,
        reason=exc.strerror or "",
    )
