# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error codes are API: all are explained, none is made up on the way."""

from __future__ import annotations

import ast
import pathlib
import re

from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import CODES

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
GUIDE = REPOSITORY / "docs/docsite/rst/guide_troubleshooting.rst"


def test_the_guide_explains_every_code() -> None:
    """And explains none that there is not."""
    explained = re.findall(r"^``([a-z_]+)``$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(explained) == sorted(CODES)


def test_every_code_is_used() -> None:
    """A code that nothing raises is dead."""
    words = set()
    for path in (REPOSITORY / "plugins").glob("**/*.py"):
        if path.name != "_errors.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            words |= {
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    assert sorted(CODES - words) == []
