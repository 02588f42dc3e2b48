# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The lines of the kubelet's log that explain a Node that is missing or not Ready."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .._core.errors import printable

__all__ = ("MAX_LINES", "KubeletLog", "summarize_log")

#: The number of lines in a summary.
MAX_LINES = 12
_LONGEST = 400

#: The format of klog: severity with month and day, time, thread, place in the source, message.
_KLOG = re.compile(r"([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ([\w./-]+:\d+)\] (.*)")
#: The message and the error of structured logs.
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ERROR = re.compile(r'\berr="((?:[^"\\]|\\.)*)"')
_REGISTRATION = re.compile(r"\bregister(ed|ing)? node\b", re.IGNORECASE)
_FAILURE = re.compile(r"\b(exited|failed|failure|refused|forbidden|denied|invalid|error|panic)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9a-f]*[0-9][0-9a-f]*")


@dataclass(frozen=True)
class KubeletLog:
    """A summary: the distinct lines that matter, the oldest first, and the last error of the Node's registration."""

    lines: tuple[str, ...] = ()
    registration_error: str = ""

    def __str__(self) -> str:
        return " | ".join(self.lines) or "none"


def summarize_log(log: str) -> KubeletLog:
    """Summarize a log of the kubelet without its timestamps.

    Lines that differ in objects and numbers only count as one, which is the last of them. If there are more than MAX_LINES,
    those about the registration take precedence, then errors, then newer lines.
    """
    last: dict[str, tuple[int, str]] = {}
    counts: dict[str, int] = {}
    error = ""
    for at, line in enumerate(line.strip() for line in log.splitlines()):
        if not line:
            continue
        kind, text = _kind_of(line)
        last[kind] = (at, text)
        counts[kind] = counts.get(kind, 0) + 1
        if _is_registration(text):
            errors = _ERROR.findall(text)
            error = _unquoted(errors[-1]) if errors else "" if "Successfully" in text else error
    chosen = sorted(last, key=lambda kind: (_rank(last[kind][1]), -last[kind][0]))[:MAX_LINES]
    lines = (_render(last[kind][1], counts[kind]) for kind in sorted(chosen, key=lambda kind: last[kind][0]))
    return KubeletLog(tuple(lines), printable(error, _LONGEST))


def _kind_of(line: str) -> tuple[str, str]:
    """What equal lines have in common, and the line without its time."""
    found = _KLOG.match(line)
    if found is None:
        return _NUMBER.sub("#", line), line
    severity, place, message = found.groups()
    quoted = _QUOTED.match(message)
    return f"{place} {quoted.group(1) if quoted else _NUMBER.sub('#', message)}", f"{severity} {message}"


def _is_registration(text: str) -> bool:
    quoted = _QUOTED.search(text)
    return bool(_REGISTRATION.search(quoted.group(1) if quoted else text))


def _rank(text: str) -> int:
    if _is_registration(text) and _FAILURE.search(text):
        return 0
    return 1 if text.startswith(("E ", "F ")) or _FAILURE.search(text) else 2


def _render(text: str, count: int) -> str:
    return printable(text, _LONGEST) + (f" ({count} times)" if count > 1 else "")


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": " ", "t": " "}.get(found.group(1), found.group(1)), text)
