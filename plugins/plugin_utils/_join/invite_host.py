# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The host that creates an invitation: how it is chosen, and the errors if there is none or if it fails."""

from __future__ import annotations

import typing as t

from ...module_utils._core.errors import CODES, JoinError
from ...module_utils._core.objects import list_at, mapping_at, text_at
from .fleet import name_hosts
from .groups import CONTROL_PLANE_GROUPS, describe_groups

__all__ = ("choose_inviter", "refuse_failed_invitation")

_OTHERS = "invite_host: localhost with invite_kubeconfig, the path of an administrator's kubeconfig on the controller"
_CERTIFICATES = (
    "set join_certificate_key to the key that `kubeadm init phase upload-certs --upload-certs` prints on a control plane, or "
    "join_shared_certificates"
)


def choose_inviter(
    settings: t.Mapping[str, t.Any], answers: t.Sequence[t.Mapping[str, t.Any]], groups: t.Iterable[str]
) -> dict[str, t.Any]:
    """The first candidate that has described its cluster: ``host``, ``because``, ``is_control_plane``, ``cluster``, ``ready_nodes``,
    ``notes`` and ``invitations``.

    ``settings`` are those of `read_invitation`, with ``known`` if an earlier play has chosen it; ``answers`` are the results of
    cluster_discovery_info in the order of the candidates, up to the first success. A candidate that is not the host in ``settings`` has
    verified that it is a control plane that has joined. ``groups`` are the names of the inventory's groups. Raises the common code of all
    failures, or ``inviter_missing``.
    """
    if settings.get("known"):
        return {**settings["known"], "invitations": []}
    failed: dict[str, t.Mapping[str, t.Any]] = {}
    for host, answer in zip(settings["candidates"], answers):
        cluster = answer.get("cluster")
        if isinstance(cluster, t.Mapping) and "error" not in answer:
            return {
                "host": host,
                "because": _because(settings),
                "is_control_plane": not settings["host"],
                "cluster": cluster,
                "ready_nodes": _texts(answer.get("ready_nodes")),
                "notes": [
                    *(f"{other} cannot create the invitation: {_sentence(seen)}" for other, seen in failed.items()),
                    *_texts(answer.get("notes")),
                ],
                "invitations": list_at(answer, "invitations"),
            }
        failed[host] = answer
    if not failed:
        raise JoinError(
            "inviter_missing",
            f"Cannot invite hosts: no control plane is in this inventory ({describe_groups(CONTROL_PLANE_GROUPS, groups)}), as in a slice of a "
            f"job, and no token is set; add one to such a group, or set {_OTHERS}, or set join_token, join_apiserver_endpoint and "
            "join_discovery_token_ca_cert_hashes.",
            groups=sorted(groups),
        )
    if settings["host"]:
        raise _failed_inviter(settings["host"], _because(settings), failed[settings["host"]], **_incomplete(failed))
    codes = {host: _code(answer) for host, answer in failed.items()}
    common = set(codes.values())
    raise JoinError(
        common.pop() if len(common) == 1 else "inviter_missing",
        f"Cannot invite hosts: no control plane of {name_hosts(list(failed))} can create an invitation, that is, has joined and has an "
        f"administrator's kubeconfig that its API server accepts. {' '.join(f'{host}: {_sentence(seen)}' for host, seen in failed.items())} "
        f"Fix one of them, or set invite_host to another host, or {_OTHERS}.",
        hosts=codes,
        **_incomplete(failed),
    )


def refuse_failed_invitation(results: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    """Raise the error of the first step of an invitation that has failed. One of the steps has returned what `choose_inviter` returns."""
    chosen = next((result for result in results if result.get("because")), None)
    for result in results:
        if result.get("failed") and chosen:
            raise _failed_inviter(str(chosen["host"]), str(chosen["because"]), result)
        if result.get("failed"):
            raise JoinError(_code(result), _sentence(result))


def _failed_inviter(host: str, because: str, result: t.Mapping[str, t.Any], **details: t.Any) -> JoinError:
    code = _code(result)
    remedies = ["Fix this", "set invite_host to another host"]
    if code == "shared_certificates_unusable":
        remedies.append(_CERTIFICATES)
    elif host != "localhost":
        remedies.append(f"set {_OTHERS}")
    return JoinError(
        code,
        f"Cannot invite hosts: {host}, which was chosen because {because}, failed: {_sentence(result)} {', or '.join(remedies)}.",
        host=host,
        **details,
    )


def _because(settings: t.Mapping[str, t.Any]) -> str:
    if settings["host"]:
        return "it is invite_host"
    return "it is the first host in the group of control planes that has joined and whose API server accepts its kubeconfig"


def _sentence(result: t.Mapping[str, t.Any]) -> str:
    text = str(result.get("msg") or "it returned nothing that describes a cluster").strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _code(result: t.Mapping[str, t.Any]) -> str:
    """The code of a failed result; a host may return anything."""
    code = text_at(result, "error", "code")
    return code if code in CODES else "inviter_missing"


def _incomplete(failed: t.Mapping[str, t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """The first host on which Python libraries are missing, and their packages."""
    for host, result in failed.items():
        if _code(result) == "library_missing":
            details = mapping_at(result, "error", "details")
            return {"incomplete": host, "packages": _texts(details.get("packages"))}
    return {}


def _texts(value: t.Any) -> list[str]:
    return [str(text) for text in value] if isinstance(value, (list, tuple)) else []
