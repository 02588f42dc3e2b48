# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every error code is reached by a test: runs after all others (conftest.py), as it counts what they reached."""

from __future__ import annotations

import ast
import pathlib

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import CODES

TESTS = pathlib.Path(__file__).resolve().parents[1]


def named_in(folder: pathlib.Path) -> set[str]:
    """The codes that test files name, but for those in errors and findings that a test makes itself."""
    found: set[str] = set()
    for path in folder.rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        made = {
            id(part)
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and getattr(call.func, "id", "").endswith(("Error", "Finding"))
            for part in ast.walk(call)
        }
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in made
        }
    return found & CODES


def test_every_code_is_reached(codes_raised: set[str]) -> None:
    """By a unit test, which names it and in whose run the collection raised it, or by one on real parts, which names it."""
    reached = (codes_raised & named_in(TESTS / "unit")) | named_in(TESTS / "e2e") | named_in(TESTS / "etcd")
    assert sorted(CODES - reached) == []
