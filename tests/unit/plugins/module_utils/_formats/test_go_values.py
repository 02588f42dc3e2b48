# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Single texts of YAML as Go takes them; test_yaml_reader.py and test_yaml_writer.py compare whole documents."""

from __future__ import annotations

import functools
import math
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_values import (
    compare_keys,
    is_time,
    looks_like_time,
    render_number,
    resolve_scalar,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("nUll", "nUll"),
        ("y", True), ("Yes", True), ("yEs", "yEs"), ("on", True), ("off", False), ("N", False),
        ("0", 0), ("-0", 0), ("+7", 7), ("0x1F", 31), ("0b101", 5), ("0o17", 15), ("017", 15), ("018", 18.0), ("1_000", 1000),
        ("9223372036854775808", 2**63), ("18446744073709551615", 2**64 - 1), ("18446744073709551616", 2.0**64),
        ("+9223372036854775808", 2.0**63), ("-9223372036854775808", -(2**63)),
        ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("1e999", "1e999"), ("1e", "1e"), ("._5", "._5"),
        (".inf", math.inf), ("-.Inf", -math.inf),
        ("2026-06-01", "2026-06-01"), ("1:30", "1:30"), ("word", "word"), ("１", "１"),
    ],
)  # fmt: skip
def test_a_scalar_is_what_go_takes_it_for(text: str, value: t.Any) -> None:
    """Of the same type, too."""
    found = resolve_scalar(text)
    assert (type(found), found) == (type(value), value)


def test_not_a_number_is_one_value() -> None:
    """In its three spellings."""
    assert all(math.isnan(resolve_scalar(text)) for text in (".nan", ".NaN", ".NAN"))


@given(st.integers(-(2**63), 2**64 - 1))
def test_whole_numbers_come_back(number: int) -> None:
    """As they were, of 64 bits."""
    assert resolve_scalar(str(number)) == number
    assert render_number(number) == str(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_fractions_come_back(number: float) -> None:
    """To the last digit."""
    assert float(render_number(number)) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (-0.0, "-0"), (0.0001, "0.0001"), (0.00001, "1e-05"), (999999.5, "999999.5"), (1e6, "1e+06"), (1234567.5, "1.2345675e+06"),
     (-1.5, "-1.5"), (1e21, "1e+21"), (1e100, "1e+100"), (2**64, "1.8446744073709552e+19"), (100.0, "100")],
)  # fmt: skip
def test_numbers_are_in_gos_shortest_notation(number: float, text: str) -> None:
    """With an exponent below 0.0001 and from a million on."""
    assert render_number(number) == text


@pytest.mark.parametrize(
    ("text", "time"),
    [("2026-01-01T00:00:00Z", True), ("2026-01-01T00:00:00.5Z", True), ("2026-01-01T00:00:00,5Z", True), ("2026-01-01T1:00:00Z", True),
     ("0000-01-01T00:00:00Z", True), ("2026-01-01T00:00:00+24:00", True), ("2026-01-01T00:00:00+23:60", True), ("2024-02-29T00:00:00Z", True),
     ("2026-01-01T00:00:00-00:00", True), ("2026-01-01 00:00:00Z", False), ("", False), ("2026-01-01T24:00:00Z", False),
     ("2026-02-30T00:00:00Z", False), ("2023-02-29T00:00:00Z", False), ("2026-01-01T00:00:00+0200", False), ("2026-01-01T00:00:00z", False),
     ("2026-01-01t00:00:00Z", False), ("2026-01-01", False), ("2026-01-01T00:00:60Z", False), ("2026-1-1T00:00:00Z", False),
     ("\uff12026-01-01T00:00:00Z", False)],
)  # fmt: skip
def test_a_time_is_what_kubeadm_reads_as_one(text: str, time: bool) -> None:
    """As kubeadm 1.37 decides for the times of taints."""
    assert is_time(text) is time


@pytest.mark.parametrize(
    ("text", "time"),
    [("2026-06-01", True), ("2026-6-1", True), ("2026-13-01", False), ("2026-02-29", False), ("2024-02-29", True), ("0000-02-29", True),
     ("2026-06-01 10:00:00", True), ("2026-06-01T10:00:00Z", True), ("2026-06-01T10:00:00+02:00", True), ("2026-06-01T10:00:00", False),
     ("2026-06-01 25:00:00", False), ("1:30", True), ("1:60", False), ("-1:2:3.5", True), ("10:00:00.1_0", True), ("1", False), ("", False)],
)  # fmt: skip
def test_what_yaml_would_take_for_a_time(text: str, time: bool) -> None:
    """Such texts are quoted when they are written."""
    assert looks_like_time(text) is time


@given(st.text("0123456789-:. TZ+_", max_size=25))
def test_any_text_is_a_time_or_none(text: str) -> None:
    """Days that no calendar has are no error."""
    assert looks_like_time(text) in (True, False)
    if text:
        resolve_scalar(text)


KEYS = st.text("aZ01_-é٣", max_size=5)


def test_keys_are_in_natural_order() -> None:
    """Numbers by their value, letters after everything else."""
    keys = ["a10", "a2", "a", "b1", "a-1", "_", "a02", "1", "é", "B"]
    ordered = sorted(keys, key=functools.cmp_to_key(compare_keys))
    assert ordered == ["_", "1", "B", "a", "a-1", "a2", "a02", "a10", "b1", "é"]


@given(KEYS, KEYS)
def test_an_order_is_one_way(left: str, right: str) -> None:
    """Only a key itself is neither before nor after it."""
    forth, back = compare_keys(left, right), compare_keys(right, left)
    assert (forth > 0) == (back < 0)
    assert (forth == 0) == (left == right)
