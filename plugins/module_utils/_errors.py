# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The one error tree of the collection: what failed, for which reason, and what to do next."""

from __future__ import annotations

import typing as t

__all__ = ("JoinError",)


class JoinError(Exception):
    """A refusal or a failure with a cause that has a name.

    ``code`` is API: playbooks branch on it and it is never renamed; the troubleshooting guide lists every one.
    ``str()`` is a full sentence: what was being done, to what, what was seen, what was expected, the next step.
    ``details`` holds the facts of that sentence for machines. Neither ever holds a secret.
    """

    def __init__(self, code: str, message: str, **details: t.Any) -> None:
        super().__init__(message)
        self.code = code
        self.details = details

    def __reduce__(self) -> t.Any:
        return (_rebuild, (type(self), self.code, str(self), self.details))


def _rebuild(cls: type[JoinError], code: str, message: str, details: dict[str, t.Any]) -> JoinError:
    return cls(code, message, **details)
