# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: invite_lifetime
short_description: Determine how long an invitation is valid by default
version_added: 0.1.0
author: The kubejoin.kubeadm authors (@kubejoin)
description:
  - Internal to the role P(kubejoin.kubeadm.invite#role). It may change in any release.
  - Half an hour, or a minute for each round of hosts that join at once if that is more, and at most a day, which is kubeadm's default.
  - The hosts that join at once are C(forks), or C(join_throttle) if that is less, or one with C(join_concurrency), whose budget may fall to that.
options:
  _terms:
    description: Numbers of hosts.
    type: list
    elements: int
    required: true
"""

EXAMPLES = r"""
- name: Display the lifetime of an invitation for the hosts of this play
  ansible.builtin.debug:
    msg: "{{ lookup('kubejoin.kubeadm.invite_lifetime', ansible_play_batch | length) }}"
"""

RETURN = r"""
_raw:
  description: The lifetime for each number of hosts, in seconds.
  type: list
  elements: int
"""

import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ..module_utils._core.errors import JoinError
from ..plugin_utils._join.concurrency import read_limits
from ..plugin_utils._join.invite_configuration import default_lifetime
from ..plugin_utils._join.variables import limit_input


class LookupModule(LookupBase):
    """Answers from the variables of the play."""

    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        try:
            limits = read_limits(limit_input(variables, self._templar.template))
        except JoinError as exc:
            raise AnsibleError(str(exc)) from None
        return [default_lifetime(int(hosts), int(variables["ansible_forks"]), limits) for hosts in terms]
