# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The variables of the role invite in their types, with defaults."""

from __future__ import annotations

import math
import typing as t

from .variable_reader import read_variables
from .variables import INVITE_VARIABLES

__all__ = ("default_lifetime", "find_known", "read_invitation")

#: What `choose_inviter` returns.
_CHOICE = ("host", "because", "is_control_plane", "cluster", "ready_nodes", "notes")

#: The default lifetime of an invitation in seconds: at least, for each round of hosts that join at once, and at most, which is kubeadm's default.
_LEAST, _ROUND, _MOST = 1800, 60, 86400


def default_lifetime(hosts: int, forks: int, limits: t.Mapping[str, int]) -> int:
    """How many seconds an invitation lives for so many ``hosts``, if nothing else is set. ``limits`` are those of `read_limits`.

    A budget that follows the API server may fall to one host at once.
    """
    at_once = 1 if limits["concurrency"] else min(limits["throttle"] or forks, forks)
    return min(max(_LEAST, _ROUND * math.ceil(hosts / at_once)), _MOST)


def read_invitation(variables: t.Any, control_planes: t.Sequence[str] = ()) -> dict[str, t.Any]:
    """All settings by name, and the ``candidates``: the hosts that may create the invitation, in the order in which they are asked.

    These are ``host`` if it is set, or else the ``control_planes``. Raises ``invalid_join_configuration``.
    """
    provided = read_variables(variables, INVITE_VARIABLES, what="the variables of the role invite")
    settings = {
        **{name: variable.default for name, variable in INVITE_VARIABLES.items()},
        "host": "",
        **provided,
    }
    candidates = [settings["host"]] if settings["host"] else list(control_planes)
    return {**settings, "candidates": candidates, "become": provided.get("become", candidates != ["localhost"])}


def find_known(settings: t.Mapping[str, t.Any], earlier: t.Iterable[t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """The first inviter that an earlier play of the run has chosen from the same candidates, or an empty mapping.

    ``earlier`` are results of `choose_inviter`, or of tasks that have failed or were skipped.
    """
    for chosen in earlier:
        if chosen.get("host") in settings["candidates"] and chosen.get("is_control_plane") == (not settings["host"]):
            return {name: chosen[name] for name in _CHOICE}
    return {}
