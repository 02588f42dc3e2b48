# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Reads variables in all spellings that Ansible, its command line and surveys produce, and reports the rest by the rules of files."""

from __future__ import annotations

import math
import re
import shlex
import typing as t

from ...module_utils._config.taint import parse_taint
from ...module_utils._core.errors import JoinError
from ...module_utils._formats.go_quantities import normalize_duration
from ...module_utils._formats.go_structs import Path
from ...module_utils._formats.yaml_reader import parse_yaml_documents
from .display import displayable
from .variables import ARGUMENT, TAINT, Variable

__all__ = ("read_variables",)

_SCALARS: dict[str, tuple[type[t.Any], str]] = {
    "string": (str, "a text"),
    "duration": (str, "a duration such as 30s"),
    "bool": (bool, "true or false"),
    "int32": (int, "a whole number of 32 bits"),
}
_INT32 = 2**31

_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_WHOLE = re.compile(r"[+-]?[0-9]{1,10}", re.ASCII)
#: Text that is JSON, or a list in YAML, and not words.
_STRUCTURED = ("[", "{", "- ")
_SEPARATORS = re.compile(r"[\s,]+")
#: Values of kubelet arguments have commas: one separates arguments only where a blank follows, or dashes of the next one.
_COMMA = re.compile(r",\s*(?=--)")
_ARGUMENT = re.compile(r"-{0,2}(?P<name>[^-=\s][^=\s]*)=(?P<value>.*)", re.DOTALL)
#: Larger numbers are not written out.
_LARGEST = 2**63


def read_variables(values: t.Any, variables: t.Mapping[str, Variable], *, what: str) -> dict[str, t.Any]:
    """The values that are set, by name and in their types. ``what`` names them all in an error.

    None and an empty text mean that a variable is not set, as does a value that is equal to the default, and for most
    variables an empty list or mapping. Raises ``invalid_join_configuration`` with all problems.
    """
    reader = _VariableReader()
    read = reader.read_all(values, variables)
    if reader.problems:
        reported = "; ".join(f"{found['field'] or 'the whole'}: {found['problem']}" for found in reader.problems)
        raise JoinError(
            "invalid_join_configuration", f"Cannot use {what}: {reported}.", what=what, problems=reader.problems
        )
    return read


class _Reader:
    """Reads values in their types; ``problems`` are those that do not fit: field and what is wrong."""

    def __init__(self) -> None:
        self.problems: list[dict[str, t.Any]] = []

    def read(self, value: t.Any, kind: t.Any, path: Path) -> t.Any:
        """``value`` as one of ``kind``, None for what is wrong; null is an absent value, as in Go."""
        if value is None:
            return None
        if isinstance(kind, dict):
            return self._struct(value, kind, path)
        if isinstance(kind, list):
            if not isinstance(value, (list, tuple)):
                return self._wrong(path, f"it is {_describe_kind(value)}, expected a list")
            return [self._element(item, kind[0], (*path, at)) for at, item in enumerate(value)]
        return self._scalar(value, kind, path)

    def _struct(self, value: t.Any, kind: dict[str, t.Any], path: Path) -> t.Any:
        if not isinstance(value, t.Mapping):
            return self._wrong(path, f"it is {_describe_kind(value)}, expected a mapping")
        if "" in kind:
            return {str(name): self._element(item, kind[""], (*path, name)) for name, item in value.items()}
        read = {}
        for name, item in value.items():
            if name in kind:
                read[name] = self.read(item, kind[name], (*path, name))
            else:
                self._wrong((*path, name), f"there is no such field, only {', '.join(sorted(kind))}")
        return {name: item for name, item in read.items() if item is not None}

    def _element(self, value: t.Any, kind: t.Any, path: Path) -> t.Any:
        """An item of a list, or a value of a map."""
        if value is None or value == "":
            return self._wrong(path, "it is empty: remove it, or set it")
        return self.read(value, kind, path)

    def _scalar(self, value: t.Any, kind: t.Any, path: Path) -> t.Any:
        expected, words = _SCALARS[kind]
        if not isinstance(value, expected) or (
            expected is int and (isinstance(value, bool) or not -_INT32 <= value < _INT32)
        ):
            quotes = ": put it in quotes" if kind == "string" and isinstance(value, (bool, int, float)) else ""
            return self._wrong(path, f"it is {_describe_kind(value)}, expected {words}{quotes}")
        if kind == "duration":
            try:
                return normalize_duration(str(value))
            except ValueError as exc:
                return self._wrong(path, str(exc))
        return value

    def _wrong(self, path: Path, problem: str) -> None:
        self.problems.append({"field": _dotted(path), "line": None, "problem": problem})


