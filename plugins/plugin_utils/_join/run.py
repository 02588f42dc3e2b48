# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""This run of Ansible, and whether the runs that have left invitations behind have ended."""

from __future__ import annotations

import datetime
import hashlib
import multiprocessing
import os
import pathlib
import platform
import re
import secrets
import typing as t

from ...module_utils._core.errors import printable
from ...module_utils._core.objects import mapping_at, text_at

__all__ = ("assess_invitations", "describe_run")

#: The variables in which AWX, and before it Tower, has the IDs of a job and of its workflow job.
_JOB = ("awx_job_id", "tower_job_id")
_WORKFLOW = ("awx_workflow_job_id", "tower_workflow_job_id")
_PROC = pathlib.Path("/proc")
#: The names of a host, a boot, and a PID namespace; a PID, and when the process started in clock ticks since the boot.
_PROCESS = re.compile(r"(?P<place>\S+ \S+ \S+) (?P<pid>[1-9][0-9]{0,8}) (?P<ticks>[0-9]{1,18})", re.ASCII)
_ENDED = ("Z", "X")
#: Anyone who may label a Secret chooses the texts of its mark.
_LENGTH = 500


def describe_run(variables: t.Mapping[str, t.Any], pid: int | None = None) -> dict[str, str]:
    """The fields of a RunMark for this run. ``variables`` are those of a task, ``pid`` is the process of Ansible, not its worker.

    The ID is that of the job on AWX, and otherwise the same in all plays of the run.
    """
    pid = pid or _main_pid()
    process, status = "", _read_status(pid)
    place = _own_place()
    if place and status:
        process = f"{place} {pid} {status[1]}"
    own = hashlib.sha256((process or secrets.token_hex()).encode()).hexdigest()[:10]
    return {
        "id": _number(variables, _JOB) or own,
        "started": f"{_start(status):%Y-%m-%dT%H:%M:%SZ}",
        "process": process,
        "workflow": _number(variables, _WORKFLOW),
    }


def assess_invitations(
    invitations: t.Sequence[t.Mapping[str, t.Any]], run: t.Mapping[str, t.Any], ended: str
) -> list[dict[str, t.Any]]:
    """The invitations of other runs, as cluster_discovery_info lists them: the ``secret``, and whether it ``is_abandoned``, with a sentence.

    An invitation is abandoned if its run is one of ``ended``, which are the IDs of runs or workflows separated by commas or blanks, or `all`; if
    it has expired; or if the process of its run was on this controller and has ended.
    """
    named = set(re.split(r"[\s,]+", ended.strip()))
    assessed = []
    for found in invitations:
        secret = mapping_at(found, "secret")
        if not secret or text_at(found, "run") == run["id"]:
            continue
        because = _because(found, named)
        assessed.append(
            {
                "secret": secret,
                "run": text_at(found, "run"),
                "is_abandoned": bool(because),
                "description": printable(
                    f"secret {text_at(secret, 'name')} of run {text_at(found, 'run')}, started {text_at(found, 'started')}: "
                    f"{because or _KEPT.format(text_at(found, 'expires') or 'never')}",
                    _LENGTH,
                ),
            }
        )
    return assessed


_KEPT = "kept, because the run may be active; expires: {}"


def _because(found: t.Mapping[str, t.Any], named: t.AbstractSet[str]) -> str:
    """Why an invitation is abandoned, empty if it may be in use."""
    if named & {"all", text_at(found, "run"), text_at(found, "workflow")} - {""}:
        return "abandoned, because the operator says that the run has ended"
    if found.get("expired") is True:
        return "abandoned, because it has expired"
    if _has_ended(text_at(found, "process")):
        return "abandoned, because the process of the run has ended on this controller"
    return ""


def _has_ended(process: str) -> bool:
    """Whether it is certain that a process has ended: it was started in this boot and PID namespace, and is not there any more."""
    known = _PROCESS.fullmatch(process)
    if known is None or known["place"] != _own_place():
        return False
    pid = int(known["pid"])
    try:
        os.kill(pid, 0)  # it also finds processes that /proc hides
    except ProcessLookupError:
        return True
    except OSError:
        pass
    status = _read_status(pid)
    return status is not None and (status[0] in _ENDED or status[1] != int(known["ticks"]))


def _main_pid() -> int:
    """The process of Ansible, of which an action is a child."""
    parent = multiprocessing.parent_process()
    return parent.pid if parent and parent.pid else os.getpid()


def _own_place() -> str:
    """Where PIDs of this process have their meaning; empty where that cannot be determined."""
    try:
        if os.readlink(_PROC / "self") != str(os.getpid()):
            return ""  # /proc is that of another PID namespace
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = os.readlink(_PROC / "self/ns/pid")
    except (OSError, ValueError):
        return ""
    return f"{re.sub('[^A-Za-z0-9.-]', '', platform.node()) or '-'} {boot} {namespace}"


def _read_status(pid: int) -> tuple[str, int] | None:
    """The state of a process and its start in clock ticks since the boot, None if it cannot be read."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return fields[0], int(fields[19])
    except (OSError, ValueError, IndexError):
        return None


def _start(status: tuple[str, int] | None) -> datetime.datetime:
    """When the process started, the same for all callers, or now if that is not known."""
    try:
        boot = re.search(r"^btime ([0-9]{1,12})$", (_PROC / "stat").read_text(encoding="ascii"), re.MULTILINE)
    except (OSError, ValueError):
        boot = None
    if status is None or boot is None:
        return datetime.datetime.now(datetime.timezone.utc)
    return datetime.datetime.fromtimestamp(int(boot[1]) + status[1] // os.sysconf("SC_CLK_TCK"), datetime.timezone.utc)


def _number(variables: t.Mapping[str, t.Any], names: t.Iterable[str]) -> str:
    """The first of these variables that is an ID on AWX, as text. A fact is not one of them, as hosts return their facts themselves."""
    facts = variables.get("ansible_facts") or ()
    values = (str(variables.get(name) or "") for name in names if name not in facts)
    return next((value for value in values if re.fullmatch("[0-9]{1,18}", value, re.ASCII)), "")
