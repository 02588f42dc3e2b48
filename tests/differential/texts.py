# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""Texts whose meaning Go decides; libraries.py writes its answers to goldens/text."""

from __future__ import annotations

import json
import typing as t

__all__ = ("DURATIONS", "PARSED", "QUANTITIES", "RENDERED")

# Plain scalars, each read as a value and as a key, and each as a text that has to be written so that it stays one.
_SCALARS = (
    "y Y n N yes YES Yes yEs on off On ON oN no NO No nO true True TRUE tRue false False FALSE null Null "
    "NULL nULL ~ << = "
    "1_000 0o17 0O17 017 08 09.5 0x1F 0X1f 0xG 0b101 0B1 -0b101 +5 -5 +0x5 -0x5 1e3 1E3 1. .5 .5e3 . +.5 -.5 "
    ".. 1.5.2 .inf .Inf "
    ".INF -.inf +.inf .NaN .nan .NAN -.nan inf nan 2026-01-01 2026-1-1 2026-01-01T00:00:00Z "
    "2026-01-01t0:00:00.5+01:00 "
    "2026-13-01 2026-01-01T99:00:00Z 1:30 1:30:15 190:20:30.15 1:60 0:0 -1:30 +1:5 1_0:30 9999999999999999999 "
    "99999999999999999999 9999999999999999999999999 1e400 -1e400 0.1 1e20 1e21 1e22 123456789012345678 1.0 "
    "-0 -0.0 12e03 "
    "685.230_15e+03 0. _1 1_ 0x_1 ._5 1.5_5 00 0_ + -_ 0o8 0b 0x 1e 1e+ .e3 0o_7 1__0 -08 +08 1000000 "
    "1000000.0 1000000.5 "
    "123456.5 0.0001 0.00001 18446744073709551615 18446744073709551616 -9223372036854775808 -9223372036854775809 "
    "+9223372036854775808 1e-7 123456789.5 5e-324 1.7976931348623157e308 .5p3 0x1p3 1_e3 Infinity a b:c a:b "
    "a#b é € x.y x/y "
    "10% 100Mi 1Gi 1m30s 0s a,b a*b a|b *.x -x -1x ?x :x x: 1,000 " + "9" * 70
).split()

_DOCUMENTS = (
    "", "---\n", "# nothing\n", "a", "'a'", "5", "a: 1\n", "---\na: 1\n...\n", "a: 1\n---\nb: 1\n", "- 1\n- 2\n",
    "a: !!str 5", "a: ! 5", "a: !", "a: !!str", "a: !!map {b: 1}", "a: !!seq [1]", "a: !!int '5'",
    "a: !!binary aGk=", "a: !foo x",
    "? a\n", "? [a]\n: b", "{a: b}: c", "a: 1\na: 2", "{a: 1, a: 2}", "- b: 1\n  b: 2", "'a': 1\na: 2",
    "a: &x [1]\nb: *x", "a: &x [*x]", "*x", "a: &x 1\nb: &x 2\nc: *x", "<<: {a: 1}\nb: 2", "'<<': {a: 1}",
    "a:\n\t- b", "%YAML 1.2\n---\na: 1", "%YAML 1.1\n---\na: 1", "\ufeffa: 1", 'a: "\\ud800"', 'a: "\\U0001F600"',
    'a: "\\UFFFFFFFF"', 'a: "\\x00"', 'a: "\\q"', "a: \U0001f600", "a: \x07", "a: 1\n b: 2", "a: [1, 2",
    "a: {b", "a: b: c",
    "a: 'x' y", "a: >\n  x\n  y\n\n  z\n", "a: |+\n  x\n\n", "a: |2-\n    x\n", "a: 'it''s'", "a: \"x\\\n  y\"",
    "a: b\n  c\n",
    "a: @b", "a: `b", "a: %b", "[a:b]", "{a: b:c}", "{a:b}", "{a, b}", "[a: b]", "{'a':b}", "a: b #c", "a: b#c",
    "a : b", ": a",
    "- - - a", "- a\n-b", "a:\n- b\n- c: d\n  e: f\n", "[" * 20 + "]" * 20, "a: {}\nb: []\nc: ''\nd:\n",
    "~: a", "null: a", "18446744073709551616: a", "true: a", "yes: b", "1.5: a", "0x10: a", "1e3: a", "1e30: a",
)  # fmt: skip

PARSED = (*(f"k: {text}" for text in _SCALARS), *(f"{text}: v" for text in _SCALARS), *_DOCUMENTS)

