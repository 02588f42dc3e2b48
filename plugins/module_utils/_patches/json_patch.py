# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7386) for JSON values, as implemented by kubeadm's library.

Where that library deviates from the RFCs, this module follows the library; tests/differential/goldens/patches records its results.
"""

from __future__ import annotations

import re
import typing as t

from .._formats.go_structs import kind_of

__all__ = ("apply_json_patch", "apply_merge_patch", "is_same")

# Limits, because each copy can double the size of a document.
_MOST_COPIED = 50_000
_MOST_OPERATIONS = 10_000
_MOST_LEVELS = 64

_INDEX = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)

Parts = t.List[str]


def is_same(left: t.Any, right: t.Any) -> bool:
    """Whether two JSON values are equal and of the same type; in Python, 1 also equals 1.0 and True."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(is_same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(is_same, left, right))
    return type(left) is type(right) and bool(left == right)


def apply_merge_patch(document: t.Any, patch: t.Any) -> t.Any:
    """Apply a merge patch to a document: nulls remove keys, mappings are merged, and other values replace.

    Raises ValueError for a patch that is neither a mapping nor a list.
    """
    if not isinstance(patch, (dict, list)):
        raise ValueError(f"the patch is {kind_of(patch)}, expected a mapping")
    return _without_nulls(patch) if isinstance(patch, list) else _merged(document, patch)


def _merged(document: t.Any, patch: t.Any) -> t.Any:
    if not isinstance(document, dict):
        return _without_nulls(patch)
    if not isinstance(patch, dict):
        return patch
    merged = dict(document)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif merged.get(key) is None:
            merged[key] = _without_nulls(value)
        else:
            merged[key] = _merged(merged[key], value)
    return merged


