# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packages of the library: their order, the files that touch the world, and what a worker does not load."""

from __future__ import annotations

import ast
import pathlib

import pytest

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"
UTILS = PLUGINS / "module_utils"
FILES = sorted(UTILS.rglob("*.py"))

#: A file imports from its own package and from those before it.
PACKAGES = (
    "_core", "_formats", "_credentials", "_api", "_config", "_discovery", "_etcd", "_host", "_patches", "_preflight", "_kubelet",
    "_control_plane", "_system", "_ansible", "_modules",
)  # fmt: skip
#: Which packages are adapters: they use files and programs, and the last two Ansible.
ADAPTERS = ("_system", "_ansible", "_modules")

#: The files of the library that touch sockets, the clock, the environment or randomness.
TOUCH_THE_WORLD = {
    "_core/clock", "_api/tls", "_api/https", "_api/kubeapi", "_preflight/cri", "_preflight/endpoint_probe",
    "_control_plane/etcd_member", "_control_plane/prepare", "_control_plane/shared_certificates_upload",
}  # fmt: skip
WORLD = {
    "os", "socket", "ssl", "time", "random", "secrets", "subprocess", "pathlib", "tempfile", "threading", "http", "requests", "urllib3",
}  # fmt: skip
LIBRARIES = {"cryptography", "yaml", "requests", "urllib3"}

#: What a worker's calls import before they do anything; most nodes are workers, and each call compiles it anew.
WORKER_CALLS = {
    "kubelet": ("module_utils/_modules/kubelet.py",),
    "preflight_info": ("module_utils/_modules/preflight_info.py", "module_utils/_ansible/preflight.py"),
}
#: And what they leave to calls that need it, packages and files.
NOT_LOADED = (
    "_control_plane", "_etcd", "_patches", "_preflight/control_plane",
    "_kubelet/patches", "_config/cluster", "_config/facts_reader", "_formats/cluster_fields", "_formats/pod_fields",
    "_host/advertise_address", "_host/leftover_pods", "_api/lease",
    "_api/kubeconfig", "_discovery/by_token", "_discovery/by_file", "_credentials/token_secret",
    "_system/connections", "_system/credential_plugin", "_system/https_file", "_system/host_trust", "_system/rootfs",
    "_ansible/cluster_discovery", "_ansible/token_discovery",
)  # fmt: skip


def name_of(path: pathlib.Path) -> str:
    return path.relative_to(UTILS).with_suffix("").as_posix()


def imports_of(path: pathlib.Path, *, when_loaded: bool = False) -> tuple[set[str], set[str]]:
    """The top-level packages that a file imports, and the library's files; ``when_loaded`` leaves out imports in functions and for types."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tried = [inner for node in tree.body if isinstance(node, ast.Try) for inner in node.body]
    packages: set[str] = set()
    utils: set[str] = set()
    for node in [*tree.body, *tried] if when_loaded else ast.walk(tree):
        if isinstance(node, ast.Import):
            packages.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            packages.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.ImportFrom):
            target = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            found = [target] if target.with_suffix(".py").is_file() else [target / alias.name for alias in node.names]
            utils.update(name_of(file.with_suffix(".py")) for file in found)
    return packages, utils


def test_every_file_is_in_a_package() -> None:
    assert {name_of(path).split("/")[0] for path in FILES} == set(PACKAGES)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_imports_only_from_its_package_and_those_before(path: pathlib.Path) -> None:
    package = name_of(path).split("/")[0]
    packages, utils = imports_of(path)
    later = {util for util in utils if PACKAGES.index(util.split("/")[0]) > PACKAGES.index(package)}
    assert not later
    if package not in ADAPTERS:
        assert bool(packages & WORLD) == (name_of(path) in TOUCH_THE_WORLD)
        assert "open(" not in path.read_text(encoding="utf-8")
    assert "ansible" not in packages or package == "_ansible"


def test_no_import_goes_round_in_a_circle() -> None:
    graph = {name_of(path): imports_of(path)[1] - {name_of(path)} for path in FILES}
    while graph:
        free = {name for name, needs in graph.items() if not needs & graph.keys()}
        assert free, f"a circle among {sorted(graph)}"
        graph = {name: needs for name, needs in graph.items() if name not in free}


@pytest.mark.parametrize("call", WORKER_CALLS)
def test_a_worker_loads_only_what_it_needs(call: str) -> None:
    """Its own path alone: what is rarer is imported in a function whose comment says so."""
    loaded: set[str] = set()
    packages: set[str] = set()
    waiting = [PLUGINS / name for name in WORKER_CALLS[call]]
    while waiting:
        imported, utils = imports_of(waiting.pop(), when_loaded=True)
        packages |= imported
        waiting += [UTILS / f"{util}.py" for util in utils - loaded]
        loaded |= utils
    assert {"_core/errors", "_host/machine", "_ansible/module"} <= loaded
    assert not {util for util in loaded for name in NOT_LOADED if util == name or util.startswith(f"{name}/")}
    if call == "preflight_info":  # it reports missing libraries
        assert not packages & LIBRARIES


def test_what_is_not_loaded_exists() -> None:
    assert all((UTILS / name).is_dir() or (UTILS / f"{name}.py").is_file() for name in NOT_LOADED)


def test_the_module_that_runs_all_others_is_sent_with_them() -> None:
    """Ansible sends what a module imports anywhere, in a block for types as well."""
    modules = {name_of(path) for path in FILES if name_of(path).startswith("_modules/")}
    assert imports_of(PLUGINS / "modules/node.py")[1] == {"_ansible/steps", *modules}
    assert imports_of(PLUGINS / "modules/node.py", when_loaded=True)[1] == {"_ansible/steps"}
    for name in modules:
        assert name in imports_of(PLUGINS / f"modules/{name.partition('/')[2]}.py", when_loaded=True)[1]
