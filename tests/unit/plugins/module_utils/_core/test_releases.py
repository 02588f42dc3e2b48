# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of what differs by version of Kubernetes, and that there is no other."""

from __future__ import annotations

import ast
import json
import pathlib
import re
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import (
    MINORS,
    RELEASES,
    advise_unsupported,
    nearest_release,
    release_of,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.version import parse_kubernetes_version
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import GOLDENS
from ansible_collections.kubejoin.kubeadm.tests.unit.support.releases import NEWEST, OLDEST, UNSUPPORTED

PLUGINS = pathlib.Path(__file__).resolve().parents[5] / "plugins"
#: The files that distinguish versions of Kubernetes; the tables of fields are generated.
BY_RELEASE = {"_core/releases", "_core/version", "_formats/kubelet_fields", "_formats/pod_fields"}
LEVELS: dict[str, dict[str, str]] = json.loads((GOLDENS / "patch_levels.json").read_text(encoding="utf-8"))


def test_the_supported_minors_follow_each_other() -> None:
    """One that is missing between two would be refused."""
    assert [f"1.{number}" for number in range(OLDEST, NEWEST + 1)] == list(MINORS)
    assert {minor: release.minor for minor, release in RELEASES.items()} == {minor: minor for minor in MINORS}


@pytest.mark.parametrize("text", LEVELS)
def test_values_are_those_of_kubeadm_of_each_patch_version(text: str) -> None:
    """They change between patch versions of one minor."""
    version = parse_kubernetes_version(text)
    release = RELEASES[version.release]
    assert release.etcd_tag(version.patch) == LEVELS[text]["etcd"]
    assert release.kubelet_client_group(version.patch) == LEVELS[text]["kubelet_client_group"]
    if release.pause_tags:
        assert release.pause_tag(version.patch) == LEVELS[text]["pause"]


@pytest.mark.parametrize("minor", MINORS)
def test_every_change_of_a_value_was_seen(minor: str) -> None:
    """A value holds from a patch version of which it is known until the one before the next, or the last that was asked."""
    asked = sorted(parse_kubernetes_version(text).patch for text in LEVELS if text.startswith(f"{minor}."))
    release = RELEASES[minor]
    assert asked[0] == 0
    for values in (release.etcd_tags, release.pause_tags, release.kubelet_client_groups):
        for first in values:
            assert first in asked, values
            assert first == 0 or first - 1 in asked, values


@pytest.mark.parametrize("text", UNSUPPORTED)
def test_the_refusal_of_an_unknown_version_says_what_to_do(text: str) -> None:
    """A newer collection for a newer cluster, an upgrade for an older one."""
    version = parse_kubernetes_version(text)
    with pytest.raises(JoinError) as caught:
        release_of(version, task="write the kubelet's files")
    assert caught.value.code == "unsupported_kubernetes_version"
    assert caught.value.details == {"version": text, "supported": list(MINORS)}
    advice = f"upgrade the cluster to {MINORS[0]} or newer" if text == UNSUPPORTED[0] else f"supports {version.release}"
    assert advice in str(caught.value)
    assert advise_unsupported(version) in str(caught.value)


def test_a_check_of_an_unknown_version_is_that_of_the_nearest() -> None:
    """A host is checked all the same."""
    older, newer, _ = (parse_kubernetes_version(text) for text in UNSUPPORTED)
    assert nearest_release(older) is RELEASES[MINORS[0]]
    assert nearest_release(newer) is nearest_release(None) is RELEASES[MINORS[-1]]
    assert all(nearest_release(parse_kubernetes_version(f"v{minor}.3")).minor == minor for minor in MINORS)


def switches_of(source: str) -> t.Iterator[int]:
    """The lines in which code compares minor versions, or holds one."""
    tree = ast.parse(source)
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            if re.fullmatch(r"v?1\.\d\d(\.\d+)?", node.value):
                yield node.lineno
        elif isinstance(node, ast.Tuple):
            numbers = [item.value for item in node.elts if isinstance(item, ast.Constant)]
            if len(numbers) == 2 and numbers[0] == 1 and isinstance(numbers[1], int) and numbers[1] > 9:
                yield node.lineno
        elif isinstance(node, ast.Compare):
            compared = [part for side in (node.left, *node.comparators) for part in ast.walk(side)]
            if any(getattr(part, "attr", getattr(part, "id", "")) == "minor" for part in compared):
                yield node.lineno


def test_versions_of_kubernetes_are_distinguished_in_one_file() -> None:
    """Everything else asks the table."""
    files = {
        path.relative_to(PLUGINS / "module_utils").with_suffix("").as_posix(): path
        for path in PLUGINS.rglob("module_utils/**/*.py")
    }
    found = {
        name: lines
        for name, path in files.items()
        if name not in BY_RELEASE and (lines := [*switches_of(path.read_text(encoding="utf-8"))])
    }
    # Whether a field is in the table of a minor is the reader's to ask.
    assert found.keys() <= {"_formats/go_structs"}


@pytest.mark.parametrize(
    "source", ["version.minor > 35", "minor >= x", "x = (1, 35)", "x = ('1.34', '1.35')", "f('v1.37.2')"]
)
def test_a_switch_is_recognized(source: str) -> None:
    """What the test above looks for."""
    assert [*switches_of(source)]


@pytest.mark.parametrize("name", ["README.md", "docs/docsite/rst/guide_control_planes.rst"])
def test_the_documentation_names_the_supported_versions(name: str) -> None:
    """And no other range."""
    text = (PLUGINS.parent / name).read_text(encoding="utf-8")
    assert re.findall(r"Kubernetes 1\.\d\d to 1\.\d\d", text) == [f"Kubernetes {MINORS[0]} to {MINORS[-1]}"]
