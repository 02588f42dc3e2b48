# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_secrets: what of a JoinConfiguration must not be in a result."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._join_configuration import (
    read_join_configuration,
    secrets_of,
)


def join_secrets(configuration: t.Any) -> dict[str, str]:
    """Discovery token, TLS bootstrap token and certificate key; empty texts for those that are not there."""
    try:
        return secrets_of(read_join_configuration(configuration, what="join_configuration"))
    except JoinError as exc:
        raise AnsibleFilterError(str(exc)) from exc


class FilterModule:
    """The collection's filters."""

    def filters(self) -> dict[str, t.Any]:
        return {"join_secrets": join_secrets}
