# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The module invitations, whose documentation is in the file of the module."""

from __future__ import annotations

import typing as t

from .._ansible.module import converge
from .._core.change import Change
from .._core.defaults import ADMIN_CONF
from .._discovery.invitations import InvitationSecret, plan_invitation_withdrawal
from .._system.connections import connect_as_admin
from .._system.host import LocalHost

__all__ = ("main",)


def plan(params: t.Mapping[str, t.Any], host: LocalHost) -> Change:
    api = connect_as_admin(params["kubeconfig"], host.run)
    return plan_invitation_withdrawal(api, [InvitationSecret(**secret) for secret in params["secrets"]])


def main() -> None:
    converge(
        plan,
        returns=("secrets",),
        libraries=("requests", "yaml"),
        argument_spec={
            "secrets": {
                "no_log": False,  # names of Secrets, not their content
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "name": {"type": "str", "required": True},
                    "uid": {"type": "str", "required": True},
                    "resource_version": {"type": "str", "required": True},
                },
            },
            "kubeconfig": {"type": "path", "default": ADMIN_CONF},
        },
    )
