# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.
"""A fleet: what is wrong with nodes only when they are seen together, and the account of a run over all of them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...module_utils._core.errors import JoinError

__all__ = ("HostResult", "group_by_discovery", "read_host_result", "refuse_duplicates", "summarize")

#: How many hosts of a group are named.
_NAMED = 8

#: What the flows register, in the order of a run, and the phase that each is of where its error names none. The first that
#: failed is the cause.
_REGISTERED = {
    "__join_settings": "configuration",
    "invite_discovery": "invitation",
    "__join_node": "preflight",
    "__join_fleet": "preflight",
    "invite_token": "invitation",
    "invite_upload": "invitation",
    "__join_requirements": "requirements",
    "__join_discovery": "discovery",
    "__join_control_plane_files": "control-plane-prepare",
    "__join_kubelet": "kubelet-start",
    "__join_etcd": "etcd-join",
    "__join_control_plane_node": "control-plane-join",
}


@dataclass(frozen=True)
class HostResult:
    """What became of one host. ``outcome`` is joined, unchanged, failed or unfinished.

    ``causes`` are pairs of what failed, in few words, and the sentence that says how; ``warnings`` are names of checks,
    ``notes`` sentences about what was unusual.
    """

    outcome: str
    phase: str = ""
    causes: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_host_result(variables: t.Mapping[str, t.Any]) -> HostResult:
    """What the variables that a flow has registered for a host tell of it."""
    node = variables.get("__join_node") or {}
    warnings = tuple(dict.fromkeys(f["check"] for f in _findings(node) if f["severity"] == "warning"))
    notes = tuple(dict.fromkeys(note for name in _REGISTERED for note in (variables.get(name) or {}).get("notes", ())))
    for name, phase in _REGISTERED.items():
        result = variables.get(name) or {}
        if result.get("failed"):
            error = result.get("error") or {}
            return HostResult("failed", error.get("phase") or phase, _causes(result, error), warnings, notes)
    if node.get("joined"):
        return HostResult("unchanged", warnings=warnings, notes=notes)
    configuration = (variables.get("__join_settings") or {}).get("configuration") or {}
    last = "__join_control_plane_node" if "controlPlane" in configuration else "__join_kubelet"
    outcome = "joined" if "node" in (variables.get(last) or {}) else "unfinished"
    return HostResult(outcome, warnings=warnings, notes=notes)


def _findings(node: t.Mapping[str, t.Any]) -> t.Sequence[t.Mapping[str, str]]:
    """What preflight has found on a host, whether it went on or not."""
    error = node.get("error") or {}
    found: t.Sequence[t.Mapping[str, str]] = node.get("findings") or (error.get("details") or {}).get("findings") or ()
    return found


def _causes(result: t.Mapping[str, t.Any], error: t.Mapping[str, t.Any]) -> tuple[tuple[str, str], ...]:
    causes: dict[str, list[str]] = {}
    for finding in _findings(result):
        if finding["severity"] == "error":
            causes.setdefault(finding["check"], []).append(finding["message"])
    if causes:
        return tuple((check, "; ".join(messages)) for check, messages in causes.items())
    return ((error.get("code", "unknown"), str(result.get("msg", ""))),)


def refuse_duplicates(nodes: t.Mapping[str, t.Mapping[str, t.Any]]) -> None:
    """Refuse hosts that would take each other's place; ``nodes`` has what preflight_info returned, by host.

    Raises ``node_name_duplicate`` and ``machine_id_duplicate``.
    """
    for key, code, what, remedy in (
        ("node_name", "node_name_duplicate", "the node name", "set join_node_name, or the hosts' names"),
        ("machine_id", "machine_id_duplicate", "the machine id", "make a new /etc/machine-id on all but one"),
    ):
        hosts: dict[str, list[str]] = {}
        for host, node in nodes.items():
            if node.get(key):
                hosts.setdefault(node[key], []).append(host)
        shared = {value: sorted(those) for value, those in hosts.items() if len(those) > 1}
        if shared:
            reported = "; ".join(
                f"{what} {value} is that of {_named(those)}" for value, those in sorted(shared.items())
            )
            raise JoinError(
                code, f"Cannot join these hosts together: {reported}; {remedy}. Nothing was changed.", hosts=shared
            )


def group_by_discovery(discoveries: t.Mapping[str, t.Any]) -> dict[str, str]:
    """By host, the host that asks for it at the cluster: the first with the same discovery, so that one is asked once.

    ``discoveries`` has the `discovery` of each host's JoinConfiguration, without what is secret in it.
    """
    representatives: list[str] = []
    chosen = {}
    for host, discovery in discoveries.items():
        chosen[host] = next((probe for probe in representatives if discoveries[probe] == discovery), host)
        if chosen[host] == host:
            representatives.append(host)
    return chosen


def summarize(results: t.Mapping[str, HostResult], *, check_mode: bool) -> list[str]:
    """The account of a run as lines: outcomes first, then equal failures together, then equal warnings."""
    lines = []
    words = {
        "joined": "would join" if check_mode else "joined",
        "unchanged": "had joined before",
        "unfinished": "not gone through to the end",
    }
    for outcome, word in words.items():
        hosts = [host for host, result in results.items() if result.outcome == outcome]
        if hosts:
            lines.append(f"{word}: {_counted(hosts)}")
    failures: dict[tuple[str, str], dict[str, str]] = {}
    remarks: dict[str, list[str]] = {}
    for host, result in results.items():
        for cause, sentence in result.causes:
            failures.setdefault((result.phase, cause), {})[host] = sentence
        for remark in (*(f"warning {check}" for check in result.warnings), *(f"note: {note}" for note in result.notes)):
            remarks.setdefault(remark, []).append(host)
    for (phase, cause), sentences in sorted(failures.items(), key=lambda item: -len(item[1])):
        lines.append(f"failed in {phase}, {cause}: {_counted(list(sentences))}: {next(iter(sentences.values()))}")
    lines.extend(f"{remark}: {_counted(hosts)}" for remark, hosts in sorted(remarks.items()))
    return lines


def _counted(hosts: t.Sequence[str]) -> str:
    return f"{len(hosts)} {'node' if len(hosts) == 1 else 'nodes'} ({_named(hosts)})"


def _named(hosts: t.Sequence[str]) -> str:
    more = f" and {len(hosts) - _NAMED} more" if len(hosts) > _NAMED else ""
    return ", ".join(hosts[:_NAMED]) + more
