# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""PyYAML's scanner with the rules of Go's YAML library for tabs, colons and escapes."""

from __future__ import annotations

import functools
import re
import typing as t

try:
    import yaml
except ImportError:
    pass  # the adapter reports what is missing

__all__ = ("go_loader",)

_BREAKS = "\r\n\x85\u2028\u2029"
_ENDS = rf"\0 \t{_BREAKS}"
_SPACES, _BLANKS, _COMMENT = re.compile(" *"), re.compile(r"[ \t]*"), re.compile(rf"(?:#[^\0{_BREAKS}]*)?")
_END = re.compile(f"[{_ENDS}]")
_WORD = re.compile(rf"(?:[^:{_ENDS}]|:(?![{_ENDS}]))*")
_FLOW_WORD = re.compile(rf"(?:[^:,?\[\]{{}}{_ENDS}]|:(?![{_ENDS}]))*")
_INDICATORS = re.compile(rf"(?P<sign>[+-])?(?P<width>[1-9])?(?(sign)|(?P<last>[+-])?)(?=[{_ENDS}])")


@functools.cache
def go_loader() -> t.Any:
    """A loader for `yaml.parse`. Defined on the first call, because PyYAML may be missing at import."""

    class Loader(yaml.SafeLoader):
        """The methods have the names and arguments of those that they replace in PyYAML."""

        ESCAPE_REPLACEMENTS = {**yaml.SafeLoader.ESCAPE_REPLACEMENTS, "'": "'"}  # type: ignore[misc]

        def scan_to_next_token(self: t.Any) -> None:
            """Skip tabs as well, where no key can start."""
            if self.index == 0 and self.peek() == "\ufeff":
                self.forward()
            while True:
                self._take(_SPACES if self.allow_simple_key and not self.flow_level else _BLANKS)
                self._take(_COMMENT)
                if not self.scan_line_break():
                    return
                self.allow_simple_key = self.allow_simple_key or not self.flow_level

        def scan_plain(self: t.Any) -> t.Any:
            """End a word at a colon only if a blank follows, also in flow collections."""
            start_mark = end_mark = self.get_mark()
            word, indent = _FLOW_WORD if self.flow_level else _WORD, self.indent + 1
            chunks: list[str] = []
            blanks: list[str] | None = []
            while self.peek() != "#":
                found = self._take(word)
                if not found:
                    break
                self.allow_simple_key = False
                chunks += [*(blanks or ()), found]
                end_mark = self.get_mark()
                blanks = self.scan_plain_spaces(indent, start_mark)
                if not blanks or (self.column < indent and not self.flow_level):
                    break
            return yaml.ScalarToken("".join(chunks), True, start_mark, end_mark)

        def scan_tag(self) -> t.Any:
            """Accept a tab after a tag."""
            whole, start = self.buffer, self.pointer
            end = _END.search(whole, start)
            self.buffer, self.pointer = f"{whole[start : end.start() if end else start]} ", 0
            try:
                return super().scan_tag()
            finally:
                self.buffer, self.pointer = whole, start + self.pointer

        def scan_plain_spaces(self: t.Any, indent: int, start_mark: t.Any) -> list[str] | None:
            """Return what is between two words, or None before a document's end."""
            blanks = self._take(_BLANKS)
            if self.peek() not in _BREAKS:
                return [blanks] if blanks else []
            line_break = self.scan_line_break()
            self.allow_simple_key = True
            breaks: list[str] = []
            while not (self.check_document_start() or self.check_document_end()):
                start = self.column
                tab = self._take(_BLANKS).find("\t")
                if 0 <= tab < indent - start:
                    raise self._tab("while scanning a plain scalar", start_mark)
                if self.peek() not in _BREAKS:
                    return [*([line_break] if line_break != "\n" else [] if breaks else [" "]), *breaks]
                breaks.append(self.scan_line_break())
            return None

        def scan_block_scalar_indicators(self, start_mark: t.Any) -> tuple[bool | None, int | None]:
            """Accept a tab after the indicators."""
            found = _INDICATORS.match(self.buffer, self.pointer)
            if found is None:
                raise yaml.scanner.ScannerError(
                    "while scanning a block scalar",
                    start_mark,
                    "expected an indicator or the line's end",
                    self.get_mark(),
                )
            self.forward(len(found.group()))
            sign = found["sign"] or found["last"]
            return sign == "+" if sign else None, int(found["width"]) if found["width"] else None

        def scan_block_scalar_ignored_line(self, start_mark: t.Any) -> None:
            """Skip tabs before a comment or the line's end."""
            self._take(_BLANKS)
            super().scan_block_scalar_ignored_line(start_mark)

        def scan_block_scalar_indentation(self) -> tuple[list[str], int, t.Any]:
            """Refuse a tab that determines the indentation."""
            found: tuple[list[str], int, t.Any] = super().scan_block_scalar_indentation()
            if self.peek() == "\t":
                raise self._tab("while scanning a block scalar", self.get_mark())
            return found

        def scan_block_scalar_breaks(self, indent: int) -> tuple[list[str], t.Any]:
            """Refuse a tab within the indentation."""
            found: tuple[list[str], t.Any] = super().scan_block_scalar_breaks(indent)
            if self.peek() == "\t" and self.column < indent:
                raise self._tab("while scanning a block scalar", self.get_mark())
            return found

        def _take(self: t.Any, pattern: t.Any) -> str:
            """Take what matches, which contains no line break."""
            found: str = pattern.match(self.buffer, self.pointer).group()
            self.pointer += len(found)
            self.index += len(found)
            self.column += len(found)
            return found

        def _tab(self, context: str, mark: t.Any) -> Exception:
            return yaml.scanner.ScannerError(context, mark, "found a tab in the indentation", self.get_mark())

    return Loader
