# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""What Go and Kubernetes' libraries make of single texts: scalars of YAML, the order of keys, durations, quantities."""

from __future__ import annotations

import datetime
import decimal
import functools
import itertools
import math
import re
import string
import typing as t
from fractions import Fraction

__all__ = (
    "compare_keys",
    "looks_like_time",
    "normalize_duration",
    "normalize_quantity",
    "parse_duration",
    "render_number",
    "resolve_scalar",
)

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
# In nanoseconds.
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_DURATION_PART = re.compile(r"(?P<whole>[0-9]*)(?:\.(?P<fraction>[0-9]*))?(?P<unit>[a-zµμ]+)")
_LONGEST_DURATION = 2**63 - 1
# No duration or quantity that means anything is longer, and reading digits takes time by the square of their number.
_MAX_DIGITS = 200

_QUANTITY = re.compile(
    r"(?P<number>[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))"
    r"(?:(?P<binary>[KMGTPE])i|(?P<decimal>[numkMGTPE])|[eE](?P<exponent>[-+]?[0-9]{1,3}))?",
    re.ASCII,
)
_BINARY = "KMGTPE"
_DECIMAL = {-9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}


def resolve_scalar(text: str) -> t.Any:
    """What a plain scalar means. Texts that look like times stay texts."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    digits = text.replace("_", "") if text[0] in "+-0123456789" else text
    number = _parse_integer(digits)
    if number is not None:
        return number
    if _FLOAT.fullmatch(digits):
        value = float(digits)
        if math.isfinite(value):  # else it is too large for one, and a text to Go
            return value
    return text


def _parse_integer(digits: str) -> int | None:
    """A number of 64 bits, with or without sign; what is larger is for floats to tell roughly."""
    found = _INTEGER.fullmatch(digits)
    if found is None or len(digits) > 68:  # 64 binary digits, a prefix and a sign
        return None
    base = found.lastgroup or "dec"
    number = int(found[base], _BASES[base])
    number = -number if found["sign"] == "-" else number
    return number if -(2**63) <= number < (2**63 if found["sign"] else 2**64) else None


def looks_like_time(text: str) -> bool:
    """Whether YAML 1.1 would take a text for a date, a time, or a time of day (there a number to the base 60)."""
    if _BASE_60.fullmatch(text):
        return True
    found = _TIME.fullmatch(text)
    if found is None:
        return False
    year, month, day, hour, minute, second = (
        int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    try:  # Python knows no year 0; leap years repeat every 400
        datetime.datetime(year % 400 + 2000, month, day, hour, minute, second)
    except ValueError:
        return False
    return True


def render_number(number: float) -> str:
    """As Go's shortest notation: with an exponent below 0.0001 and from a million on; 64-bit integers as they are."""
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
    """Natural order: letters after everything else, numbers by their value."""
    start = next((at for at, pair in enumerate(zip(left, right)) if pair[0] != pair[1]), None)
    if start is None:
        return len(left) - len(right)
    one, other = left[start], right[start]
    if one.isalpha() or other.isalpha():
        return 1 if one.isalpha() and (not other.isalpha() or one > other) else -1
    # Within a number that has begun before, a zero counts like any digit; at its start it does not.
    begun = "0" in (one, other) and left[len(left[:start].rstrip(string.digits)) : start].strip("0")
    mine, theirs = (list(itertools.takewhile(str.isdecimal, text[start:])) for text in (left, right))
    by_value = _value_of(mine, bool(begun)) - _value_of(theirs, bool(begun))
    return by_value or len(mine) - len(theirs) or (-1 if one < other else 1)


def _value_of(digits: list[str], begun: bool) -> int:
    return functools.reduce(lambda value, digit: value * 10 + ord(digit) - ord("0"), digits, int(begun))


def normalize_duration(text: str) -> str:
    """A duration as Go prints it. Raises ValueError where Go could not read it."""
    nanoseconds = _parse_duration(text)
    return ("-" if nanoseconds < 0 else "") + _render_duration(abs(nanoseconds)) if nanoseconds else "0s"


def parse_duration(text: str) -> float:
    """A duration that Go could read, in seconds. Raises ValueError."""
    return _parse_duration(text) / 1e9


def _parse_duration(text: str) -> int:
    """Nanoseconds."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text[1:] if text.startswith("+") else text)
    if rest == "0":
        return 0
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"a duration of {len(text)} characters is not one such as 30s or 1h5m")
    total = 0
    position = 0
    while position < len(rest) or not rest:
        part = _DURATION_PART.match(rest, position)
        if part is None or part["unit"] not in _UNITS or not (part["whole"] or part["fraction"]):
            raise ValueError(f"{text!r} is not a duration such as 30s or 1h5m")
        unit = _UNITS[part["unit"]]
        total += int(part["whole"] or 0) * unit + int(Fraction(f"0.{part['fraction'] or 0}") * unit)
        position = part.end()
    if total > _LONGEST_DURATION + (sign < 0):
        raise ValueError(f"{text!r} is longer than the 292 years that a duration can be")
    return sign * total


def _render_duration(total: int) -> str:
    for unit in ("ns", "µs", "ms"):
        if total < _UNITS[unit] * 1000:
            return f"{_render_fraction(total, _UNITS[unit])}{unit}"
    minutes, rest = divmod(total, _UNITS["m"])
    seconds = f"{_render_fraction(rest, _UNITS['s'])}s"
    if minutes < 60:
        return f"{minutes}m{seconds}" if minutes else seconds
    return f"{minutes // 60}h{minutes % 60}m{seconds}"


def _render_fraction(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    return f"{whole}.{str(unit + rest)[1:].rstrip('0')}" if rest else str(whole)


def normalize_quantity(text: str) -> str:
    """A quantity in its canonical form. Raises ValueError where Kubernetes could not read it."""
    found = _QUANTITY.fullmatch(text.strip()) if len(text) <= _MAX_DIGITS else None
    if found is None:
        raise ValueError(f"{text[:_MAX_DIGITS]!r} is not a quantity such as 100Mi or 500m")
    number = Fraction(found["number"].lstrip("+"))
    if found["binary"]:
        number *= 1024 ** (_BINARY.index(found["binary"]) + 1)
        # Below one Ki, and where a fraction is left, the decimal suffixes take over.
        if abs(number) >= 1024 and number.denominator == 1:
            return _render_scaled(int(number), 1024, lambda step: f"{_BINARY[step - 1]}i" if step else "", len(_BINARY))
    elif found["decimal"]:
        number *= Fraction(10) ** next(power for power, suffix in _DECIMAL.items() if suffix == found["decimal"])
    elif found["exponent"]:
        number *= Fraction(10) ** int(found["exponent"])
    nano = math.ceil(abs(number) * 10**9) * (-1 if number < 0 else 1)
    if found["exponent"]:
        return _render_scaled(nano, 1000, lambda step: f"e{step * 3 - 9}" if step != 3 else "", None)
    return _render_scaled(nano, 1000, lambda step: _DECIMAL[step * 3 - 9], 9)


def _render_scaled(number: int, base: int, suffix: t.Callable[[int], str], most: int | None) -> str:
    """The largest suffix with which the number stays whole."""
    step = 0
    while number and number % base == 0 and (most is None or step < most):
        number //= base
        step += 1
    return f"{number}{suffix(step)}" if number else "0"
