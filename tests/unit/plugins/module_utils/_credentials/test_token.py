# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bootstrap tokens: their form, and that they do not show their secret."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import BootstrapToken, parse_token
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import Expected
from hypothesis import given, settings
from hypothesis import strategies as st

SECRET = "0123456789abcdef"
TOKEN = BootstrapToken("abcdef", SECRET)


def test_a_token_shows_its_secret_nowhere_but_as_bearer() -> None:
    """Neither str, repr nor format of it."""
    assert SECRET not in f"{TOKEN} {TOKEN!r} {TOKEN!s}"
    assert TOKEN.bearer == f"abcdef.{SECRET}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abcdef",
        f"abcdef.{SECRET} ",
        f"ABCDEF.{SECRET}",
        f"abcdef:{SECRET}",
        f"abcdef.{SECRET}\n",
        f"abcde.{SECRET}",
    ],
)
def test_what_is_no_token_is_refused_and_not_repeated(text: str) -> None:
    """A mistyped token is nearly a good one."""
    with pytest.raises(JoinError) as caught:
        parse_token(text, option="join_token")
    assert caught.value.code == "token_malformed"
    assert SECRET not in str(caught.value) + repr(caught.value.details)


@given(st.text())
@settings(deadline=None)
def test_any_text_is_a_token_or_refused(text: str) -> None:
    """Nothing but JoinError comes out of the parser of what users type."""
    with Expected():
        assert parse_token(text).bearer == text


@given(st.from_regex(r"[a-z0-9]{6}\.[a-z0-9]{16}", fullmatch=True))
def test_a_token_of_the_right_form_is_taken(text: str) -> None:
    """Its id is the part before the dot."""
    token = parse_token(text)
    assert f"{token.id}.{token.secret}" == token.bearer == text
    assert str(token) == f"bootstrap token {token.id}"
