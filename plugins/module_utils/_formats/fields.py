# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Typed reading of a ClusterConfiguration: each value is of its type, or its field is named in the refusal."""

from __future__ import annotations

import datetime
import typing as t

from .._core.errors import JoinError
from .go_quantities import parse_duration
from .go_structs import Fields as Structure
from .go_structs import WrongValueError, normalize_struct

__all__ = ("Fields",)

#: Makes the refusal of a value: its field, the value itself, and what was expected in its place.
Refusal = t.Callable[[str, t.Any, str], JoinError]


class Fields:
    """One struct of a configuration, ``path`` its place in it."""

    def __init__(self, value: t.Any, refuse: Refusal, path: str = "") -> None:
        if not isinstance(value, dict):
            raise refuse(path, value, "a mapping")
        self._value = value
        self._refuse = refuse
        self._path = path

    def raw(self, key: str) -> t.Any:
        return self._value.get(key)

    def text(self, key: str, default: str = "") -> str:
        return self._of_type(key, str, "a text") or default

    def flag(self, key: str) -> bool:
        return bool(self._of_type(key, bool, "true or false"))

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(self._text_in(f"{self._at(key)}[{at}]", item) for at, item in enumerate(self._list(key)))

    def flags(self, key: str) -> dict[str, bool]:
        """A mapping of names to booleans."""
        flags = self.struct(key)
        return {name: flags._required_flag(name) for name in flags._value}

    def struct(self, key: str) -> Fields:
        value = self._value.get(key)
        return Fields({} if value is None else value, self._refuse, self._at(key))

    def structs(self, key: str) -> list[Fields]:
        return [Fields(item, self._refuse, f"{self._at(key)}[{at}]") for at, item in enumerate(self._list(key))]

    def duration(self, key: str) -> datetime.timedelta | None:
        """A duration in Go's spelling, none when it is not there."""
        text = self.text(key)
        try:
            return datetime.timedelta(seconds=parse_duration(text)) if text else None
        except (ValueError, OverflowError) as exc:
            raise self._refuse(self._at(key), text, "a duration such as 8760h") from exc

    def arguments(self, key: str) -> tuple[tuple[str, str], ...]:
        """The arguments of a program: a list of names and values since v1beta4, a mapping before, whose order is that of names."""
        value = self._value.get(key)
        if isinstance(value, dict):
            mapping = self.struct(key)
            return tuple((name, mapping.text(name)) for name in sorted(value))
        return tuple((argument.text("name"), argument.text("value")) for argument in self.structs(key))

    def normalized(self, fields: Structure) -> dict[str, t.Any]:
        """The value as a struct of these fields has it."""
        try:
            return normalize_struct(self._value, fields, self._path)
        except WrongValueError as exc:
            raise self._refuse(exc.path, exc.value, exc.expected) from exc

    def _required_flag(self, key: str) -> bool:
        value = self._value[key]
        if not isinstance(value, bool):
            raise self._refuse(self._at(key), value, "true or false")
        return value

    def _list(self, key: str) -> list[t.Any]:
        return self._of_type(key, list, "a list") or []

    def _text_in(self, path: str, value: t.Any) -> str:
        if not isinstance(value, str):
            raise self._refuse(path, value, "a text")
        return value

    def _of_type(self, key: str, kind: type[t.Any], expected: str) -> t.Any:
        value = self._value.get(key)
        if value is not None and not isinstance(value, kind):
            raise self._refuse(self._at(key), value, expected)
        return value

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key
