# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Errors in the log of etcd's container, which the kubelet stores."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from .._core.errors import printable

__all__ = ("EtcdLogError", "find_log_error")

#: The levels of errors, most severe first.
_LEVELS = ("panic", "fatal", "error", "warn")
_EXIT_LEVELS = _LEVELS[:2]
_LONGEST = 600
#: The error of connections that etcd closes during its exit.
_CONNECTION_CLOSED = "use of closed network connection"


@dataclass(frozen=True)
class EtcdLogError:
    """The last of the most severe errors in a log: its text, and whether etcd has exited with it."""

    text: str = ""
    is_end: bool = False


def find_log_error(log: str) -> EtcdLogError:
    """Read a log in the format of container runtimes: time, stream, a letter, and etcd's JSON. Other lines are ignored.

    The final message of etcd often has no cause. The last warning with an error before it has the cause.
    """
    messages: dict[str, str] = {}
    cause = ""
    for line in log.splitlines():
        entry = _entry(line)
        level = entry.get("level")
        if level in _LEVELS:
            messages[level] = ": ".join(str(entry[key]) for key in ("msg", "error") if entry.get(key))
            error = str(entry.get("error") or "")
            cause = messages[level] if level == "warn" and error and not error.endswith(_CONNECTION_CLOSED) else cause
    for level in _LEVELS:
        if level in messages:
            text = messages[level] if not cause or level == "warn" else f"{messages[level]} (before that: {cause})"
            return EtcdLogError(printable(text, _LONGEST), level in _EXIT_LEVELS)
    return EtcdLogError()


def _entry(line: str) -> t.Mapping[str, t.Any]:
    parts = line.split(" ", 3)
    try:
        found = json.loads(parts[3]) if len(parts) == 4 else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
