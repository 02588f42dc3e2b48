# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""README.md and the guides: what is generated is current, and what they name exists. tests/e2e/test_newcomer.py runs their commands."""

from __future__ import annotations

import fnmatch
import pathlib
import re
import runpy

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variables import (
    HELPERS,
    INVITE_VARIABLES,
    JOIN_VARIABLES,
    LIMIT_VARIABLES,
)
from ansible_collections.kubejoin.kubeadm.tests.documents import GUIDES, REPOSITORY, all_documents, read_blocks

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
#: Files of the repository that are not in the tarball.
ELSEWHERE = "https://github.com/kubejoin/kubejoin.kubeadm/blob/main/"
LINKS = re.findall(r"\]\(([^)\s]+)\)", README)


def test_the_tables_of_variables_are_current() -> None:
    """They are what their script writes, and have all variables of both roles."""
    generated = runpy.run_path(str(REPOSITORY / "tools/regenerate_readme.py"))["render_readme"](README)
    assert generated == README, "run tools/regenerate_readme.py"
    rows = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)
    known = {
        "join_configuration",
        *(f"join_{name}" for name in JOIN_VARIABLES),
        *(f"invite_{name}" for name in INVITE_VARIABLES),
    }
    assert sorted(rows) == sorted(known)


@pytest.mark.parametrize("link", sorted({link for link in LINKS if not link.startswith("https:")}))
def test_links_lead_to_files_of_the_tarball(link: str) -> None:
    ignored = yaml.safe_load((REPOSITORY / "galaxy.yml").read_text(encoding="utf-8"))["build_ignore"]
    assert (REPOSITORY / link).is_file()
    parents = [str(path) for path in (pathlib.PurePath(link), *pathlib.PurePath(link).parents)]
    assert not [pattern for pattern in ignored for path in parents if fnmatch.fnmatch(path, pattern)]


@pytest.mark.parametrize("link", sorted({link for link in LINKS if link.startswith(ELSEWHERE)}))
def test_links_lead_to_files_of_the_repository(link: str) -> None:
    assert (REPOSITORY / link.removeprefix(ELSEWHERE)).is_file()


def test_every_result_in_the_comparison_is_one_of_a_test() -> None:
    """Each row has the numbers of its tests, and each test exists and has a row."""
    tests = dict(re.findall(rf"^(\d+)\. \[(\w+)\]\({ELSEWHERE}tests/\S+\)$", README, re.MULTILINE))
    files = dict(re.findall(rf"^\d+\. \[(\w+)\]\({ELSEWHERE}(tests/\S+)\)$", README, re.MULTILINE))
    for name, path in files.items():
        assert f"\ndef {name}(" in (REPOSITORY / path).read_text(encoding="utf-8")
    table = README[README.index("| | this collection |") :].partition("\n\n")[0].splitlines()[2:]
    numbers = [row.strip(" |").rpartition("| ")[2].split(", ") for row in table]
    assert len(numbers) == 7 and {number for row in numbers for number in row} == tests.keys()


def test_the_first_screen_leads_to_awx() -> None:
    assert "docs/docsite/rst/guide_awx.rst" in "\n".join(README.splitlines()[:30])


def test_every_guide_is_in_the_table_of_contents() -> None:
    contents = yaml.safe_load((GUIDES.parent / "extra-docs.yml").read_text(encoding="utf-8"))
    listed = sorted(name for section in contents["sections"] for name in section["toctree"])
    assert listed == sorted(path.stem for path in GUIDES.glob("*.rst"))
    assert [name for name in listed if f"docs/docsite/rst/{name}.rst" not in README] == []


def test_the_guide_describes_every_variable_of_the_playbooks() -> None:
    """Beside those of the roles, which the README has."""
    guide = (GUIDES / "guide_playbooks.rst").read_text(encoding="utf-8")
    names = {*HELPERS, *(f"join_{name}" for name in LIMIT_VARIABLES)}
    assert [name for name in sorted(names) if f"``{name}``" not in guide] == []


@pytest.mark.parametrize("path", [*all_documents()], ids=lambda path: path.name)
def test_yaml_is_yaml(path: pathlib.Path) -> None:
    """And the variables of the roles in it have their right names."""
    known = {
        "join_configuration",
        *HELPERS,
        *(f"join_{name}" for name in JOIN_VARIABLES),
        *(f"invite_{name}" for name in INVITE_VARIABLES),
    }
    for block in read_blocks(path):
        if block.language.startswith("yaml"):
            assert yaml.safe_load(block.text) is not None
            used = set(re.findall(r"^ *((?:join|invite)_\w+):", block.text, re.MULTILINE))
            assert used - known <= {"join_taint"}  # a mistake on purpose
