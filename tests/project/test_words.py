# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain English: words that the project's prose and names avoid, and what to write instead."""

from __future__ import annotations

import pathlib
import re

import pytest
import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PLACES = (
    "README.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "RELEASING.md", "SECURITY.md", ".github", "galaxy.yml", "meta", "docs", "changelogs/fragments", "extensions", "playbooks", "roles", "plugins",
)  # fmt: skip
KINDS = {".md", ".rst", ".yml", ".py", ".txt"}

#: Each pattern must not match, in prose or as a word of a name; the value says what to write.
AVOID = {
    r"wish(es|ed)?": "spec",
    r"complain\w*": "error",
    r"askers?": "representative",
    r"mend(s|ed|ing)?": "fix, repair",
    r"lack(s|ed|ing)?": "is missing, has no, without",
    r"tells?|told|telling": "reports, describes, distinguishes",
    r"shown": "reported, displayed, presented",
    r"given": "set, provided, passed",
    r"brought": "copied, installed, read",
    r"lays?|laid": "place, write",
    r"(who|whom|whose|which)ever": "anyone who, the user",
    r"stands?|stood": "is, has",
    r"shall": "will, must, should",
    r"anew": "again, reissue, recreate",
    r"besides?": "in addition to, with, next to",
    r"judg(e|es|ed|ing)": "check, validate",
    r"pass(es|ed)? over": "ignore, skip",
    r"go(es)? on|went on|going on": "continue",
    r"look(s|ed|ing)? (at|whether|again|into)|(a|one|the|first|each|second) looks?": "check, inspect, read",
    r"(?<!there.)(is|are|was|were) no(?= [a-z])(?! longer)": "is not a",
    r"(?-i:(?<!there.)(is|are) none)": "is not one, is not valid",
    r"think of a": "generate",
    r"cancell(ed|ing)": "canceled, canceling",
}  # fmt: skip
#: Between the words of a phrase: a line may end there, and the next one be a comment or a string.
_GAP = r"[\s#\"']+"
_PATTERNS = {
    re.compile(rf"(?<![A-Za-z])(?:{pattern.replace(' ', _GAP)})(?![A-Za-z])", re.IGNORECASE): advice
    for pattern, advice in AVOID.items()
}


def _files() -> list[pathlib.Path]:
    found = [REPOSITORY / place for place in PLACES]
    found = [path for place in found for path in ([place] if place.is_file() else sorted(place.rglob("*")))]
    return [path for path in found if path.suffix in KINDS]


def _misses(text: str) -> list[str]:
    """The words to avoid, each with its line number and the advice."""
    return [
        f"{text.count(chr(10), 0, match.start()) + 1}: {match.group()!r}: write {advice}"
        for pattern, advice in _PATTERNS.items()
        for match in pattern.finditer(text)
    ]


def test_words() -> None:
    """No file has a word to avoid."""
    found = []
    for path in _files():
        name = path.relative_to(REPOSITORY)
        found += [f"{name}:{miss}" for miss in _misses(path.read_text(encoding="utf-8"))]
    assert found == [], "\n" + "\n".join(found)


def test_words_of_tests() -> None:
    """Words that tests and the test bed avoid as well; hosts, members and servers are no people."""
    words = r"(?:tells?|told|telling|mend(?:s|ed|ing)?|whom?ever|(?:to|for) who)"
    pattern = re.compile(rf"(?<![A-Za-z]){words}(?![A-Za-z])|_who_|(?:# |\"\"\")whom?(?![a-z])", re.IGNORECASE)
    files = [path for place in ("tests", "testbed", "bench") for path in (REPOSITORY / place).rglob("*.py")]
    found = []
    for path in files:
        if path.name != "test_words.py":
            found += [f"{path.name}: {match.group()}" for match in pattern.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


def test_the_library_names_options_of_modules() -> None:
    """And no variables of the roles, which its users need not know."""
    specs = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in REPOSITORY.glob("roles/*/meta/argument_specs.yml")
    ]
    points = [point for spec in specs for point in spec["argument_specs"].values()]
    variables = {name for point in points for name in point.get("options") or {}}
    found = []
    for path in sorted((REPOSITORY / "plugins/module_utils").rglob("*.py")):
        words = set(re.findall(r"[a-z_]+", path.read_text(encoding="utf-8")))
        found += [f"{path.relative_to(REPOSITORY)}: {name}" for name in sorted(words & variables)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    ["What is given", "Whoever\ncomes", "lacks_something", "a look", "it looks\nat hosts", "# goes\n# on", "is no object"],
)  # fmt: skip
def test_the_check_finds(text: str) -> None:
    """Words in prose, in names, across lines and in any case."""
    assert _misses(text)


@pytest.mark.parametrize(
    "text",
    ["lookup of a name", "the standard", "there is no kubelet", "is no longer needed", "black", "display", "look it up", "foretold"],
)  # fmt: skip
def test_the_check_leaves(text: str) -> None:
    """Words of English that only look similar."""
    assert _misses(text) == []
