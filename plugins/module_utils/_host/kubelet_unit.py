# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The kubelet's command line, as systemd assembles it from the unit, its drop-in files and environment files."""

from __future__ import annotations

import re
import shlex
import typing as t
from dataclasses import dataclass, field

from .machine import KUBELET_FLAGS, Files

__all__ = ("KubeletUnit", "kubelet_arguments", "last_value", "read_kubelet_unit")

#: systemd's folders for units, the most important first.
_FOLDERS = (
    "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
)  # fmt: skip
_FLAGS_VARIABLE = "KUBELET_KUBEADM_ARGS"


@dataclass
class _Unit:
    """The settings of a unit: its command, the variables that it sets, and the files with further variables."""

    command: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    environment_files: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class KubeletUnit:
    """The command of kubelet.service and its variables, except those of kubeadm-flags.env, which a join writes."""

    command: str
    environment: t.Mapping[str, str]


def read_kubelet_unit(host: Files, hostname: str) -> KubeletUnit:
    """Read the unit, its drop-in files and its environment files."""
    unit = _read_unit(host, hostname)
    environment = dict(unit.environment)
    for path in unit.environment_files:
        environment.update(_assignments(host, path))
    return KubeletUnit(unit.command, environment)


def kubelet_arguments(host: Files, unit: KubeletUnit, planned: t.Sequence[str] | None = None) -> list[str]:
    """The arguments of kubelet.service on this host.

    ``planned`` are the arguments that will be written to kubeadm-flags.env; None uses the current file. They are included even
    if the unit does not refer to that file, because a wrapper script may.
    """
    environment = dict(unit.environment)
    flags = shlex.join(planned) if planned is not None else _assignments(host, KUBELET_FLAGS).get(_FLAGS_VARIABLE, "")
    environment[_FLAGS_VARIABLE] = flags
    words = [expanded for word in _words(unit.command) for expanded in _expand(word, environment)]
    return [*_words(flags), *words]


def last_value(arguments: t.Sequence[str], name: str, *, bare: str | None = None) -> str | None:
    """The value of the last ``--name`` among arguments, None without one.

    The kubelet accepts underscores for dashes. ``bare`` is the value of a flag without one; if it is None, the value is the
    next argument.
    """
    found: str | None = None
    for argument, following in zip(arguments, [*arguments[1:], ""]):
        flag, separator, value = argument.partition("=")
        if flag.startswith("--") and flag[2:].replace("_", "-") == name:
            found = value if separator else following if bare is None else bare
    return found


def _read_unit(host: Files, hostname: str) -> _Unit:
    """Read the first unit file, then the drop-in files by name; of files with the same name, the first one counts."""
    unit = _Unit()
    units = (host.read(f"{folder}/kubelet.service") for folder in _FOLDERS)
    main = next((found for found in units if found is not None), None)
    drop_ins: dict[str, str] = {}
    for folder in (f"{folder}/{name}.d" for name in ("kubelet.service", "service") for folder in _FOLDERS):
        for name in host.list_files(folder) or ():
            if name.endswith(".conf") and "/" not in name:
                drop_ins.setdefault(name, f"{folder}/{name}")
    for found in (main, *(host.read(path) for _name, path in sorted(drop_ins.items()))):
        for name, value in _settings(found.text if found is not None else ""):
            _apply(unit, name, _without_specifiers(value, hostname))
    return unit


def _settings(text: str) -> t.Iterator[tuple[str, str]]:
    """The settings of the section Service."""
    section = ""
    text = re.sub(r"^[ \t]*[#;].*\n?", "", text, flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        line = line.strip()
        if line.startswith("["):
            section = line
        elif section == "[Service]":
            name, _separator, value = line.partition("=")
            yield name.strip(), value.strip()


def _apply(unit: _Unit, name: str, value: str) -> None:
    """Apply one setting; an empty value resets those before it."""
    if name == "ExecStart":
        unit.command = value
    elif name == "Environment":
        assignments = (word.partition("=") for word in _words(value))
        unit.environment = {**unit.environment, **{key: text for key, _equals, text in assignments}} if value else {}
    elif name == "EnvironmentFile":
        unit.environment_files = [*unit.environment_files, value.strip("\"'").lstrip("-")] if value else []


def _without_specifiers(text: str, hostname: str) -> str:
    """Resolve systemd's specifiers for host names; others do not occur in names."""
    known = {"%%": "%", "%H": hostname, "%l": hostname.partition(".")[0]}
    return re.sub(r"%[%Hl]", lambda found: known[found.group()], text)


def _assignments(host: Files, path: str) -> dict[str, str]:
    """The variables of an environment file; empty without the file. systemd ignores a folder at its path."""
    found, variables = None if host.has_folder(path) else host.read(path), {}
    for line in (found.text if found is not None else "").replace("\\\n", "").splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and name[:1] not in ("#", ";"):
            value = value.strip()
            variables[name.strip()] = " ".join(_words(value)) if value[:1] in ("'", '"') else value
    return variables


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # an unclosed quote
        return text.split()


def _expand(word: str, environment: t.Mapping[str, str]) -> list[str]:
    """Replace variables: `$NAME` by its words, `${NAME}` by its text."""
    if re.fullmatch(r"\$\w+", word):
        return _words(environment.get(word[1:], ""))
    return [re.sub(r"\$\{(\w+)\}", lambda found: environment.get(found[1], ""), word)]
