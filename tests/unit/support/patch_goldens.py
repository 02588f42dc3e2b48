# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The golden files of patches."""

from __future__ import annotations

import posixpath
import typing as t

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestHost


def expected(text: str, answer: dict[str, t.Any]) -> str:
    """The file that kubeadm wrote, from the one without patches and what is kept of the difference."""
    lines = text.splitlines(keepends=True)
    for change in reversed(answer["changes"]):
        gone = change["gone"].splitlines(keepends=True)
        assert lines[change["at"] : change["at"] + len(gone)] == gone
        lines[change["at"] : change["at"] + len(gone)] = change["come"].splitlines(keepends=True)
    return "".join(lines)


def folder_of(files: dict[str, t.Any], folder: str = "/patches") -> TestHost:
    """A host with these files below a folder."""
    host = TestHost()
    host.folders.add(folder)
    for name, content in files.items():
        path = f"{folder}/{name}"
        if content is None:
            host.folders.add(path)
        elif isinstance(content, list):
            host.links[path] = posixpath.normpath(f"{posixpath.dirname(path)}/{content[0]}")
        else:
            host.files[path] = FileState(content.encode("latin-1"), 0o644, 0.0)
    return host
