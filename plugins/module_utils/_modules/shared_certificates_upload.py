# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The module shared_certificates_upload, whose documentation is in the file of the module."""

from __future__ import annotations

import typing as t

from .._ansible.module import CLUSTER_OPTIONS, RUN_OPTION, converge
from .._control_plane.shared_certificates import (
    parse_certificate_key,
)
from .._control_plane.shared_certificates_upload import (
    UploadSpec,
    plan_upload,
    plan_upload_withdrawal,
)
from .._core.change import Change
from .._core.clock import SystemClock
from .._core.defaults import ADMIN_CONF, KUBEADM_CERTS
from .._credentials.run_mark import RunMark
from .._credentials.token_secret import DEFAULT_GROUP
from .._discovery.cluster import Cluster
from .._system.connections import connect_as_admin
from .._system.host import LocalHost

__all__ = ("main",)


def plan(params: t.Mapping[str, t.Any], host: LocalHost) -> Change:
    key = parse_certificate_key(params["certificate_key"])
    api = connect_as_admin(params["kubeconfig"], host.run)
    if params["state"] == "absent":
        return plan_upload_withdrawal(api, key, params["name"])
    cluster = Cluster.from_mapping(params["cluster"])
    run = RunMark(**params["run"]) if params["run"] else None
    spec = UploadSpec(cluster, key, params["ttl"], params["name"], tuple(params["groups"]), run)
    return plan_upload(host, api, spec, clock=SystemClock())


def main() -> None:
    converge(
        plan,
        returns=("role_binding", "secret"),
        argument_spec={
            "cluster": CLUSTER_OPTIONS,
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "certificate_key": {"type": "str", "required": True, "no_log": True},
            "name": {"type": "str", "default": KUBEADM_CERTS},
            "ttl": {"type": "int", "default": 7200},
            "groups": {"type": "list", "elements": "str", "default": [DEFAULT_GROUP]},
            "run": RUN_OPTION,
            "kubeconfig": {"type": "path", "default": ADMIN_CONF},
        },
    )
