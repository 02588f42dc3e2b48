# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text is UTF-8: a name of a cluster, a path or a comment may have any letters, and the locale of a host decides nothing."""

from __future__ import annotations

import ast
import pathlib
import typing as t

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"


def calls_of(path: pathlib.Path) -> t.Iterator[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def argument_of(call: ast.Call, at: int) -> str:
    """The text of a positional argument, empty if there is no such text."""
    value = call.args[at].value if len(call.args) > at and isinstance(call.args[at], ast.Constant) else ""
    return value if isinstance(value, str) else ""


def problem_of(call: ast.Call) -> str:
    """What is wrong with a call; empty if nothing is. Without an argument, encode() is UTF-8."""
    name = name_of(call)
    if name == "encode" and argument_of(call, 0) not in ("", "utf-8"):
        return f"encodes as {argument_of(call, 0)}"
    if any(keyword.arg == "encoding" for keyword in call.keywords):
        return ""
    is_builtin = isinstance(call.func, ast.Name)
    if name == "open" and is_builtin and "b" not in argument_of(call, 1):
        return "opens a file in the encoding of the locale"
    if name == "read_text" and not is_builtin and not call.args:
        return "reads a file in the encoding of the locale"
    return ""


def test_no_other_encoding_is_used() -> None:
    """Neither ASCII, whose error would also contain the whole text, secrets included, nor that of the locale."""
    found = [
        f"{path.relative_to(PLUGINS)}:{call.lineno} {problem_of(call)}"
        for path in sorted(PLUGINS.rglob("*.py"))
        for call in calls_of(path)
        if problem_of(call)
    ]
    assert found == []


def test_the_rule_finds_what_it_is_for() -> None:
    """Each kind of call."""
    for text in ("x.encode('ascii')", "x.encode('latin-1')", "open(x)", "open(x, 'w')", "x.read_text()"):
        call = ast.parse(text, mode="eval").body
        assert isinstance(call, ast.Call) and problem_of(call), text
    for text in ("x.encode()", "x.encode('utf-8')", "open(x, 'rb')", "open(x, encoding='utf-8')", "os.open(x, 1)"):
        call = ast.parse(text, mode="eval").body
        assert isinstance(call, ast.Call) and not problem_of(call), text
