# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The report of a run: equal outcomes together, as lines and as statistics for later jobs."""

from __future__ import annotations

import itertools
import re
import statistics
import typing as t
from dataclasses import dataclass

from ...module_utils._core.errors import printable
from ...module_utils._core.objects import mapping_at, text_at
from .fleet import name_hosts
from .host_result import HostResult

__all__ = ("Token", "count", "last_result", "read_token", "summarize")

#: How many of the slowest hosts are named, how many failed hosts a command names, and how many lines there are of one kind.
_SLOWEST = 10
_LIMIT = 50
_LINES = 100
#: Names that neither Ansible nor a shell takes for a pattern.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_WORDS = {
    "joined": "joined",
    "would_join": "would join",
    "unchanged": "had joined before",
    "unfinished": "not finished",
}


@dataclass(frozen=True)
class Token:
    """The token of an invitation of a ``run``; ``error`` is why it, or the certificates that were uploaded for it, were not withdrawn."""

    id: str
    is_withdrawn: bool
    error: str = ""
    run: str = ""


def last_result(variables: t.Mapping[str, t.Any], names: t.Iterable[str]) -> t.Mapping[str, t.Any]:
    """The result of the last of these tasks that has registered one, by the ``names`` of the variables."""
    results = (mapping_at(variables.get(name)) for name in reversed([*names]))
    return next(filter(None, results), {})


def read_token(
    variables: t.Mapping[str, t.Any], created: str, withdrawal: t.Mapping[str, t.Any], run: str = ""
) -> Token | None:
    """The token of this ``run`` by the variables of a host, of which the task that creates it registers ``created``.

    None if no token was created. ``withdrawal`` is the result of the task that withdraws it. Both are those of the host that creates the
    invitation.
    """
    token = mapping_at(variables.get(created), "token")
    if not token:
        return None
    error = str(withdrawal.get("msg", "")) if withdrawal.get("failed") or withdrawal.get("unreachable") else ""
    own = text_at(token, "id")
    is_withdrawn = text_at(withdrawal, "token", "id") == own  # a play before this one may have registered another
    return Token(printable(own, _LIMIT), is_withdrawn=is_withdrawn, error=printable(error), run=run)


def summarize(results: t.Mapping[str, HostResult], token: Token | None = None, *, check_mode: bool) -> list[str]:
    """The report as lines: the cluster, outcomes, equal failures and equal warnings together, seconds, and the next step.

    Hosts choose their texts, so secrets and control characters are removed and their length is limited.
    """
    clusters = _by({host: result.cluster for host, result in results.items() if result.cluster})
    lines = [
        f"cluster {server}: Kubernetes {version}, {', '.join(pins)}"
        + (f": {_counted(hosts)}" if len(clusters) > 1 else "")
        for (server, version, pins), hosts in clusters.items()
    ]
    outcomes = _outcomes(results, check_mode=check_mode)
    lines.extend(f"{word}: {_counted(outcomes[outcome])}" for outcome, word in _WORDS.items() if outcome in outcomes)
    lines.extend(_first(_failures(results), "failures"))
    lines.extend(_first(_warnings(results), "warnings"))
    lines.extend(_first(_notes(results), "notes"))
    if token and not check_mode:
        lines.append(f"token {token.id}: {_describe(token)}")
    lines.extend(_times(results))
    lines.append(f"next: {_next(results, outcomes, token, check_mode=check_mode)}")
    return lines


def count(results: t.Mapping[str, HostResult], token: Token | None = None, *, check_mode: bool) -> dict[str, t.Any]:
    """The same facts for `ansible_stats`. Ansible adds lists of several reports and merges mappings, so hosts that an earlier report may
    have are keys.
    """
    outcomes = _outcomes(results, check_mode=check_mode)
    facts: dict[str, t.Any] = {
        **({} if check_mode else {"joined": outcomes.get("joined", [])}),
        **({"would_join": outcomes.get("would_join", [])} if check_mode or "would_join" in outcomes else {}),
        "unchanged": outcomes.get("unchanged", []),
        "unfinished": outcomes.get("unfinished", []),
        **{
            outcome: {
                host: {"code": results[host].code, "phase": printable(results[host].phase)}
                for host in outcomes.get(outcome, ())
            }
            for outcome in ("failed", "unreachable")
        },
        "clusters": {
            server: {"version": version, "ca_cert_hashes": list(pins)}
            for server, version, pins in filter(None, (result.cluster for result in results.values()))
        },
        "tokens": {token.id: {"withdrawn": token.is_withdrawn}} if token and not check_mode else {},
        "slowest": {phase: dict(_slowest(hosts)) for phase, hosts in _seconds(results).items()},
    }
    return {f"kubejoin_{name}": value for name, value in facts.items()}


def _outcomes(results: t.Mapping[str, HostResult], *, check_mode: bool) -> dict[str, list[str]]:
    """The hosts by outcome. In check mode none has joined."""
    joined = "would_join" if check_mode else "joined"
    return _by({host: joined if result.outcome == "joined" else result.outcome for host, result in results.items()})


