# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The adapter to Ansible on the controller: how actions run, and how files are found."""

from __future__ import annotations

import abc
import typing as t

from ansible.errors import AnsibleError, AnsibleFileNotFound
from ansible.plugins.action import ActionBase

if t.TYPE_CHECKING:
    from ansible.plugins.lookup import LookupBase

from ..module_utils._core.errors import JoinError
from ..module_utils._patches.folder import read_patch_files
from ..module_utils._patches.kustomize import read_kustomize_files
from ..module_utils._system.host import LocalFiles

__all__ = ("AnsibleFiles", "ControllerAction", "failure", "registered_variables")

#: How the names of strategies end in which each host continues by itself.
_INDEPENDENT = ("free", "host_pinned")


def failure(exc: JoinError) -> dict[str, t.Any]:
    """The result of a failed action."""
    return {"failed": True, "msg": str(exc), "error": exc.outline()}


def registered_variables(task_vars: t.Mapping[str, t.Any], host: str) -> t.Mapping[str, t.Any]:
    """The variables of a host as they are, with what its tasks have registered. Results have no templates, and to evaluate them would
    take a time that grows with the square of the number of hosts.
    """
    variables: t.Mapping[str, t.Any] = task_vars["hostvars"].raw_get(host)
    return variables


class ControllerAction(ActionBase):
    """An action that needs no connection and changes nothing; ``spec`` is its argument spec.

    ``for_all_hosts`` means that a task runs it once for all hosts of a play.
    """

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = True
    for_all_hosts: t.ClassVar[bool] = False
    spec: t.ClassVar[t.Mapping[str, t.Any]]

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        _spec, arguments = self.validate_argument_spec(argument_spec=self.spec)
        try:
            if self.for_all_hosts:
                _refuse_strategy(self._task.get_play().strategy)
            return {"changed": False, **self.answer(arguments, task_vars or {})}
        except JoinError as exc:
            return failure(exc)

    def files(self) -> AnsibleFiles:
        """The controller's files as this task finds them."""
        return AnsibleFiles(self._loader, self._task.get_search_path())

    @abc.abstractmethod
    def answer(self, arguments: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """The result without ``changed``. Raises JoinError."""


def _refuse_strategy(strategy: str) -> None:
    """Refuse strategies that do not run a task once for all hosts, after all of them have finished the tasks before it."""
    if strategy.endswith(_INDEPENDENT):
        raise JoinError(
            "strategy_unsupported",
            f"Cannot work on the hosts of this play together: its strategy is {strategy}, in which each host continues by itself; expected "
            "linear: set `strategy: linear` in the play. Nothing was changed.",
            strategy=strategy,
        )


class AnsibleFiles:
    """Implements ``_join.configuration.ControllerFiles`` by Ansible's loader, with the folders that a task searches."""

    def __init__(self, loader: t.Any, search_path: t.Sequence[str]) -> None:
        self._loader = loader
        self._search_path = search_path

    @classmethod
    def of_lookup(cls, lookup: LookupBase, variables: t.Mapping[str, t.Any] | None) -> AnsibleFiles:
        """The files that the task of a lookup finds."""
        known = variables or {}
        return cls(lookup._loader, known.get("ansible_search_path") or [lookup.get_basedir(known)])

    def read_text(self, path: str, what: str) -> str:
        try:
            # get_text_file_contents is new in ansible-core 2.19.
            content: bytes = self._loader._get_file_contents(self._find(path))[0]
            return content.decode("utf-8")
        except (AnsibleError, OSError, ValueError) as exc:
            reason = (
                "there is no such file on the controller"
                if isinstance(exc, AnsibleFileNotFound)
                else "it is not a readable file"
            )
            raise JoinError(
                "file_not_read",
                f"Cannot read {what}: {reason}; expected the path of a file of UTF-8 text, absolute or as Ansible finds `files`, and for "
                "a vaulted file the vault's password. Nothing was changed.",
                what=what,
            ) from None

    def read_patches(self, path: str, *, kustomize: bool) -> list[dict[str, str]]:
        read = read_kustomize_files if kustomize else read_patch_files
        try:
            folder = self._find(path)
        except (AnsibleError, ValueError):
            folder = path
        return [{"name": name, "content": content} for name, content in read(LocalFiles(), folder)]

    def _find(self, path: str) -> str:
        return str(self._loader.path_dwim_relative_stack(self._search_path, "files", path))
