# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layers of the library: who may import what."""

from __future__ import annotations

import ast
import fnmatch
import pathlib
import typing as t

import pytest

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"
UTILS = PLUGINS / "module_utils"

#: Layer by util. A util may import from its own layer and below, and nothing may go round in circles.
LAYERS = {
    **dict.fromkeys(("_errors", "_change", "_clock"), 0),
    **dict.fromkeys(
        (
            "_token", "_token_secret", "_token_signature", "_pin", "_pki", "_kubeconfig", "_yaml", "_configuration", "_cluster_settings",
            "_endpoint", "_fleet", "_go_values", "_go_quantities", "_join_configuration", "_join_fields", "_strict_reader", "_join_validation", "_kubelet",
            "_kubelet_configuration", "_kubelet_fields", "_kubelet_kubeconfig", "_kubelet_patches", "_objects", "_phases", "_proxy", "_der", "_finding",
            "_known_cluster", "_system_verification", "_version", "_go_structs", "_json_patch", "_patches",
            "_kustomize", "_kustomized_pod", "_pod_fields", "_static_pod", "_strategic_merge",
            "_certificates", "_configuration_fields", "_control_plane_kubeconfigs", "_control_plane_node", "_etcd_manifest",
            "_manifests", "_shared_certificates", "_component_pod",
            "_etcd_members", "_etcd_log", "_images", "_wait_levels", "_taint",
        ),
        1,
    ),
    **dict.fromkeys(
        (
            "_host", "_https", "_kubeapi", "_cluster", "_discovery", "_discovery_file", "_csr", "_node", "_bootstrap", "_preflight",
            "_identity", "_membership", "_node_state", "_kubelet_service", "_kubelet_start", "_kubelet_wait", "_cri", "_endpoint_look",
            "_leftovers", "_leftover_pods", "_preflight_control_plane", "_preflight_endpoint", "_preflight_host", "_preflight_runtime", "_patch_folder",
            "_kustomize_folder",
            "_key_pair", "_control_plane_prepare",
            "_etcd", "_etcd_membership", "_lease",
            "_advertise_address", "_control_plane_files", "_certificates_upload", "_control_plane_host", "_etcd_join",
            "_control_plane_mark", "_cluster_status", "_control_plane_join", "_control_plane_health",
        ),
        2,
    ),
    "_ansible": 3,
}  # fmt: skip

#: What the data layer must not touch: files, sockets, the environment, the clock, randomness, other programs.
IMPURE = {
    "os",
    "socket",
    "ssl",
    "time",
    "random",
    "secrets",
    "subprocess",
    "pathlib",
    "tempfile",
    "requests",
    "urllib3",
}
LIBRARIES = {0: set(), 1: {"cryptography", "yaml"}, 2: {"cryptography", "yaml", "requests", "urllib3"}}
THIRD_PARTY = {"cryptography", "yaml", "requests", "urllib3", "ansible"}

FILES = sorted(UTILS.glob("**/*.py"))


def util_of(path: pathlib.Path) -> str:
    return path.relative_to(UTILS).parts[0].removesuffix(".py")


def imports_of(path: pathlib.Path) -> tuple[set[str], set[str]]:
    """The top-level packages that a file imports, and the utils."""
    packages: set[str] = set()
    utils: set[str] = set()
    depth = len(path.relative_to(UTILS).parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            packages.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == depth:
            utils.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            packages.add((node.module or "").split(".")[0])
    return packages, utils


def test_every_util_has_a_layer() -> None:
    """A new util is placed in the table first, and the table names none that is gone."""
    assert {util_of(path) for path in FILES} == set(LAYERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(UTILS)))
def test_a_util_imports_only_downwards(path: pathlib.Path) -> None:
    """Utils, libraries and standard modules of a layer are those that the design allows."""
    layer = LAYERS[util_of(path)]
    packages, utils = imports_of(path)
    upwards = {util for util in utils if LAYERS[util] > layer}
    assert not upwards, f"{path.name} of layer {layer} imports {upwards} from above"
    if layer < 3:
        assert packages & THIRD_PARTY <= LIBRARIES[layer]
    if layer == 1:
        assert not packages & IMPURE
    assert "open(" not in path.read_text(encoding="utf-8") or layer == 3


