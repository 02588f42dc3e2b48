# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: join_secrets
short_description: Read the tokens and keys of a JoinConfiguration
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Returns what M(kubejoin.kubeadm.join_configuration_info) does not return, for options that Ansible does not print.
options:
  _terms:
    description:
      - The JoinConfiguration, as the option O(kubejoin.kubeadm.join_configuration_info#module:configuration).
      - None with O(of_role).
    type: list
    elements: raw
  flags:
    description: The flags of C(kubeadm join), as the option O(kubejoin.kubeadm.join_configuration_info#module:flags).
    type: raw
  of_role:
    description: Whether to read the variables of the role, as the option O(kubejoin.kubeadm.join_configuration_info#module:of_role).
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Read the configuration of the cluster
  kubejoin.kubeadm.cluster_discovery_info:
    endpoint: api.example.org:6443
    token: "{{ lookup('kubejoin.kubeadm.join_secrets', 'join.yaml').discovery_token }}"
"""

RETURN = r"""
_raw:
  description:
    - C(discovery_token), C(tls_bootstrap_token), C(certificate_key), C(discovery_file), the URL of a discovery file if it has a user, a
      password, a query or a fragment, and C(discovery_kubeconfig), the content of a discovery file on the controller, each an empty text when
      it is not set.
    - C(shared_certificates), an empty mapping when they are not set.
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ..module_utils._core.errors import JoinError
from ..plugin_utils._controller import AnsibleFiles
from ..plugin_utils._join.configuration import read_input, read_secrets
from ..plugin_utils._join.variables import refuse_facts, role_input


class LookupModule(LookupBase):
    """Reads the same input as the action join_configuration_info."""

    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        self.set_options(var_options=variables, direct=kwargs)
        files = AnsibleFiles.of_lookup(self, variables)
        try:
            refuse_facts(variables or {})
            sources = [(term, self.get_option("flags")) for term in terms]
            if self.get_option("of_role"):
                sources = [role_input(variables, self._templar.template)]
            return [read_secrets(read_input(*source, files), files) for source in sources]
        except JoinError as exc:
            raise AnsibleError(str(exc)) from None
