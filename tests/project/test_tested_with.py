# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README lists the versions that tests run with, and no others."""

from __future__ import annotations

import re

import yaml
from ansible.release import __version__

from .. import cores
from .programs import REPOSITORY

SECTION = re.search(
    r"^## Tested with$(.*?)^## ", (REPOSITORY / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
)


def test_the_readme_lists_the_cores() -> None:
    """With the Pythons of their controllers."""
    assert SECTION
    listed = re.findall(r"^\| (2\.\S+) \| (3\.\d+) \|", SECTION[1], re.MULTILINE)
    assert listed == sorted([*((core.release, core.python) for core in cores.ALL), (__version__, "3.13")])


def test_the_oldest_core_is_the_one_that_the_collection_requires() -> None:
    runtime = yaml.safe_load((REPOSITORY / "meta/runtime.yml").read_text(encoding="utf-8"))
    assert runtime["requires_ansible"] == f">={cores.ALL[0].version}.0"
    for path in REPOSITORY.glob("roles/*/meta/main.yml"):
        role = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert role["galaxy_info"]["min_ansible_version"] == cores.ALL[0].version
