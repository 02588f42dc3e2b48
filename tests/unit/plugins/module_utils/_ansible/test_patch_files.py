# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that bring patches."""

from __future__ import annotations

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.patch_files import (
    FILES,
    PATCH_OPTIONS,
    patch_files,
)


def test_files_keep_their_order_and_texts() -> None:
    """As pairs; any option may hold them."""
    listed = [{"name": "b.yaml", "content": "x: 1\n"}, {"name": "a.yaml", "content": ""}]
    expected = (("b.yaml", "x: 1\n"), ("a.yaml", ""))
    assert patch_files({"patch_files": listed}) == expected
    assert patch_files({"patch_files": [], "kustomize_files": listed}, "kustomize_files") == expected
    assert patch_files({"patch_files": []}) == ()


def test_a_file_has_a_name_and_a_text() -> None:
    """Neither can be left out; without files the option is an empty list."""
    assert PATCH_OPTIONS["patch_files"] is FILES
    assert FILES["default"] == []
    assert FILES["options"] == {name: {"type": "str", "required": True} for name in ("name", "content")}
