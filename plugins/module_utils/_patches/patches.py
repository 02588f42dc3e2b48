# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Patches as in kubeadm (`--patches`, `patches.directory`): files whose names contain their target.

Every rule here follows the behaviour of real kubeadm binaries, which is recorded in tests/differential/goldens/patches.
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

#: The targets of kubeadm's patches. The last two are only for `kubeadm init` and `upgrade`.
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
    """One document of a patch file. ``path`` is the path of the file; ``kind`` is json, merge or strategic."""

    path: str
    target: str
    kind: str
    value: t.Any


@dataclass(frozen=True)
class Patches:
    """Patches in the order in which they are applied; ``ignored`` are the other files of the folder."""

    patches: tuple[Patch, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        if not self.ignored:
            return ()
        return (
            f"These files are not patches and were ignored: {', '.join(self.ignored)}; the names of patches are "
            f"target[suffix][+type].yaml or .json, with one of the targets {', '.join(TARGETS)}.",
        )


def is_patch_name(path: str) -> bool:
    """Whether the name of a file is that of a patch. Raises ``patch_malformed`` for an unknown type."""
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
            f"Cannot use the patch {path}: its name has an unknown type after the +, expected one of "
            f"{', '.join(_TYPES)}; rename the file.",
            file=path,
        )
    return found["target"], found["type"] or "strategic"


def parse_patches(files: t.Iterable[File]) -> Patches:
    """Parse files, each with its relative path and its text, in any order.

    Raises ``patch_malformed`` with the ``file`` that has an unknown type or is not YAML.
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
    """The values in a patch file. Raises ``patch_malformed``."""
    # kubeadm trims each document, which matters if a document ends with a multi-line text.
    trimmed = re.sub(r"\s*\n---", "\n---", text.rstrip())
    return [
        document.value
        for document in parse_yaml_documents(trimmed, what=f"the patch {path}", code=_CODE, is_strict=True)
    ]


def apply_patches(
    document: dict[str, t.Any],
    patches: Patches,
    *,
    target: str,
    fields: Fields,
    check: t.Callable[[t.Any], None],
) -> dict[str, t.Any]:
    """Apply the patches for a target to its document, whose struct has these fields.

    ``check`` raises ValueError for an invalid document. Raises ``patch_failed`` with the ``file`` of the patch that cannot be
    applied or that results in an invalid document.
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
                f"Cannot apply the patch {patch.path} (type {patch.kind}) to {target}: {exc}; correct the file, or remove it "
                "from the patches folder.",
                file=patch.path,
                target=target,
                type=patch.kind,
            ) from None
    return document


def _apply(document: dict[str, t.Any], patch: Patch, fields: Fields) -> t.Any:
    # Only here: most nodes have no patches and do not need this code.
    from .json_patch import apply_json_patch, apply_merge_patch
    from .strategic_merge import apply_strategic_patch

    if patch.kind == "json":
        return apply_json_patch(document, patch.value)
    if patch.kind == "merge":
        return apply_merge_patch(document, patch.value)
    return apply_strategic_patch(document, patch.value, fields)
