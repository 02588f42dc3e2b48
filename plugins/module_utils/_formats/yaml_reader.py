# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Reads YAML as Kubernetes' own tools (Go, sigs.k8s.io/yaml) do: as JSON values in YAML syntax.

PyYAML parses the syntax. This module resolves plain scalars, because PyYAML and Go differ: `y` is true in Go and a string in
PyYAML; `1:30` is a string in Go and a number in PyYAML. The tests compare the results with Go's.
"""

from __future__ import annotations

import math
import re
import typing as t
from dataclasses import dataclass

try:
    import yaml
except ImportError:
    pass  # the adapter reports what is missing

from .._core.errors import JoinError
from .go_values import decode_base64, resolve_scalar
from .yaml_scanner import go_loader

if t.TYPE_CHECKING:
    from .go_structs import Path

__all__ = ("YamlDocument", "parse_yaml", "parse_yaml_document", "parse_yaml_documents")

# The maximum size of a ConfigMap. Documents written by kubeadm have at most ten levels.
_MAX_CHARACTERS = 1024 * 1024
_MAX_DEPTH = 64
# The values behind an alias count each time the alias is used; so do the characters of strings.
_MAX_VALUES = 50_000

_BINARY = "tag:yaml.org,2002:binary"
#: The types of scalars with these tags.
_TAGS: dict[t.Any, tuple[type, ...]] = {
    "tag:yaml.org,2002:null": (type(None),),
    "tag:yaml.org,2002:bool": (bool,),
    "tag:yaml.org,2002:int": (int,),
    "tag:yaml.org,2002:float": (int, float),
}
#: What PyYAML quotes in an error: a part of the text, unless it is a single character or the name of a token.
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"[^\"]*\"")
#: A name of a field, which cannot be a secret.
_FIELD = re.compile(r"<<|[A-Za-z]{1,40}")
_HARMLESS = re.compile(r".(?:.|\\.\w{0,8}|<[a-z ]+>).")


@dataclass(frozen=True)
class YamlDocument:
    """One document of a text: its value, and the line of each value or its key by path, counted from 1.

    ``is_empty`` is whether it has no content, such as the document after a separator at the end of a text.
    """

    value: t.Any
    lines: t.Mapping[Path, int]
    is_empty: bool = False


def parse_yaml(text: str, *, what: str, code: str = "invalid_yaml", is_strict: bool = False) -> t.Any:
    """Read YAML as Go does: a value of dicts with string keys, lists, strings, numbers, booleans and None.

    As in Go, only the first document counts, of a key that is set twice the last one counts, and merge keys (`<<`) are set
    at their place. Set ``is_strict`` for a user's own file: a second document and a key that is set twice are then refused.
    Size, depth and aliases are limited, because the text may come from another machine.

    ``what`` names the text in errors, which have the code ``code``. Raises JoinError with ``line`` and ``column``. Errors
    repeat no part of the text but names of fields, because it may contain secrets.
    """
    return parse_yaml_document(text, what=what, code=code, is_strict=is_strict).value


def parse_yaml_document(text: str, *, what: str, code: str = "invalid_yaml", is_strict: bool = False) -> YamlDocument:
    """Read one document as `parse_yaml` does, with the lines of its values. A text without a document is null."""
    documents = _read(text, what, code, is_strict)
    first = next(documents, YamlDocument(None, {}))
    second = next((document for document in documents if not document.is_empty), None) if is_strict else None
    if second is not None:
        raise _error(code, what, "a second document starts, expected only one", second.lines[()], 1)
    return first


def parse_yaml_documents(
    text: str, *, what: str, code: str = "invalid_yaml", is_strict: bool = False
) -> list[YamlDocument]:
    """Read all documents of a text that are not empty, each as `parse_yaml` does."""
    return [document for document in _read(text, what, code, is_strict) if not document.is_empty]


def _read(text: str, what: str, code: str, is_strict: bool) -> t.Iterator[YamlDocument]:
    reader = _Reader(what, code, is_strict)
    if len(text) > _MAX_CHARACTERS:
        raise JoinError(
            code,
            f"Cannot read {what}: it has {len(text)} characters, more than the {_MAX_CHARACTERS} that "
            "Kubernetes stores; check its content.",
            what=what,
            line=1,
            column=1,
        )
    try:
        yield from reader.read(yaml.parse(text, Loader=go_loader()))
    except yaml.MarkedYAMLError as exc:
        raise reader.error(_describe(exc), exc.problem_mark or exc.context_mark) from None
    except yaml.YAMLError as exc:  # the only error without a mark: a character that YAML does not allow
        position = getattr(exc, "position", 0)
        raise reader.error(
            f"the character at position {position} is not allowed in YAML", _mark_at(text, position)
        ) from None
    except (
        ValueError,
        OverflowError,
    ):  # PyYAML does not catch these for escapes beyond Unicode and numbers that are too long
        raise reader.error("it has an escape or a number that is out of range", None) from None


def _describe(error: t.Any) -> str:
    """Describe an error of PyYAML without the parts of the text that PyYAML quotes."""
    problem = " ".join(part for part in (error.context, error.problem) if part) or "this is not YAML"
    return _QUOTED.sub(lambda found: found.group() if _HARMLESS.fullmatch(found.group()) else "a text", problem)


class _Place:
    """A position in a text, counted from zero like PyYAML's marks."""

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column


def _mark_at(text: str, position: int) -> _Place:
    before = text[:position]
    return _Place(before.count("\n"), position - (before.rfind("\n") + 1))