class _VariableReader(_Reader):
    """A strict reader that accepts text for lists, mappings, numbers and booleans, and whole numbers for text."""

    def __init__(self) -> None:
        super().__init__()
        self._is_secret = False

    def read_all(self, values: t.Any, variables: t.Mapping[str, Variable]) -> dict[str, t.Any]:
        """The values that are set; ``problems`` has what is wrong with the others."""
        if isinstance(values, str):
            values = self._structured(values, ()) if values.strip() else None
        if values is not None and not isinstance(values, t.Mapping):
            self._wrong((), f"it is {_describe_kind(values)}, expected a mapping of names to values")
        read = {}
        for name, value in values.items() if isinstance(values, t.Mapping) else ():
            variable = variables.get(name) if isinstance(name, str) else None
            if variable is None:
                self._wrong((name,), f"there is no such name, only {', '.join(sorted(variables))}")
                continue
            self._is_secret = variable.is_secret
            is_blank = isinstance(value, str) and not value.strip()
            typed = None if is_blank else self.read(value, variable.kind, (name,))
            if variable.minimum is not None and isinstance(typed, int) and typed < variable.minimum:
                self._wrong((name,), f"expected at least {variable.minimum}")
                continue
            is_empty = typed in (None, "") or (typed in ([], {}) and not variable.may_be_empty)
            if not is_empty and typed != variable.default:
                read[name] = typed
        return read

    def read(self, value: t.Any, kind: t.Any, path: Path) -> t.Any:
        if kind == [ARGUMENT]:
            value = self._arguments(value, path)
        elif isinstance(value, str) and isinstance(kind, (dict, list)):
            value = self._from_text(value.strip(), kind, path)
        return super().read(value, kind, path)

    def _from_text(self, text: str, kind: t.Any, path: Path) -> t.Any:
        """A list or a mapping that is written as text."""
        if kind == TAINT:
            try:
                return parse_taint(text)
            except JoinError:
                return self._wrong(
                    path, "expected key=value:Effect or key:Effect, as `kubectl taint` accepts it, or a mapping"
                )
        if isinstance(kind, dict) or text.startswith(_STRUCTURED):
            return self._structured(text, path) if text else None
        return [word for word in _SEPARATORS.split(text) if word]

    def _structured(self, text: str, path: Path) -> t.Any:
        try:
            documents = parse_yaml_documents(text, what="the text", code="invalid_join_configuration", is_strict=True)
        except JoinError as exc:
            line, column = exc.details["line"], exc.details["column"]
            return self._wrong(path, f"it is a text, but not valid JSON or YAML at line {line}, column {column}")
        if len(documents) != 1:
            return self._wrong(path, f"it is a text of {len(documents)} YAML documents, expected one")
        return documents[0].value

    def _scalar(self, value: t.Any, kind: t.Any, path: Path) -> t.Any:
        if isinstance(kind, tuple):
            return value if value in kind else self._wrong(path, f"expected one of {', '.join(kind)}")
        if kind == "bool" and isinstance(value, str):
            value = _WORDS.get(value.strip().lower(), value)
        elif kind == "bool" and isinstance(value, int) and value in (0, 1):
            value = bool(value)
        elif kind == "int32" and isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            value = int(value)
        elif kind == "string" and isinstance(value, (bool, int, float)):
            if self._is_secret:
                return self._wrong(path, _CONVERTED)
            if not isinstance(value, (bool, float)) and abs(value) < _LARGEST:
                value = str(value)
        return super()._scalar(value, kind, path)

    def _arguments(self, value: t.Any, path: Path) -> t.Any:
        """Arguments of the kubelet as a list of names and values, from text as for a shell, a mapping or a list."""
        if isinstance(value, str):
            text = value.strip()
            value = self._structured(text, path) if text.startswith(_STRUCTURED) else self._words(text, path)
        if isinstance(value, t.Mapping):
            pairs = sorted(value.items(), key=lambda pair: displayable(pair[0]).lstrip("-"))
            return [self._argument({"name": name, "value": item}, (*path, name)) for name, item in pairs]
        if isinstance(value, (list, tuple)):
            return [self._argument(item, (*path, at)) for at, item in enumerate(value)]
        return value

    def _words(self, text: str, path: Path) -> t.Any:
        try:
            words = shlex.split(_COMMA.sub(" ", text))
        except ValueError:
            return self._wrong(path, "it has a quotation mark without its counterpart")
        return [word.rstrip(",") for word in words if word.rstrip(",")]

    def _argument(self, item: t.Any, path: Path) -> t.Any:
        if isinstance(item, str) and item:
            found = _ARGUMENT.fullmatch(item)
            if found is None:
                self._wrong(path, "expected name=value, --name=value, or a mapping with name and value")
                return {}
            return {"name": found["name"], "value": found["value"]}
        if not isinstance(item, t.Mapping):
            return item
        argument = {**item, "value": self._argument_value(item.get("value"), path)}
        if isinstance(item.get("name"), str):
            argument["name"] = item["name"].lstrip("-")
        return argument

    def _argument_value(self, value: t.Any, path: Path) -> str:
        """Numbers and booleans as the kubelet reads them; null is an empty text, as in Go."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int) and abs(value) < _LARGEST:
            return str(value)
        if isinstance(value, float) and math.isfinite(value):
            return repr(float(value))
        if value is not None and not isinstance(value, str):
            self._wrong(path, f"its value is {_describe_kind(value)}, expected a text")
        return value if isinstance(value, str) else ""


_CONVERTED = "it is a number or a boolean, expected a text: YAML has converted it and digits may be lost; put the value in quotes"


def _describe_kind(value: t.Any) -> str:
    """The type of a value, in words."""
    if isinstance(value, bool):
        return "true or false"
    names = (
        (str, "a text"),
        (int, "a number"),
        (float, "a number"),
        ((list, tuple), "a list"),
        (t.Mapping, "a mapping"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), f"a {type(value).__name__}")


def _dotted(path: Path) -> str:
    text = "".join(f"[{displayable(part)}]" if isinstance(part, int) else f".{displayable(part)}" for part in path)
    return text.lstrip(".")
