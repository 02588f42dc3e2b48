# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Bootstrap tokens and their form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .._core.errors import JoinError

__all__ = ("BootstrapToken", "parse_token")

_TOKEN = re.compile(r"([a-z0-9]{6})\.([a-z0-9]{16})")


@dataclass(frozen=True)
class BootstrapToken:
    """A bootstrap token. ``id`` is public, ``secret`` is shown by nothing but ``bearer``."""

    id: str
    secret: str = field(repr=False)

    def __str__(self) -> str:
        return f"bootstrap token {self.id}"

    @property
    def bearer(self) -> str:
        """The form that the API server takes as a bearer token."""
        return f"{self.id}.{self.secret}"


def parse_token(text: str, *, option: str = "token") -> BootstrapToken:
    """Read ``<6 characters>.<16 characters>`` of ``a-z0-9``; kubeadm takes nothing else.

    Raises ``token_malformed``. The text itself is not repeated: a malformed token is often a good one with a typing error.
    """
    match = _TOKEN.fullmatch(text)
    if match is None:
        raise JoinError(
            "token_malformed",
            f"Cannot use the value of {option} as a bootstrap token: it has {len(text)} characters and is not six "
            "and sixteen lower-case letters or digits with a dot between them; take it from `kubeadm token create`.",
            option=option,
        )
    return BootstrapToken(id=match.group(1), secret=match.group(2))
