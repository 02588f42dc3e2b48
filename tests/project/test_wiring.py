# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules are wiring: options become values, and the library does the work."""

from __future__ import annotations

import ast
import pathlib

import pytest

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"


@pytest.mark.parametrize("path", sorted((PLUGINS / "modules").glob("*.py")), ids=lambda path: path.stem)
def test_a_module_is_wiring(path: pathlib.Path) -> None:
    """At most 60 lines of code beside header and documentation; no files, no fail_json, no loops."""
    text = path.read_text(encoding="utf-8")
    if (PLUGINS / "action" / path.name).exists():
        assert text.rstrip().endswith('"""'), "an action plugin does the work: the module is its documentation"
        return
    code = text[text.index('"""\n\nimport') :].splitlines()[2:]
    lines = [line for line in code if line.strip() and not line.strip().startswith(("from ", "import "))]
    assert len(lines) <= 60
    tree = ast.parse(text)
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))]
    assert "fail_json" not in text
    assert "open(" not in text
