# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""node: runs the modules of this collection on hosts (meta/runtime.yml), without secrets on disks and effects beyond a result."""

from __future__ import annotations

import time
import typing as t

from ansible import constants
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ..module_utils._core.errors import JoinError
from ..plugin_utils._controller import failure
from ..plugin_utils._join.concurrency import outcomes_in
from ..plugin_utils._join.node import (
    Step,
    connection_error,
    finished_result,
    merge_results,
    own_results,
    pipelining_error,
)

_VARIABLES = ("ansible_pipelining", "ansible_ssh_pipelining")


class ActionModule(ActionBase):
    """Passes arguments by pipelining, and takes nothing from the host but the result of the module.

    ``duration`` is the time in seconds that it took, with the connection. A host that cannot be reached has failed. Ansible runs
    `always` for failed hosts, and not for unreachable ones.
    """

    _supports_check_mode = True
    _supports_async = False  # it writes the arguments to the disk
    #: The argument spec of an action that runs other modules than that of its task.
    spec: t.ClassVar[t.Mapping[str, t.Any] | None] = None

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        arguments = self._task.args
        if self.spec is not None:
            _spec, arguments = self.validate_argument_spec(argument_spec=self.spec)
        return self.answer(arguments, task_vars or {})

    def answer(self, arguments: dict[str, t.Any], variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """The result for the arguments of the task."""
        step = Step(self._task.action.rpartition(".")[2], arguments)
        return finished_result(variables, step.module) or self.run_steps(variables, [step])

    def run_steps(self, variables: dict[str, t.Any], steps: t.Sequence[Step]) -> dict[str, t.Any]:
        """The result of modules that run in one execution on the host of the task."""
        return merge_results(self.run_each(variables, steps))

    def run_each(self, variables: dict[str, t.Any], steps: t.Sequence[Step]) -> list[dict[str, t.Any]]:
        """The results of modules that run in one execution on the host of the task, or that of a failure of all. The last one has what
        belongs to the whole execution."""
        host = self._task.delegate_to or variables["inventory_hostname"]
        action = f"run {steps[0].module} on {host}"
        arguments = {"steps": [vars(step) for step in steps]}
        outcomes = outcomes_in(constants.DEFAULT_LOCAL_TMP)
        known = len(outcomes.read()) if outcomes.are_kept else None
        try:
            self._enable_pipelining(action, variables["hostvars"].get(host, {}))
            start = time.monotonic()
            results = own_results(self._execute_module("kubejoin.kubeadm.node", arguments, task_vars=variables), action)
            results[-1]["duration"] = round(time.monotonic() - start, 3)
        except AnsibleConnectionFailure as exc:
            return [failure(connection_error(action, exc))]
        except JoinError as exc:
            return [failure(exc)]
        if known is not None:
            outcomes.add(known, merge_results(results))
        if self._discovered_interpreter_key:  # Ansible itself has found it
            results[-1]["ansible_facts"] = {self._discovered_interpreter_key: self._discovered_interpreter}
        return results

    def _enable_pipelining(self, action: str, inventory: t.Mapping[str, t.Any]) -> None:
        """``inventory`` has the variables of the host in it. Raises ``pipelining_disabled`` if they or the connection do not allow it."""
        connection = self._connection
        disabled = [name for name in _VARIABLES if name in inventory]
        try:
            if disabled and not connection.get_option("pipelining"):
                raise pipelining_error(action, f"{disabled[0]} is false")
            connection.set_option("pipelining", True)
        except KeyError:
            self._play_context.pipelining = True
        if not self._is_pipelining_enabled("new"):
            become = f" and the become method {connection.become.name}" if connection.become else ""
            raise pipelining_error(
                action,
                f"the connection {connection.transport}{become} or ANSIBLE_KEEP_REMOTE_FILES excludes pipelining",
            )
