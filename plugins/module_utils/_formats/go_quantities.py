# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Durations and quantities, as Go and Kubernetes' libraries normalize them."""

from __future__ import annotations

import math
import re
import typing as t
from fractions import Fraction

__all__ = ("normalize_duration", "normalize_quantity", "parse_duration")

# In nanoseconds.
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_DURATION_PART = re.compile(r"(?P<whole>[0-9]*)(?:\.(?P<fraction>[0-9]*))?(?P<unit>[a-zµμ]+)")
_LONGEST_DURATION = 2**63 - 1
# No meaningful duration or quantity is longer, and the time for parsing digits grows with the square of their number.
_MAX_DIGITS = 200

_QUANTITY = re.compile(
    r"(?P<number>[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))"
    r"(?:(?P<binary>[KMGTPE])i|(?P<decimal>[numkMGTPE])|[eE](?P<exponent>[-+]?[0-9]{1,3}))?",
    re.ASCII,
)
_BINARY = "KMGTPE"
_DECIMAL = {-9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}


def normalize_duration(text: str) -> str:
    """Format a duration as Go does. Raises ValueError if Go could not parse it."""
    nanoseconds = _parse_duration(text)
    return ("-" if nanoseconds < 0 else "") + _render_duration(abs(nanoseconds)) if nanoseconds else "0s"


def parse_duration(text: str) -> float:
    """Parse a duration into seconds. Raises ValueError if Go could not parse it."""
    return _parse_duration(text) / 1e9


def _parse_duration(text: str) -> int:
    """Parse a duration into nanoseconds."""
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
        raise ValueError(f"{text!r} is longer than 292 years, the maximum of a duration")
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
    """Return the canonical form of a quantity. Raises ValueError if Kubernetes could not parse it."""
    found = _QUANTITY.fullmatch(text.strip()) if len(text) <= _MAX_DIGITS else None
    if found is None:
        raise ValueError(f"{text[:_MAX_DIGITS]!r} is not a quantity such as 100Mi or 500m")
    number = Fraction(found["number"].lstrip("+"))
    if found["binary"]:
        number *= 1024 ** (_BINARY.index(found["binary"]) + 1)
        # Numbers below one Ki and fractions have decimal suffixes.
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
    """Format the number with the largest suffix that leaves it an integer."""
    step = 0
    while number and number % base == 0 and (most is None or step < most):
        number //= base
        step += 1
    return f"{number}{suffix(step)}" if number else "0"
