# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_secrets: what of a JoinConfiguration, or of flags, must not be in a result."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._core.errors import JoinError
from ..plugin_utils._join.join_configuration import (
    join_configuration_of_flags,
    read_join_configuration,
    secrets_of,
)


def join_secrets(configuration: t.Any, flags: t.Mapping[str, t.Any] | None = None) -> dict[str, str]:
    """Discovery token, TLS bootstrap token and certificate key; empty texts for those that are not there."""
    what = "join_configuration"
    try:
        file = read_join_configuration(configuration, what=what) if configuration else None
        return secrets_of(join_configuration_of_flags(flags or {}, file, what=what))
    except JoinError as exc:
        raise AnsibleFilterError(str(exc)) from exc


class FilterModule:
    """The collection's filters."""

    def filters(self) -> dict[str, t.Any]:
        return {"join_secrets": join_secrets}
