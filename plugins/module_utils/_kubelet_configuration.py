# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""KubeletConfiguration as kubeadm takes it in and writes it out again: through the typed struct of its own minor.

What follows from the struct: a field that this minor does not know is left out (kubeadm warns and goes on), a value of
the wrong type is refused, an empty one is dropped or written as the field's tag has it, durations and quantities are
respelled.
"""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass

from ._errors import JoinError
from ._go_values import normalize_duration, normalize_quantity
from ._kubelet_fields import FIELDS, MINORS
from ._yaml import parse_yaml

__all__ = ("MINORS", "normalize_kubelet_configuration", "parse_kubelet_configuration")

_API_VERSION = "kubelet.config.k8s.io/v1beta1"
_KIND = "KubeletConfiguration"
_CODE = "invalid_kubelet_configuration"
_WHAT = "the kubelet configuration of the cluster (ConfigMap kube-system/kubelet-config, key kubelet)"

_INTEGERS = {
    "int32": range(-(2**31), 2**31),
    "int64": range(-(2**63), 2**63),
    "uint32": range(2**32),
}
_SCALARS: dict[str, t.Any] = {
    "string": "",
    "bool": False,
    "float64": 0,
    **dict.fromkeys(_INTEGERS, 0),
}
_OMITTED = object()


@dataclass(frozen=True)
class _Field:
    """One field: its type in Go, whether it is written when empty, and the fields of the struct in it, if any."""

    kind: str
    always: bool
    fields: dict[str, _Field]


def parse_kubelet_configuration(text: str) -> dict[str, t.Any]:
    """The mapping behind the key `kubelet` of ConfigMap kubelet-config, as it stands there.

    Raises ``invalid_kubelet_configuration`` for what is not YAML, of another kind or of another API version.
    """
    value = parse_yaml(text, what=_WHAT, code=_CODE)
    if not isinstance(value, dict):
        raise JoinError(
            _CODE,
            f"Cannot read {_WHAT}: it is not a mapping; restore it with `kubeadm init phase upload-config kubelet`.",
        )
    found = (value.get("apiVersion"), value.get("kind"))
    if found != (_API_VERSION, _KIND):
        raise JoinError(
            _CODE,
            f"Cannot use {_WHAT}: its apiVersion is {found[0]!r} and its kind {found[1]!r}, expected {_API_VERSION!r} "
            f"and {_KIND!r}; restore it with `kubeadm init phase upload-config kubelet`.",
            api_version=found[0],
            kind=found[1],
        )
    return value


def normalize_kubelet_configuration(value: t.Mapping[str, t.Any], minor: str) -> dict[str, t.Any]:
    """What the struct of one minor (`1.37`) makes of a configuration, ready to be rendered.

    Raises ``invalid_kubelet_configuration`` with the ``field`` whose value its type cannot hold.
    """
    return _normalize_struct(value, _fields_of(minor), "")


@functools.cache
def _fields_of(minor: str) -> dict[str, _Field]:
    root: dict[str, _Field] = {}
    for line in FIELDS.splitlines():
        path, kind, *rest = line.split(" ")
        minors = next((word[len("in=") :].split(",") for word in rest if word.startswith("in=")), MINORS)
        if minor not in minors:
            continue
        *parents, name = path.split(".")
        level = root
        for parent in parents:
            level = level[parent].fields
        level[name] = _Field(kind, "always" in rest, {})
    return root


def _normalize_struct(value: t.Any, fields: dict[str, _Field], path: str) -> dict[str, t.Any]:
    if value is None:
        value = {}
    if not isinstance(value, t.Mapping):
        raise _wrong(path, value, "a mapping")
    result = {}
    for name, field in fields.items():
        item = _normalize(value.get(name), name in value, field.kind, field, f"{path}.{name}" if path else name)
        if item is not _OMITTED:
            result[name] = item
    return result


def _normalize(value: t.Any, given: bool, kind: str, field: _Field, path: str) -> t.Any:
    """The value as it is written, or ``_OMITTED``."""
    if kind.startswith("*"):
        if value is None:
            return None if field.always else _OMITTED
        return _convert(value, kind[1:], field, path)
    if kind == "struct":
        return _normalize_struct(value, field.fields, path)
    if kind == "Duration":  # a null is not a duration, unlike a field that is not there
        return _convert("" if value is None else value, kind, field, path) if given else "0s"
    if kind == "TimeOrMetaDuration":
        return 0 if value is None else _convert(value, kind, field, path)
    if kind == "QuantityValue":
        return "0" if value is None else _convert(value, kind, field, path)
    result = None if value is None else _convert(value, kind, field, path)
    if result in (None, "", 0, [], {}) and not field.always:
        return _OMITTED
    return _SCALARS.get(kind) if result is None else result


def _convert(value: t.Any, kind: str, field: _Field, path: str) -> t.Any:
    """A value that is there, in its type."""
    if kind == "struct":
        return _normalize_struct(value, field.fields, path)
    if kind.startswith("[]"):
        if not isinstance(value, list):
            raise _wrong(path, value, "a list")
        return [_convert_element(item, kind[2:], field, f"{path}[{at}]") for at, item in enumerate(value)]
    if kind.startswith("map[string]"):
        if not isinstance(value, t.Mapping):
            raise _wrong(path, value, "a mapping")
        element = kind[len("map[string]") :]
        return {key: _convert_element(item, element, field, f"{path}.{key}") for key, item in value.items()}
    return _convert_scalar(value, kind, path)


def _convert_element(value: t.Any, kind: str, field: _Field, path: str) -> t.Any:
    """An element of a list or mapping: nothing in its place is its type's empty value."""
    if value is None:
        if kind in _SCALARS:
            return _SCALARS[kind]
        if kind == "Quantity":
            return "0"
        if kind != "struct":
            return None
    return _convert(value, kind, field, path)


def _convert_scalar(value: t.Any, kind: str, path: str) -> t.Any:
    if kind in _INTEGERS:
        if isinstance(value, bool) or not isinstance(value, int) or value not in _INTEGERS[kind]:
            raise _wrong(path, value, f"a whole number of type {kind}")
        return value
    if kind == "float64":
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _wrong(path, value, "a number")
        return float(value)
    if kind == "bool":
        if not isinstance(value, bool):
            raise _wrong(path, value, "true or false")
        return value
    if kind == "TimeOrMetaDuration" and isinstance(value, int) and not isinstance(value, bool):
        return value  # nanoseconds
    if kind in ("Quantity", "QuantityValue") and isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise _wrong(path, value, "a text")
    try:
        if kind in ("Duration", "TimeOrMetaDuration"):
            return normalize_duration(value)
        if kind in ("Quantity", "QuantityValue"):
            return normalize_quantity(value)
    except ValueError as exc:
        raise _wrong(path, value, f"a value of type {kind}") from exc
    return value


def _wrong(path: str, value: t.Any, expected: str) -> JoinError:
    field = path or "the whole"
    return JoinError(
        _CODE,
        f"Cannot use {_WHAT}: {field} is {value!r}, expected {expected}; correct it with "
        "`kubectl -n kube-system edit configmap kubelet-config`.",
        field=path,
        expected=expected,
    )
