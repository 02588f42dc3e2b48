# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The secrets of an invitation."""

from __future__ import annotations

import secrets
import string

__all__ = ("generate_secrets",)

_TOKEN = string.ascii_lowercase + string.digits


def generate_secrets(certificates: bool, certificates_secret: str = "") -> dict[str, str]:
    """A bootstrap ``token``, and for shared certificates a ``certificate_key`` and ``certificates_secret``, the name of their Secret."""
    token_id = _random(6)
    found = {"token": f"{token_id}.{_random(16)}"}
    if certificates:
        found["certificate_key"] = secrets.token_hex(32)
        found["certificates_secret"] = certificates_secret or f"kubeadm-certs-{token_id}"
    return found


def _random(length: int) -> str:
    return "".join(secrets.choice(_TOKEN) for _number in range(length))
