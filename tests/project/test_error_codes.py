# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error codes are API: all are explained, none is made up on the way."""

from __future__ import annotations

import ast
import pathlib
import re

import docutils.core
import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import CODES, JoinError

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PLUGINS = REPOSITORY / "plugins"
#: The file that lists the codes.
LIST = PLUGINS / "module_utils/_core/errors.py"
GUIDE = REPOSITORY / "docs/docsite/rst/guide_troubleshooting.rst"


def test_the_guide_explains_every_code() -> None:
    """And explains none that there is not."""
    explained = re.findall(r"^_`([a-z_]+)`$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(explained) == sorted(CODES)


@pytest.fixture(scope="module")
def anchors() -> set[str]:
    """Those of the guide's page."""
    source = re.sub(r":ref:`([^<`]+)[^`]*`", r"\1", GUIDE.read_text(encoding="utf-8"))  # a role of Sphinx
    page = docutils.core.publish_string(
        source, writer="html5", settings_overrides={"report_level": 3, "output_encoding": "unicode"}
    )
    return set(re.findall(r' id="([^"]+)"', page))


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_error_leads_to_its_explanation(anchors: set[str], code: str) -> None:
    """In the repository that galaxy.yml names."""
    address, _hash, anchor = JoinError(code, "A sentence.").outline()["see"].partition("#")
    known = yaml.safe_load((REPOSITORY / "galaxy.yml").read_text(encoding="utf-8"))
    assert address == f"{known['repository']}/blob/main/{GUIDE.relative_to(REPOSITORY)}"
    assert anchor in anchors and anchor == code.replace("_", "-")


def test_every_code_is_used() -> None:
    """A code that nothing raises is dead."""
    words = set()
    for path in PLUGINS.rglob("*.py"):
        if path != LIST:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            words |= {
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    assert sorted(CODES - words) == []


@pytest.mark.parametrize("path", sorted(PLUGINS.rglob("*.py")), ids=lambda path: path.relative_to(PLUGINS).as_posix())
def test_errors_are_caught_by_class(path: pathlib.Path) -> None:
    """A code is for playbooks; code of the library that handles an error asks for its class, or whether it is transient."""
    compared = [
        ast.unparse(compare)
        for handler in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(handler, ast.ExceptHandler)
        for compare in ast.walk(handler)
        if isinstance(compare, ast.Compare)
        for part in ast.walk(compare)
        if isinstance(part, ast.Attribute) and part.attr in ("code", "status", "details")
    ]
    assert compared == []
