# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The Python libraries that modules need, and the distribution packages that provide them."""

from __future__ import annotations

import importlib.util
import re
import sys
import typing as t

from .._core.errors import JoinError

__all__ = ("LIBRARIES", "missing_packages", "require")

#: The libraries that most modules need: their Debian and RPM packages by import name.
LIBRARIES: t.Mapping[str, tuple[str, str]] = {
    "cryptography": ("python3-cryptography", "python3-cryptography"),
    "requests": ("python3-requests", "python3-requests"),
    "yaml": ("python3-yaml", "python3-pyyaml"),
}


def missing_packages(libraries: t.Iterable[str] = tuple(LIBRARIES)) -> list[str]:
    """Return the distribution packages of the libraries that this interpreter cannot import."""
    side = 0 if _is_debian() else 1
    return [LIBRARIES[library][side] for library in libraries if importlib.util.find_spec(library) is None]


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


def _is_debian() -> bool:
    try:
        with open("/etc/os-release", encoding="utf-8") as stream:
            return re.search(r"^ID(_LIKE)?=.*\b(debian|ubuntu)\b", stream.read(), re.MULTILINE) is not None
    except OSError:
        return False
