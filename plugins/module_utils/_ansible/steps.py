# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Several modules of the collection in one execution on a host."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import re
import time
import typing as t

from ansible.module_utils import basic

from .module import AnsibleModule

__all__ = ("run_steps",)

_MODULES = f"{__name__.rpartition('._ansible.')[0]}._modules"
_NAME = re.compile(r"[a-z][a-z_]*")


class StepsModule(basic.AnsibleModule):
    """Logs nothing: each step logs its own arguments, without secrets."""

    params: dict[str, t.Any]

    def _log_invocation(self) -> None:
        pass


def run_steps() -> None:
    """Run each of ``steps``, a ``module`` with its ``arguments``, and return their ``results``. After a failure, only those with ``always``
    are run.

    A step that cannot be run raises its exception, which Ansible reports as that of a module.
    """
    step_options = {
        "module": {"type": "str", "required": True},
        "arguments": {"type": "dict", "required": True},
        "always": {"type": "bool", "default": False},
    }
    steps = {"type": "list", "elements": "dict", "required": True, "options": step_options}
    module = StepsModule(argument_spec={"steps": steps}, supports_check_mode=True)
    results: list[dict[str, t.Any]] = []
    for step in module.params["steps"]:
        if step["always"] or not any(result.get("failed") for result in results):
            results.append(_run_step(step["module"], step["arguments"]))
    module.exit_json(results=results, invocation={})  # without the arguments, which have secrets


def _run_step(name: str, arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The result that a module prints. Its warnings and its secrets are treated as if it ran alone."""
    if not _NAME.fullmatch(name):
        raise ValueError("not the name of a module")
    main = importlib.import_module(f"{_MODULES}.{name}").main
    AnsibleModule.step = (name, arguments)
    printed = io.StringIO()
    start = time.monotonic()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        main()
    result: dict[str, t.Any] = json.loads(printed.getvalue())
    return {**result, "duration": round(time.monotonic() - start, 3)}
