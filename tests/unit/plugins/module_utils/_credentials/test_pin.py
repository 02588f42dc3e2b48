# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pins of CAs."""

from __future__ import annotations

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pin import parse_pin, parse_pins
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import Expected
from hypothesis import given
from hypothesis import strategies as st


def test_pins_are_taken_in_any_case_and_none_only_when_allowed() -> None:
    """As kubeadm takes them."""
    assert parse_pin(" SHA256:" + "AB" * 32) == "sha256:" + "ab" * 32
    assert parse_pins([], may_be_empty=True) == ()
    with pytest.raises(JoinError) as caught:
        parse_pins([], may_be_empty=False)
    assert caught.value.code == "pin_missing"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sha256:",
        "ab" * 32,
        "sha256:" + "ab" * 31,
        "sha256:" + "ab" * 33,
        "sha512:" + "ab" * 32,
        "sha256:" + "xy" * 32,
    ],
)
def test_other_texts_are_no_pins(text: str) -> None:
    """One of several is enough to refuse them."""
    with pytest.raises(JoinError) as caught:
        parse_pins(["sha256:" + "ab" * 32, text], may_be_empty=True)
    assert caught.value.code == "pin_malformed"
    assert caught.value.details == {"characters": len(text)}
    assert len(text) < 10 or text not in str(caught.value)


@given(st.text())
def test_any_text_is_a_pin_or_refused(text: str) -> None:
    """A pin that is taken stays the same when it is read again."""
    with Expected():
        assert parse_pin(parse_pin(text)) == parse_pin(text)


@given(st.binary(min_size=32, max_size=32))
def test_every_hash_is_a_pin(digest: bytes) -> None:
    """In the form in which kubeadm prints it."""
    assert parse_pins([f"sha256:{digest.hex()}"], may_be_empty=False) == (f"sha256:{digest.hex()}",)
