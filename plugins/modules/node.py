#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: node
short_description: Run the modules of this collection on hosts
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Internal to this collection, and not for tasks. It runs every module of the collection that works on a host.
  - Arguments are passed by pipelining, which it enables, so that tokens and keys are not written to the disk of the host. If pipelining is
    disabled in the inventory or not possible, the error code is V(pipelining_disabled). C(async) is not supported.
  - Facts that a host returns are ignored.
  - If a host cannot be reached, the module fails with V(host_unreachable), and C(rescue) and C(always) are run for the host.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.requirements.controller
options:
  steps:
    description: The modules to run, one after another until one fails.
    type: list
    elements: dict
    required: true
    suboptions:
      module:
        description: The name of a module of this collection.
        type: str
        required: true
      arguments:
        description: Its options.
        type: dict
        required: true
      always:
        description: Whether to run it even if one before it has failed.
        type: bool
        default: false
seealso:
  - module: kubejoin.kubeadm.kubelet
"""

EXAMPLES = r"""
# It is not for tasks.
"""

RETURN = r"""
error:
  description: C(code) and C(details) of an error, and the address of its explanation, C(see).
  returned: failure
  type: dict
"""

import typing as t

from ..module_utils._ansible.steps import run_steps

if t.TYPE_CHECKING:  # Ansible sends all files that a module imports anywhere, once a run, and a step loads its own
    from ..module_utils._modules import (  # noqa: F401
        bootstrap_token,
        cluster_discovery_info,
        control_plane_files,
        control_plane_node,
        etcd_member,
        invitations,
        kubelet,
        nodes_info,
        preflight_info,
        shared_certificates_upload,
    )


def main() -> None:
    run_steps()


if __name__ == "__main__":
    main()
