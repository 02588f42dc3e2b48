# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the tables of Kubernetes' API types for the collection, as Go has them."""

from __future__ import annotations

import functools
import pathlib
import typing as t

from ask_go import ask_kubeadm, ask_libraries

__all__ = ("list_kubelet_types", "regenerate_types")

_PLUGINS = pathlib.Path(__file__).parents[2] / "plugins"
_PAGE = '''{header}
# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The types of {what}, written by tests/differential/regenerate.py: do not edit.

One line a type, then one for each field: its name, its type in Go, `always` where it is written even when empty, `strategy=`
and `key=` as its tags have them for strategic merge patches, and `in=` the {versions} that know it, where not all
of them do.
"""

from __future__ import annotations

import functools

from {package}go_structs import Field, parse_types

__all__ = ("{function}",)


@functools.cache
def {function}({parameter}: str) -> dict[str, Field]:
    """The fields of {what} that {version} knows."""
    return parse_types(_TYPES, {parameter})


_TYPES = """\\
{types}
"""
'''
_BY_MINOR = {
    "versions": "minors of Kubernetes",
    "parameter": "minor",
    "version": "a minor such as `1.37`",
    "package": ".",
}
_BY_API_VERSION = {
    "versions": "API versions of kubeadm",
    "parameter": "version",
    "version": "an API version such as `v1beta4`",
}
_CLUSTER_VERSIONS = ("v1beta3", "v1beta4")
_JOIN_VERSIONS = ("v1beta1", "v1beta2", "v1beta3", "v1beta4", "v1")

#: By type: its fields as Go has them, each with name, kind, options, and what its tags say of patches.
Types = t.Dict[str, t.List[t.Tuple[str, str, str, str, str]]]


@functools.cache
def list_kubelet_types(version: str) -> Types:
    """The types of KubeletConfiguration in a version such as `v1.37.2`."""
    return _parse(ask_libraries(version, "kubelet"))


def regenerate_types(minors: t.Mapping[str, str]) -> None:
    """The tables of the collection; ``minors`` has `v1.37.2` by `1.37`."""
    kubelet = {minor: list_kubelet_types(version) for minor, version in minors.items()}
    pod = {minor: _parse(ask_libraries(version, "pod")) for minor, version in minors.items()}
    cluster = {version: _parse(ask_kubeadm(version, "cluster")) for version in _CLUSTER_VERSIONS}
    join = {version: _parse(ask_kubeadm(version, "join")) for version in _JOIN_VERSIONS}
    formats = "module_utils/_formats"
    _write(f"{formats}/kubelet_fields.py", kubelet, what="KubeletConfiguration v1beta1", **_BY_MINOR)
    _write(f"{formats}/pod_fields.py", pod, what="a Pod", **_BY_MINOR)
    _write(f"{formats}/cluster_fields.py", cluster, what="ClusterConfiguration", **_BY_API_VERSION, package=".")
    _write(
        "plugin_utils/_join/join_fields.py",
        join,
        what="JoinConfiguration",
        **_BY_API_VERSION,
        package="...module_utils._formats.",
    )


def _parse(printed: str) -> Types:
    types: Types = {}
    fields: list[tuple[str, str, str, str, str]] = []
    for line in printed.splitlines():
        if line.startswith(" "):
            name, kind, options, strategy, key = line[1:].split(" ")
            fields.append((name, kind, options, strategy, key))
        else:
            fields = types.setdefault(line, [])
    return types


def _write(path: str, tables: t.Mapping[str, Types], **words: str) -> None:
    known_by: dict[str, dict[str, list[str]]] = {}
    for version, types in tables.items():
        for name, fields in types.items():
            for field in fields:
                known_by.setdefault(name, {}).setdefault(_render(*field), []).append(version)
    lines = []
    for name, entries in known_by.items():
        lines.append(name)
        known = [version for version, types in tables.items() if name in types]
        for entry, those in entries.items():
            lines.append(f" {entry}" if those == known else f" {entry} in={','.join(those)}")
    header = "\n".join(pathlib.Path(__file__).read_text().splitlines()[:4])
    page = _PLUGINS / path
    page.write_text(_PAGE.format(header=header, function=page.stem, types="\n".join(lines), **words))


def _render(name: str, kind: str, options: str, strategy: str, key: str) -> str:
    if options not in ("", "omitempty", "omitzero", "omitempty,omitzero"):
        raise SystemExit(f"the field {name} has the options {options!r}, which nothing here knows")
    always = not options or (kind == "Time" and options == "omitempty")
    words = (name, kind, always and "always", strategy and f"strategy={strategy}", key and f"key={key}")
    return " ".join(word for word in words if word)
