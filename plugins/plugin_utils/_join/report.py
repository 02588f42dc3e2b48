# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The report of a run: the outcome of each host, and equal outcomes together."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...module_utils._core.errors import printable
from .fleet import name_hosts

__all__ = ("HostResult", "read_host_result", "summarize")

_MALFORMED = "Cannot report on this host: its results do not have the structure that the modules return; check the host and its Python interpreter."


@dataclass(frozen=True)
class HostResult:
    """The outcome of one host: joined, unchanged, failed or unfinished.

    ``causes`` are pairs of what failed, in few words, and the sentence that explains it; ``warnings`` are names of checks,
    ``notes`` are sentences about what was unusual.
    """

    outcome: str
    phase: str = ""
    causes: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_host_result(
    variables: t.Mapping[str, t.Any], phases: t.Mapping[str, str], *, last: str, host: str = ""
) -> HostResult:
    """The outcome of a host by the variables that a flow has registered for it.

    ``phases`` has the names of these variables in the order of a run, with the phase of each, which counts where an error names none. The
    first one that failed is the cause. ``last`` is the one that completes the flow. ``host`` is its name, as a control plane that creates the
    invitation is not inspected again. Malformed results are a failure of this host alone.
    """
    try:
        return _read_results(variables, phases, last, host)
    except (AttributeError, KeyError, TypeError, ValueError):
        return HostResult("failed", "report", (("unknown", _MALFORMED),))


def _read_results(variables: t.Mapping[str, t.Any], phases: t.Mapping[str, str], last: str, host: str) -> HostResult:
    results = {name: variables.get(name) or {} for name in phases}
    node = next((result for name, result in results.items() if "joined" in result), {})
    findings = [finding for result in results.values() for finding in _findings(result)]
    warnings = tuple(dict.fromkeys(str(found["check"]) for found in findings if found["severity"] == "warning"))
    notes = tuple(dict.fromkeys(str(note) for result in results.values() for note in result.get("notes", ())))
    for name, result in results.items():
        if result.get("failed"):
            error = result.get("error") or {}
            return HostResult(
                "failed", str(error.get("phase") or phases[name]), _causes(result, error), warnings, notes
            )
    inviters = [result["host"] for result in results.values() if result.get("is_control_plane")]
    if node.get("joined") or host in inviters:
        return HostResult("unchanged", warnings=warnings, notes=notes)
    end = results.get(last, {})
    is_complete = "changed" in end and not end.get("skipped") and not end.get("unreachable")
    return HostResult("joined" if is_complete else "unfinished", warnings=warnings, notes=notes)


def _findings(node: t.Mapping[str, t.Any]) -> t.Sequence[t.Mapping[str, str]]:
    """The findings in a result, of a success or of a failure."""
    error = node.get("error") or {}
    found: t.Sequence[t.Mapping[str, str]] = node.get("findings") or (error.get("details") or {}).get("findings") or ()
    return found


def _causes(result: t.Mapping[str, t.Any], error: t.Mapping[str, t.Any]) -> tuple[tuple[str, str], ...]:
    causes: dict[str, list[str]] = {}
    for finding in _findings(result):
        if finding["severity"] == "error":
            causes.setdefault(str(finding["check"]), []).append(str(finding["message"]))
    if causes:
        return tuple((check, "; ".join(messages)) for check, messages in causes.items())
    return ((str(error.get("code", "unknown")), str(result.get("msg", ""))),)


def summarize(results: t.Mapping[str, HostResult], *, check_mode: bool) -> list[str]:
    """The report of a run as lines: outcomes first, then equal failures together, then equal warnings.

    Hosts choose their texts, so secrets and control characters are removed and their length is limited.
    """
    lines = []
    words = {
        "joined": "would join" if check_mode else "joined",
        "unchanged": "had joined before",
        "unfinished": "not finished",
    }
    for outcome, word in words.items():
        hosts = [host for host, result in results.items() if result.outcome == outcome]
        if hosts:
            lines.append(f"{word}: {_counted(hosts)}")
    failures: dict[tuple[str, str], dict[str, str]] = {}
    remarks: dict[str, list[str]] = {}
    for host, result in results.items():
        for cause, sentence in result.causes:
            failures.setdefault((result.phase, cause), {})[host] = printable(sentence)
        for remark in (*(f"warning {check}" for check in result.warnings), *(f"note: {note}" for note in result.notes)):
            remarks.setdefault(printable(remark), []).append(host)
    for (phase, cause), sentences in sorted(failures.items(), key=lambda item: -len(item[1])):
        failure = printable(f"failed in {phase}, {cause}")
        lines.append(f"{failure}: {_counted(list(sentences))}: {next(iter(sentences.values()))}")
    lines.extend(f"{remark}: {_counted(hosts)}" for remark, hosts in sorted(remarks.items()))
    return lines


def _counted(hosts: t.Sequence[str]) -> str:
    return f"{len(hosts)} {'node' if len(hosts) == 1 else 'nodes'} ({name_hosts(hosts)})"
