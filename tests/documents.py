# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code blocks of README.md and of the guides, in order."""

from __future__ import annotations

import pathlib
import re
import textwrap
import typing as t
from dataclasses import dataclass

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
GUIDES = REPOSITORY / "docs/docsite/rst"
_MARKDOWN = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_RST = re.compile(r"^( *)\.\. code-block:: ([\w+]+)\n\n((?:\1 +.*\n|\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """``language`` is console, text, yaml, or another one."""

    language: str
    text: str

    @property
    def commands(self) -> str:
        """Of a console, without its prompts."""
        return re.sub(r"^\$ ", "", self.text, flags=re.MULTILINE)

    @property
    def file(self) -> str:
        """The name of the file that this is, which its first line has as a comment; otherwise empty."""
        match = re.match(r"# (\S+\.yml)\n", self.text)
        return match[1] if match else ""


def read_blocks(path: pathlib.Path) -> list[Block]:
    """Of a file in Markdown or reStructuredText."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return [Block(language, block) for language, block in _MARKDOWN.findall(text)]
    return [Block(language, textwrap.dedent(block).strip() + "\n") for _indent, language, block in _RST.findall(text)]


def missing_lines(expected: Block, output: str) -> list[str]:
    """The lines of a text that an output does not have, where the end of a line may be left out as ` …`."""
    return [line for line in expected.text.splitlines() if line.removesuffix(" …") not in output]


def all_documents() -> t.Iterator[pathlib.Path]:
    yield REPOSITORY / "README.md"
    yield from sorted(GUIDES.glob("*.rst"))
