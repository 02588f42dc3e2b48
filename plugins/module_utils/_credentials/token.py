# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Bootstrap tokens and their format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .._core.errors import JoinError

__all__ = ("BootstrapToken", "parse_token")

_TOKEN = re.compile(r"([a-z0-9]{6})\.([a-z0-9]{16})")


@dataclass(frozen=True)
class BootstrapToken:
    """A bootstrap token. ``id`` is public; only ``bearer`` reveals ``secret``."""

    id: str
    secret: str = field(repr=False)

    def __str__(self) -> str:
        return f"bootstrap token {self.id}"

    @property
    def bearer(self) -> str:
        """The token in the format of an HTTP bearer token."""
        return f"{self.id}.{self.secret}"


def parse_token(text: str, *, option: str = "token") -> BootstrapToken:
    """Parse ``<6 characters>.<16 characters>`` of ``a-z0-9``, the only format of kubeadm.

    Raises ``token_malformed``. The error does not contain the text, because it is often a valid token with a typo.
    """
    match = _TOKEN.fullmatch(text)
    if match is None:
        raise JoinError(
            "token_malformed",
            f"Cannot use the value of {option} as a bootstrap token: it has {len(text)} characters, expected six "
            "and sixteen lower-case letters or digits separated by a dot; create a token with `kubeadm token create`.",
            option=option,
        )
    return BootstrapToken(id=match.group(1), secret=match.group(2))
