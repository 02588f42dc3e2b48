# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The module nodes_info, whose documentation is in the file of the module."""

from __future__ import annotations

import typing as t

from .._ansible.module import answer
from .._api.nodes import await_nodes
from .._core.clock import SystemClock
from .._core.defaults import ADMIN_CONF, WAIT_LEVELS
from .._system.connections import connect_as_admin
from .._system.host import LocalHost

__all__ = ("main",)


def observe(params: t.Mapping[str, t.Any], host: LocalHost) -> dict[str, t.Any]:
    api = connect_as_admin(params["kubeconfig"], host.run)
    found = await_nodes(api, params["nodes"], params["wait_for"], clock=SystemClock(), timeout=params["wait_timeout"])
    return {
        "nodes": [
            {"name": name, "level": status.level, "reason": status.reason, "message": status.message}
            for name, status in found.items()
        ]
    }


def main() -> None:
    answer(
        observe,
        libraries=("requests", "yaml"),
        argument_spec={
            "nodes": {"type": "list", "elements": "str", "required": True},
            "wait_for": {"type": "str", "choices": list(WAIT_LEVELS), "default": "ready"},
            "wait_timeout": {"type": "int", "default": 0},
            "kubeconfig": {"type": "path", "default": ADMIN_CONF},
        },
    )
