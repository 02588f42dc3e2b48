# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PyYAML's events with Go's rules; test_yaml_reader.py compares whole documents with Go's."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_scanner import go_loader
from hypothesis import given
from hypothesis import strategies as st


def scalars(text: str) -> list[str]:
    return [event.value for event in yaml.parse(text, Loader=go_loader()) if isinstance(event, yaml.ScalarEvent)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\t:\tb\tc\t# d", ["a", "b\tc"]),
        ("- a\t\n- b", ["a", "b"]),
        ("[a,\tb:c\t,d: ]", ["a", "b:c", "d", ""]),
        ("{a:,b: c}", ["a:", "", "b", "c"]),
        ("a: b\n \tc", ["a", "b c"]),
        ("a: |-\t# b\n  c\t\n", ["a", "c\t"]),
        ("a: >1+\t\n b\n", ["a", "b\n"]),
        ("a: !!str\tb", ["a", "b"]),
        ('a: "\\\'"', ["a", "'"]),
        ("\ufeffa: b", ["a", "b"]),
        ("a: b\n...\n", ["a", "b"]),
    ],
)
def test_tabs_are_blanks_where_no_key_can_start(text: str, found: list[str]) -> None:
    """Before and after colons, at the ends of lines, before comments, and in flow collections."""
    assert scalars(text) == found


@pytest.mark.parametrize(
    "text", ["a:\n\tb: c", "-\ta: b", "a: b\n\tc", "a: |\n\tb\n", "a: |\n  b\n\tc\n", "a: |0\n", "a: |x\n"]
)
def test_tabs_are_no_indentation(text: str) -> None:
    """As in Go."""
    with pytest.raises(yaml.YAMLError):
        scalars(text)


@given(st.text("ab:#- \n'\"[]{},|>", max_size=30))
def test_a_text_without_tabs_is_scanned_as_by_pyyaml(text: str) -> None:
    """But for a colon before an indicator in a flow collection."""

    def scan(loader: object) -> object:
        try:
            return [(type(event), getattr(event, "value", "")) for event in yaml.parse(text, Loader=loader)]  # type: ignore[arg-type]
        except yaml.YAMLError as exc:
            return type(exc)

    if not any(f":{indicator}" in text for indicator in ",[]{}"):
        assert scan(go_loader()) == scan(yaml.SafeLoader)
