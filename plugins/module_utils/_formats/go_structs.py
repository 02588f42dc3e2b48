# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Structs of Kubernetes' API as Go reads and writes them in JSON, by tables that were printed from the types themselves.

What follows from a struct: a field that it does not have is left out, a value of the wrong type is refused, an empty one
is dropped or written as the field's tag has it, durations and quantities are respelled.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .go_quantities import normalize_duration, normalize_quantity

__all__ = (
    "Field",
    "Fields",
    "WrongValueError",
    "normalize_struct",
    "parse_field_paths",
    "parse_types",
    "unknown_fields",
)

_INTEGERS = {
    "int32": range(-(2**31), 2**31),
    "int64": range(-(2**63), 2**63),
    "uint32": range(2**32),
}
_SCALARS: dict[str, t.Any] = {
    "string": "",
    "bool": False,
    "float64": 0,
    "IntOrString": 0,
    **dict.fromkeys(_INTEGERS, 0),
}
_OMITTED = object()

Fields = t.Mapping[str, "Field"]


@dataclass(frozen=True)
class Field:
    """One field: its type in Go, whether it is written when empty, and the fields of the struct in it, if any.

    ``strategies`` and ``merge_key`` are what its tags tell of strategic merge patches.
    """

    kind: str
    always: bool
    fields: dict[str, Field]
    strategies: tuple[str, ...] = ()
    merge_key: str = ""


class WrongValueError(ValueError):
    """A value that its field cannot hold: ``path`` is empty for the whole."""

    def __init__(self, path: str, value: t.Any, expected: str) -> None:
        super().__init__(f"{path or 'the whole'} is {value!r}, expected {expected}")
        self.path = path
        self.value = value
        self.expected = expected


def parse_field_paths(table: str, minor: str) -> dict[str, Field]:
    """A table of one field a line, by its path from the root: `path type [always] [in=MINOR,…]`."""
    root: dict[str, Field] = {}
    for path, field in _lines(table.splitlines(), minor):
        *parents, name = path.split(".")
        level = root
        for parent in parents:
            level = level[parent].fields
        level[name] = field
    return root


def parse_types(table: str, minor: str) -> dict[str, Field]:
    """A table of types, each a line with its name and one for each field, indented; the first type is the root.

    Fields are written as in `parse_field_paths`, with `strategy=…` and `key=…` besides.
    """
    types: dict[str, list[str]] = {}
    name = ""
    for line in table.splitlines():
        if line.startswith(" "):
            types[name].append(line[1:])
        else:
            name = line
            types[name] = []
    known: dict[str, dict[str, Field]] = {name: {} for name in types}
    for name, lines in types.items():
        for path, field in _lines(lines, minor):
            inner = field.kind.replace("map[string]", "").lstrip("*[]")
            if inner in known:  # the type may not have been read yet: its fields come into the same mapping
                field = Field(
                    field.kind[: -len(inner)] + "struct", field.always, known[inner], field.strategies, field.merge_key
                )
            known[name][path] = field
    return known[next(iter(types))]


def _lines(lines: t.Iterable[str], minor: str) -> t.Iterator[tuple[str, Field]]:
    for line in lines:
        path, kind, *rest = line.split(" ")
        options = dict(word.partition("=")[::2] for word in rest)
        if minor in options.get("in", minor).split(","):
            strategies = tuple(options.get("strategy", "").split(",")) if "strategy" in options else ()
            yield path, Field(kind, "always" in options, {}, strategies, options.get("key", ""))


def normalize_struct(value: t.Any, fields: Fields, path: str = "") -> dict[str, t.Any]:
    """What a struct with these fields makes of a value, ready to be rendered. Raises WrongValueError."""
    if value is None:
        value = {}
    if not isinstance(value, t.Mapping):
        raise WrongValueError(path, value, "a mapping")
    result = {}
    for name, field in fields.items():
        item = _normalize(value.get(name), name in value, field.kind, field, f"{path}.{name}" if path else name)
        if item is not _OMITTED:
            result[name] = item
    return result


