#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bootstrap_token
short_description: Create or delete a bootstrap token
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Creates the same Secret as C(kubeadm token create), and waits until the ConfigMap C(kube-public/cluster-info) is signed with the token.
  - The token is an argument and never a result, so its secret half is kept in one place only.
  - The expiry time is based on the API server's clock.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.cluster.admin
  - kubejoin.kubeadm.run
options:
  state:
    description: Whether the token should exist.
    type: str
    choices: [present, absent]
    default: present
  token:
    description: The token, six and sixteen lower-case letters or digits separated by a dot. Required if O(state=present).
    type: str
  token_id:
    description: The first half of the token, which is not secret. Required if O(state=absent).
    type: str
  ttl:
    description: Seconds until the token expires. With V(0), it never expires.
    type: int
    default: 86400
  usages:
    description: Allowed uses of the token.
    type: list
    elements: str
    choices: [signing, authentication]
    default: [signing, authentication]
  groups:
    description: Groups of users who authenticate with the token.
    type: list
    elements: str
    default: ["system:bootstrappers:kubeadm:default-node-token"]
  description:
    description: Purpose of the token.
    type: str
    default: ''
seealso:
  - module: kubejoin.kubeadm.cluster_discovery_info
"""

EXAMPLES = r"""
- name: Create a token that is valid for one hour
  kubejoin.kubeadm.bootstrap_token:
    token: "{{ vaulted_token }}"
    ttl: 3600

- name: Delete the token
  kubejoin.kubeadm.bootstrap_token:
    state: absent
    token_id: abcdef
"""

RETURN = r"""
notes:
  description: Sentences about anything unusual.
  returned: success
  type: list
  elements: str
  sample: []
token:
  description: The token, without its secret half.
  returned: success
  type: dict
  contains:
    id:
      description: The first half of the token, which is not secret.
      type: str
      sample: abcdef
    state:
      description: V(present) or V(absent).
      type: str
      sample: present
    usages:
      description: What the token may be used for. V(null) if it is absent.
      type: list
      elements: str
      sample: [authentication, signing]
    groups:
      description: Groups of its users. V(null) if it is absent.
      type: list
      elements: str
      sample: ["system:bootstrappers:kubeadm:default-node-token"]
    expires:
      description: When it expires, in UTC. V(null) if it never does, or is absent.
      type: str
      sample: "2026-11-25T12:15:33Z"
"""

import typing as t

from ..module_utils._ansible.module import RUN_OPTION, converge
from ..module_utils._core.change import Change
from ..module_utils._core.clock import SystemClock
from ..module_utils._core.defaults import ADMIN_CONF
from ..module_utils._credentials.run_mark import RunMark
from ..module_utils._credentials.token import parse_token
from ..module_utils._credentials.token_secret import DEFAULT_GROUP
from ..module_utils._discovery.bootstrap_token import (
    TokenSpec,
    plan_token,
    plan_token_withdrawal,
)
from ..module_utils._system.connections import connect_as_admin
from ..module_utils._system.host import LocalHost


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


if __name__ == "__main__":
    main()
