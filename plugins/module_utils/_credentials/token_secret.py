# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The Secret of a bootstrap token."""

from __future__ import annotations

import datetime
import typing as t

from .._core.errors import JoinError
from .._core.objects import text_at
from .._formats.go_values import decode_base64
from .run_mark import RunMark
from .token import BootstrapToken

__all__ = (
    "DEFAULT_GROUP",
    "expiration_after",
    "read_token_secret",
    "render_expiration",
    "render_token_secret",
    "token_secret_name",
)

#: The group to which ``kubeadm init`` grants the permissions of joining nodes.
DEFAULT_GROUP = "system:bootstrappers:kubeadm:default-node-token"


#: The longest lifetime of a token in seconds, a hundred years. Dates have a limit as well.
_LONGEST = 100 * 365 * 86400


def token_secret_name(token_id: str) -> str:
    """The name of a token's Secret in kube-system."""
    return f"bootstrap-token-{token_id}"


def expiration_after(now: datetime.datetime, seconds: float) -> datetime.datetime:
    """The instant when a token expires that lives for some seconds. Raises ``token_lifetime_invalid``."""
    if not 0 < seconds <= _LONGEST:
        raise JoinError(
            "token_lifetime_invalid",
            f"Cannot create a token that expires after {seconds} s: expected a ttl of 1 to {_LONGEST} seconds; correct it.",
            seconds=seconds,
        )
    return now + datetime.timedelta(seconds=seconds)


def render_expiration(instant: datetime.datetime) -> str:
    """An instant in UTC as the Secret has it."""
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def read_token_secret(secret: t.Any, key: str) -> str:
    """The text of a key of the Secret, empty where there is none."""
    try:
        return decode_base64(text_at(secret, "data", key)).decode("ascii")
    except ValueError:
        return ""


def render_token_secret(
    token: BootstrapToken,
    *,
    expiration: datetime.datetime | None,
    usages: t.Sequence[str],
    groups: t.Sequence[str],
    description: str,
    run: RunMark | None = None,
) -> dict[str, t.Any]:
    """The Secret as created by ``kubeadm token create``, with the mark of ``run``. Without ``expiration``, the token never expires."""
    data = {"token-id": token.id, "token-secret": token.secret}
    description = run.describe(description) if run else description
    if description:
        data["description"] = description
    if expiration is not None:
        data["expiration"] = render_expiration(expiration)
    data.update({f"usage-bootstrap-{usage}": "true" for usage in usages})
    if groups:
        data["auth-extra-groups"] = ",".join(groups)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": token_secret_name(token.id),
            "namespace": "kube-system",
            **(run.metadata() if run else {}),
        },
        "type": "bootstrap.kubernetes.io/token",
        "stringData": data,
    }
