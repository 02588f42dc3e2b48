# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The variables of the role invite in their types, with defaults."""

from __future__ import annotations

import typing as t

from .variable_reader import read_variables
from .variables import INVITE_VARIABLES

__all__ = ("read_invitation",)

#: Seconds that a token lives for each batch of hosts, and as many more.
_BATCH = 600


def read_invitation(
    variables: t.Any, control_planes: t.Sequence[str] = (), hosts: int = 1, forks: int = 1
) -> dict[str, t.Any]:
    """All settings by name. Some defaults depend on the group `control_plane`, and on the numbers of hosts and of forks.

    Raises ``invalid_join_configuration``.
    """
    provided = read_variables(variables, INVITE_VARIABLES, what="the variables of the role invite")
    settings = {
        **{name: variable.default for name, variable in INVITE_VARIABLES.items()},
        "host": control_planes[0] if control_planes else "localhost",
        "token_ttl": _BATCH * (-(-hosts // forks) + 1),
        **provided,
    }
    return {**settings, "become": provided.get("become", settings["host"] != "localhost")}
