# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option for the run of an invitation."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  run:
    description:
      - The run of Ansible that creates it, if it is part of an invitation. Its mark is a label, annotations and a part of the description.
      - M(kubejoin.kubeadm.cluster_discovery_info) returns what has a mark, and the role P(kubejoin.kubeadm.invite#role) deletes it
        after the run has ended. What has no mark is never deleted.
    type: dict
    suboptions:
      id:
        description: ID of the run.
        type: str
        required: true
      started:
        description: When the run started, in UTC.
        type: str
        default: ''
      process:
        description: The process of the run on its controller.
        type: str
        default: ''
      workflow:
        description: ID of the workflow that the run is a part of.
        type: str
        default: ''
"""
