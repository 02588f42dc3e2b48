# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The Secrets of invitations in a cluster: those that there are, and the deletion of some of them."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .._api.kubeapi import ApiConflictError, ApiNotFoundError, KubeApi, list_parts
from .._core.change import Change, join_changes
from .._core.clock import Clock
from .._core.objects import list_at, text_at
from .._credentials.run_mark import RUN_LABEL, read_run_mark
from .._credentials.token_secret import read_token_secret, render_expiration

__all__ = ("InvitationSecret", "list_invitations", "plan_invitation_withdrawal")

_SECRETS = "/api/v1/namespaces/kube-system/secrets"
_TOKEN = re.compile(r"bootstrap-token-([a-z0-9]{6})")
#: The only format in which instants can be compared as texts.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


@dataclass(frozen=True)
class InvitationSecret:
    """A Secret of an invitation, as it was when it was listed."""

    name: str
    uid: str
    resource_version: str


def list_invitations(api: KubeApi, *, clock: Clock) -> list[dict[str, t.Any]]:
    """The marked Secrets: ``secret``, the fields of InvitationSecret, the run that created it, and when it expires.

    A Secret with certificates expires with the token that owns it. Nothing of it is secret.
    """
    parts = list_parts(api, _SECRETS, labelSelector=RUN_LABEL)
    found = [secret for part in parts for secret in list_at(part, "items") if _is_of_invitation(secret)]
    now = render_expiration(api.date or clock.now())
    expirations = {text_at(secret, "metadata", "uid"): read_token_secret(secret, "expiration") for secret in found}
    return [_describe(secret, expirations, now) for secret in found]


def plan_invitation_withdrawal(api: KubeApi, secrets: t.Sequence[InvitationSecret]) -> Change:
    """Plan the deletion of these Secrets. One that has changed since it was listed is kept, with a note."""
    return join_changes(
        [Change({}, {}, resources={"secrets": {}}), *(_plan_deletion(api, secret) for secret in secrets)]
    )


def _is_of_invitation(secret: t.Mapping[str, t.Any]) -> bool:
    """Whether a marked Secret is a bootstrap token, or is owned by one."""
    name = text_at(secret, "metadata", "name")
    token = _TOKEN.fullmatch(name)
    if token:
        return (
            text_at(secret, "type") == "bootstrap.kubernetes.io/token"
            and read_token_secret(secret, "token-id") == token[1]
        )
    owners = list_at(secret, "metadata", "ownerReferences")
    return any(text_at(owner, "kind") == "Secret" and _TOKEN.fullmatch(text_at(owner, "name")) for owner in owners)


def _describe(secret: t.Mapping[str, t.Any], expirations: t.Mapping[str, str], now: str) -> dict[str, t.Any]:
    mark = read_run_mark(secret)
    owners = [text_at(owner, "uid") for owner in list_at(secret, "metadata", "ownerReferences")]
    known = (expirations.get(uid, "") for uid in (text_at(secret, "metadata", "uid"), *owners))
    expires = next((instant for instant in known if instant), "")
    return {
        "secret": {
            "name": text_at(secret, "metadata", "name"),
            "uid": text_at(secret, "metadata", "uid"),
            "resource_version": text_at(secret, "metadata", "resourceVersion"),
        },
        "run": mark.id if mark else "",
        "workflow": mark.workflow if mark else "",
        "started": mark.started if mark else "",
        "process": mark.process if mark else "",
        "expires": expires or None,
        "expired": bool(_INSTANT.fullmatch(expires)) and expires <= now,
    }


def _plan_deletion(api: KubeApi, secret: InvitationSecret) -> Change:
    path = f"{_SECRETS}/{secret.name}"
    thing = f"secret {secret.name}"
    found = api.find(path)
    is_same = (
        found is not None
        and read_run_mark(found) is not None
        and _is_of_invitation(found)
        and text_at(found, "metadata", "uid") == secret.uid
        and text_at(found, "metadata", "resourceVersion") == secret.resource_version
    )
    if not is_same:
        state = "absent" if found is None else "present"
        notes = () if found is None else (f"The {thing} was kept, because it has changed since it was listed.",)
        return Change(
            {thing: state}, {thing: state}, notes=notes, resources={"secrets": {secret.name: {"state": state}}}
        )

    def apply() -> None:
        try:
            api.delete(path, {"uid": secret.uid, "resourceVersion": secret.resource_version})
        except (ApiConflictError, ApiNotFoundError):
            pass  # somebody was faster; the plan after this one reads what there is now

    return Change(
        {thing: "present"}, {thing: "absent"}, apply, resources={"secrets": {secret.name: {"state": "absent"}}}
    )
