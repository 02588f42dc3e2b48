# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The findings of preflight checks."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import redact

__all__ = ("Finding", "error", "warning")


@dataclass(frozen=True)
class Finding:
    """A finding of a check. ``check`` is kubeadm's name of the check, ``severity`` is ``error`` or ``warning``."""

    check: str
    severity: str
    code: str
    message: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", redact(self.message))


def error(check: str, code: str, message: str) -> Finding:
    """A finding that prevents the join."""
    return Finding(check, "error", code, message)


def warning(check: str, code: str, message: str) -> Finding:
    """A finding that does not prevent the join."""
    return Finding(check, "warning", code, message)
