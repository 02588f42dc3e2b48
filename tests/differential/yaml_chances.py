# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML by chance, always the same: documents as people and programs write them, and the same ones damaged."""

from __future__ import annotations

import json
import random
import typing as t

__all__ = ("list_yaml_chances",)

_NAMES = ("a", "b", "name", "token", "kind", "maxPods", "x509", "'q'", '"d"', "1", "true", "a b")
_WORDS = (
    "v1", "a", "a b", "edge-7", "10.20.0.1:6443", "https://a:6443", "5", "1.5", "0x1F", "true", "no", "~", "null", "-x",
    "a#b", "grün", "sha256:00", "1m0s", "a:b", "",
)  # fmt: skip
_BLANKS = (" ", " ", " ", "  ", "\t", " \t", "\t ")
_LINE_BREAKS = (*["\n"] * 9, "\r\n")
_DASHES = ("- ", "- ", "- ", "-  ", "-\t")
_MERGED = ("*a", "*a", "*a", "[*a, {a: 3}]", "{b: 4}", "[]", "5")
_KEYS = ("a", "b", '"c"', "'d'")
_LINES = ("a", "b: c", "", "LS0t", "# d", "a\t")
_COMMENTS = ("", "", "", "", " # c", "\t# c", "\t", " ", " #", "\t#\tc: d", "  \t ")
_DAMAGE = (
    "\t", "\t", " ", "  ", "\n", "\n\n", "\r\n", "#", " # c", "\t# c", ":", ": ", ":\t", "- ", "-\t", "? ", "---\n", "\n---\n",
    "\n---\t# c\n", "...\n", "--- x\n", "&a ", "*a", "<<: *a\n", "<<: {a: 2}\n", "'", '"', "|\n", ">\n", "|\t\n", ">-\t# c\n",
    "!!str ", "! ", "{", "}", "[", "]", ",", ",\t", "\ufeff", "é", "\\", "\\\n", "\\t", "\\'", "%", "@", "`", "0", "x",
)  # fmt: skip


def list_yaml_chances(count: int) -> list[str]:
    """Return this number of texts."""
    chance = _Chance(7)
    return [chance.text() for _number in range(count)]


