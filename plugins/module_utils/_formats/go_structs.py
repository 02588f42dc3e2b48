# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""Structs of Kubernetes' API, as Go decodes and encodes them in JSON; tables generated from the Go types describe them.

Unknown fields are dropped or refused, and values of the wrong type are refused. Empty values are omitted or written, as the
field's tag says. Durations and quantities are normalized.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .._core.errors import NOT_DISPLAYED
from .go_quantities import normalize_duration, normalize_quantity

__all__ = (
    "Field",
    "Fields",
    "Path",
    "Problem",
    "WrongValueError",
    "kind_of",
    "normalize_struct",
    "parse_types",
    "render_path",
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
_DURATION = "a duration such as 30s or 1h5m"
_QUANTITY = "a quantity such as 100Mi or 500m"
_EXPECTED = {
    "Duration": _DURATION,
    "TimeOrMetaDuration": _DURATION,
    "Quantity": _QUANTITY,
    "QuantityValue": _QUANTITY,
}
_SPELLINGS = {
    "Duration": normalize_duration,
    "TimeOrMetaDuration": normalize_duration,
    "Quantity": normalize_quantity,
    "QuantityValue": normalize_quantity,
}
_NAME = re.compile(r"[\w./-]{1,253}")
#: Marks an omitted field and a refused value.
_OMITTED = object()

Fields = t.Mapping[str, "Field"]
#: The position of a value in a document: the keys and list indexes that lead to it.
Path = t.Tuple[t.Union[str, int], ...]


@dataclass(frozen=True)
class Field:
    """One field: its Go type, whether it is written when empty, and the fields of its struct, if any.

    ``strategies`` and ``merge_key`` are its tags for strategic merge patches.
    """

    kind: str
    always: bool
    fields: dict[str, Field]
    strategies: tuple[str, ...] = ()
    merge_key: str = ""


@dataclass(frozen=True)
class Problem:
    """A value that its field cannot hold, and the expected value. For an unknown field, ``known`` lists the existing fields."""

    path: Path
    value: t.Any
    expected: str = ""
    known: t.Optional[tuple[str, ...]] = None

    def describe(self) -> str:
        """Describe the problem as a clause, without the value, which may be secret."""
        if self.known is not None:
            return f"there is no such field, only {', '.join(self.known)}"
        return f"it is {kind_of(self.value)}, expected {self.expected}"


class WrongValueError(ValueError):
    """A value is not valid; ``problems`` lists all its problems."""

    def __init__(self, problems: t.Sequence[Problem]) -> None:
        super().__init__(
            "; ".join(f"{render_path(problem.path) or 'the document'}: {problem.describe()}" for problem in problems)
        )
        self.problems = tuple(problems)


def parse_types(table: str, version: str) -> dict[str, Field]:
    """Return the fields of the first type in a table of types, for one version.

    A type is one line with its name, followed by one indented line per field: `name type [always] [strategy=…] [key=…]
    [in=VERSION,…]`.
    """
    lines = table.splitlines()
    types: dict[str, dict[str, Field]] = {line: {} for line in lines if line[0] != " "}
    fields: dict[str, Field] = {}
    for line in lines:
        if line in types:
            fields = types[line]
            continue
        name, kind, *words = line[1:].split(" ")
        options = dict(word.partition("=")[::2] for word in words) if words else {}
        if "in" in options and version not in options["in"].split(","):
            continue
        inner = kind.replace("map[string]", "").lstrip("*[]")
        if inner in types:  # if the type follows below, its fields are added to the same mapping later
            kind = kind[: -len(inner)] + "struct"
        strategies = tuple(options["strategy"].split(",")) if "strategy" in options else ()
        fields[name] = Field(kind, "always" in options, types.get(inner, {}), strategies, options.get("key", ""))
    return next(iter(types.values()))


def normalize_struct(value: t.Any, fields: Fields, *, is_strict: bool = False) -> dict[str, t.Any]:
    """Convert a value as a struct with these fields does, ready for rendering.

    Raises WrongValueError. Unknown fields are dropped, or refused if ``is_strict`` is true.
    """
    reader = _Reader(is_strict)
    result = reader.struct(value, fields, ())
    if reader.problems:
        raise WrongValueError(reader.problems)
    return t.cast("dict[str, t.Any]", result)


class _Reader:
    """Converts values to their types and collects ``problems``."""

    def __init__(self, is_strict: bool) -> None:
        self._is_strict = is_strict
        self.problems: list[Problem] = []

    def struct(self, value: t.Any, fields: Fields, path: Path) -> t.Any:
        if value is None:
            value = {}
        if not isinstance(value, t.Mapping):
            return self._wrong(path, value, "a mapping")
        if self._is_strict:
            unknown = (name for name in value if name not in fields)
            self.problems.extend(Problem((*path, name), value[name], known=tuple(sorted(fields))) for name in unknown)
        result = {}
        for name, field in fields.items():
            item = self._field(value.get(name), name in value, field, (*path, name))
            if item is not _OMITTED:
                result[name] = item
        return result

    def _field(self, value: t.Any, provided: bool, field: Field, path: Path) -> t.Any:
        """Return the value to write, or ``_OMITTED``."""
        kind = field.kind
        if kind.startswith("*"):
            if value is None:
                return None if field.always else _OMITTED
            return self._convert(value, kind[1:], field, path)
        if kind == "struct":
            return self.struct(value, field.fields, path)
        if kind == "Time" and value is None:
            return None if field.always else _OMITTED
        if kind == "Duration":  # null is not a duration; a missing field is the default
            return self._scalar("" if value is None else value, kind, path) if provided else "0s"
        if kind == "TimeOrMetaDuration":
            return 0 if value is None else self._scalar(value, kind, path)
        if kind == "QuantityValue":
            return "0" if value is None else self._scalar(value, kind, path)
        result = None if value is None else self._convert(value, kind, field, path)
        if result in (None, "", 0, [], {}) and not field.always:
            return _OMITTED
        return _SCALARS.get(kind) if result is None else result

    def _convert(self, value: t.Any, kind: str, field: Field, path: Path) -> t.Any:
        """Convert a value that is not null to its type."""
        if kind == "struct":
            return self.struct(value, field.fields, path)
        if kind.startswith("[]"):
            if not isinstance(value, list):
                return self._wrong(path, value, "a list")
            return [self._element(item, kind[2:], field, (*path, at)) for at, item in enumerate(value)]
        if kind.startswith("map[string]"):
            if not isinstance(value, t.Mapping):
                return self._wrong(path, value, "a mapping")
            element = kind[len("map[string]") :]
            for key in value:
                if not isinstance(key, str):
                    self._wrong((*path, key), key, "a text as key")
            return {key: self._element(item, element, field, (*path, key)) for key, item in value.items()}
        return self._scalar(value, kind, path)

    def _element(self, value: t.Any, kind: str, field: Field, path: Path) -> t.Any:
        """Convert an element of a list or mapping. Null becomes the empty value of its type."""
        if value is None:
            if kind in _SCALARS:
                return _SCALARS[kind]
            if kind == "Quantity":
                return "0"
            if kind != "struct":
                return None
        return self._convert(value, kind, field, path)

    def _scalar(self, value: t.Any, kind: str, path: Path) -> t.Any:
        if kind == "FieldsV1":
            return value
        if kind == "IntOrString" and not isinstance(value, str):
            kind = "int32"
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        is_whole = is_number and isinstance(value, int)
        if kind in _INTEGERS:
            fits = is_whole and int(value) in _INTEGERS[kind]  # `in` is slow for subclasses of int in a range
            return value if fits else self._wrong(path, value, f"a whole number of type {kind}")
        if kind == "float64":
            return float(value) if is_number else self._wrong(path, value, "a number")
        if kind == "bool":
            return value if isinstance(value, bool) else self._wrong(path, value, "true or false")
        if kind == "TimeOrMetaDuration" and is_whole:
            return value  # nanoseconds
        if kind in ("Quantity", "QuantityValue") and is_number:
            value = str(value)
        if not isinstance(value, str):
            return self._wrong(path, value, _EXPECTED.get(kind, "a text"))
        try:
            return _SPELLINGS[kind](value) if kind in _SPELLINGS else value
        except ValueError:
            return self._wrong(path, value, _EXPECTED[kind])

    def _wrong(self, path: Path, value: t.Any, expected: str) -> t.Any:
        self.problems.append(Problem(path, value, expected))
        return _OMITTED


def unknown_fields(value: t.Any, fields: Fields) -> list[str]:
    """Return the paths of the parts of a value that are not fields of its struct."""
    reader = _Reader(is_strict=True)
    reader.struct(value, fields, ())
    return [render_path(problem.path) for problem in reader.problems if problem.known is not None]


def render_path(path: Path) -> str:
    """Format a path in the usual notation: `spec.containers[0].name`. Only keys that look like names are displayed."""
    names = (part if isinstance(part, int) or _NAME.fullmatch(str(part)) else NOT_DISPLAYED for part in path)
    text = "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in names)
    return text.lstrip(".")


def kind_of(value: t.Any) -> str:
    """Name the type of a value without repeating the value."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true or false"
    names = ((str, "a text"), (int, "a number"), (float, "a number"), (list, "a list"), (t.Mapping, "a mapping"))
    return next((name for kind, name in names if isinstance(value, kind)), type(value).__name__)
