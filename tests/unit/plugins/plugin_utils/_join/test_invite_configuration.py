# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of the role invite in every spelling."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.invite_configuration import (
    default_lifetime,
    read_invitation,
)
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variables import INVITE_VARIABLES
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("name", INVITE_VARIABLES)
def test_null_and_empty_are_the_defaults_of_an_invitation(name: str) -> None:
    for value in (None, ""):
        assert read_invitation({name: value}, ["cp-1"]) == read_invitation({}, ["cp-1"])


def test_variables_of_an_invitation_may_be_texts() -> None:
    """Whether Ansible becomes root depends on the host."""
    texts = {"certificates": "yes", "certificates_ttl": "60", "token_groups": "a,b", "host": "localhost"}
    settings = read_invitation(texts, ["cp-1"])
    assert settings | {"certificates": True, "certificates_ttl": 60, "token_groups": ["a", "b"]} == settings
    assert (settings["host"], settings["become"]) == ("localhost", False)
    assert settings["candidates"] == ["localhost"]
    found = read_invitation({}, ["cp-1", "cp-2"])
    assert found | {"host": "", "candidates": ["cp-1", "cp-2"], "become": True} == found
    assert read_invitation({"become": "no"}, ["cp-1"])["become"] is False
    with pytest.raises(JoinError, match="token_ttl: it is a text, expected a whole number"):
        read_invitation({"token_ttl": "soon"})


@pytest.mark.parametrize(
    ("hosts", "forks", "throttle", "concurrency", "seconds"),
    [
        (0, 5, 0, 0, 1800),
        (1, 5, 0, 0, 1800),
        (150, 5, 0, 0, 1800),
        (151, 5, 0, 0, 1860),
        (1000, 5, 0, 0, 12000),
        (1000, 5, 2, 0, 30000),
        (1000, 5, 50, 0, 12000),
        (1000, 50, 0, 0, 1800),
        (1000, 50, 0, 50, 60000),
        (1000, 50, 20, 20, 60000),
        (10000, 5, 0, 0, 86400),
    ],
)
def test_the_default_lifetime_is_enough_for_all_rounds(
    hosts: int, forks: int, throttle: int, concurrency: int, seconds: int
) -> None:
    """A minute each, at least half an hour and at most a day. A budget may fall to one host."""
    assert default_lifetime(hosts, forks, {"throttle": throttle, "concurrency": concurrency}) == seconds


@given(st.integers(0, 10000), st.integers(1, 500), st.integers(0, 500), st.integers(0, 500))
def test_more_hosts_or_fewer_forks_never_shorten_a_lifetime(hosts: int, forks: int, throttle: int, bound: int) -> None:
    limits = {"throttle": throttle, "concurrency": bound}
    seconds = default_lifetime(hosts, forks, limits)
    assert 1800 <= seconds <= 86400
    assert seconds <= default_lifetime(hosts + 1, forks, limits)
    assert seconds >= default_lifetime(hosts, forks + 1, limits)


def test_lifetimes_depend_on_the_hosts_unless_they_are_set() -> None:
    """The role knows the hosts later."""
    assert {read_invitation({})[name] for name in ("token_ttl", "certificates_ttl")} == {None}
    assert read_invitation({"token_ttl": "90", "certificates_ttl": 0})["token_ttl"] == 90
    assert read_invitation({"token_ttl": "0"})["token_ttl"] == 0


def test_runs_that_have_ended_are_named_by_number_or_text() -> None:
    assert read_invitation({"withdraw_run": 3116})["withdraw_run"] == "3116"
    assert read_invitation({"withdraw_run": "3115, 3116"})["withdraw_run"] == "3115, 3116"


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.lists(st.none() | st.text(max_size=3), max_size=2)
)


@given(st.dictionaries(st.sampled_from(sorted(INVITE_VARIABLES)), VALUES, max_size=4))
def test_anything_becomes_an_invitation_or_an_error(variables: dict[str, t.Any]) -> None:
    try:
        assert set(read_invitation(variables)) == {"candidates", *INVITE_VARIABLES}
    except JoinError:
        pass