class _Chance:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def text(self) -> str:
        whole = self._stream() if self._happens(0.85) else self._json()
        for _change in range(self._one_of(0, 0, 0, 0, 0, 1, 1, 1, 2, 3)):
            whole = self._damaged(whole)
        return whole

    def _happens(self, share: float) -> bool:
        return self._random.random() < share

    def _one_of(self, *values: t.Any) -> t.Any:
        return values[int(self._random.random() * len(values))]

    def _stream(self) -> str:
        start = self._one_of(
            *[""] * 12, "---\n", "--- # c\n", "\ufeff", "# c\n", "\t# c\n", "%YAML 1.1\n---\n", "\n", "\t\n"
        )
        end = self._one_of(
            "", "", "", "", "---\n", "---", "...\n", "---\nb: 2\n", "--- # c\n# d\n", "---\t\n", "# c", "\t", "\t# c\n"
        )
        anchor = f"base: &a{self._blank()}{{a: 1, c: [2]}}\n" if self._happens(0.2) else ""
        return f"{start}{anchor}{self._mapping(0, 0, has_anchor=bool(anchor))}{end}"

    def _blank(self) -> str:
        return str(self._one_of(*_BLANKS))

    def _line_end(self) -> str:
        return f"{self._one_of(*_COMMENTS)}{self._one_of(*_LINE_BREAKS)}"

    def _mapping(self, column: int, level: int, *, has_anchor: bool = False) -> str:
        lines = []
        for _entry in range(self._one_of(1, 2, 3, 4)):
            indent = " " * column
            if has_anchor and self._happens(0.4):
                lines.append(f"{indent}<<:{self._blank()}{self._one_of(*_MERGED)}{self._line_end()}")
            if self._happens(0.1):
                lines.append(f"{self._one_of('', indent, '  ')}# c{self._line_end()}")
            colon = self._one_of(":", ":", ":", ":", " :", "\t:")
            lines.append(f"{indent}{self._one_of(*_NAMES)}{colon}{self._value(column, level, has_anchor=has_anchor)}")
        return "".join(lines)

    def _value(self, column: int, level: int, *, has_anchor: bool) -> str:
        kind = self._one_of("scalar", "scalar", "scalar", "flow", "block", "quoted", "folded", "list", "mapping")
        deeper = column + self._one_of(1, 2, 2, 4)
        if kind == "mapping" and level < 3:
            return f"{self._line_end()}{self._mapping(deeper, level + 1, has_anchor=has_anchor)}"
        if kind == "list" and level < 3:
            dash = " " * self._one_of(column, deeper)
            items = (f"{dash}{self._one_of(*_DASHES)}{self._scalar(column)}" for _item in range(self._one_of(1, 2)))
            return f"{self._line_end()}{''.join(items)}"
        if kind == "flow":
            return f"{self._blank()}{self._flow(0)}{self._line_end()}"
        if kind == "block":
            return self._block(deeper)
        if kind == "quoted":
            return f"{self._blank()}{self._quoted(deeper)}{self._line_end()}"
        if kind == "folded":
            start = self._one_of(" " * deeper, " " * deeper, " " * deeper + "\t", "\t")
            between = self._one_of("\n", " \n", "\t\n")
            return f"{self._blank()}a{between}{start}{self._one_of('b', 'b c', 'b: c')}{self._line_end()}"
        return f"{self._blank()}{self._scalar(column)}"

    def _scalar(self, column: int) -> str:
        anchor = self._one_of(
            *[""] * 40, "&a ", "&a\t", "!!str ", "!!str\t", "!!int ", "!!bool ", "!!float ", "!!null ", "!x "
        )
        return f"{anchor}{self._one_of(*_WORDS)}{self._line_end()}"

    def _quoted(self, column: int) -> str:
        quote = self._one_of("'", '"')
        parts = ("a", " ", "\t", "\n" + " " * column, "\n\t", "''", "b: c", "#", "é") if quote == "'" else (
            "a", " ", "\t", "\n" + " " * column, "\n\t", "\\n", "\\t", "\\\t", "\\'", "\\\"", "\\u00e9", "\\x41", "\\\n  ", "\\/",
        )  # fmt: skip
        return f"{quote}{''.join(self._one_of(*parts) for _part in range(self._one_of(0, 1, 2, 3, 5)))}{quote}"

    def _block(self, column: int) -> str:
        header = f"{self._one_of('|', '>')}{self._one_of('', '', '', '-', '+', '2', '-1', '1+')}{self._line_end()}"
        indent = " " * column
        starts = (*[indent] * 6, f"{indent} ", f"{indent}\t", "\t")
        lines = (f"{self._one_of(*starts)}{self._one_of(*_LINES)}\n" for _line in range(self._one_of(1, 2, 3)))
        return f"{self._blank()}{header}{''.join(lines)}"

    def _flow(self, level: int) -> str:
        blank = self._one_of("", "", " ", "\t", "\n  ", "\n\t", "# c\n", " # c\n ")
        if level > 1 or self._happens(0.4):
            return str(self._one_of("a", "'a'", '"a"', "5", "a:b", "a\tb", "", "a b"))
        items = [self._flow(level + 1) for _item in range(self._one_of(0, 1, 2, 3))]
        if self._happens(0.5):
            colon = self._one_of(": ", ": ", ":\t", ":", " : ")
            pairs = [f"{self._one_of(*_KEYS)}{colon}{item}" for item in items]
            return f"{{{blank}{f',{blank}'.join(pairs)}{blank}}}"
        return f"[{blank}{f',{blank}'.join(items)}{blank}]"

    def _json(self) -> str:
        value = {
            "apiVersion": "v1",
            "clusters": [{"name": "c", "cluster": {"server": "https://a:6443"}}],
            "n": 5,
            "t": 'a\tb"\\é',
        }
        text = json.dumps(value, indent=self._one_of(None, 2, "\t", "\t"), ensure_ascii=self._happens(0.5))
        return text.replace(": ", ":\t") if self._happens(0.3) else text

    def _damaged(self, text: str) -> str:
        at = int(self._random.random() * (len(text) + 1))
        kind = self._one_of("insert", "insert", "insert", "delete", "repeat", "replace")
        if kind == "repeat":  # a line
            start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at) + 1 or len(text)
            return text[:end] + text[start:end] + text[end:]
        size = 0 if kind == "insert" else self._one_of(1, 1, 2, 5)
        return f"{text[:at]}{'' if kind == 'delete' else self._one_of(*_DAMAGE)}{text[at + size :]}"
