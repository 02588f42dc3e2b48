# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the tables of variables into README.md, from the argument specs of the roles join and invite.

usage: python3 tools/regenerate_readme.py   (with PyYAML)
"""

from __future__ import annotations

import pathlib
import re
import typing as t

import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
README = REPOSITORY / "README.md"
#: The role of each table, and the heading of its second column.
ROLES = {"join": "`kubeadm join`", "invite": ""}
#: What kubeadm calls a variable, in its description.
_NAME = re.compile(r" \(C\(([^()]*)\)([^()]*)\)")
_MARKUP = re.compile(r"[CVOMP]\(([^()]*)\)")


def render_readme(text: str) -> str:
    """README.md with the tables as they have to be."""
    for role in ROLES:
        begin, end = f"<!-- variables of {role}: generated -->", f"<!-- end of the variables of {role} -->"
        head, _begin, rest = text.partition(begin)
        _old, _end, tail = rest.partition(end)
        text = f"{head}{begin}\n{render_table(role)}{end}{tail}"
    return text


def render_table(role: str) -> str:
    """A row for each variable: its name, kubeadm's name for it, and its description."""
    specs = yaml.safe_load((REPOSITORY / f"roles/{role}/meta/argument_specs.yml").read_text(encoding="utf-8"))
    options: dict[str, t.Any] = {}
    for point in specs["argument_specs"].values():
        options |= point["options"]
    heading = ROLES[role]
    rows = [["variable", *filter(None, [heading]), "meaning"]]
    rows.append(["---"] * len(rows[0]))
    for name, option in options.items():
        lines = option["description"]
        description = " ".join([lines] if isinstance(lines, str) else lines)
        named = _NAME.search(description)
        flag = f"`{named[1]}`{named[2]}" if named else ""
        rows.append([f"`{name}`", *([flag] if heading else []), _plain(_NAME.sub("", description, count=1))])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _plain(description: str) -> str:
    """The description in Markdown."""
    return _MARKUP.sub(lambda match: f"`{match[1].partition('#')[0]}`", description).replace("|", "\\|")


if __name__ == "__main__":
    README.write_text(render_readme(README.read_text(encoding="utf-8")), encoding="utf-8")
