# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""YAML scalars and the order of keys, as in Go and Kubernetes' libraries."""

from __future__ import annotations

import base64
import datetime
import decimal
import functools
import itertools
import math
import re
import string
import typing as t

__all__ = ("compare_keys", "decode_base64", "is_time", "looks_like_time", "render_number", "resolve_scalar")

_CONSTANTS: dict[str, t.Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((f"{sign}{word}" for sign in ("", "+") for word in (".inf", ".Inf", ".INF")), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))",
    re.ASCII,
)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_BASES = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)
_TIME = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?P<t>[Tt])?(?(t)| )(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})(?:[.,][0-9]+)?"
    r"(?(t)(?:Z|[-+](?:[01][0-9]|2[0-4]):(?:[0-5][0-9]|60))))?",
    re.ASCII,
)
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})", re.ASCII
)


def resolve_scalar(text: str) -> t.Any:
    """Return the value of a plain scalar. Times remain strings."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    digits = text.replace("_", "") if text[0] in "+-0123456789" else text
    number = _parse_integer(digits)
    if number is not None:
        return number
    if _FLOAT.fullmatch(digits):
        value = float(digits)
        if math.isfinite(value):  # Go reads a number that overflows as a string
            return value
    return text


def _parse_integer(digits: str) -> int | None:
    """Parse a signed or unsigned 64-bit integer. Larger numbers become floats."""
    found = _INTEGER.fullmatch(digits)
    if found is None or len(digits) > 68:  # 64 binary digits, a prefix and a sign
        return None
    base = found.lastgroup or "dec"
    number = int(found[base], _BASES[base])
    number = -number if found["sign"] == "-" else number
    return number if -(2**63) <= number < (2**63 if found["sign"] else 2**64) else None


def decode_base64(text: str) -> bytes:
    """Decode base64, in which line breaks have no meaning. Raises ValueError."""
    return base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)


def looks_like_time(text: str) -> bool:
    """Whether YAML 1.1 would read a string as a date, a time, or a time of day (a base-60 number)."""
    if _BASE_60.fullmatch(text):
        return True
    found = _TIME.fullmatch(text)
    if found is None:
        return False
    year, month, day, hour, minute, second = (
        int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    try:  # Python has no year 0; leap years repeat every 400 years
        datetime.datetime(year % 400 + 2000, month, day, hour, minute, second)
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """Whether Go reads this as a time of RFC 3339, as the times of Kubernetes' objects are."""
    return _RFC_3339.fullmatch(text) is not None and looks_like_time(text)


def render_number(number: float) -> str:
    """Format a number in Go's shortest notation: with an exponent below 0.0001 and from one million; 64-bit integers in full."""
    if isinstance(number, int) and -(2**63) <= number < 2**64:
        return str(number)
    _sign, digits, power = decimal.Decimal(repr(float(number))).normalize().as_tuple()
    sign = "-" if number < 0 else ""
    text = "".join(map(str, digits))
    exponent = len(text) + int(power) - 1
    if text == "0":
        return "-0" if math.copysign(1, number) < 0 else "0"
    if -4 <= exponent < 6:
        return sign + format(decimal.Decimal(text).scaleb(int(power)), "f")
    fraction = f".{text[1:]}" if text[1:] else ""
    return f"{sign}{text[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def compare_keys(left: str, right: str) -> int:
    """Compare in natural order: letters after all other characters, numbers by value."""
    start = next((at for at, pair in enumerate(zip(left, right)) if pair[0] != pair[1]), None)
    if start is None:
        return len(left) - len(right)
    one, other = left[start], right[start]
    if one.isalpha() or other.isalpha():
        return 1 if one.isalpha() and (not other.isalpha() or one > other) else -1
    # A zero within a number counts as a digit; a leading zero does not.
    begun = "0" in (one, other) and left[len(left[:start].rstrip(string.digits)) : start].strip("0")
    mine, theirs = (list(itertools.takewhile(str.isdecimal, text[start:])) for text in (left, right))
    by_value = _value_of(mine, bool(begun)) - _value_of(theirs, bool(begun))
    return by_value or len(mine) - len(theirs) or (-1 if one < other else 1)


def _value_of(digits: list[str], begun: bool) -> int:
    return functools.reduce(lambda value, digit: value * 10 + ord(digit) - ord("0"), digits, int(begun))
