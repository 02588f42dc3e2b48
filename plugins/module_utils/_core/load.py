# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""How busy the API server is: the requests of this process that it has rejected."""

from __future__ import annotations

import typing as t

__all__ = ("add_rejection", "describe_load")

_rejected: list[str] = []


def add_rejection(path: str) -> None:
    """Note that the request for ``path`` was rejected because of the server's load."""
    _rejected.append(path)


def describe_load() -> dict[str, t.Any]:
    """The part of a module's result about it, empty if no request was rejected."""
    return {"rejected_requests": len(_rejected)} if _rejected else {}
