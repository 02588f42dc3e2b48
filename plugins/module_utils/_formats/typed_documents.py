# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Documents of Kubernetes' API, converted to their types; errors name field and line."""

from __future__ import annotations

import typing as t

from .._core.errors import JoinError
from .._core.objects import text_at
from .go_structs import Fields, Path, Problem, WrongValueError, normalize_struct, render_path
from .yaml_reader import YamlDocument, parse_yaml_document, parse_yaml_documents

__all__ = ("TypedDocument", "parse_typed_document")


class TypedDocument:
    """A document that is a mapping. Errors have the ``code`` and contain ``what`` was read and the ``remedy``, but no values."""

    def __init__(self, document: YamlDocument, *, what: str, code: str, remedy: str = "") -> None:
        self._lines = document.lines
        self._what = what
        self._code = code
        self._remedy = remedy
        self.value: dict[str, t.Any] = document.value
        if not isinstance(document.value, dict):
            raise self.refusal(Problem((), document.value, "a mapping"))

    def expect(self, name: str, *expected: str) -> str:
        """Return the text of a field that identifies the document, such as its kind. Refuses other than the expected values."""
        found = self.value.get(name)
        if found not in expected:
            raise self.refusal(Problem((name,), found, " or ".join(expected)))
        return str(found)

    def read(self, fields: Fields, *, is_strict: bool = False) -> dict[str, t.Any]:
        """Convert the document as a struct with these fields does. Refuses the same values as `normalize_struct`."""
        try:
            return normalize_struct(self.value, fields, is_strict=is_strict)
        except WrongValueError as exc:
            raise self.refusal(*exc.problems) from None

    def refusal(self, *problems: Problem) -> JoinError:
        """Return an error with all problems, ordered by line. Its details contain the first problem and all ``problems``."""
        found = [
            {
                "field": render_path(problem.path),
                "line": self._line_of(problem.path),
                "problem": problem.describe(),
            }
            for problem in problems
        ]
        found.sort(key=lambda problem: problem["line"] or 0)
        reported = "; ".join(
            f"{problem['field'] or 'the document'}{' (line {})'.format(problem['line']) if problem['line'] else ''}: "
            f"{problem['problem']}"
            for problem in found
        )
        return JoinError(
            self._code,
            f"Cannot use {self._what}: {reported}{'; ' if self._remedy else ''}{self._remedy}.",
            what=self._what,
            field=found[0]["field"],
            line=found[0]["line"],
            problems=found,
        )

    def _line_of(self, path: Path) -> int | None:
        """Return the line of a value, or of its nearest parent with a line."""
        return next((self._lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self._lines), None)


def parse_typed_document(text: str, *, what: str, code: str, remedy: str, group: str = "") -> TypedDocument:
    """Parse a YAML document of a cluster. Refuses the same texts as `parse_yaml`, and documents that are not mappings.

    Without ``group``, only the first document counts; with it, the first document of this API group, if there is one.
    """
    if not group:
        return TypedDocument(parse_yaml_document(text, what=what, code=code), what=what, code=code, remedy=remedy)
    documents = parse_yaml_documents(text, what=what, code=code) or [YamlDocument(None, {})]
    found = (document for document in documents if text_at(document.value, "apiVersion").partition("/")[0] == group)
    return TypedDocument(next(found, documents[0]), what=what, code=code, remedy=remedy)
