# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""What errors repeat of the input: no text that could be a token or a key."""

from __future__ import annotations

import typing as t

from ...module_utils._core.errors import NOT_DISPLAYED, SECRET

__all__ = ("displayable",)

_LONGEST = 253
_LARGEST = 2**63


def displayable(value: t.Any) -> str:
    """A name of the input as text, unless it could be a secret, is longer than a name, or is not a text or a number."""
    is_number = isinstance(value, float) or (isinstance(value, int) and abs(value) < _LARGEST)
    text = str(value) if is_number or isinstance(value, str) else ""
    return NOT_DISPLAYED if not text or len(text) > _LONGEST or SECRET.search(text) else text
