# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The outcome of a run on one host, by the results that its tasks have registered."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ...module_utils._api.endpoint import is_secret_url, render_url
from ...module_utils._core.errors import CODES, guide_url, printable
from ...module_utils._core.objects import mapping_at, text_at

__all__ = ("HostResult", "read_host_result")

_MALFORMED = "Cannot report on this host: its results do not have the structure that the modules return; check the host and its Python interpreter."
_REJECTED = "The API server rejected requests because of its load. They were repeated. join_concurrency lets fewer hosts join at once then."
_UNREACHABLE = "host_unreachable"
#: The phase in which the host that creates the invitation works, and not the one that is reported on.
_INVITATION = "invitation"
#: Of the texts that hosts return: names, which are keys of a report.
_NAME_LENGTH = 200
#: How many causes, warnings and notes of a host are reported, and the seconds that a task can take.
_MOST = 50
_LONGEST = 1e6


@dataclass(frozen=True)
class HostResult:
    """``outcome`` is joined, would_join, unchanged, failed, unreachable or unfinished; ``phase`` and ``code`` are those of a failure.

    ``causes`` are pairs of what failed, in few words, and the sentence that explains it; ``warnings`` are pairs of a check and its sentence;
    ``notes`` are sentences about what was unusual. ``seconds`` has by phase how long modules have run, and ``cluster`` the endpoint, the
    version and the CA pins of the cluster, if it is known.
    """

    outcome: str
    phase: str = ""
    causes: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    code: str = ""
    seconds: t.Mapping[str, float] = field(default_factory=dict)
    cluster: tuple[str, str, tuple[str, ...]] | None = None


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
        return HostResult("failed", "report", (("unknown", _MALFORMED),), code="unknown")


def _read_results(variables: t.Mapping[str, t.Any], phases: t.Mapping[str, str], last: str, host: str) -> HostResult:
    results = {name: variables.get(name) or {} for name in phases}
    node = next((result for name, result in results.items() if "joined" in result), {})
    findings = [finding for result in results.values() for finding in _findings(result)]
    warnings = {
        str(found["check"]): str(found["message"]) for found in reversed(findings) if found["severity"] == "warning"
    }
    notes = [str(note) for result in results.values() for note in result.get("notes", ())]
    if any(result.get("rejected_requests") for name, result in results.items() if phases[name] != _INVITATION):
        notes.append(_REJECTED)
    found: dict[str, t.Any] = {
        "warnings": tuple(sorted(warnings.items()))[:_MOST],
        "notes": tuple(dict.fromkeys(notes))[:_MOST],
        "seconds": _seconds(results, phases),
        "cluster": next(filter(None, map(_cluster, results.values())), None),
    }
    for name, result in results.items():
        if result.get("failed") or result.get("unreachable"):
            error = result.get("error") or {}
            code = text_at(error, "code")
            lost = phases[name] != _INVITATION and (result.get("unreachable") or code == _UNREACHABLE)
            return HostResult(
                "unreachable" if lost else "failed",
                str(error.get("phase") or phases[name]),
                _causes(result, error),
                code=_UNREACHABLE if lost or result.get("unreachable") else code if code in CODES else "unknown",
                **found,
            )
    inviters = [result["host"] for result in results.values() if result.get("is_control_plane")]
    if node.get("joined") or host in inviters:
        return HostResult("unchanged", **found)
    end = results.get(last, {})
    if "changed" not in end or end.get("skipped"):
        return HostResult("unfinished", **found)
    settings: t.Mapping[str, t.Any] = next((result for result in results.values() if "configuration" in result), {})
    only_reports = mapping_at(settings, "configuration").get("dryRun")
    return HostResult("would_join" if only_reports else "joined", **found)


def _findings(node: t.Mapping[str, t.Any]) -> t.Sequence[t.Mapping[str, str]]:
    """The findings in a result, of a success or of a failure."""
    error = node.get("error") or {}
    found: t.Sequence[t.Mapping[str, str]] = node.get("findings") or (error.get("details") or {}).get("findings") or ()
    return found


def _causes(result: t.Mapping[str, t.Any], error: t.Mapping[str, t.Any]) -> tuple[tuple[str, str], ...]:
    causes: dict[str, dict[str, str]] = {}
    for finding in _findings(result):
        if finding["severity"] == "error":
            causes.setdefault(str(finding["check"]), {})[str(finding["message"])] = text_at(finding, "code")
    if not causes:
        code = str(error.get("code", "unknown"))
        causes = {code: {str(result.get("msg", "")): code}}
    return tuple((cause, _explain(messages)) for cause, messages in causes.items())[:_MOST]


def _explain(messages: t.Mapping[str, str]) -> str:
    """The messages with what the guide has about their codes; a host may return any code."""
    urls = [guide_url(code) for code in dict.fromkeys(messages.values()) if code in CODES]
    sentences = "; ".join(messages)
    return f"{sentences.rstrip('.')}. See {', '.join(urls)}" if urls else sentences


def _seconds(results: t.Mapping[str, t.Mapping[str, t.Any]], phases: t.Mapping[str, str]) -> dict[str, float]:
    """How long modules have run in each phase, as the controller has measured; a module of Ansible returns what its host likes."""
    seconds: dict[str, float] = {}
    for name, result in results.items():
        duration = result.get("duration")
        if isinstance(duration, float) and 0 <= duration < _LONGEST:
            seconds[phases[name]] = seconds.get(phases[name], 0.0) + duration
    return seconds


def _cluster(result: t.Mapping[str, t.Any]) -> tuple[str, str, tuple[str, ...]] | None:
    """The endpoint, version and pins that a result has."""
    cluster = result.get("cluster")
    if not isinstance(cluster, t.Mapping) or not text_at(cluster, "server"):
        return None
    server = text_at(cluster, "server")
    name = render_url(server) if is_secret_url(server) else server
    version = text_at(cluster, "facts", "kubernetes_version")
    pins = tuple(printable(str(pin), _NAME_LENGTH) for pin in cluster.get("ca_cert_hashes") or ())
    return printable(name, _NAME_LENGTH), printable(version, _NAME_LENGTH), pins
