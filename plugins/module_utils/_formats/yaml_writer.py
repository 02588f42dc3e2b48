# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Writes YAML as Kubernetes' own tools (Go, sigs.k8s.io/yaml) do.

PyYAML writes the syntax. This module determines the order of keys and the use of quotes, because PyYAML and Go differ.
The tests compare the results with Go's.
"""

from __future__ import annotations

import functools
import typing as t

try:
    import yaml
except ImportError:
    pass  # the adapter reports what is missing

from .go_values import compare_keys, looks_like_time, render_number, resolve_scalar

__all__ = ("render_yaml",)

_ESCAPES = {
    **{character: f"\\{letter}" for character, letter in zip('\0\a\b\t\n\v\f\r\x1b"\\', '0abtnvfre"\\')},
    **{character: f"\\{letter}" for character, letter in zip("\x85\u2028\u2029", "NLP")},
}


def render_yaml(value: t.Any) -> str:
    """Write a JSON value as Go does: keys in natural order, lists without indentation, Go's quotes and folded lines.

    ``value`` consists of mappings with string keys, sequences, strings, finite numbers, booleans and None.
    """
    document = [yaml.DocumentStartEvent(explicit=False), *_events(value), yaml.DocumentEndEvent(explicit=False)]
    events = [yaml.StreamStartEvent(), *document, yaml.StreamEndEvent()]
    rendered: str = yaml.emit(events, Dumper=_emitter(), allow_unicode=True, width=80)
    # PyYAML marks the end of a document that is a single plain scalar; no other document ends with this line.
    return rendered[: -len("...\n")] if rendered.endswith("\n...\n") else rendered


@functools.cache
def _emitter() -> t.Any:
    """PyYAML's emitter with Go's behavior. Defined on the first call, because PyYAML may be missing at import."""

    class Emitter(yaml.emitter.Emitter):
        def check_simple_key(self) -> bool:
            event: t.Any = self.event
            text: str = event.value
            if self.analysis is None:
                self.analysis = self.analyze_scalar(text)
            return not self.analysis.multiline and "\r" not in text and len(text.encode("utf-8")) <= 128

        def write_double_quoted(self, text: str, split: bool = True) -> None:
            """Break lines at spaces only, with a backslash only before a second space."""
            self.write_indicator('"', True)
            for at, character in enumerate(text):
                inside = 0 < at < len(text) - 1 and text[at - 1] != " "
                if character == " " and split and inside and self.column > self.best_width:
                    self.write_indent()
                    self._put("\\" if text[at + 1] == " " else "")
                else:
                    self._put(_escape(character))
            self.write_indicator('"', False)

        def _put(self, text: str) -> None:
            self.column += len(text)
            self.stream.write(text)

    return Emitter


def _escape(character: str) -> str:
    """Escape a character within double quotes."""
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isascii():
        readable = character.isprintable()
    else:
        readable = "\xa0" <= character <= "\uffff" and character != "\ufeff"
    if readable:
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _events(value: t.Any) -> t.Iterator[t.Any]:
    if isinstance(value, dict):
        yield yaml.MappingStartEvent(anchor=None, tag=None, implicit=True, flow_style=False)
        for key in sorted(value, key=functools.cmp_to_key(compare_keys)):
            yield _scalar_event(key)
            yield from _events(value[key])
        yield yaml.MappingEndEvent()
    elif isinstance(value, (list, tuple)):
        yield yaml.SequenceStartEvent(anchor=None, tag=None, implicit=True, flow_style=False)
        for item in value:
            yield from _events(item)
        yield yaml.SequenceEndEvent()
    else:
        yield _scalar_event(value)


def _scalar_event(value: t.Any) -> t.Any:
    style = None
    if value is None:
        text = "null"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, (int, float)):
        text = render_number(value)
    else:
        text = value
        style = _style(text)
    return yaml.ScalarEvent(anchor=None, tag=None, implicit=(True, True), value=text, style=style)


def _style(text: str) -> str | None:
    """Return Go's style for a string. The emitter falls back to quotes if the string does not allow this style."""
    if any(character > "\uffff" for character in text):  # Go writes these as escapes
        return '"'
    if "\n" in text:
        return "|"
    if not isinstance(resolve_scalar(text), str) or looks_like_time(text):
        return '"'
    return None
