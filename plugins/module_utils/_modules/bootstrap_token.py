# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The module bootstrap_token, whose documentation is in the file of the module."""

from __future__ import annotations

import typing as t

from .._ansible.module import RUN_OPTION, converge
from .._core.change import Change
from .._core.clock import SystemClock
from .._core.defaults import ADMIN_CONF
from .._credentials.run_mark import RunMark
from .._credentials.token import parse_token
from .._credentials.token_secret import DEFAULT_GROUP
from .._discovery.bootstrap_token import (
    TokenSpec,
    plan_token,
    plan_token_withdrawal,
)
from .._system.connections import connect_as_admin
from .._system.host import LocalHost

__all__ = ("main",)


def plan(params: t.Mapping[str, t.Any], host: LocalHost) -> Change:
    api = connect_as_admin(params["kubeconfig"], host.run)
    if params["state"] == "absent":
        return plan_token_withdrawal(api, params["token_id"])
    spec = TokenSpec(
        token=parse_token(params["token"]),
        ttl=params["ttl"],
        usages=tuple(params["usages"]),
        groups=tuple(params["groups"]),
        description=params["description"],
        run=RunMark(**params["run"]) if params["run"] else None,
    )
    return plan_token(api, spec, clock=SystemClock())


def main() -> None:
    converge(
        plan,
        returns=("token",),
        libraries=("requests", "yaml"),
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "token": {"type": "str", "no_log": True},
            "token_id": {"type": "str", "no_log": False},
            "ttl": {"type": "int", "default": 86400},
            "usages": {
                "type": "list",
                "elements": "str",
                "choices": ["signing", "authentication"],
                "default": ["signing", "authentication"],
            },
            "groups": {"type": "list", "elements": "str", "default": [DEFAULT_GROUP]},
            "description": {"type": "str", "default": ""},
            "run": RUN_OPTION,
            "kubeconfig": {"type": "path", "default": ADMIN_CONF},
        },
        required_if=[("state", "present", ("token",)), ("state", "absent", ("token_id",))],
    )
