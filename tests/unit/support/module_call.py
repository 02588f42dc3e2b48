# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules without a controller, by each version of ansible-core: how they get their arguments, and what of their results is displayed."""

from __future__ import annotations

import contextlib
import json
import typing as t

from ansible.module_utils import basic

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # before 2.19

    @contextlib.contextmanager
    def patch_module_args(arguments: dict[str, t.Any]) -> t.Iterator[None]:
        """Modules get these arguments during the block."""
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        try:
            yield
        finally:
            basic._ANSIBLE_ARGS = None


def displayed(printed: str) -> dict[str, t.Any]:
    """The result that a module has printed, as the controller displays it: since 2.22, that is where secrets are masked."""
    result: dict[str, t.Any] = json.loads(printed)
    secrets = result.pop("_ansible_new_secrets", ())
    text = json.dumps(result)
    for secret in secrets:
        text = text.replace(json.dumps(secret)[1:-1], "masked")
    masked: dict[str, t.Any] = json.loads(text)
    return masked
