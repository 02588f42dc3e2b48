#!/usr/bin/python
# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: invite_configuration_info
short_description: Read and validate the variables of the role invite
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Internal to the role P(kubejoin.kubeadm.invite#role). Its options and results may change in any release.
  - Reads the variables of the role in all spellings that the role accepts, and adds their defaults.
  - The hosts of the groups C(control_plane) and C(kube_control_plane) may create the invitation if no host is set.
  - Runs on the controller; nothing is executed on a host.
extends_documentation_fragment:
  - kubejoin.kubeadm.attributes
  - kubejoin.kubeadm.attributes.info
  - kubejoin.kubeadm.requirements.controller
options:
  variables:
    description: A mapping with the variables of the role without C(invite_). Null and empty texts count as not set.
    type: raw
seealso:
  - module: kubejoin.kubeadm.join_configuration_info
"""

EXAMPLES = r"""
- name: Read where the invitation is made
  kubejoin.kubeadm.invite_configuration_info:
    variables: {host: cp-1}
  register: settings
"""

RETURN = r"""
candidates:
  description: The hosts that may create the invitation, in the order in which they are asked.
  returned: success
  type: list
  elements: str
  sample: [cp-1, cp-2]
become:
  description: Whether to become root on the host that creates the invitation.
  returned: success
  type: bool
certificates:
  description: Whether the shared certificates are uploaded.
  returned: success
  type: bool
certificates_secret:
  description: Name of the Secret that they are uploaded to, empty for one that belongs to this invitation.
  returned: success
  type: str
certificates_ttl:
  description: Seconds until they are deleted. V(null) for the default of the role, which depends on the hosts that have not joined.
  returned: success
  type: int
known:
  description: The result of M(kubejoin.kubeadm.invite_host_info) of an earlier play of the run, empty if the candidates have to be asked.
  returned: success
  type: dict
host:
  description: Host with the administrator's kubeconfig, empty if it is one of the candidates.
  returned: success
  type: str
  sample: cp-1
install_requirements:
  description: Whether missing Python libraries are installed there.
  returned: success
  type: bool
kubeconfig:
  description: Path of the kubeconfig.
  returned: success
  type: str
  sample: /etc/kubernetes/admin.conf
run:
  description: This run, as the option O(kubejoin.kubeadm.bootstrap_token#module:run).
  returned: success
  type: dict
token_description:
  description: Description of the token.
  returned: success
  type: str
token_groups:
  description: Groups of the token's user.
  returned: success
  type: list
  elements: str
token_ttl:
  description: Seconds until the token expires. V(null) for the default of the role, which depends on the hosts that have not joined.
  returned: success
  type: int
  sample: 1800
withdraw_run:
  description: IDs of runs whose invitations are deleted, or V(all).
  returned: success
  type: str
"""