_TEXTS = (
    *_SCALARS, "", " ", "  ", " a", "a ", "a b", "a  b", "a: b", "a #b", "#a", "@a", "`a", "%a", "&a", "*a",
    "!a", "|a", ">a", "'a", '"a',
    "it's", 'say "hi"', "a\\b", "-", "- a", "?", "? a", ":", ": a", ",a", "[a", "]a", "{a", "}a", "...", "---",
    "--- a", "... a", "a\nb",
    "a\nb\n", "a\nb\n\n", "\n", "\na", " a\nb", "a \nb", "a\n b", "a\n\nb", "a\n ", "a\tb", "\ta", "a\t",
    "a\rb", "\x00", "\x1b", "\x7f",
    "\x80", "\x85", "\xa0", "é", "\u2028", "\u2029", "\ufeff", "€ 5", "\U0001f600", "a\U0001f600\nb",
    "a\x07\nb", "a\u2028b", "x" * 200,
    "word " * 40 + "end", "word  " * 40 + "end", "'q' " * 40 + "end", "w\x07 " * 40 + "end",
    "w\x07  " * 40 + "end", " " * 100 + "a",
    "true " * 30, "word " * 40, "a: " + "word " * 40, ("line " * 30 + "\n") * 2,
)  # fmt: skip

_VALUES: tuple[t.Any, ...] = (
    {}, [], {"a": {}}, {"a": []}, [[]], [{}], [[1], {"a": [1, {"b": 2}]}, []], {"a": [[1, 2], [3]]},
    {"a": [{"b": 1, "c": [2]}]},
    None, True, False, 0, -1, 2**63, 2**64 - 1, -(2**63), 1.5, -0.5, 1e20, 1e21, 1e-5, 0.0001, 123456.5,
    1234567.5, 1e300, 5e-324,
    [{"a": "x" * 100, "b": "word " * 30}], {"a": {"b": {"c": {"d": ["word " * 30]}}}},
    # Go's order goes round in circles where a letter stands for a digit (1a < 2 < 10 < 1a): such keys only in pairs.
    dict.fromkeys(
        "a A b B a1 a2 a10 a01 a010 a1.5 a-1 a_1 a.1 1 2 10 01 010 100 1- _ - . ~ ! é É ä z Z aa ab a0 a00 x9y10 x10y9 "
        "x9y9 x\u0663 x\u0664".split(),
    ),
    *(
        dict.fromkeys(pair.split())
        for pair in (
            "1a 10", "a1b a10", "1- 1a", "a1b a1.", "b0a b00a", "10a 100", "10a 010", "010 100", "10a 1b", "ab a1",
            "1x 11",
            "a1x a19", "1a 01", "1a 2", "a1b a01",
        )
    ),
)  # fmt: skip

RENDERED = tuple(json.dumps(value, ensure_ascii=False) for value in (*_VALUES, *({text: [text]} for text in _TEXTS)))

DURATIONS = (
    "", " 1s", "1s ", "1 s",
    *(
    "0 0s 1m 90s 1.5h 1h2m3s4ms 1us 1µs 1μs 100ns 1.5us -1m +1m 1 s 1d 1.s .5s . - + 1.5 2562047h47m16.854775807s "
    "2562047h47m16.854775808s 9223372036854775808ns -9223372036854775808ns -9223372036854775809ns 1h1h 1ms1h "
    "1.0000000001s -.5s "
    "1.1h 0.1s 1000ms 999ms 1e3s 0.000000001s 60m 3600s 0.5ns 59m59.999s 100h 1h0.5s -0s +0 -0 00 0h0m 1M 1S "
    "\u0661s 1m- 1_0s".split()
    ),
)  # fmt: skip

QUANTITIES = (
    "", "1 Ki", "a",
    *(
    "0 1 1k 1000 1500 1024 1Ki 1024Ki 1000Mi 1.1Ki 1.5Gi 0.5Ki 0.5 0.1 100m 1e3 1.5e3 12e2 1e-3 1n 0.1n 1u "
    "1000m 0.0000000001 -1 "
    "-0.5Ki -1.1Ki 1023Ki 0.1Gi .5 5k5 1E 1e 1Ei 1.10 0Ki 0m 1Kii 1K 1ki 1023 1024m 2048 1.00Ki 1500m 1.5k "
    "0.001k 1e10 123e-2 "
    "1e-12 1.123456789123 3.5Ki 2e-9 1023.5Ki 0e3 0.0 64 64Mi 100M 1G 1Ti 1P 2500000 1.2.3 1-2 Mi1 1_000 \u0661".split()
    ),
)  # fmt: skip
