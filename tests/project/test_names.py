# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A public name of the library means one thing."""

from __future__ import annotations

import ast
import collections
import pathlib
import typing as t

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"
FILES = sorted(path for kind in ("module_utils", "plugin_utils") for path in (PLUGINS / kind).rglob("*.py"))
#: Names that still have two definitions.
TO_DO = {"Fields", "MINORS"}


def public_names(path: pathlib.Path) -> t.Iterator[str]:
    """The names that a file defines, those that it imports aside."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
        names = (getattr(target, "id", getattr(target, "name", "")) for target in targets)
        yield from (name for name in names if name and not name.startswith("_"))


def test_no_name_is_defined_in_two_files() -> None:
    """Functions, classes, constants and types."""
    homes = collections.defaultdict(set)
    for path in FILES:
        for name in public_names(path):
            homes[name].add(path.relative_to(PLUGINS).as_posix())
    assert len(homes) > 300
    assert {name: sorted(found) for name, found in homes.items() if len(found) > 1 and name not in TO_DO} == {}
