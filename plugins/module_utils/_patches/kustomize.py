# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Kustomize folders as in kubeadm 1.16 to 1.19 (`--experimental-kustomize`): patches for static pods.

kubeadm creates its own kustomization for each pod, with the patches of the folder for that pod. Every rule here follows the
behaviour of a real kubeadm, which is recorded in tests/differential/goldens/kustomize.
"""

from __future__ import annotations

import posixpath
import typing as t
from dataclasses import dataclass

from .._core.errors import JoinError
from .._core.objects import mapping_at, text_at
from .._formats.go_structs import kind_of, render_path
from .._formats.yaml_reader import parse_yaml
from .._host.machine import Files
from .folder import list_folder, read_patch_text
from .patches import File, Patch, parse_patch_documents

__all__ = (
    "KUSTOMIZATION_FILES",
    "Kustomization",
    "find_kustomization",
    "list_patch_files",
    "parse_kustomize_files",
    "read_kustomization",
    "read_kustomize_files",
)

#: The possible names of a kustomization file.
KUSTOMIZATION_FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")

_API_VERSION, _KIND = "kustomize.config.k8s.io/v1beta1", "Kustomization"
_STRATEGIC, _JSON = "patchesStrategicMerge", "patchesJson6902"
#: Supported fields; kubeadm replaces the resources by its pod.
_FIELDS = ("apiVersion", "kind", "resources", _STRATEGIC, _JSON)
_ENTRY_FIELDS = ("path", "target")
_TARGET_FIELDS = ("group", "kind", "name", "namespace", "version")
_PODS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
_MALFORMED, _PATCH = "kustomization_malformed", "patch_malformed"

#: The identity of an object: group and version, kind, namespace, name.
_Identity = t.Tuple[str, str, str, str]


@dataclass(frozen=True)
class Kustomization:
    """The patches of a folder for static pods, in the order in which they are applied.

    ``unmatched`` are the files with patches for other objects; ``has_resources`` is true if the folder has resources, which are ignored.
    """

    patches: tuple[Patch, ...] = ()
    unmatched: tuple[str, ...] = ()
    has_resources: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        notes = []
        if self.unmatched:
            notes.append(
                f"Kustomize patches in these files do not match a static pod and were ignored: "
                f"{', '.join(self.unmatched)}; they must be for a Pod of v1 in kube-system named {' or '.join(_PODS)}."
            )
        if self.has_resources:
            notes.append("The resources of the kustomization were ignored: the static pods replace them.")
        return tuple(notes)


@dataclass(frozen=True)
class _Entry:
    """A file in a kustomization; ``identity`` is that of its target, None if the file itself contains it."""

    path: str
    identity: _Identity | None = None


def find_kustomization(names: t.Iterable[str]) -> str | None:
    """The kustomization file among the files of a folder. Raises ``kustomization_malformed`` if there are several."""
    found = sorted(set(names) & set(KUSTOMIZATION_FILES))
    if len(found) > 1:
        raise _malformed(
            f"the folder has {' and '.join(found)}, expected only one of them; remove the others", found[0]
        )
    return found[0] if found else None


def list_patch_files(names: t.Iterable[str], text: str | None) -> list[str]:
    """The patch files of a folder: those in the kustomization with this text, or without one, all files directly in the folder.

    Raises ``kustomization_malformed`` and ``kustomization_unsupported``.
    """
    if text is None:
        return sorted(name for name in names if "/" not in name)
    entries, _has_resources = _parse_kustomization(text)
    return list(dict.fromkeys(entry.path for entry in entries))


def parse_kustomize_files(files: t.Iterable[File]) -> Kustomization:
    """Parse the files of a folder, each with its relative path and its text, in any order.

    Raises ``kustomization_malformed``, ``kustomization_unsupported`` for unsupported fields,
    ``patches_missing`` for a missing file, and ``patch_malformed``.
    """
    texts = dict(files)
    name = find_kustomization(texts)
    if name is None:
        entries, has_resources = [_Entry(path) for path in list_patch_files(texts, None)], False
    else:
        entries, has_resources = _parse_kustomization(texts[name])
    found: list[Patch] = []
    for entry in entries:
        if entry.path not in texts:
            raise JoinError(
                "patches_missing",
                f"Cannot read the patch {entry.path} of the kustomization: there is no such file in its folder; add it "
                "to the folder, or remove it from the kustomization.",
                path=entry.path,
            )
        found.extend(
            _parse_json(entry, texts[entry.path]) if entry.identity else _parse_strategic(entry, texts[entry.path])
        )
    unmatched = sorted({patch.path for patch in found if not patch.target})
    return Kustomization(tuple(patch for patch in found if patch.target), tuple(unmatched), has_resources)


def _parse_kustomization(text: str) -> tuple[list[_Entry], bool]:
    """The files in the kustomization, strategic merge patches first, and whether it has resources."""
    value = parse_yaml(text, what="the kustomization", code=_MALFORMED, is_strict=True)
    value = {} if value is None else value
    if not isinstance(value, dict) or not text:
        raise _malformed(f"it is {kind_of(value)}, expected a mapping", "")
    _refuse_unsupported(value, _FIELDS, "")
    for field, expected in (("apiVersion", _API_VERSION), ("kind", _KIND)):
        if value.get(field) not in (None, "", expected):
            raise _malformed(f"its {field} is another one than {expected}", field)
    strategic = [_Entry(_path(path, _STRATEGIC)) for path in _list(value, _STRATEGIC)]
    json = [_parse_entry(entry, f"{_JSON}[{at}]") for at, entry in enumerate(_list(value, _JSON))]
    return [*strategic, *json], bool(value.get("resources"))


def _parse_entry(entry: t.Any, where: str) -> _Entry:
    if not isinstance(entry, dict) or not isinstance(entry.get("target"), dict):
        raise _malformed(f"{where} is {kind_of(entry)}, expected a mapping with target and path", where)
    _refuse_unsupported(entry, _ENTRY_FIELDS, where)
    target = entry["target"]
    _refuse_unsupported(target, _TARGET_FIELDS, f"{where}.target")
    version = "/".join(filter(None, (text_at(target, "group"), text_at(target, "version"))))
    identity = (version, *(text_at(target, field) for field in ("kind", "namespace", "name")))
    return _Entry(_path(entry.get("path"), f"{where}.path"), t.cast("_Identity", identity))


def _list(value: t.Mapping[str, t.Any], field: str) -> list[t.Any]:
    found = value.get(field) or []
    if not isinstance(found, list):
        raise _malformed(f"{field} is {kind_of(found)}, expected a list", field)
    return found


def _path(value: t.Any, where: str) -> str:
    """A normalized path in the folder."""
    path = posixpath.normpath(value) if isinstance(value, str) and value else ""
    if not path or path.startswith(("/", "../")) or path in (".", "..") or "\n" in path:
        raise _malformed(f"{where} has {kind_of(value)}, expected the path of a file in the folder or below it", where)
    return path


def _refuse_unsupported(value: t.Mapping[str, t.Any], known: t.Sequence[str], where: str) -> None:
    fields = [render_path((where, name) if where else (name,)) for name in value if name not in known]
    if fields:
        raise JoinError(
            "kustomization_unsupported",
            f"Cannot use the kustomization: it has {', '.join(fields)}, and only {_STRATEGIC} and {_JSON} with files, and group, version, "
            "kind, namespace and name of a target are supported; write these fields as patches, or build the kustomization with "
            "kustomize and use the result as patches.",
            fields=fields,
        )


def _malformed(problem: str, field: str) -> JoinError:
    return JoinError(_MALFORMED, f"Cannot use the kustomization: {problem}.", field=field)


def _parse_strategic(entry: _Entry, text: str) -> t.Iterator[Patch]:
    for value in parse_patch_documents(entry.path, text):
        for patch in _expand(value):
            if not text_at(patch, "kind") or not text_at(patch, "metadata", "name"):
                raise JoinError(
                    _PATCH,
                    f"Cannot use the patch {entry.path} for kustomize: expected an object with kind and metadata.name, which "
                    "identify its target; add them, or remove the file.",
                    file=entry.path,
                )
            yield Patch(entry.path, _pod_of(_identity_of(patch)), "strategic", patch)


def _expand(value: t.Any) -> list[t.Any]:
    """The items of a List, or the value itself; empty for an empty document."""
    if value is None:
        return []
    if text_at(value, "kind").endswith("List") and isinstance(mapping_at(value).get("items"), list):
        return list(value["items"])
    return [value]


def _parse_json(entry: _Entry, text: str) -> t.Iterator[Patch]:
    documents = parse_patch_documents(entry.path, text)
    if len(documents) != 1:
        raise JoinError(
            _PATCH,
            f"Cannot use the patch {entry.path} for kustomize: it has {len(documents)} documents, expected one with a list of "
            "operations; correct it.",
            file=entry.path,
        )
    yield Patch(entry.path, _pod_of(t.cast("_Identity", entry.identity)), "json", documents[0])


def _identity_of(value: t.Any) -> _Identity:
    metadata = mapping_at(value, "metadata")
    return (
        text_at(value, "apiVersion"),
        text_at(value, "kind"),
        text_at(metadata, "namespace"),
        text_at(metadata, "name"),
    )


def _pod_of(identity: _Identity) -> str:
    """The name of the static pod with this identity, empty for another object."""
    return identity[3] if identity[:3] == ("v1", "Pod", "kube-system") and identity[3] in _PODS else ""


def read_kustomization(host: Files, folder: str, files: t.Iterable[File] = ()) -> Kustomization:
    """The kustomization in a folder, empty if the name is empty; ``files`` are the files of a folder on the controller.

    Raises ``patches_missing``, ``file_not_read`` and the errors of `parse_kustomize_files`.
    """
    return parse_kustomize_files([*(read_kustomize_files(host, folder) if folder else ()), *files])


def read_kustomize_files(host: Files, folder: str) -> list[File]:
    """The kustomization in a folder and its patches, or without one, the files directly in the folder."""
    names = list_folder(host, folder, "experimental_kustomize", "kustomize_files")
    kustomization = find_kustomization(names)
    if kustomization is None:
        return [(name, read_patch_text(host, f"{folder}/{name}")) for name in list_patch_files(names, None)]
    text = read_patch_text(host, f"{folder}/{kustomization}")
    patches = [name for name in list_patch_files(names, text) if name in names]
    return [(kustomization, text), *((name, read_patch_text(host, f"{folder}/{name}")) for name in patches)]
