# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Safe access to the fields of Kubernetes objects, which come from other machines and may have values of any type."""

from __future__ import annotations

import typing as t

__all__ = ("list_at", "mapping_at", "render_taint", "text_at", "texts_at")


def mapping_at(value: t.Any, *keys: str) -> dict[str, t.Any]:
    """The mapping at the path ``keys``, or an empty mapping."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def list_at(value: t.Any, *keys: str) -> list[dict[str, t.Any]]:
    """The mappings in the list at the path ``keys``, or an empty list."""
    found = mapping_at(value, *keys[:-1]).get(keys[-1])
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def text_at(value: t.Any, *keys: str) -> str:
    """The text at the path ``keys``, or an empty text."""
    found = mapping_at(value, *keys[:-1]).get(keys[-1])
    return found if isinstance(found, str) else ""


def texts_at(value: t.Any, *keys: str) -> dict[str, str]:
    """The texts in the mapping at the path ``keys``, or an empty mapping; null is an empty text."""
    found = {name: "" if text is None else text for name, text in mapping_at(value, *keys).items()}
    return {name: text for name, text in found.items() if isinstance(text, str)}


def render_taint(taint: t.Any) -> str:
    """A taint in the format of `kubectl taint`: `key=value:Effect` or `key:Effect`."""
    value = text_at(taint, "value")
    return f"{text_at(taint, 'key')}{f'={value}' if value else ''}:{text_at(taint, 'effect')}"
