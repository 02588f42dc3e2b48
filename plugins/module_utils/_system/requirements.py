# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The Python libraries that modules need, and the distribution packages that provide them."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import typing as t

from .._core.errors import JoinError

__all__ = ("LIBRARIES", "missing_packages", "require")

#: The libraries that most modules need: what their packages of Debian, SUSE and other RPM distributions are called, by import name.
LIBRARIES: t.Mapping[str, tuple[str, str, str]] = {
    "cryptography": ("cryptography", "cryptography", "cryptography"),
    "requests": ("requests", "requests", "requests"),
    "yaml": ("yaml", "PyYAML", "pyyaml"),
}


def missing_packages(libraries: t.Iterable[str] = tuple(LIBRARIES)) -> list[str]:
    """Return the distribution packages of the libraries that this interpreter cannot import. Raises ``library_missing`` if the distribution
    has no packages.
    """
    missing = [library for library in libraries if importlib.util.find_spec(library) is None]
    if not missing:
        return []
    distributions = _distributions()
    if "flatcar" in distributions:
        raise JoinError(
            "library_missing",
            f"Cannot work with {sys.executable}: the Python libraries {', '.join(missing)} are missing, and Flatcar has no packages of them; "
            "provide a Python that has them, for example below /opt, and set ansible_python_interpreter to it.",
            packages=[],
            interpreter=sys.executable,
        )
    if distributions & {"debian", "ubuntu"}:
        side, prefix = 0, "python3-"
    elif distributions & {"suse", "opensuse"}:
        # Of each version of Python, as python3 of some releases is one that is too old.
        side, prefix = 1, f"python3{sys.version_info.minor}-"
    else:
        side, prefix = 2, "python3-" if _is_default() else f"python3.{sys.version_info.minor}-"
    return [prefix + LIBRARIES[library][side] for library in missing]


def require(libraries: t.Iterable[str]) -> None:
    """Raise ``library_missing`` with the missing packages unless every library can be imported."""
    packages = missing_packages(libraries)
    if packages:
        raise JoinError(
            "library_missing",
            f"Cannot work with {sys.executable}: the Python libraries of {', '.join(packages)} are missing; install these "
            "packages, or set ansible_python_interpreter to an interpreter that has the libraries.",
            packages=packages,
            interpreter=sys.executable,
        )


def _distributions() -> set[str]:
    """The IDs of the distribution and of those that it is like."""
    try:
        with open("/etc/os-release", encoding="utf-8") as stream:
            lines = re.findall(r"^ID(?:_LIKE)?=(.*)$", stream.read(), re.MULTILINE)
    except OSError:
        return set()
    return {name for line in lines for name in line.strip("\"' ").split()}


def _is_default() -> bool:
    """Whether this interpreter is the one of the distribution, whose packages have no version in their names."""
    return os.path.realpath("/usr/bin/python3") == os.path.realpath(sys.executable)