class _Reader:
    """Builds a value from PyYAML's events and counts its values and characters."""

    def __init__(self, what: str, code: str, is_strict: bool) -> None:
        self._what = what
        self._code = code
        self._is_strict = is_strict
        self._events: t.Iterator[t.Any] = iter(())
        self._anchors: dict[str, tuple[t.Any, int, int]] = {}
        self._values = 0
        self._characters = 0
        self._lines: dict[Path, int] = {}

    def error(self, problem: str, mark: t.Any) -> JoinError:
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        return _error(self._code, self._what, problem, line, column)

    def read(self, events: t.Iterator[t.Any]) -> t.Iterator[YamlDocument]:
        self._events = events
        start: t.Any = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                start = _line(event)
                self._lines, self._anchors = {}, {}
            elif not isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                value = self._value(event, ())
                next(events, None)  # the document's end, which the text after it may prevent
                is_empty = isinstance(event, yaml.ScalarEvent) and not event.value and _is_plain(event)
                yield YamlDocument(value, {**self._lines, (): start}, is_empty)

    def _value(self, event: t.Any, path: Path) -> t.Any:
        if len(path) > _MAX_DEPTH:
            raise self.error(f"it nests deeper than {_MAX_DEPTH} levels", event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before = self._values, self._characters
        self._count(1, len(event.value) if isinstance(event, yaml.ScalarEvent) else 0, event)
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = [self._item(item, (*path, at)) for at, item in enumerate(self._until(yaml.SequenceEndEvent))]
        else:
            value = self._mapping(path)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self._values - before[0], self._characters - before[1])
        return value

    def _until(self, end: type) -> t.Iterator[t.Any]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _item(self, event: t.Any, path: Path) -> t.Any:
        self._lines[path] = _line(event)
        return self._value(event, path)

    def _mapping(self, path: Path) -> dict[str, t.Any]:
        mapping: dict[str, t.Any] = {}
        own: set[str] = set()  # the keys that no merge key has set
        for event in self._until(yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.error("a key is not a scalar", event.start_mark)
            self._value(event, path)  # counts it and registers its anchor
            if event.value == "<<" and _is_plain(event):
                merged = self._merged(path)
                repeated = not own.isdisjoint(merged)
                mapping.update(merged)
            else:
                key = self._key(event)
                repeated = key in own
                own.add(key)
                self._lines[(*path, key)] = _line(event)
                mapping[key] = self._value(next(self._events), (*path, key))
            if repeated and self._is_strict:
                raise self.error(f"{_name_of(event)} is a duplicate", event.start_mark)
        return mapping

    def _merged(self, path: Path) -> dict[str, t.Any]:
        """Read the value of a merge key: a mapping, or a list of mappings, of which the first ones take precedence."""
        event = next(self._events)
        value = self._value(event, (*path, "<<"))
        mappings = value if isinstance(event, yaml.SequenceStartEvent) else [value]
        if not all(isinstance(item, dict) for item in mappings):
            raise self.error("a merge key has a value other than a mapping or a list of mappings", event.start_mark)
        merged: dict[str, t.Any] = {}
        for item in reversed(mappings):
            merged.update(item)
        return merged

    def _key(self, event: t.Any) -> str:
        key = resolve_scalar(event.value) if _is_plain(event) else event.value
        if key is None:
            raise self.error("a key is empty (null)", event.start_mark)
        if isinstance(key, bool):
            return "true" if key else "false"
        if isinstance(key, float) or (isinstance(key, int) and abs(key) >= 2**63):
            raise self.error("a key is a number that may lose precision: put it in quotes", event.start_mark)
        return str(key)

    def _alias(self, event: t.Any) -> t.Any:
        if event.anchor not in self._anchors:
            raise self.error("an alias refers to an anchor that is not defined before it", event.start_mark)
        value, values, characters = self._anchors[event.anchor]
        self._count(values, characters, event)
        return value

    def _count(self, values: int, characters: int, event: t.Any) -> None:
        self._values += values
        self._characters += characters
        if self._values > _MAX_VALUES:
            raise self.error(f"it holds more than {_MAX_VALUES} values", event.start_mark)
        if self._characters > _MAX_CHARACTERS:
            raise self.error(f"its strings have more than {_MAX_CHARACTERS} characters in total", event.start_mark)

    def _scalar(self, event: t.Any) -> t.Any:
        text: str = event.value
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise self.error("a string contains a lone surrogate (half a character)", event.start_mark)
        if event.tag == _BINARY:
            return self._binary(event)
        expected = _TAGS.get(event.tag)
        if not _is_plain(event) and expected is None:
            return text  # as Go, which ignores other tags
        value = resolve_scalar(text)
        if expected is not None and type(value) not in expected:
            raise self.error("a tag does not fit its value", event.start_mark)
        if isinstance(value, float) and not math.isfinite(value):
            raise self.error("a number is one that JSON does not support", event.start_mark)
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e21 else value

    def _binary(self, event: t.Any) -> str:
        try:
            return decode_base64(event.value).decode("utf-8", "replace")
        except ValueError:
            raise self.error("a binary value is not base64", event.start_mark) from None


def _error(code: str, what: str, problem: str, line: int, column: int) -> JoinError:
    return JoinError(
        code,
        f"Cannot read {what}: at line {line}, column {column}: {problem}; correct it there and try again.",
        what=what,
        line=line,
        column=column,
    )


def _name_of(event: t.Any) -> str:
    return f"the key {event.value!r}" if _FIELD.fullmatch(event.value) else "a key"


def _line(event: t.Any) -> int:
    return int(event.start_mark.line) + 1


def _is_plain(event: t.Any) -> bool:
    """Whether a scalar has neither quotes nor a tag, so that its text determines its type."""
    return event.tag is None and bool(event.implicit[0])
