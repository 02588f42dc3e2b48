# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""CA pins in the format of `kubeadm init`."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import JoinError

__all__ = ("parse_pin", "parse_pins")

_PIN = re.compile(r"sha256:[0-9a-f]{64}")


def parse_pin(text: str) -> str:
    """Parse ``sha256:<64 hex digits>`` in any case, and return it in lower case. Raises ``pin_malformed``.

    The error does not contain the text, because it may be a certificate key.
    """
    pin = text.strip().lower()
    if _PIN.fullmatch(pin) is None:
        raise JoinError(
            "pin_malformed",
            f"Cannot use a text of {len(text)} characters as the hash of a CA's public key: expected `sha256:` and 64 hexadecimal "
            "digits, as printed by `kubeadm init` and `kubeadm token create --print-join-command`; correct it.",
            characters=len(text),
        )
    return pin


def parse_pins(texts: t.Sequence[str], *, may_be_empty: bool) -> tuple[str, ...]:
    """Parse pins. Raises ``pin_malformed``, and ``pin_missing`` if there are none and ``may_be_empty`` is false."""
    if not texts and not may_be_empty:
        raise JoinError(
            "pin_missing",
            "Cannot verify the control plane: there is no hash of its CA's public key; set ca_cert_hashes to the hash that "
            "`kubeadm init` printed, or, if the network is trusted, set unsafe_skip_ca_verification.",
        )
    return tuple(parse_pin(text) for text in texts)
