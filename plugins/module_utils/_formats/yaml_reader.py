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
import typing as t
from dataclasses import dataclass

try:
    import yaml
except ImportError:
    pass  # the adapter reports what is missing

from .._core.errors import JoinError
from .go_values import resolve_scalar

if t.TYPE_CHECKING:
    from .go_structs import Path

__all__ = ("YamlDocument", "parse_yaml", "parse_yaml_document", "parse_yaml_documents")

# The maximum size of a ConfigMap. Documents written by kubeadm have at most ten levels.
_MAX_CHARACTERS = 1024 * 1024
_MAX_DEPTH = 64
# The values behind an alias count each time the alias is used; so do the characters of strings.
_MAX_VALUES = 50_000

_TAG_PREFIX = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class YamlDocument:
    """One document of a text: its value, and the line of each value or its key by path, counted from 1."""

    value: t.Any
    lines: t.Mapping[Path, int]


def parse_yaml(text: str, *, what: str, code: str = "invalid_yaml") -> t.Any:
    """Read one YAML document as Go does: a value of dicts with string keys, lists, strings, numbers, booleans and None.

    ``what`` names the text in errors, which have the code ``code``. Stricter than Go, to avoid ambiguity: one document,
    no duplicate keys, no merge keys (`<<`), and no tags other than those of strings, lists and mappings. Size, depth and
    aliases are limited, because the text comes from another machine. Raises JoinError with ``line`` and ``column``.
    """
    return parse_yaml_document(text, what=what, code=code).value


def parse_yaml_document(text: str, *, what: str, code: str = "invalid_yaml") -> YamlDocument:
    """Read one YAML document as `parse_yaml` does, with the lines of its values. A text without a document is null."""
    documents = parse_yaml_documents(text, what=what, code=code)
    if len(documents) > 1:
        raise JoinError(
            code,
            f"Cannot read {what}: at line {documents[1].lines[()]}, column 1: a second document starts, expected only one; "
            "correct it there and try again.",
            what=what,
            line=documents[1].lines[()],
            column=1,
        )
    return documents[0] if documents else YamlDocument(None, {})


def parse_yaml_documents(text: str, *, what: str, code: str = "invalid_yaml") -> list[YamlDocument]:
    """Read a text of several YAML documents, each as `parse_yaml` does."""
    if len(text) > _MAX_CHARACTERS:
        raise JoinError(
            code,
            f"Cannot read {what}: it has {len(text)} characters, more than the {_MAX_CHARACTERS} that "
            "Kubernetes stores; check its content.",
            what=what,
            line=1,
            column=1,
        )
    reader = _Reader(what, code)
    try:
        return list(reader.read(yaml.parse(text, Loader=yaml.SafeLoader)))
    except yaml.MarkedYAMLError as exc:
        problem = " ".join(part for part in (exc.context, exc.problem) if part) or "this is not YAML"
        raise reader.error(problem, exc.problem_mark or exc.context_mark) from exc
    except yaml.YAMLError as exc:  # the only error without a mark: a character that YAML does not allow
        position = getattr(exc, "position", 0)
        raise reader.error(
            f"the character at position {position} is not allowed in YAML", _mark_at(text, position)
        ) from exc
    except (
        ValueError,
        OverflowError,
    ) as exc:  # PyYAML does not catch these for escapes beyond Unicode and numbers that are too long
        raise reader.error(f"it has an escape or a number that is out of range ({exc})", None) from exc


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

    def __init__(self, what: str, code: str) -> None:
        self._what = what
        self._code = code
        self._events: t.Iterator[t.Any] = iter(())
        self._anchors: dict[str, tuple[t.Any, int, int]] = {}
        self._values = 0
        self._characters = 0
        self._lines: dict[Path, int] = {}

    def error(self, problem: str, mark: t.Any) -> JoinError:
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        return JoinError(
            self._code,
            f"Cannot read {self._what}: at line {line}, column {column}: {problem}; correct it there and try again.",
            what=self._what,
            line=line,
            column=column,
        )

    def read(self, events: t.Iterator[t.Any]) -> t.Iterator[YamlDocument]:
        self._events = events
        start: t.Any = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                start = _line(event)
                self._lines, self._anchors = {}, {}
            elif not isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                value = self._value(event, ())
                yield YamlDocument(value, {**self._lines, (): start})

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
            self._refuse_tag(event, "seq")
            value = [self._item(item, (*path, at)) for at, item in enumerate(self._until(yaml.SequenceEndEvent))]
        else:
            self._refuse_tag(event, "map")
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
        for event in self._until(yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.error("a key is not a scalar", event.start_mark)
            if event.value == "<<" and _is_plain(event):
                raise self.error(
                    "merge keys (`<<`) are not supported: copy the merged keys into the mapping", event.start_mark
                )
            self._value(event, path)  # counts it and registers its anchor
            key = self._key(event)
            if key in mapping:
                raise self.error(f"the key {key!r} is a duplicate", event.start_mark)
            self._lines[(*path, key)] = _line(event)
            mapping[key] = self._value(next(self._events), (*path, key))
        return mapping

    def _key(self, event: t.Any) -> str:
        key = resolve_scalar(event.value) if _is_plain(event) else event.value
        if key is None:
            raise self.error("a key is empty (null)", event.start_mark)
        if isinstance(key, bool):
            return "true" if key else "false"
        if isinstance(key, float) or (isinstance(key, int) and abs(key) >= 2**63):
            raise self.error(
                f"the key {event.value} is a number that may lose precision: put it in quotes", event.start_mark
            )
        return str(key)

    def _alias(self, event: t.Any) -> t.Any:
        if event.anchor not in self._anchors:
            raise self.error(
                f"the alias *{event.anchor} refers to an anchor that is not defined before it", event.start_mark
            )
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
        if not _is_plain(event):
            self._refuse_tag(event, "str")
            return text
        value = resolve_scalar(text)
        if isinstance(value, float) and not math.isfinite(value):
            raise self.error(f"{text} is a number that JSON does not support", event.start_mark)
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e21 else value

    def _refuse_tag(self, event: t.Any, kind: str) -> None:
        if event.tag not in (None, "!", _TAG_PREFIX + kind):
            raise self.error(f"the tag {event.tag} is not supported here", event.start_mark)


def _line(event: t.Any) -> int:
    return int(event.start_mark.line) + 1


def _is_plain(event: t.Any) -> bool:
    """Whether a scalar has neither quotes nor a tag, so that its text determines its type."""
    return event.tag is None and bool(event.implicit[0])
