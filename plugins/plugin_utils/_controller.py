# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""How what answers on the controller runs: arguments in, an answer, and one way out."""

from __future__ import annotations

import abc
import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils._core.errors import JoinError

__all__ = ("ControllerAction",)


class ControllerAction(ActionBase):
    """An action that needs no connection and changes nothing; ``spec`` is its argument spec."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = True
    spec: t.ClassVar[t.Mapping[str, t.Any]]

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        _spec, arguments = self.validate_argument_spec(argument_spec=self.spec)
        try:
            return {"changed": False, **self.answer(arguments, task_vars or {})}
        except JoinError as exc:
            return {"failed": True, "msg": str(exc), "error": exc.outline()}

    @abc.abstractmethod
    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """The result beside ``changed``. Raises JoinError."""
