# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Patches as kubeadm has them (`--patches`, `patches.directory`): files whose names say what they are for.

Every rule here was seen in what real kubeadm binaries did; tests/differential/goldens/patches holds that.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .._core.errors import JoinError
from .._formats.yaml_reader import parse_yaml_documents

if t.TYPE_CHECKING:
    from .._formats.go_structs import Fields

__all__ = (
    "KUBELET_TARGET",
    "TARGETS",
    "File",
    "Patch",
    "Patches",
    "apply_patches",
    "is_patch_name",
    "parse_patch_documents",
    "parse_patches",
)

KUBELET_TARGET = "kubeletconfiguration"

#: What kubeadm has patches for. The last two are for `kubeadm init` and `upgrade` alone.
TARGETS = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    KUBELET_TARGET,
    "corednsdeployment",
    "kubeproxydaemonset",
)
_TYPES = ("json", "merge", "strategic")
_CODE = "patch_malformed"

_NAME = re.compile(rf"(?P<target>{'|'.join(TARGETS)})[^.+\n]*(?P<plus>\+)?(?P<type>{'|'.join(_TYPES)})?")
_EXTENSION = re.compile(r".+\.(?:json|yaml)", re.DOTALL)

File = t.Tuple[str, str]


@dataclass(frozen=True)
class Patch:
    """One document of a patch file. ``path`` is the file's, ``kind`` one of json, merge, strategic."""

    path: str
    target: str
    kind: str
    value: t.Any


@dataclass(frozen=True)
class Patches:
    """Patches in the order in which they are applied; ``ignored`` are the files among them that are none."""

    patches: tuple[Patch, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        if not self.ignored:
            return ()
        return (
            f"These files are no patches and were passed over: {', '.join(self.ignored)}; the names of patches are "
            f"target[suffix][+type].yaml or .json, with one of the targets {', '.join(TARGETS)}.",
        )


def is_patch_name(path: str) -> bool:
    """Whether a file is a patch by its name. Raises ``patch_malformed`` for a type that there is not."""
    return _parse_name(path) is not None


def _parse_name(path: str) -> tuple[str, str] | None:
    """Target and type."""
    name = path.rsplit("/", 1)[-1]
    found = _NAME.match(name)
    if found is None or not _EXTENSION.fullmatch(name):
        return None
    if found["plus"] and not found["type"]:
        raise JoinError(
            _CODE,
            f"Cannot use the patch {path}: what follows the + in its name is no type of patches, expected one of "
            f"{', '.join(_TYPES)}; rename the file.",
            file=path,
        )
    return found["target"], found["type"] or "strategic"


def parse_patches(files: t.Iterable[File]) -> Patches:
    """Read files, each its path below the folder and its text, in whatever order they come.

    Raises ``patch_malformed`` with the ``file`` that has a type which there is not, or is not YAML.
    """
    patches: list[Patch] = []
    ignored: list[str] = []
    for path, text in sorted(files, key=lambda file: file[0].split("/")):
        meaning = _parse_name(path)
        if meaning is None or not text:
            ignored.append(path)
            continue
        patches.extend(Patch(path, *meaning, value) for value in parse_patch_documents(path, text))
    return Patches(tuple(patches), tuple(ignored))


def parse_patch_documents(path: str, text: str) -> list[t.Any]:
    """The values in a file of patches. Raises ``patch_malformed``."""
    # kubeadm trims each document, which shows where one ends with a text of several lines.
    trimmed = re.sub(r"\s*\n---", "\n---", text.rstrip())
    return [document.value for document in parse_yaml_documents(trimmed, what=f"the patch {path}", code=_CODE)]


def apply_patches(
    document: dict[str, t.Any],
    patches: Patches,
    *,
    target: str,
    fields: Fields,
    check: t.Callable[[t.Any], None],
) -> dict[str, t.Any]:
    """What the patches for a target make of its document, whose struct has these fields.

    ``check`` raises ValueError for a document that the target cannot be. Raises ``patch_failed`` with the ``file`` of the
    patch that cannot be applied, or makes such a document.
    """
    for patch in patches.patches:
        if patch.target != target:
            continue
        try:
            document = _apply(document, patch, fields)
            check(document)
        except ValueError as exc:
            raise JoinError(
                "patch_failed",
                f"Cannot apply the patch {patch.path} (type {patch.kind}) to {target}: {exc}; correct the file, or take it "
                "out of the folder of patches.",
                file=patch.path,
                target=target,
                type=patch.kind,
            ) from exc
    return document


def _apply(document: dict[str, t.Any], patch: Patch, fields: Fields) -> t.Any:
    # Only here: most nodes have no patches, and need not load what applies them.
    from .json_patch import apply_json_patch, apply_merge_patch
    from .strategic_merge import apply_strategic_patch

    if patch.kind == "json":
        return apply_json_patch(document, patch.value)
    if patch.kind == "merge":
        return apply_merge_patch(document, patch.value)
    return apply_strategic_patch(document, patch.value, fields)
