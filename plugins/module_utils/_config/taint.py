# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Taints in the format of `kubectl taint` and the kubelet's flag --register-with-taints: `key=value:Effect`."""

from __future__ import annotations

from .._core.errors import JoinError

__all__ = ("parse_taint",)


def parse_taint(text: str) -> dict[str, str]:
    """Parse `key=value:Effect` or `key:Effect`. Raises ``invalid_join_configuration``."""
    name, _colon, effect = text.rpartition(":")
    key, _equals, value = name.partition("=")
    if not key or not effect:
        raise JoinError(
            "invalid_join_configuration",
            f"Cannot use {text!r} in taints: expected key=value:Effect or key:Effect, as for `kubectl taint`; correct it.",
            problems=[{"field": "nodeRegistration.taints", "problem": f"{text!r} is not key=value:Effect"}],
        )
    return {"key": key, **({"value": value} if value else {}), "effect": effect}
