# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The minor versions that the golden files are about: those that the collection supports."""

from __future__ import annotations

import importlib
import pathlib
import sys

__all__ = ("MINORS", "since", "until")

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "plugins"))

MINORS: tuple[str, ...] = importlib.import_module("module_utils._core.releases").MINORS


def since(minor: str) -> tuple[str, ...]:
    """This minor and those that are newer."""
    return tuple(other for other in MINORS if _number(other) >= _number(minor))


def until(minor: str) -> tuple[str, ...]:
    """This minor and those that are older."""
    return tuple(other for other in MINORS if _number(other) <= _number(minor))


def _number(minor: str) -> int:
    return int(minor.partition(".")[2])
