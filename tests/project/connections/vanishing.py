# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The local connection to a host that is unreachable as soon as there is a file."""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import local

DOCUMENTATION = """
name: vanishing
short_description: A local connection that fails for tests
description: Fails while the file in the variable fake_gone exists.
extends_documentation_fragment: [connection_pipelining]
options:
  gone:
    description: The file.
    vars: [name: fake_gone]
"""


class Connection(local.Connection):  # type: ignore[misc]
    transport = "vanishing"

    def exec_command(self, *arguments: t.Any, **named: t.Any) -> t.Any:
        self._expect_host()
        finished = super().exec_command(*arguments, **named)
        self._expect_host()
        return finished

    def _expect_host(self) -> None:
        if os.path.exists(self.get_option("gone")):
            raise AnsibleConnectionFailure("no route to this host")
