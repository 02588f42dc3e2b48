# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import re
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_reader import (
    parse_yaml,
    parse_yaml_documents,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.text_goldens import GOLDENS, text_goldens
from hypothesis import given, settings
from hypothesis import strategies as st

# What Go reads and this collection refuses, by a part of the reason.
STRICTER = ("a second document", "may lose precision", "one that JSON does not support", "while scanning a directive")
# What this collection reads and Go refuses: directives that mean nothing to it, and JSON's escaped slash.
LENIENT = re.compile(r"^%|\n%|\\/")
# Go's own strict reader refuses every key that a merge key also sets; here, a key of one's own may follow a merge key.
MERGES = re.compile("<<")


def read(text: str, *, is_strict: bool = False) -> t.Any:
    """The value, or the refusal."""
    try:
        return parse_yaml(text, what="the text", is_strict=is_strict)
    except JoinError as exc:
        return exc


def in_floats(value: t.Any) -> t.Any:
    """Numbers as floats: JSON does not distinguish a large whole number from a rounded one."""
    if isinstance(value, dict):
        return {key: in_floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [in_floats(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize(("text", "result"), text_goldens("parse"))
def test_reads_what_go_reads(text: str, result: str | None) -> None:
    """A text means what it means to Go's strict reader, or is refused as there, or by one of the rules that are stricter."""
    expect_as_go(text, result, is_strict=True, lenient=LENIENT)


def expect_as_go(text: str, result: str | None, *, is_strict: bool, lenient: t.Pattern[str]) -> None:
    value = read(text, is_strict=is_strict)
    if isinstance(value, JoinError):
        assert value.code == "invalid_yaml"
        assert result is None or any(reason in str(value) for reason in STRICTER)
    elif result is None:
        assert lenient.search(text)
    else:
        assert in_floats(value) == in_floats(json.loads(result))


def test_reads_texts_of_any_layout_as_go() -> None:
    """Tabs, comments, separators, merge keys and keys that are set twice, in thousands of texts, whole and damaged."""
    entries = json.loads((GOLDENS / "yaml.json").read_text(encoding="utf-8"))
    assert len(entries) > 3000
    for entry in entries:
        text, result = entry["text"], entry.get("result")
        expect_as_go(text, result, is_strict=False, lenient=LENIENT)
        if is_one_document(text):
            own = result if entry.get("strict") else None
            lenient = MERGES if result is not None and "<<" in text else LENIENT
            expect_as_go(text, own, is_strict=True, lenient=lenient)


def is_one_document(text: str) -> bool:
    """Whether nothing follows the first document. A user's own file must not have more; Go does not read what follows."""
    try:
        return len(parse_yaml_documents(text, what="the text")) <= 1
    except JoinError:
        return False


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: b\t# c\n", {"a": "b"}),
        ("a:\tb\t\n", {"a": "b"}),
        ('{\n\t"a":\t1\n}', {"a": 1}),
        ("a: |\t\n  b\n", {"a": "b\n"}),
        ("a: 1\n---\n", {"a": 1}),
        ("a: 1\n---\nb: [\n", {"a": 1}),
        ("a: 1\na: 2\n", {"a": 2}),
        ("<<: {a: 1, b: 2}\na: 3\n", {"a": 3, "b": 2}),
        ("a: 3\n<<: {a: 1}\n", {"a": 1}),
        ("<<: [{a: 1}, {a: 2, b: 2}]\n", {"a": 1, "b": 2}),
        ("a: !!int '5'\nb: !mine x\nc: !!null ''\n", {"a": 5, "b": "x", "c": None}),
    ],
)
def test_reads_what_a_clusters_owner_may_write(text: str, value: t.Any) -> None:
    """What Go reads as well, although it may be a mistake."""
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "reason", "line", "column"),
    [
        ("a: 1\nb: [1\nc: 2\n", "while parsing a flow sequence", 3, 2),
        ("a: 1\na: 2\n", "the key 'a' is a duplicate", 2, 1),
        ("a:\n  b: 1\n  'b': 2\n", "the key 'b' is a duplicate", 3, 3),
        ("a:\n  b: 1\n  <<: {b: 1}\n", "the key '<<' is a duplicate", 3, 3),
        ("a: 1\n---\nb: 1\n", "a second document", 2, 1),
        ("a: !!binary x\n", "a binary value is not base64", 1, 4),
        ("a:\n  <<: 1\n", "a merge key has a value other than a mapping", 2, 7),
        ("? [1]\n: 2\n", "a key is not a scalar", 1, 3),
        ("a: *b\n", "an alias refers to an anchor that is not defined before it", 1, 4),
        ("a: &b [*b]\n", "an alias refers to an anchor that is not defined before it", 1, 8),
        ("a: 1\nb: \x00\n", "not allowed in YAML", 2, 4),
        ("a: !!int x\n", "a tag does not fit its value", 1, 4),
        ('a: "\\ud800"\n', "a lone surrogate (half a character)", 1, 4),
        ('a: "\\UFFFFFFFF"\n', "out of range", 1, 1),
    ],
)
def test_the_error_says_where_and_why(text: str, reason: str, line: int, column: int) -> None:
    """A refusal names the text, the place and the reason, under the code that the caller chose."""
    with pytest.raises(JoinError) as caught:
        parse_yaml(text, what="the test's text", code="invalid_cluster_configuration", is_strict=True)
    assert caught.value.code == "invalid_cluster_configuration"
    assert "the test's text" in str(caught.value)
    assert reason in str(caught.value)
    assert (caught.value.details["line"], caught.value.details["column"]) == (line, column)


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 100_000, id="nested lists"),
        pytest.param("{a: " * 10_000, id="nested mappings"),
        pytest.param("- " * 5_000, id="nested blocks"),
        pytest.param(bomb(9), id="aliases of aliases"),
        pytest.param("a: " + "x" * 1024 * 1024, id="too long"),
        pytest.param("[" + "1," * 60_000 + "]", id="too many values"),
        pytest.param("%YAML " + "1" * 5000 + ".1\n---\na", id="a version without end"),
    ],
)
def test_stays_within_its_limits(text: str) -> None:
    """What is made to cost memory or stack is refused with the same named error."""
    with pytest.raises(JoinError) as caught:
        parse_yaml(text, what="the text")
    assert caught.value.code == "invalid_yaml"


def test_aliases_within_the_limits_are_followed() -> None:
    """Anchors that people use to say a thing once still work."""
    text = "a: &x {cpu: 100m}\nb: *x\nc: [*x, &y 5, *y]\n"
    cpu = {"cpu": "100m"}
    assert parse_yaml(text, what="the text") == {"a": cpu, "b": cpu, "c": [cpu, 5, 5]}


@settings(max_examples=5 * settings.default.max_examples)
@given(st.one_of(st.text(), st.text("ab01:-?[]{},&*!|>'\"%#\n \t~<.", max_size=60)))
def test_no_text_causes_another_error(text: str) -> None:
    """Whatever the text is: a value of JSON, or a JoinError."""
    value = read(text)
    if isinstance(value, JoinError):
        assert value.code == "invalid_yaml"
    else:
        json.dumps(value, allow_nan=False)
