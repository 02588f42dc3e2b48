# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Injects a credential as AWX does: a type and inputs as JSON on stdin, a folder as argument; prints the arguments of ansible-playbook.

It runs in the environment of requirements-awx.txt.
"""

from __future__ import annotations

import json
import os
import sys

from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential

stated = json.load(sys.stdin)
folder = os.path.abspath(sys.argv[1])
os.makedirs(os.path.join(folder, "env"), exist_ok=True)
kind = ManagedCredentialType(
    namespace="kubejoin", name=stated["type"]["name"], kind=stated["type"]["kind"], managed=False,
    inputs=stated["type"]["inputs"], injectors=stated["type"]["injectors"],
)  # fmt: skip
arguments: list[str] = []
inject_credential(kind, Credential(stated["inputs"]), {}, {}, arguments, folder)
print(json.dumps(arguments))
