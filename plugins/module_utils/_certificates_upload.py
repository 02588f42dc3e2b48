# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""upload-certs: what control planes share, sealed in Secret kubeadm-certs for a while, and who may read it."""

from __future__ import annotations

import datetime
import secrets
import string
import typing as t
from dataclasses import dataclass, field

from ._change import Change, join_changes
from ._clock import Clock
from ._cluster import Cluster
from ._configuration import parse_cluster_configuration
from ._control_plane_prepare import observe_shared_files
from ._errors import JoinError
from ._host import Files
from ._kubeapi import KubeApi
from ._objects import mapping_at
from ._shared_certificates import (
    SECRET_PATH,
    SharedFile,
    decrypt_shared_files,
    encrypt_shared_files,
    plan_shared_files,
    refuse_other_authority,
    verify_shared_files,
)
from ._token import DEFAULT_GROUP, BootstrapToken, render_token_secret, token_secret_name

__all__ = ("UploadWish", "plan_upload", "plan_upload_withdrawal")

_ABSENT = "absent"
_SECRETS, _slash, _NAME = SECRET_PATH.rpartition("/")
_RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system"
_ROLE = "kubeadm:kubeadm-certs"
_RULES = [{"apiGroups": [""], "resourceNames": [_NAME], "resources": ["secrets"], "verbs": ["get"]}]
_OWNER = "lets Secret kubeadm-certs expire"
_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True)
class UploadWish:
    """What shall be uploaded: this host's shared files, sealed with ``key``, for ``ttl`` seconds."""

    cluster: Cluster
    key: bytes = field(repr=False)
    ttl: float = 7200.0


def plan_upload(host: Files, api: KubeApi, wish: UploadWish, *, clock: Clock) -> Change:
    """Upload what this control plane shares (kubeadm: upload-certs), and let those who join read it.

    A Secret that the key opens and that holds the same is kept; any other is replaced, as kubeadm does. It belongs to a
    bootstrap token that is good for nothing and expires, with which the cluster deletes it.
    Raises ``shared_certificates_unusable`` for what must not be shared.
    """
    files = plan_shared_files(parse_cluster_configuration(wish.cluster.cluster_configuration))
    contents = observe_shared_files(host, files)
    verify_shared_files(contents, files, now=clock.now(), source="this host")
    refuse_other_authority(contents, wish.cluster.all_pins(), server=wish.cluster.server)
    return join_changes([_plan_role(api), _plan_binding(api), _plan_secret(api, wish, files, contents, clock)])


def plan_upload_withdrawal(api: KubeApi, key: bytes) -> Change:
    """Delete the Secret that this key opens and what it belongs to; one that somebody has uploaded since is left alone."""
    name = f"secret {_NAME}"
    found = api.find(SECRET_PATH)
    if found is None or not _is_sealed_with(found, key, api.server):
        return Change({name: _ABSENT}, {name: _ABSENT})

    def apply() -> None:
        _delete(api, found)

    return Change({name: "present"}, {name: _ABSENT}, apply)


def _plan_secret(
    api: KubeApi, wish: UploadWish, files: t.Sequence[SharedFile], contents: t.Mapping[str, bytes], clock: Clock
) -> Change:
    found = api.find(SECRET_PATH)
    name = f"secret {_NAME}"
    after = {"files": sorted(contents), "sealed with": "this key"}
    before: t.Any = _ABSENT if found is None else {"sealed with": "another key, or not what is here"}
    if found is not None and _opened(found, files, wish.key, api.server) == dict(contents):
        before = after

    def apply() -> None:
        if found is not None:
            _delete(api, found)
        owner = api.create(_SECRETS, _render_owner(api, wish.ttl, clock))
        nonces = iter(lambda: secrets.token_bytes(12), b"")
        sealed = encrypt_shared_files({file.entry: contents.get(file.entry, b"") for file in files}, wish.key, nonces)
        api.create(_SECRETS, _render_secret(sealed, owner))

    return Change({name: before}, {name: after}, apply)


def _render_owner(api: KubeApi, ttl: float, clock: Clock) -> dict[str, t.Any]:
    """A token without usages and groups: whoever knew it could do nothing with it, and nobody does."""
    token = BootstrapToken(_random(6), _random(16))
    return render_token_secret(
        token,
        expiration=(api.date or clock.now()) + datetime.timedelta(seconds=ttl),
        usages=(),
        groups=(),
        description=_OWNER,
    )


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _position in range(length))


def _render_secret(data: t.Mapping[str, str], owner: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    metadata = mapping_at(owner, "metadata")
    reference = {
        "apiVersion": "v1",
        "kind": "Secret",
        "name": metadata.get("name"),
        "uid": metadata.get("uid"),
        "controller": True,
        "blockOwnerDeletion": True,
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": _NAME, "namespace": "kube-system", "ownerReferences": [reference]},
        "data": dict(data),
    }


def _delete(api: KubeApi, found: t.Mapping[str, t.Any]) -> None:
    """The Secret, then the token that it belongs to; one that somebody else has just deleted is gone as well."""
    owners = mapping_at(found, "metadata").get("ownerReferences") or []
    names = [str(owner.get("name")) for owner in owners if owner.get("kind") == "Secret"]
    for name in (_NAME, *(name for name in names if name.startswith(token_secret_name("")))):
        if api.find(f"{_SECRETS}/{name}") is not None:
            api.delete(f"{_SECRETS}/{name}")


def _opened(
    found: t.Mapping[str, t.Any], files: t.Sequence[SharedFile], key: bytes, server: str
) -> dict[str, bytes] | None:
    """What is in the Secret, None where the key does not open it or it lacks some file. Secret."""
    try:
        return decrypt_shared_files(_data_of(found), files, key, server=server)
    except JoinError:
        return None


def _is_sealed_with(found: t.Mapping[str, t.Any], key: bytes, server: str) -> bool:
    return bool(_opened(found, [SharedFile(entry, "") for entry in _data_of(found)], key, server))


def _data_of(found: t.Mapping[str, t.Any]) -> dict[str, str]:
    return {entry: value or "" for entry, value in mapping_at(found, "data").items()}


def _plan_role(api: KubeApi) -> Change:
    name = f"role {_ROLE}"
    found = api.find(f"{_RBAC}/roles/{_ROLE}")
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": _ROLE, "namespace": "kube-system"},
        "rules": _RULES,
    }

    def apply() -> None:
        if found is None:
            api.create(f"{_RBAC}/roles", role)
        else:
            api.patch(f"{_RBAC}/roles/{_ROLE}", {"rules": _RULES})

    return Change({name: _ABSENT if found is None else found.get("rules")}, {name: _RULES}, apply)


def _plan_binding(api: KubeApi) -> Change:
    """The group of those who join, beside the groups that somebody has added."""
    name = f"role binding {_ROLE}"
    found = api.find(f"{_RBAC}/rolebindings/{_ROLE}")
    subjects = list((found or {}).get("subjects") or [])
    groups = [subject.get("name") for subject in subjects if subject.get("kind") == "Group"]
    wanted = groups if DEFAULT_GROUP in groups else [*groups, DEFAULT_GROUP]
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": DEFAULT_GROUP}
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": _ROLE, "namespace": "kube-system"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": _ROLE},
        "subjects": [*subjects, subject],
    }

    def apply() -> None:
        if found is None:
            api.create(f"{_RBAC}/rolebindings", binding)
        else:
            api.patch(f"{_RBAC}/rolebindings/{_ROLE}", {"subjects": binding["subjects"]})

    return Change({name: _ABSENT if found is None else {"groups": groups}}, {name: {"groups": wanted}}, apply)
