# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Bootstrap tokens that an administrator creates for nodes, and their deletion."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._api.kubeapi import KubeApi
from .._core.change import Change, Resources
from .._core.clock import Clock
from .._core.errors import JoinError
from .._credentials.run_mark import RunMark
from .._credentials.token import BootstrapToken
from .._credentials.token_secret import (
    DEFAULT_GROUP,
    expiration_after,
    read_token_secret,
    render_expiration,
    render_token_secret,
    token_secret_name,
)
from .by_token import SIGNATURE_WAIT, await_signature

__all__ = ("TokenSpec", "plan_token", "plan_token_withdrawal")

_SECRETS = "/api/v1/namespaces/kube-system/secrets"
_USAGES = ("authentication", "signing")


@dataclass(frozen=True)
class TokenSpec:
    """A bootstrap token to create. ``ttl`` is in seconds, 0 for a token that never expires. ``run`` marks the tokens of invitations."""

    token: BootstrapToken
    ttl: float
    usages: tuple[str, ...] = ("signing", "authentication")
    groups: tuple[str, ...] = (DEFAULT_GROUP,)
    description: str = ""
    run: RunMark | None = None


def plan_token(api: KubeApi, spec: TokenSpec, *, clock: Clock) -> Change:
    """Plan the creation of the token, and the wait for its signature in cluster-info if it has the usage `signing`.

    An existing token with the same ID and secret is not changed. Raises ``token_id_taken``, ``token_lifetime_invalid``, ``token_not_signed``.
    """
    name = token_secret_name(spec.token.id)
    found = api.find(f"{_SECRETS}/{name}")
    after = {"usages": sorted(spec.usages), "groups": sorted(spec.groups)}
    expiration = expiration_after(api.date or clock.now(), spec.ttl) if spec.ttl else None
    if found is not None:
        if read_token_secret(found, "token-secret") != spec.token.secret:
            raise JoinError(
                "token_id_taken",
                f"Cannot create bootstrap token {spec.token.id}: {api.server} has another token with that ID; choose another ID.",
                token_id=spec.token.id,
            )
        return Change({name: after}, {name: after}, resources=_describe(spec.token.id, found))

    def apply() -> None:
        api.create(
            _SECRETS,
            render_token_secret(
                spec.token,
                expiration=expiration,
                usages=spec.usages,
                groups=spec.groups,
                description=spec.description,
                run=spec.run,
            ),
        )
        if "signing" in spec.usages:
            await_signature(api, spec.token, clock=clock, timeout=SIGNATURE_WAIT)

    token = {"id": spec.token.id, "state": "present", **after, "expires": expiration and render_expiration(expiration)}
    return Change({name: "absent"}, {name: after}, apply, resources={"token": token})


def plan_token_withdrawal(api: KubeApi, token_id: str) -> Change:
    """Plan the deletion of the token."""
    name = token_secret_name(token_id)
    before = "present" if api.find(f"{_SECRETS}/{name}") is not None else "absent"
    resources = {"token": {"id": token_id, "state": "absent"}}
    return Change({name: before}, {name: "absent"}, lambda: _delete(api, name), resources=resources)


def _describe(token_id: str, secret: t.Mapping[str, t.Any]) -> Resources:
    """The token as returned by modules, without its secret part."""
    usages = [usage for usage in _USAGES if read_token_secret(secret, f"usage-bootstrap-{usage}") == "true"]
    groups = sorted(group for group in read_token_secret(secret, "auth-extra-groups").split(",") if group)
    expires = read_token_secret(secret, "expiration") or None
    return {"token": {"id": token_id, "state": "present", "usages": usages, "groups": groups, "expires": expires}}


def _delete(api: KubeApi, name: str) -> None:
    api.delete(f"{_SECRETS}/{name}")
