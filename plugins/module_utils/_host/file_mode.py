# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Modes of files whose content is kept: a private key that others can read is not right."""

from __future__ import annotations

from .._core.change import Change
from .machine import FileState, WritableFiles, describe_file

__all__ = ("mode_problem", "plan_mode")


def mode_problem(found: FileState | None, mode: int) -> str | None:
    """The problem of an existing file that has permissions beyond ``mode``, as a clause; None if it has not. Fewer are accepted."""
    if found is None or not found.mode & ~mode:
        return None
    return f"has mode {found.mode:04o}, expected {mode:04o}"


def plan_mode(host: WritableFiles, path: str, found: FileState | None, mode: int) -> Change:
    """Write the same content with ``mode`` if the existing file has more permissions."""
    if found is None or mode_problem(found, mode) is None:
        return Change({}, {})
    content = found.content
    return Change(
        {path: {"mode": f"{found.mode:04o}"}},
        {path: {"mode": f"{mode:04o}"}},
        lambda: host.store(path, content, mode),
        resources={"files": {path: describe_file(found, mode, changed=True)}},
    )
