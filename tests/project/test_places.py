# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything has the place that its name leads to: the tests of a file, a module's entry in the library, what the guide names."""

from __future__ import annotations

import ast
import pathlib
import re
import typing as t

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PLUGINS, TESTS = REPOSITORY / "plugins", REPOSITORY / "tests"
COLLECTION = "ansible_collections.kubejoin.kubeadm"
KINDS = ("module_utils", "plugin_utils", "action", "lookup")
#: The entries of modules are wiring, and tested together.
ENTRIES = PLUGINS / "module_utils/_modules"
UNITS = sorted(
    path.relative_to(PLUGINS)
    for kind in KINDS
    for path in (PLUGINS / kind).rglob("*.py")
    if path.stem != "__init__" and path.parent != ENTRIES
)
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))


class Import(t.NamedTuple):
    """One imported name: ``module`` is dotted and absolute, ``name`` is empty for a plain import."""

    module: str
    name: str
    known_as: str


def imports_of(path: pathlib.Path) -> list[Import]:
    """All imports of a file of this collection, those in functions included."""
    package = path.relative_to(REPOSITORY).parent.parts
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, "", alias.asname or alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = (COLLECTION, *package[: len(package) - node.level + 1]) if node.level else ()
            module = ".".join((*parts, node.module) if node.module else parts)
            found += [Import(module, alias.name, alias.asname or alias.name) for alias in node.names]
    return found


def is_from(imported: Import, module: str) -> bool:
    """Whether the name is ``module``, or something in it."""
    return module in (imported.module, f"{imported.module}.{imported.name}")


@pytest.mark.parametrize("unit", UNITS, ids=str)
def test_a_file_has_its_tests_in_the_file_of_its_name(unit: pathlib.Path) -> None:
    """`plugins/…/_x/name.py` is tested by `tests/unit/plugins/…/_x/test_name.py`, which imports it."""
    path = TESTS / "unit/plugins" / unit.parent / f"test_{unit.stem.lstrip('_')}.py"
    assert path.is_file(), f"{path.relative_to(REPOSITORY)} is missing"
    module = ".".join((COLLECTION, "plugins", *unit.with_suffix("").parts))
    assert any(is_from(imported, module) for imported in imports_of(path)), f"it does not import {unit}"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    assert tests, "it has no tests"


#: Tests of all modules and their results, of all actions, and of all parsers; goldens compare several files with kubeadm.
OF_SEVERAL = {
    "modules/test_modules",
    "modules/test_results",
    "action/test_actions",
    "module_utils/test_api_objects",
    "module_utils/test_parsers",
    "module_utils/test_planted_secrets",
    "module_utils/_api/test_patience",
    "plugin_utils/_join/test_join_files",
}


def test_a_test_file_is_named_after_what_it_tests() -> None:
    """Where a file has moved, its tests have moved, too."""
    places = {unit.parent / f"test_{unit.stem.lstrip('_')}" for unit in UNITS}
    files = {
        path.relative_to(TESTS / "unit/plugins").with_suffix("") for path in (TESTS / "unit/plugins").rglob("test_*.py")
    }
    stray = {str(name) for name in files - places if not name.name.endswith("goldens")}
    assert stray == OF_SEVERAL


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: str(path.relative_to(TESTS)))
def test_a_test_file_imports_no_other(path: pathlib.Path) -> None:
    """What tests share is in `tests/unit/support`, or in files of their folder that are no tests."""
    for imported in imports_of(path):
        parts = f"{imported.module}.{imported.name}".split(".")
        assert not [part for part in parts if part.startswith(("test_", "conftest"))], imported
        if path.is_relative_to(TESTS / "unit") and imported.module.startswith(f"{COLLECTION}.tests"):
            assert imported.module.startswith(f"{COLLECTION}.tests.unit.support"), imported


def called_by(caller: pathlib.Path, library: pathlib.Path) -> set[str]:
    """The functions of a library file that a module calls, by the names that it calls them by."""
    module = ".".join((COLLECTION, *library.relative_to(REPOSITORY).with_suffix("").parts))
    known = {imported.known_as for imported in imports_of(caller) if is_from(imported, module)}
    calls = [node for node in ast.walk(ast.parse(caller.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    names = [ast.unparse(call.func) for call in calls]
    return {name for name in names if name.split(".")[0] in known and name.split(".")[-1][0].islower()}


@pytest.mark.parametrize("name", MODULES)
def test_a_modules_entry_is_in_the_file_of_its_name(name: str) -> None:
    """`control_plane_files` calls `_control_plane/files.py`, `kubelet` calls `_kubelet/kubelet.py`."""
    caller, library = PLUGINS / "action" / f"{name}.py", PLUGINS / "plugin_utils"
    if not caller.exists():
        caller, library = ENTRIES / f"{name}.py", PLUGINS / "module_utils"
    plain = name.removesuffix("_info")
    files = [path for path in library.rglob("*.py") if plain in (path.stem, f"{path.parent.name[1:]}_{path.stem}")]
    assert len([path for path in files if called_by(caller, path)]) == 1, f"{name} calls none or several of {files}"


def test_the_development_guide_names_what_there_is() -> None:
    """Its paths lead somewhere, and its table has the packages in their order."""
    text = (REPOSITORY / "docs/docsite/rst/guide_development.rst").read_text(encoding="utf-8")
    folders = "|".join(
        sorted(path.name for path in REPOSITORY.iterdir() if path.is_dir() and not path.name.startswith("."))
    )
    named = re.findall(rf"(?<![\w/.])((?:{folders})/[\w./-]+)", text)
    named += [f"plugins/module_utils/{name}" for name in re.findall(r"``(_[a-z_]+/[a-z_]+\.py)``", text)]
    examples = re.compile("NAME|/_x/|/name")
    missing = [name for name in named if not examples.search(name) and not (REPOSITORY / name.rstrip(".")).exists()]
    assert len(named) > 20 and missing == []
    layers = (REPOSITORY / "tests/project/test_layers.py").read_text(encoding="utf-8")
    packages = ast.literal_eval(re.search(r"^PACKAGES = (\(.*?\))", layers, re.MULTILINE | re.DOTALL)[1])  # type: ignore[index]
    assert tuple(re.findall(r"^   \* - ``(_[a-z_]+)``$", text, re.MULTILINE)) == packages
