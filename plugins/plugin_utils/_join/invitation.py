# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The modules that create and withdraw an invitation."""

from __future__ import annotations

import typing as t

from ...module_utils._core.defaults import KUBEADM_CERTS
from .node import Step

__all__ = ("INVITATION_OPTIONS", "creation_steps", "invitation_steps", "withdrawal_steps")

Values = t.Mapping[str, t.Any]

#: The argument spec of what identifies an invitation.
INVITATION_OPTIONS: dict[str, t.Any] = {
    "settings": {"type": "dict", "required": True},
    "secrets": {"type": "dict", "required": True, "no_log": True},
    "cluster": {"type": "dict", "required": True},
}


def invitation_steps(*, state: str, settings: Values, secrets: Values, cluster: Values, ttl: int) -> list[Step]:
    """The steps that create an invitation, or withdraw it with the ``state`` absent."""
    if state == "absent":
        return withdrawal_steps(settings, secrets, cluster)
    return creation_steps(settings, secrets, cluster, ttl)


def creation_steps(settings: Values, secrets: Values, cluster: Values, ttl: int) -> list[Step]:
    """Create the token, and upload the shared certificates if there is a key for them.

    ``settings`` are those of `read_invitation` with the ``run``; ``secrets`` are those of `generate_secrets`; ``ttl`` is the lifetime in
    seconds unless ``settings`` have one. Only the token of this invitation may read what is uploaded for it. The Secret of kubeadm has
    kubeadm's groups.
    """
    upload = _upload(secrets, cluster)
    shared = {"kubeconfig": settings["kubeconfig"], "run": settings["run"]}
    own = [f"system:bootstrappers:kubejoin:{_token_id(secrets)}"] if upload else []
    token = {
        **shared,
        "token": secrets["token"],
        "ttl": _first(settings["token_ttl"], ttl),
        "groups": [*settings["token_groups"], *own],
        "description": settings["token_description"],
    }
    steps = [Step("bootstrap_token", token)]
    if upload:
        readers = settings["token_groups"] if upload["name"] == KUBEADM_CERTS else own
        lifetime = _first(settings["certificates_ttl"], ttl)
        steps.append(Step("shared_certificates_upload", {**shared, **upload, "ttl": lifetime, "groups": readers}))
    return steps


def withdrawal_steps(settings: Values, secrets: Values, cluster: Values) -> list[Step]:
    """Delete the shared certificates, if there is a key for them, and the token, even if the certificates cannot be deleted."""
    shared = {"kubeconfig": settings["kubeconfig"], "state": "absent"}
    upload = _upload(secrets, cluster)
    steps = [Step("shared_certificates_upload", {**shared, **upload})] if upload else []
    return [*steps, Step("bootstrap_token", {**shared, "token_id": _token_id(secrets)}, always=True)]


def _upload(secrets: Values, cluster: Values) -> dict[str, t.Any]:
    """The options that identify the upload, empty if there is no key for one."""
    if "certificate_key" not in secrets:
        return {}
    return {
        "cluster": cluster,
        "certificate_key": secrets["certificate_key"],
        "name": secrets["certificates_secret"],
    }


def _token_id(secrets: Values) -> str:
    return str(secrets["token"]).partition(".")[0]


def _first(own: int | None, default: int) -> int:
    return default if own is None else own