def _normalize(value: t.Any, provided: bool, kind: str, field: Field, path: str) -> t.Any:
    """The value as it is written, or ``_OMITTED``."""
    if kind.startswith("*"):
        if value is None:
            return None if field.always else _OMITTED
        return _convert(value, kind[1:], field, path)
    if kind == "struct":
        return normalize_struct(value, field.fields, path)
    if kind == "Time" and value is None:
        return None if field.always else _OMITTED
    if kind == "Duration":  # a null is not a duration, unlike a field that is not there
        return _convert("" if value is None else value, kind, field, path) if provided else "0s"
    if kind == "TimeOrMetaDuration":
        return 0 if value is None else _convert(value, kind, field, path)
    if kind == "QuantityValue":
        return "0" if value is None else _convert(value, kind, field, path)
    result = None if value is None else _convert(value, kind, field, path)
    if result in (None, "", 0, [], {}) and not field.always:
        return _OMITTED
    return _SCALARS.get(kind) if result is None else result


def _convert(value: t.Any, kind: str, field: Field, path: str) -> t.Any:
    """A value that is there, in its type."""
    if kind == "struct":
        return normalize_struct(value, field.fields, path)
    if kind.startswith("[]"):
        if not isinstance(value, list):
            raise WrongValueError(path, value, "a list")
        return [_convert_element(item, kind[2:], field, f"{path}[{at}]") for at, item in enumerate(value)]
    if kind.startswith("map[string]"):
        if not isinstance(value, t.Mapping):
            raise WrongValueError(path, value, "a mapping")
        element = kind[len("map[string]") :]
        return {key: _convert_element(item, element, field, f"{path}.{key}") for key, item in value.items()}
    return _convert_scalar(value, kind, path)


def _convert_element(value: t.Any, kind: str, field: Field, path: str) -> t.Any:
    """An element of a list or mapping: nothing in its place is its type's empty value."""
    if value is None:
        if kind in _SCALARS:
            return _SCALARS[kind]
        if kind == "Quantity":
            return "0"
        if kind != "struct":
            return None
    return _convert(value, kind, field, path)


def _convert_scalar(value: t.Any, kind: str, path: str) -> t.Any:
    if kind == "FieldsV1":
        return value
    if kind == "IntOrString" and not isinstance(value, str):
        kind = "int32"
    if kind in _INTEGERS:
        if isinstance(value, bool) or not isinstance(value, int) or value not in _INTEGERS[kind]:
            raise WrongValueError(path, value, f"a whole number of type {kind}")
        return value
    if kind == "float64":
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise WrongValueError(path, value, "a number")
        return float(value)
    if kind == "bool":
        if not isinstance(value, bool):
            raise WrongValueError(path, value, "true or false")
        return value
    if kind == "TimeOrMetaDuration" and isinstance(value, int) and not isinstance(value, bool):
        return value  # nanoseconds
    if kind in ("Quantity", "QuantityValue") and isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise WrongValueError(path, value, "a text")
    try:
        if kind in ("Duration", "TimeOrMetaDuration"):
            return normalize_duration(value)
        if kind in ("Quantity", "QuantityValue"):
            return normalize_quantity(value)
    except ValueError as exc:
        raise WrongValueError(path, value, f"a value of type {kind}") from exc
    return value


def unknown_fields(value: t.Any, fields: Fields, path: str = "") -> t.Iterator[str]:
    """The paths of what stands in a value and is no field of its struct."""
    for name, part in value.items() if isinstance(value, t.Mapping) else ():
        here = f"{path}.{name}" if path else str(name)
        if name not in fields:
            yield here
            continue
        field = fields[name]
        if field.kind.endswith("[]struct"):
            for at, item in enumerate(part if isinstance(part, list) else ()):
                yield from unknown_fields(item, field.fields, f"{here}[{at}]")
        elif field.kind.lstrip("*") == "struct":
            yield from unknown_fields(part, field.fields, here)