def _without_nulls(value: t.Any) -> t.Any:
    """Nulls are removed from mappings, including mappings in lists. A null element of a list is kept."""
    if isinstance(value, dict):
        return {key: _without_nulls(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_without_nulls(part) for part in value]
    return value


def apply_json_patch(document: t.Any, operations: t.Any) -> t.Any:
    """Apply a list of operations to a document. Raises a ValueError that names the failed operation."""
    if operations is None:
        return document
    if not isinstance(operations, list):
        raise ValueError("expected a list of operations such as {op: replace, path: /maxPods, value: 50}")
    if len(operations) > _MOST_OPERATIONS:
        raise ValueError(f"it has {len(operations)} operations, more than {_MOST_OPERATIONS}")
    patcher = _Patcher(document)
    for number, operation in enumerate(operations, 1):
        try:
            patcher.apply(operation)
        except ValueError as exc:
            raise ValueError(f"operation {number}{_name(operation)}: {exc}") from None
    return patcher.document


def _name(operation: t.Any) -> str:
    if not isinstance(operation, dict):
        return ""
    return f" ({operation.get('op')} {operation.get('path')})"


class _Patcher:
    """A document to which operations are applied. Values are never changed in place, because they may be shared."""

    def __init__(self, document: t.Any) -> None:
        self.document = document
        self._copied = 0

    def apply(self, operation: t.Any) -> None:
        if not isinstance(operation, dict):
            raise ValueError("expected a mapping with op and path")
        work = {
            "add": self._add,
            "copy": self._copy,
            "move": self._move,
            "remove": self._remove,
            "replace": self._replace,
            "test": self._test,
        }.get(str(operation.get("op")))
        if work is None:
            raise ValueError(f"op is {operation.get('op')!r}, expected add, remove, replace, move, copy or test")
        work(operation)

    def _add(self, operation: dict[str, t.Any]) -> None:
        self._put(_pointer(operation, "path"), operation.get("value"))

    def _replace(self, operation: dict[str, t.Any]) -> None:
        value = operation.get("value")
        if operation.get("path") == "":
            if not isinstance(value, (dict, list)):
                raise ValueError(f"the whole document would be {kind_of(value)}, expected a mapping")
            self.document = value
            return
        parts = _pointer(operation, "path")
        _find(self.document, parts)
        self.document = _changed(self.document, parts, lambda inner, key: _replaced(inner, key, value))
        self._bound(parts, value)

    def _remove(self, operation: dict[str, t.Any]) -> None:
        self.document = _changed(self.document, _pointer(operation, "path"), _removed)

    def _move(self, operation: dict[str, t.Any]) -> None:
        source = _pointer(operation, "from")
        value = _find(self.document, source)
        self.document = _changed(self.document, source, _removed)
        self._put(_pointer(operation, "path"), value)

    def _copy(self, operation: dict[str, t.Any]) -> None:
        value = _find(self.document, _pointer(operation, "from"))
        self._copied += _size(value)
        if self._copied > _MOST_COPIED:
            raise ValueError(f"the patch copies more than {_MOST_COPIED} values")
        self._put(_pointer(operation, "path"), value)

    def _test(self, operation: dict[str, t.Any]) -> None:
        expected = operation.get("value")
        whole = operation.get("path") == ""
        found = self.document if whole else _find(self.document, _pointer(operation, "path"))
        if not is_same(found, expected):
            raise ValueError("the value is another one than expected")

    def _put(self, parts: Parts, value: t.Any) -> None:
        self.document = _changed(self.document, parts, lambda inner, key: _added(inner, key, value))
        self._bound(parts, value)

    def _bound(self, parts: Parts, value: t.Any) -> None:
        if len(parts) + _depth(value) > _MOST_LEVELS:
            raise ValueError(f"it makes the document deeper than {_MOST_LEVELS} levels")


def _pointer(operation: dict[str, t.Any], field: str) -> Parts:
    pointer = operation.get(field)
    if not isinstance(pointer, str) or "/" not in pointer:
        raise ValueError(f"{field} is {pointer!r}, expected something like /evictionHard/memory.available")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _find(document: t.Any, parts: Parts) -> t.Any:
    """The value at a path; null for a missing key of an existing mapping."""
    *parents, last = parts
    for part in parents:
        document = document[_place(document, part)]
    return document.get(last) if isinstance(document, dict) else document[_place(document, last)]


def _place(inner: t.Any, key: str) -> t.Any:
    """The key or index of an existing value."""
    if isinstance(inner, dict) and key in inner:
        return key
    if isinstance(inner, list):
        return _index(key, len(inner))
    raise ValueError(f"there is no {key!r}")


def _index(key: str, size: int) -> int:
    """A list index, which may be negative to count from the end."""
    if not _INDEX.fullmatch(key):
        raise ValueError(f"{key!r} is not an index of a list")
    index = int(key)
    if not -size <= index < size:
        raise ValueError(f"there is no element {key} in a list of {size}")
    return index % size


def _changed(document: t.Any, parts: Parts, change: t.Callable[[t.Any, str], t.Any]) -> t.Any:
    """The document, with ``change`` applied to the value that contains the last part of the path."""
    if len(parts) == 1:
        return change(document, parts[0])
    inner = document[_place(document, parts[0])]
    return _replaced(document, parts[0], _changed(inner, parts[1:], change))


def _replaced(inner: t.Any, key: str, value: t.Any) -> t.Any:
    if isinstance(inner, dict):
        return {**inner, key: value}
    place = _place(inner, key)
    return [*inner[:place], value, *inner[place + 1 :]]


def _removed(inner: t.Any, key: str) -> t.Any:
    place = _place(inner, key)
    if isinstance(inner, dict):
        return {name: value for name, value in inner.items() if name != place}
    return [*inner[:place], *inner[place + 1 :]]


def _added(inner: t.Any, key: str, value: t.Any) -> t.Any:
    if isinstance(inner, dict):
        return {**inner, key: value}
    if not isinstance(inner, list):
        raise ValueError(f"{key!r} can only be added to a mapping or a list")
    place = len(inner) if key == "-" else _index(key, len(inner) + 1)
    return [*inner[:place], value, *inner[place:]]


def _size(value: t.Any) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_size, parts))


def _depth(value: t.Any) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, parts), default=0)
