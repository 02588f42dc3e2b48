# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Reads values in the types that a configuration's fields have, and tells all that do not fit, each with its place."""

from __future__ import annotations

import typing as t

from ...module_utils._formats.go_quantities import normalize_duration
from ...module_utils._formats.yaml_reader import Path

__all__ = ("StrictReader",)

_SCALARS: dict[str, tuple[type[t.Any], str]] = {
    "string": (str, "a text"),
    "duration": (str, "a duration such as 30s"),
    "bool": (bool, "true or false"),
    "int32": (int, "a whole number"),
}


class StrictReader:
    """Reads values in their types; ``problems`` are those that do not fit: field, line and what is wrong."""

    def __init__(self, lines: t.Mapping[Path, int]) -> None:
        self._lines = lines
        self.problems: list[dict[str, t.Any]] = []

    def read(self, value: t.Any, kind: t.Any, path: Path) -> t.Any:
        """``value`` as one of ``kind``, None for what is wrong; null is an absent value, as in Go."""
        if value is None:
            return None
        if isinstance(kind, dict):
            return self._struct(value, kind, path)
        if isinstance(kind, list):
            if not isinstance(value, list):
                return self._wrong(path, f"it is {_kind_of(value)}, expected a list")
            return [self.read(item, kind[0], (*path, at)) for at, item in enumerate(value)]
        return self._scalar(value, kind, path)

    def _struct(self, value: t.Any, kind: dict[str, t.Any], path: Path) -> t.Any:
        if not isinstance(value, dict):
            return self._wrong(path, f"it is {_kind_of(value)}, expected a mapping")
        read = {}
        for name, item in value.items():
            item_kind = kind.get("", kind.get(name))
            if item_kind is None:
                self._wrong((*path, name), f"there is no such field, only {', '.join(sorted(kind))}")
            else:
                read[name] = self.read(item, item_kind, (*path, name))
        return {name: item for name, item in read.items() if item is not None}

    def _scalar(self, value: t.Any, kind: str, path: Path) -> t.Any:
        expected, words = _SCALARS[kind]
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            return self._wrong(path, f"it is {_kind_of(value)}, expected {words}")
        if kind == "duration":
            try:
                return normalize_duration(str(value))
            except ValueError as exc:
                return self._wrong(path, str(exc))
        return value

    def _wrong(self, path: Path, problem: str) -> None:
        line = next((self._lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self._lines), None)
        self.problems.append({"field": _dotted(path), "line": line, "problem": problem})


def _kind_of(value: t.Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = ((str, "a text"), (int, "a number"), (float, "a number"), (list, "a list"), (dict, "a mapping"))
    return next((name for kind, name in names if isinstance(value, kind)), type(value).__name__)


def _dotted(path: Path) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")
