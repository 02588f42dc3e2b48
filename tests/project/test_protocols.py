# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A function of the library takes the smallest protocol of the host that it needs, so its signature says what it may touch."""

from __future__ import annotations

import ast
import pathlib
import typing as t
from dataclasses import dataclass, field

UTILS = pathlib.Path(__file__).resolve().parents[2] / "plugins/module_utils"
MACHINE = UTILS / "_host/machine.py"


def protocols() -> dict[str, set[str]]:
    """The methods of each protocol of the machine, those that it inherits included, the smaller first."""
    found: dict[str, set[str]] = {}
    for node in ast.parse(MACHINE.read_text(encoding="utf-8")).body:
        bases = [ast.unparse(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
        if isinstance(node, ast.ClassDef) and "t.Protocol" in bases:
            own = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
            found[node.name] = own.union(*(found[base] for base in bases if base in found))
    return dict(sorted(found.items(), key=lambda pair: len(pair[1])))


PROTOCOLS = protocols()


@dataclass
class Taker:
    """A function, or a class by its fields or its constructor, that takes a host: by which name, as what, and what it calls."""

    path: pathlib.Path
    name: str
    parameter: str
    protocol: str
    scope: ast.AST
    calls: set[str] = field(default_factory=set)

    @property
    def names(self) -> set[str]:
        fields = (
            {f"self.{self.parameter}", f"self._{self.parameter}"} if isinstance(self.scope, ast.ClassDef) else set()
        )
        return {self.parameter, *fields}


def takers_in(path: pathlib.Path) -> t.Iterator[Taker]:
    def annotated(pairs: t.Iterable[tuple[str, ast.expr | None]], name: str, scope: ast.AST) -> t.Iterator[Taker]:
        for parameter, annotation in pairs:
            protocol = ast.unparse(annotation) if annotation is not None else ""
            if protocol in PROTOCOLS:
                yield Taker(path, name, parameter, protocol, scope)

    tree = ast.parse(path.read_text(encoding="utf-8"))
    owners = {id(part): node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for part in node.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            scope = owners.get(id(node), node) if node.name == "__init__" else node
            yield from annotated(((a.arg, a.annotation) for a in arguments), getattr(scope, "name", ""), scope)
        elif isinstance(node, ast.ClassDef):
            fields = (part for part in node.body if isinstance(part, ast.AnnAssign))
            yield from annotated(((ast.unparse(part.target), part.annotation) for part in fields), node.name, node)


def calls_of(taker: Taker, others: t.Sequence[Taker]) -> set[str]:
    """The methods of the host that it calls, by itself and by what it passes the host on to."""
    found: set[str] = set()
    for node in ast.walk(taker.scope):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in taker.names:
            found.add(node.attr)
        if isinstance(node, ast.Call):
            passed = [*node.args, *(keyword.value for keyword in node.keywords)]
            called = ast.unparse(node.func).rpartition(".")[2]
            named = [other for other in others if other.name == called]
            here = [other for other in named if other.path == taker.path]
            if called != taker.name and any(ast.unparse(value) in taker.names for value in passed):
                found |= {call for other in here or named for call in other.calls}
    return found & PROTOCOLS["Host"]


def test_the_protocols_divide_the_host() -> None:
    """Each method is in one of them, or in those that extend it."""
    parts = [methods for name, methods in PROTOCOLS.items() if name not in ("Host", "WritableFiles")]
    assert set().union(*parts, PROTOCOLS["WritableFiles"]) == PROTOCOLS["Host"]
    assert sum(map(len, parts)) == len(set().union(*parts))


def test_functions_take_the_smallest_protocol() -> None:
    """Host is for those that need parts of several."""
    takers = [taker for path in sorted(UTILS.rglob("*.py")) for taker in takers_in(path)]
    assert len(takers) > 50
    while True:
        before = [taker.calls for taker in takers]
        for taker in takers:
            taker.calls = calls_of(taker, takers)
        if [taker.calls for taker in takers] == before:
            break
    wrong = {
        f"{taker.path.relative_to(UTILS)}: {taker.name}({taker.parameter}: {taker.protocol})": smallest
        for taker in takers
        for smallest in [next(name for name, methods in PROTOCOLS.items() if taker.calls <= methods)]
        if taker.calls and taker.protocol != smallest
    }
    assert wrong == {}