def test_nothing_goes_round_in_circles() -> None:
    """Within a layer, too, imports form an order."""
    graph = {util: set() for util in LAYERS}
    for path in FILES:
        graph[util_of(path)] |= imports_of(path)[1] - {util_of(path)}
    while graph:
        free = {util for util, needs in graph.items() if not needs & graph.keys()}
        assert free, f"a circle among {sorted(graph)}"
        graph = {util: needs for util, needs in graph.items() if util not in free}


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


#: What a worker's calls import before they do anything: most nodes of a play are workers, and each compiles it anew.
WORKER_CALLS = {
    "kubelet": ("modules/kubelet.py",),
    "preflight_info": ("modules/preflight_info.py", "module_utils/_ansible/preflight.py"),
}
#: And what is left to those who need it, by the reason.
LEFT_OUT = {
    "a worker is no control plane": (
        "*_control_plane*", "_certificates", "_shared_certificates", "_configuration", "_manifests", "_component_pod", "_static_pod",
        "_pod_fields", "_advertise_address", "_leftover_pods", "_etcd*", "_lease", "_cluster_status",
    ),
    "most nodes have no patches": ("_patch*", "_kubelet_patches", "_json_patch", "_strategic_merge", "_kustom*"),
    "a token or the node's own certificate is enough": (
        "_kubeconfig", "_discovery*", "_token_*", "_ansible.connections", "_ansible.credential_plugin", "_ansible.discovery",
        "_ansible.https_file", "_ansible.host_trust", "_ansible.token_discovery",
    ),
    "the host runs": ("_ansible.rootfs",),
    "the controller has read the configuration": ("_join_*", "_fleet", "_phases", "_strict_reader"),
}  # fmt: skip


def loaded_by(path: pathlib.Path) -> t.Iterator[str]:
    """The names that a file imports when it is loaded itself, absolute within the collection: no imports in functions or for types."""
    package = ("ansible_collections", "kubejoin", "kubeadm", "plugins", *path.relative_to(PLUGINS).parts[:-1])
    body = ast.parse(path.read_text(encoding="utf-8")).body
    tried = [inner for node in body if isinstance(node, ast.Try) for inner in node.body]
    for node in (*body, *tried):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            yield ".".join((*above, *filter(None, [node.module])))


def closure_of(paths: t.Iterable[pathlib.Path]) -> tuple[set[str], set[str]]:
    """All utils that are loaded with the files, and the top-level packages that those import."""
    utils: set[str] = set()
    packages: set[str] = set()
    waiting = list(paths)
    while waiting:
        for name in loaded_by(waiting.pop()):
            _collection, _found, util = name.partition(".module_utils.")
            if not name.startswith("ansible_collections."):
                packages.add(name.split(".")[0])
            elif util not in utils:
                utils.add(util)
                waiting.append(UTILS / f"{util.replace('.', '/')}.py")
    return utils, packages


@pytest.mark.parametrize("call", WORKER_CALLS)
def test_a_worker_loads_nothing_that_it_does_not_need(call: str) -> None:
    """Its own path alone: what is rarer is imported where it is asked for, in a function whose comment says so."""
    utils, packages = closure_of(PLUGINS / name for name in WORKER_CALLS[call])
    assert {"_errors", "_host", "_ansible.module"} <= utils
    for reason, patterns in LEFT_OUT.items():
        loaded = {util for util in utils for pattern in patterns if fnmatch.fnmatchcase(util, pattern)}
        assert not loaded, f"{call} loads {loaded}, but {reason}"
    if call == "preflight_info":  # which tells what libraries are missing
        assert not packages & THIRD_PARTY - {"ansible"}


def test_what_is_left_out_exists() -> None:
    """Every pattern matches a util, so that none outlives a new name."""
    names = {".".join(path.relative_to(UTILS).with_suffix("").parts) for path in FILES}
    dead = {pattern for patterns in LEFT_OUT.values() for pattern in patterns if not fnmatch.filter(names, pattern)}
    assert not dead
