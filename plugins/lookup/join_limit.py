# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: join_limit
short_description: Determine how many hosts join at once, by the answers of the API server
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Internal to the playbook C(kubejoin.kubeadm.join). It may change in any release.
  - The value of the keyword C(throttle), which Ansible evaluates for each host before it starts a task on it.
  - Begins with the upper bound. A module whose requests the API server has rejected because of its load halves it, and each other one that ends
    adds one.
options:
  _terms:
    description: The upper bound, at least 1.
    type: list
    elements: int
    required: true
"""

EXAMPLES = r"""
- name: Wait for the nodes, at most 50 at once
  kubejoin.kubeadm.kubelet:
    cluster: "{{ discovery.cluster }}"
    phases: [kubelet-wait-bootstrap]
  throttle: "{{ lookup('kubejoin.kubeadm.join_limit', 50) }}"
"""

RETURN = r"""
_raw:
  description: The budget of each upper bound.
  type: list
  elements: int
"""

import typing as t

from ansible import constants
from ansible.plugins.lookup import LookupBase

from ..plugin_utils._join.concurrency import budget_of, outcomes_in


class LookupModule(LookupBase):
    """Answers from the outcomes of modules in this run."""

    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        outcomes = outcomes_in(constants.DEFAULT_LOCAL_TMP)
        outcomes.begin()
        return [budget_of(int(bound)).follow(outcomes.read()) for bound in terms]
