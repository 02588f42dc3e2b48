# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Modules on a host: what is taken from their results, and the errors of running them."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ...module_utils._core.errors import JoinError
from ...module_utils._core.objects import list_at, mapping_at

__all__ = (
    "Step",
    "connection_error",
    "finished_result",
    "merge_results",
    "own_results",
    "pipelining_error",
    "results_by_module",
)

#: The beginnings of keys by which Ansible would take facts, statistics and hosts, or be controlled; a task that has run was not skipped.
#: Only Ansible itself finds a host unreachable, and before 2.19 it expects that `results` are those of a loop.
_OF_ANSIBLE = (
    "ansible_",
    "_ansible_",
    "skipped",
    "unreachable",
    "add_host",
    "add_group",
    "failed_when_result",
    "results",
)
#: What is true of all steps if it is true of one.
_FLAGS = ("changed", "failed")
#: What Ansible returns of all steps so far.
_SO_FAR = ("deprecations", "warnings")
#: What sudo says if it has requiretty, in the language of the host.
_NO_TERMINAL = re.compile(r"^sudo: .*\btty\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A module of the collection with its arguments. ``always`` means that it runs although an earlier step has failed."""

    module: str
    arguments: t.Mapping[str, t.Any] = field(repr=False)
    always: bool = False


def own_results(result: t.Mapping[str, t.Any], action: str) -> list[dict[str, t.Any]]:
    """The results of the steps without facts and statistics, which Ansible would use by itself; there is always one.

    ``action`` names the module and the host in an error. Raises ``pipelining_disabled`` if sudo has refused the module.
    """
    if _NO_TERMINAL.search(f"{result.get('module_stderr')}\n{result.get('module_stdout')}"):
        raise pipelining_error(action, "sudo requires a terminal, which excludes pipelining")
    return [
        {name: value for name, value in step.items() if not name.startswith(_OF_ANSIBLE)}
        for step in list_at(result, "results") or [dict(result)]
    ]


def merge_results(results: t.Iterable[t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """One result for all steps. Changes, differences and sentences are those of all. An error is that of the first step that has failed."""
    merged: dict[str, t.Any] = {}
    for step in results:
        for name, value in step.items():
            earlier = merged.get(name)
            if name in _FLAGS:
                merged[name] = bool(earlier or value)
            elif isinstance(earlier, list) and isinstance(value, list) and name not in _SO_FAR:
                merged[name] = [*earlier, *value]
            elif not merged.get("failed") or name not in merged or name in _SO_FAR:
                merged[name] = value
    return merged


def results_by_module(
    steps: t.Sequence[Step], results: t.Sequence[t.Mapping[str, t.Any]]
) -> dict[str, dict[str, t.Any]]:
    """The results of the steps that were run, by module, as if each had been run alone.

    The last one has the duration of all, in which the others have what the host reports. So the connection is part of the last one.
    """
    total = _seconds(results[-1].get("duration"))
    shares = [min(_seconds(result.get("duration")), total) for result in results[:-1]]
    shares.append(round(max(total - sum(shares), 0.0), 3))
    found: dict[str, dict[str, t.Any]] = {}
    earlier: t.Mapping[str, t.Any] = {}
    for step, result, share in zip(steps, results, shares, strict=False):
        new = {name: _without(result[name], earlier.get(name)) for name in _SO_FAR if name in result}
        found[step.module] = {**result, **new, "duration": share}
        earlier = result
    return found


def _seconds(reported: t.Any) -> float:
    return reported if isinstance(reported, float) and reported >= 0 else 0.0


def _without(entries: t.Any, earlier: t.Any) -> list[t.Any]:
    known = earlier if isinstance(earlier, list) else []
    return [entry for entry in entries if entry not in known] if isinstance(entries, list) else []


def finished_result(variables: t.Mapping[str, t.Any], module: str) -> dict[str, t.Any] | None:
    """The result of a module that an earlier task of the flow of control planes has run on this host, by the variables of the task."""
    if not variables.get("__join_phases_follow"):
        return None
    return dict(mapping_at(variables.get("__join_control_plane"), "phases", module)) or None


def pipelining_error(action: str, seen: str) -> JoinError:
    """The error of a connection without pipelining. ``seen`` says what disables it."""
    return JoinError(
        "pipelining_disabled",
        f"Cannot {action}: {seen}, and without pipelining Ansible would write tokens and keys to the disk of the host; enable it, and "
        "if sudo has requiretty, exempt the user of Ansible in sudoers (Defaults:USER !requiretty).",
    )


def connection_error(action: str, cause: Exception) -> JoinError:
    """The error of a host that cannot be reached."""
    return JoinError(
        "host_unreachable",
        f"Cannot {action}: the connection failed ({cause}); restore it, then run again. Completed steps are kept.",
    )
