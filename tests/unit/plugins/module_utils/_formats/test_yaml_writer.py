# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_reader import parse_yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_writer import render_yaml
from ansible_collections.kubejoin.kubeadm.tests.unit.support.text_goldens import text_goldens
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(("text", "result"), text_goldens("render"))
def test_writes_what_go_writes(text: str, result: str | None) -> None:
    """The same bytes as Go for each value that Go took; where it refused, what is written still reads as it was."""
    value = json.loads(text)
    rendered = render_yaml(value)
    if result is not None:
        assert rendered == result
    elif not any(separator in text for separator in "\x85\u2028\u2029"):
        assert parse_yaml(rendered, what="the text") == value


# Line separators other than \n are laid out in another way than Go's, which would break them when reading.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029\ufffe\uffff")
TEXTS = st.one_of(st.text(CHARACTERS), st.text("aney019_-+.:~ #'\"\n\t{}[],&*!|>%@`\\<=?", max_size=20))
# Go writes the key `<<` without quotes, as kubeadm does, and then nobody reads it as a text again.
KEYS = TEXTS.filter(lambda text: text != "<<")
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), TEXTS)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)


@settings(deadline=None)
@given(VALUES)
def test_what_is_written_is_read_again(value: t.Any) -> None:
    """Every JSON value survives being written and read."""
    assert parse_yaml(render_yaml(value), what="the text") == value


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_fractions_survive(value: float) -> None:
    """No digit of a floating-point number is lost."""
    assert parse_yaml(render_yaml([value]), what="the text") == [value]
