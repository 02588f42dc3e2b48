# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Folders of kustomize compared with what real kubeadm binaries that had them made of static pods, byte for byte."""

from __future__ import annotations

import collections
import functools
import json
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_reader import parse_yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_writer import render_yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.folder import read_patches
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomize import read_kustomization
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomized_pod import kustomize_static_pod
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.static_pod import patch_static_pod
from ansible_collections.kubejoin.kubeadm.tests.unit.support.control_plane_goldens import GOLDENS
from ansible_collections.kubejoin.kubeadm.tests.unit.support.patch_goldens import expected, folder_of

FOLDER = GOLDENS / "kustomize"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
MINORS = ("1.18", "1.19")
#: The minor whose Pods these are patched as. Theirs have fewer fields, and `creationTimestamp: null`, which ours have not.
POD = "1.37"
CODES = {
    "kustomization_malformed",
    "kustomization_unsupported",
    "patches_missing",
    "patch_failed",
    "patch_malformed",
    "file_not_read",
}

#: Where this refuses on purpose what a kubeadm takes: the code.
REFUSED = {
    "file_key_twice": "patch_malformed",
    "folder_is_a_link": "patches_missing",
    "folder_is_relative": "patches_missing",
    "kustomization_key_twice": "kustomization_malformed",
    "kustomization_two_documents": "kustomization_malformed",
    "operations_two_documents": "patch_malformed",
    "several_and_an_order": "patch_failed",
}
#: Where this takes what a kubeadm refuses: a link, as with patches, and lists that have nothing to merge.
TAKEN = ("link_out_of_the_folder", "several_empty_lists")
#: Where strategic merge patches of today's Kubernetes, and so of `join_patches`, do what those of that time did not: by name, the
#: text that was too much. Nulls, deletions of elements and elements of `$deleteFromPrimitiveList` used to be left
#: over where nothing was to be taken away, and deletions were lost where another patch had something for the same list.
FIXED = {
    "directive_delete_element_of_nothing": "    env:\n    - name: A\n",
    "directive_delete_from_list": "  finalizers:\n  - a\n",
    "null_where_nothing_is": '      limits:\n        cpu: "0"\n',
    "several_and_a_deletion": "  - hostPath:\n      path: /etc/kubernetes/scheduler.conf\n      type: FileOrCreate\n    name: kubeconfig\n",
}


@functools.cache
def golden(name: str) -> dict[str, t.Any]:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return t.cast("dict[str, t.Any]", yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


@functools.cache
def before(minor: str, target: str) -> str:
    return (FOLDER / "before" / minor / f"{target}.yaml").read_text(encoding="utf-8")


def kustomized(minor: str, case: dict[str, t.Any]) -> str:
    host = folder_of(case["files"], "/kustomize")
    kustomization = read_kustomization(host, case["directory"])
    patches = read_patches(folder_of(case["patches"]), "/patches")
    pod = parse_yaml(before(minor, case["target"]), what="the file without patches")
    pod = kustomize_static_pod(pod, kustomization, case["target"], POD)
    return without_time(render_yaml(patch_static_pod(pod, patches, case["target"], POD)))


def without_time(manifest: str) -> str:
    """Newer kubeadm binaries leave out what is not known."""
    return manifest.replace("  creationTimestamp: null\n", "")


def expected_of(case: dict[str, t.Any], minor: str, answer: dict[str, t.Any]) -> str:
    return without_time(expected(before(minor, case["target"]), answer))


def refusal_of(minor: str, case: dict[str, t.Any]) -> str:
    """The code."""
    with pytest.raises(JoinError) as caught:
        kustomized(minor, case)
    return caught.value.code


def test_there_are_goldens_of_both_minors() -> None:
    """The comparison below does not pass for want of files, or for want of one kind of answers."""
    assert len(NAMES) >= 150
    answers = [answer for name in NAMES for answer in golden(name)["answers"]]
    assert {minor for answer in answers for minor in answer["minors"]} == set(MINORS)
    kinds = ["error" in answer for answer in answers]
    assert kinds.count(True) >= 40
    assert kinds.count(False) >= 80


def is_unsupported(name: str) -> bool:
    return name.startswith("unsupported_") or name in ("operations_with_selector", "operations_with_unknown")


@pytest.mark.parametrize(
    "name", [name for name in NAMES if not is_unsupported(name) and name not in (*REFUSED, *TAKEN, *FIXED)]
)
def test_makes_what_kubeadm_made(name: str) -> None:
    """Byte for byte the static pod of a real kubeadm; where it refused, so is it here."""
    case = golden(name)
    for answer in case["answers"]:
        for minor in answer["minors"]:
            if "error" in answer:
                assert refusal_of(minor, case) in CODES, minor
            else:
                assert kustomized(minor, case) == expected_of(case, minor, answer), minor


@pytest.mark.parametrize("name", [name for name in NAMES if is_unsupported(name)])
def test_what_is_not_known_of_kustomize_is_refused_by_name(name: str) -> None:
    """Whether kubeadm did it, passed over it or could not: it has not been tried what that would do to a static pod."""
    case = golden(name)
    with pytest.raises(JoinError) as caught:
        kustomized(MINORS[0], case)
    assert caught.value.code == "kustomization_unsupported"
    fields = caught.value.details["fields"]
    assert len(fields) == 1
    assert fields[0].split(".")[-1] in case["files"]["kustomization.yaml"]
    assert fields[0] in str(caught.value)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_on_purpose_is_taken_by_kubeadm(name: str) -> None:
    """Each is in the guide, and none stays in the list when it is gone."""
    case = golden(name)
    assert any("changes" in answer for answer in case["answers"])
    assert {refusal_of(minor, case) for minor in MINORS} == {REFUSED[name]}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken_is_refused_by_kubeadm(name: str) -> None:
    """There is nothing wrong with it."""
    case = golden(name)
    assert all("error" in answer for answer in case["answers"])
    assert "kind: Pod" in kustomized(MINORS[0], case)


@pytest.mark.parametrize("name", FIXED)
def test_strategic_merge_patches_are_those_of_today(name: str) -> None:
    """As with `join_patches`; the one text is all that differs."""
    case = golden(name)
    for answer in case["answers"]:
        for minor in answer["minors"]:
            theirs, ours = expected_of(case, minor, answer), kustomized(minor, case)
            assert theirs.replace(FIXED[name], "", 1) == ours


def test_several_patches_by_chance() -> None:
    """Those that kustomize finds in each other's way are refused, all others have one result."""
    chances = json.loads((FOLDER / "chances.json").read_text(encoding="utf-8"))
    found: collections.Counter[str] = collections.Counter()
    for case in chances:
        for answer in case["answers"]:
            for minor in answer["minors"]:
                if "error" in answer:
                    assert refusal_of(minor, case) == "patch_failed", case
                    found["refused"] += 1
                else:
                    assert kustomized(minor, case) == expected_of(case, minor, answer), case
                    found["made"] += 1
    assert found["refused"] >= 100
    assert found["made"] >= 200