def _by(values: t.Mapping[str, t.Any]) -> dict[t.Any, list[str]]:
    """The keys of equal values."""
    found: dict[t.Any, list[str]] = {}
    for key, value in values.items():
        found.setdefault(value, []).append(key)
    return found


def _counted_with_sentence(sentences: t.Mapping[str, str]) -> str:
    """The hosts, and the sentence of the first one."""
    first, *_others = sentences.values()
    return f"{_counted(list(sentences))}: {printable(first)}"


def _first(lines: t.Iterator[str], what: str) -> t.Iterator[str]:
    """The first lines, and how many more there are."""
    yield from itertools.islice(lines, _LINES)
    more = sum(1 for _line in lines)
    if more:
        yield f"{more} more {what}"


def _failures(results: t.Mapping[str, HostResult]) -> t.Iterator[str]:
    failures: dict[str, dict[str, str]] = {}
    for host, result in results.items():
        for cause, sentence in result.causes:
            what = "" if result.outcome == "unreachable" else f", {cause}"
            failures.setdefault(printable(f"{result.outcome} in {result.phase}{what}"), {})[host] = sentence
    for failure, sentences in sorted(failures.items(), key=lambda item: -len(item[1])):
        yield f"{failure}: {_counted_with_sentence(sentences)}"


def _warnings(results: t.Mapping[str, HostResult]) -> t.Iterator[str]:
    warnings: dict[str, dict[str, str]] = {}
    for host, result in results.items():
        for check, sentence in result.warnings:
            warnings.setdefault(check, {})[host] = sentence
    for check, sentences in sorted(warnings.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"{printable(f'warning {check}')}: {_counted_with_sentence(sentences)}"


def _notes(results: t.Mapping[str, HostResult]) -> t.Iterator[str]:
    notes: dict[str, list[str]] = {}
    for host, result in results.items():
        for note in result.notes:
            notes.setdefault(note, []).append(host)
    for note, hosts in sorted(notes.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"{printable(f'note: {note}')}: {_counted(hosts)}"


def _describe(token: Token) -> str:
    if token.is_withdrawn:
        return (
            f"withdrawn, but not the certificates that were uploaded for it: {token.error}"
            if token.error
            else "withdrawn"
        )
    return f"not withdrawn, so it is valid until it expires: {token.error or 'the run did not reach its withdrawal'}"


def _times(results: t.Mapping[str, HostResult]) -> t.Iterator[str]:
    """The phase with the slowest host first."""
    phases = sorted(_seconds(results).items(), key=lambda item: -max(item[1].values()))
    for phase, hosts in phases:
        slowest = _slowest(hosts)
        named = ", ".join(f"{host} {seconds:.1f}" for host, seconds in slowest)
        if len(hosts) > 1 and len(set(hosts.values())) == 1:  # once for all hosts
            yield f"seconds in {phase}: {slowest[0][1]:.1f}"
        else:
            yield f"seconds in {phase}: median {statistics.median(hosts.values()):.1f}, slowest {named}"


def _slowest(hosts: t.Mapping[str, float]) -> list[tuple[str, float]]:
    """The hosts that took longest, with their seconds."""
    return sorted(hosts.items(), key=lambda item: -item[1])[:_SLOWEST]


def _seconds(results: t.Mapping[str, HostResult]) -> dict[str, dict[str, float]]:
    """By phase, how long it took on each host."""
    phases: dict[str, dict[str, float]] = {}
    for host, result in results.items():
        for phase, seconds in result.seconds.items():
            phases.setdefault(phase, {})[host] = seconds
    return phases


def _next(
    results: t.Mapping[str, HostResult],
    outcomes: t.Mapping[str, t.Sequence[str]],
    token: Token | None,
    *,
    check_mode: bool,
) -> str:
    step = _next_of_hosts(results, outcomes, check_mode=check_mode)
    if check_mode or token is None or (token.is_withdrawn and not token.error):
        return step
    return f"run the playbook kubejoin.kubeadm.withdraw with -e invite_withdraw_run={token.run}, then {step}"


def _next_of_hosts(
    results: t.Mapping[str, HostResult], outcomes: t.Mapping[str, t.Sequence[str]], *, check_mode: bool
) -> str:
    wrong = [host for outcome in ("failed", "unreachable", "unfinished") for host in outcomes.get(outcome, ())]
    if any(results[host].code == "group_missing" for host in wrong):  # they are not the hosts that should have joined
        return "correct the inventory and run the playbook again"
    again = "run the playbook again"
    if outcomes.keys() & {"failed", "unreachable"}:  # tags may have left the hosts unfinished
        again = f"fix the causes and {again}"
    if len(wrong) > _LIMIT or not all(map(_PLAIN_NAME.fullmatch, wrong)):
        return f"{again}; hosts that have joined are only inspected"
    if wrong:
        return f"{again} with --limit '{','.join(wrong)}'"
    if check_mode:
        return "run the playbook without check mode to join these hosts"
    return (
        "run the playbook without join_dry_run to join the others" if "would_join" in outcomes else "kubectl get nodes"
    )


def _counted(hosts: t.Sequence[str]) -> str:
    return f"{len(hosts)} {'node' if len(hosts) == 1 else 'nodes'} ({name_hosts(hosts)})"
