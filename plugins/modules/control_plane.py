#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: control_plane
short_description: Join a control plane in one execution
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Internal to the role P(kubejoin.kubeadm.join#role). Its options and results may change in any release.
  - Runs M(kubejoin.kubeadm.control_plane_files), M(kubejoin.kubeadm.kubelet), M(kubejoin.kubeadm.etcd_member) and
    M(kubejoin.kubeadm.control_plane_node), until one fails. The tasks with these modules, which follow in the role, then take
    its results instead of running again.
  - It does not fail. A failure of a module is that of its task, and if the host cannot be reached, that of the first task.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.requirements.controller
options:
  settings:
    description: The result of M(kubejoin.kubeadm.join_configuration_info).
    type: dict
    required: true
  secrets:
    description: The values of the host that are part of no result.
    type: dict
    required: true
  cluster:
    description: The cluster, as returned by M(kubejoin.kubeadm.cluster_discovery_info).
    type: dict
    required: true
  token:
    description: The bootstrap token.
    type: str
    default: ""
  invitation:
    description: The invitation, if the host uses it.
    type: dict
    default: {}
  node:
    description: The result of M(kubejoin.kubeadm.preflight_info).
    type: dict
    required: true
seealso:
  - module: kubejoin.kubeadm.control_plane_files
  - module: kubejoin.kubeadm.control_plane_node
"""

EXAMPLES = r"""
# It is not for tasks.
"""

RETURN = r"""
phases:
  description: The results by module.
  returned: always
  type: dict
"""
