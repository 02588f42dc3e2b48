# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: invite_secrets
author: The kubejoin.kubeadm authors (@kubejoin)
short_description: Generate the secrets of an invitation
version_added: 0.1.0
description:
  - Internal to the role P(kubejoin.kubeadm.invite#role). It may change in any release.
  - Each call generates others.
options:
  certificates:
    description: Whether shared certificates are uploaded.
    type: bool
    default: false
  certificates_secret:
    description: Name of the Secret for them. The default has the ID of the token in it.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Generate a token
  ansible.builtin.set_fact:
    secrets: "{{ lookup('kubejoin.kubeadm.invite_secrets') }}"
  no_log: true
"""

RETURN = r"""
_raw:
  description: The C(token), and the C(certificate_key) and C(certificates_secret) if certificates are uploaded.
  type: list
  elements: dict
"""

import typing as t

from ansible.plugins.lookup import LookupBase

from ..plugin_utils._join.invite_secrets import generate_secrets


class LookupModule(LookupBase):
    """Answers from the controller's source of random numbers."""

    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        self.set_options(var_options=variables, direct=kwargs)
        return [generate_secrets(self.get_option("certificates"), self.get_option("certificates_secret"))]
