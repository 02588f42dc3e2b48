# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A public name of the library means one thing, and its sentences name the options of modules."""

from __future__ import annotations

import ast
import collections
import pathlib
import re
import typing as t

import pytest

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"
FILES = sorted(path for kind in ("module_utils", "plugin_utils") for path in (PLUGINS / kind).rglob("*.py"))
#: Names that still have two definitions.
TO_DO: set[str] = set()


def public_names(path: pathlib.Path) -> t.Iterator[str]:
    """The names that a file defines, those that it imports aside."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
        names = (getattr(target, "id", getattr(target, "name", "")) for target in targets)
        yield from (name for name in names if name and not name.startswith("_"))


def test_no_name_is_defined_in_two_files() -> None:
    """Functions, classes, constants and types. The code of each module has the same parts, such as `main`."""
    homes = collections.defaultdict(set)
    for path in FILES:
        if path.parent.name == "_modules":
            continue
        for name in public_names(path):
            homes[name].add(path.relative_to(PLUGINS).as_posix())
    assert len(homes) > 300
    assert {name: sorted(found) for name, found in homes.items() if len(found) > 1} == {}


@pytest.mark.parametrize("path", sorted((PLUGINS / "module_utils").rglob("*.py")), ids=lambda path: path.stem)
def test_the_library_names_options_of_modules(path: pathlib.Path) -> None:
    """Not variables of roles, which a module's user does not have."""
    texts = [
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    own = {"join_changes"}  # functions that docstrings name
    named = {name for text in texts for name in re.findall(r"\b(?:join|invite)_[a-z]\w*", text)}
    assert named - own == set()
