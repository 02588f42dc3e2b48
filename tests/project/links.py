# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The links of pages in a folder, and which of them lead nowhere."""

from __future__ import annotations

import functools
import html.parser
import pathlib
import re
import typing as t
import urllib.parse

#: Where a web server has a path of the project, in pages and for edits.
_OWN = re.compile(r"https://github\.com/kubejoin/kubejoin\.kubeadm/(?:blob|tree|edit|raw)/main/(.+)")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


class _Page(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.append(value)
            elif value and (name == "id" or (tag, name) == ("a", "name")):
                self.anchors.add(value)


def _read_markdown(text: str) -> tuple[list[str], set[str]]:
    """Links, and the anchors that GitHub gives to headings."""
    links = re.findall(r"\]\(([^)\s]+)\)", _CODE.sub("", text))
    links += re.findall(r"<(https?://[^>\s]+)>", _CODE.sub("", text))
    headings = re.findall(
        r"^#+ +(.+?) *$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return links, {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@functools.cache
def read_page(path: pathlib.Path) -> tuple[list[str], set[str]]:
    """The links and the anchors of a page of HTML or Markdown, the labels of one of reStructuredText."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return _read_markdown(text)
    if path.suffix == ".rst":
        return [], set(re.findall(r"^\.\. _(\S+):$", text, re.MULTILINE))
    page = _Page(text)
    return page.links, page.anchors


def broken_links(folder: pathlib.Path, pages: t.Iterable[pathlib.Path], project: pathlib.Path) -> tuple[int, list[str]]:
    """How many links there are, and those that lead out of the folder, or to no file or anchor in it.

    Links into the project's repository lead to files of the project. Other addresses only have to be well-formed.
    """
    count, broken = 0, []
    for page in pages:
        for link in read_page(page)[0]:
            count += 1
            if not _is_right(link, page, folder.resolve(), project):
                broken.append(f"{page.relative_to(folder)}: {link}")
    return count, broken


def _is_right(link: str, page: pathlib.Path, folder: pathlib.Path, project: pathlib.Path) -> bool:
    own = _OWN.fullmatch(link.partition("#")[0].partition("?")[0])
    if own:
        return (project / own[1]).exists()
    address = urllib.parse.urlsplit(link)
    if address.scheme or address.netloc:
        return address.scheme == "https" and re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", address.netloc) is not None
    target = (page.parent / urllib.parse.unquote(address.path)).resolve() if address.path else page.resolve()
    if not target.is_relative_to(folder) or not target.exists():
        return False
    if not address.fragment or target.suffix not in (".html", ".md", ".rst"):
        return True
    return urllib.parse.unquote(address.fragment) in read_page(target)[1]
