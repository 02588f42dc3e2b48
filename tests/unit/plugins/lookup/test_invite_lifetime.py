# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""invite_lifetime: by the forks and the limits of the play."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.kubejoin.kubeadm.plugins.lookup.invite_lifetime import LookupModule


def lifetime(hosts: int, **variables: t.Any) -> t.Any:
    templar = types.SimpleNamespace(template=lambda value: value)
    (seconds,) = LookupModule(loader=DataLoader(), templar=templar).run([hosts], {"ansible_forks": 5, **variables})
    return seconds


def test_the_variables_of_the_play_count() -> None:
    """In all their spellings."""
    assert lifetime(500) == 6000
    assert lifetime(500, join_throttle="2", join_concurrency="") == 15000
    assert lifetime(500, join_concurrency=5) == 30000


def test_a_wrong_value_is_an_error() -> None:
    with pytest.raises(AnsibleError, match="throttle: it is a text, expected a whole number"):
        lifetime(1, join_throttle="few")
