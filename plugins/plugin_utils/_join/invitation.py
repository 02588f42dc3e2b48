# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The modules that create and withdraw an invitation."""

from __future__ import annotations

import typing as t

from .node import Step

__all__ = ("creation_steps", "invitation_steps", "withdrawal_steps")

Values = t.Mapping[str, t.Any]
_KUBEADM_CERTS = "kubeadm-certs"


def invitation_steps(*, state: str, **arguments: t.Any) -> list[Step]:
    """The steps that create an invitation, or withdraw it with the ``state`` absent."""
    return withdrawal_steps(**arguments) if state == "absent" else creation_steps(**arguments)


def creation_steps(settings: Values, secrets: Values, cluster: Values, ttl: int) -> list[Step]:
    """Create the token, and upload the shared certificates if there is a key for them.

    ``settings`` are those of `read_invitation` with the ``run``; ``secrets`` are those of `generate_secrets`; ``ttl`` is the lifetime in
    seconds unless ``settings`` have one. Only the token of this invitation may read what is uploaded for it. The Secret of kubeadm has
    kubeadm's groups.
    """
    token = secrets["token"]
    own = [f"system:bootstrappers:kubejoin:{token.partition('.')[0]}"] if "certificate_key" in secrets else []
    shared = {"kubeconfig": settings["kubeconfig"], "run": settings["run"]}
    steps = [
        Step(
            "bootstrap_token",
            {
                **shared,
                "token": token,
                "ttl": _first(settings["token_ttl"], ttl),
                "groups": [*settings["token_groups"], *own],
                "description": settings["token_description"],
            },
        )
    ]
    if own:
        name = secrets["certificates_secret"]
        upload = {
            **shared,
            "cluster": cluster,
            "certificate_key": secrets["certificate_key"],
            "name": name,
            "ttl": _first(settings["certificates_ttl"], ttl),
            "groups": settings["token_groups"] if name == _KUBEADM_CERTS else own,
        }
        steps.append(Step("shared_certificates_upload", upload))
    return steps


def withdrawal_steps(settings: Values, secrets: Values, cluster: Values, ttl: int) -> list[Step]:
    """Delete the shared certificates, if there is a key for them, and the token, even if the certificates cannot be deleted."""
    shared = {"kubeconfig": settings["kubeconfig"], "state": "absent"}
    steps = [Step("bootstrap_token", {**shared, "token_id": secrets["token"].partition(".")[0]}, always=True)]
    if "certificate_key" in secrets:
        upload = {
            **shared,
            "cluster": cluster,
            "certificate_key": secrets["certificate_key"],
            "name": secrets["certificates_secret"],
        }
        steps.insert(0, Step("shared_certificates_upload", upload))
    return steps


def _first(own: int | None, default: int) -> int:
    return default if own is None else own
