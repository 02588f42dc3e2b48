# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Patches compared with what real kubeadm binaries made of them, byte for byte."""

from __future__ import annotations

import collections
import functools
import json
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import MINORS, RELEASES
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.kubelet_fields import kubelet_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.pod_fields import pod_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_reader import parse_yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_writer import render_yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.patches import patch_kubelet_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.folder import read_patches
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.json_patch import (
    apply_json_patch,
    apply_merge_patch,
    is_same,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.patches import KUBELET_TARGET
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.static_pod import patch_static_pod
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.strategic_merge import apply_strategic_patch
from ansible_collections.kubejoin.kubeadm.tests.unit.support.patch_goldens import expected, folder_of
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY

GOLDENS = REPOSITORY / "tests" / "differential" / "goldens" / "patches"
SOCKET = "unix:///run/containerd/containerd.sock"
PATHS = sorted(GOLDENS.glob("*.yaml"))

#: Where this refuses on purpose what kubeadm takes, in the minors that do: the code.
REFUSED = {
    "content_list_merge": "patch_failed",
    "content_key_twice": "patch_malformed",
    "directive_delete_all": "patch_failed",
    "directive_on_list": "patch_failed",
    "documents_in_json": "patch_malformed",
    "folder_is_relative": "patches_missing",
    "name_coredns": "patch_malformed",
    "no_kind": "patch_failed",
    "other_api_version": "patch_failed",
    "other_kind": "patch_failed",
    "pod_other_kind": "patch_failed",
    "wrong_duration": "patch_failed",
    "wrong_type_list": "patch_failed",
    "wrong_type_quoted_number": "patch_failed",
    "wrong_type_text_for_number": "patch_failed",
}


@functools.cache
def golden(name: str) -> dict[str, t.Any]:
    text = (GOLDENS / f"{name}.yaml").read_text(encoding="utf-8")
    return t.cast("dict[str, t.Any]", yaml.load(text, Loader=yaml.CSafeLoader))


def before(minor: str, target: str) -> str:
    return (GOLDENS / "before" / minor / f"{target}.yaml").read_text(encoding="utf-8")


def patched(minor: str, case: dict[str, t.Any]) -> str:
    patches = read_patches(folder_of(case["files"]), case["directory"])
    document = parse_yaml(before(minor, case["target"]), what="the file without patches")
    if case["target"] == KUBELET_TARGET:
        result = patch_kubelet_configuration(document, patches, minor)
        has_socket = RELEASES[minor].node_local_cri_socket is not False
        return render_yaml({**result, **({"containerRuntimeEndpoint": SOCKET} if has_socket else {})})
    return render_yaml(patch_static_pod(document, patches, case["target"], minor))


def all_answers() -> list[tuple[str, str]]:
    return [
        (path.stem, minor) for path in PATHS for answer in golden(path.stem)["answers"] for minor in answer["minors"]
    ]


def test_there_are_goldens_of_every_minor() -> None:
    """The comparison below does not pass for want of files, or for want of one kind of answers."""
    answers = all_answers()
    assert {minor: sum(found == minor for _name, found in answers) for minor in MINORS} == dict.fromkeys(
        MINORS, len(PATHS)
    )
    assert len(PATHS) >= 200
    kinds = ["error" in answer for path in PATHS for answer in golden(path.stem)["answers"]]
    assert kinds.count(True) >= 40
    assert kinds.count(False) >= 100


@pytest.mark.parametrize("name", [path.stem for path in PATHS if path.stem not in REFUSED])
def test_makes_what_kubeadm_made(name: str) -> None:
    """Byte for byte the file of a real kubeadm of each minor; where it refused, so is it here."""
    case = golden(name)
    for answer in case["answers"]:
        for minor in answer["minors"]:
            if "error" in answer:
                with pytest.raises(JoinError) as caught:
                    patched(minor, case)
                assert caught.value.code in ("patch_failed", "patch_malformed", "patches_missing", "file_not_read")
            else:
                assert patched(minor, case) == expected(before(minor, case["target"]), answer), minor


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_on_purpose_is_taken_by_kubeadm(name: str) -> None:
    """Each is in the guide, and none stays in the list when it is gone."""
    case = golden(name)
    assert any("changes" in answer for answer in case["answers"])
    for answer in case["answers"]:
        for minor in answer["minors"]:
            with pytest.raises(JoinError) as caught:
                patched(minor, case)
            assert caught.value.code == REFUSED[name]


def test_applies_patches_as_the_libraries_do() -> None:
    """What the libraries that kubeadm is made of answered to patches by chance, directives and all."""
    answers = json.loads((GOLDENS / "answers.json").read_text(encoding="utf-8"))
    fields = {"pod": pod_fields("1.37"), KUBELET_TARGET: kubelet_fields("1.37")}
    taken: collections.Counter[str] = collections.Counter()
    for answer in answers:
        document, patch = json.loads(answer["document"]), json.loads(answer["patch"])
        if answer["type"] == "strategic":
            apply: t.Any = functools.partial(apply_strategic_patch, fields=fields[answer["target"]])
        else:
            apply = apply_json_patch if answer["type"] == "json" else apply_merge_patch
        if "result" in answer:
            assert is_same(apply(document, patch), json.loads(answer["result"])), answer
            taken[answer["type"]] += 1
        else:
            with pytest.raises(ValueError, match=r"\w"):
                apply(document, patch)
    assert min(taken[kind] for kind in ("json", "merge", "strategic")) >= 50
    assert len(answers) - sum(taken.values()) >= 100
