# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The phase upload-certs: the shared files of control planes, encrypted in a temporary Secret, and access to it."""

from __future__ import annotations

import datetime
import re
import secrets
import string
import typing as t
from dataclasses import dataclass, field, replace

from .._api.kubeapi import KubeApi
from .._config.cluster import parse_cluster_configuration
from .._core.change import Change, Resources, join_changes
from .._core.clock import Clock
from .._core.defaults import KUBEADM_CERTS
from .._core.errors import JoinError
from .._core.objects import list_at, text_at, texts_at
from .._credentials.run_mark import RunMark
from .._credentials.token import BootstrapToken
from .._credentials.token_secret import (
    DEFAULT_GROUP,
    expiration_after,
    read_token_secret,
    render_expiration,
    render_token_secret,
    token_secret_name,
)
from .._discovery.cluster import Cluster
from .._host.machine import Files
from .prepare import observe_shared_files
from .shared_certificates import (
    SharedFile,
    decrypt_shared_files,
    encrypt_shared_files,
    plan_shared_files,
    refuse_other_authority,
    secret_path,
    shared_entries,
    verify_shared_files,
)

__all__ = ("UploadSpec", "plan_upload", "plan_upload_withdrawal")

_ABSENT = "absent"
_SECRETS = secret_path("").rstrip("/")
_RBAC_GROUP = "rbac.authorization.k8s.io"
_RBAC = f"/apis/{_RBAC_GROUP}/v1/namespaces/kube-system"
_OWNER = "expiry of the shared certificates of control planes"
_LETTERS = string.ascii_lowercase + string.digits
_TOKEN = re.compile(f"{token_secret_name('')}[a-z0-9]{{6}}")


@dataclass(frozen=True)
class UploadSpec:
    """The desired upload: this host's shared files, encrypted with ``key``, for ``ttl`` seconds, in the Secret ``name``.

    Users of the ``groups`` may read it. ``run`` marks the uploads of invitations.
    """

    cluster: Cluster
    key: bytes = field(repr=False)
    ttl: float = 7200.0
    name: str = KUBEADM_CERTS
    groups: tuple[str, ...] = (DEFAULT_GROUP,)
    run: RunMark | None = None


def plan_upload(host: Files, api: KubeApi, spec: UploadSpec, *, clock: Clock) -> Change:
    """Upload the shared files of this control plane (kubeadm: upload-certs), and permit joining nodes to read them.

    An upload with the same content and key is kept; any other is replaced, as in kubeadm. It is owned by a bootstrap token
    without usages, and the cluster deletes it when the token expires. The permissions to read a Secret other than kubeadm's
    are deleted with it; those for kubeadm's Secret are kept.
    Raises ``shared_certificates_unusable`` for files that must not be shared, ``token_lifetime_invalid``, and ``object_not_owned`` for
    other objects of these names.
    """
    configuration = parse_cluster_configuration(spec.cluster.cluster_configuration)
    files = plan_shared_files(configuration)
    contents = observe_shared_files(host, files)
    verify_shared_files(contents, files, now=clock.now(), source="this host")
    refuse_other_authority(contents, spec.cluster.all_pins(), server=spec.cluster.server)
    secret = _plan_secret(api, spec, files, {**dict.fromkeys(shared_entries(configuration), b""), **contents}, clock)
    rights = _Rights(api, spec.name, spec.groups, is_kept=not secret.changed)
    return join_changes([secret, rights.plan_role(), rights.plan_binding()])


def plan_upload_withdrawal(api: KubeApi, key: bytes, name: str = KUBEADM_CERTS) -> Change:
    """Delete the Secret if this key decrypts it, with its owner. A more recent upload with another key is kept."""
    thing = f"secret {name}"
    found = api.find(secret_path(name))
    binding = {"role_binding": {"name": _role_of(name)}}
    if found is None or not _is_sealed_with(found, key, api.server, name):
        resources = {**_describe_secret(api, name, found), **binding}
        return Change({thing: _ABSENT}, {thing: _ABSENT}, resources=resources)

    def apply() -> None:
        _delete(api, name, found)

    resources = {**_describe_secret(api, name, None), **binding}
    return Change({thing: "present"}, {thing: _ABSENT}, apply, resources=resources)


def _plan_secret(
    api: KubeApi, spec: UploadSpec, files: t.Sequence[SharedFile], contents: t.Mapping[str, bytes], clock: Clock
) -> Change:
    found = api.find(secret_path(spec.name))
    thing = f"secret {spec.name}"
    if found is not None and spec.name != KUBEADM_CERTS and not _tokens_of(found):
        raise _not_owned(api, "Secret", spec.name)
    names = sorted(entry for entry, content in contents.items() if content)
    after = {"files": names, "sealed with": "this key"}
    before: t.Any = _ABSENT if found is None else {"sealed with": "another key, or not what is here"}
    if found is not None and _opened(found, files, spec.key, api.server, spec.name) == {
        entry: contents[entry] for entry in names
    }:
        return Change({thing: after}, {thing: after}, resources=_describe_secret(api, spec.name, found))
    expiration = expiration_after(api.date or clock.now(), spec.ttl)

    def apply() -> None:
        if found is not None:
            _delete(api, spec.name, found)
        owner = api.create(_SECRETS, _render_owner(expiration, spec.run))
        nonces = iter(lambda: secrets.token_bytes(12), b"")
        sealed = encrypt_shared_files(contents, spec.key, nonces, name=spec.name)
        api.create(_SECRETS, _render_secret(spec.name, sealed, owner, spec.run))

    resources = _describe_secret(api, spec.name, None)
    secret = {"state": "present", "files": names, "expires": render_expiration(expiration)}
    return Change({thing: before}, {thing: after}, apply, resources={"secret": {**resources["secret"], **secret}})


def _describe_secret(api: KubeApi, name: str, found: t.Mapping[str, t.Any] | None) -> Resources:
    """The Secret as modules return it, with the names of its files and the expiration of the token that owns it."""
    secret: dict[str, t.Any] = {"name": name, "namespace": "kube-system", "state": _ABSENT}
    if found is not None:
        files = sorted(entry for entry, value in texts_at(found, "data").items() if value)
        tokens = [api.find(f"{_SECRETS}/{token}") for token in _tokens_of(found)]
        expires = next((read_token_secret(token, "expiration") for token in tokens), "") or None
        secret.update(state="present", files=files, expires=expires)
    return {"secret": secret}


def _render_owner(expiration: datetime.datetime, run: RunMark | None) -> dict[str, t.Any]:
    """A token without usages and groups, which permits nothing."""
    token = BootstrapToken(_random(6), _random(16))
    return render_token_secret(
        token,
        expiration=expiration,
        usages=(),
        groups=(),
        description=_OWNER,
        run=run,
    )


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _position in range(length))


def _render_secret(
    name: str, data: t.Mapping[str, str], owner: t.Mapping[str, t.Any], run: RunMark | None
) -> dict[str, t.Any]:
    mark = run.metadata() if run else {}
    metadata = {"name": name, "namespace": "kube-system", "ownerReferences": [_reference(owner)], **mark}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": dict(data)}


def _reference(owner: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """An owner reference to a Secret: the cluster deletes the object with its owner."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "name": text_at(owner, "metadata", "name"),
        "uid": text_at(owner, "metadata", "uid"),
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _delete(api: KubeApi, name: str, found: t.Mapping[str, t.Any]) -> None:
    """Delete the Secret, then the token that owns it. Objects that are already deleted are not an error."""
    for secret in (name, *_tokens_of(found)):
        if api.find(f"{_SECRETS}/{secret}") is not None:
            api.delete(f"{_SECRETS}/{secret}")


def _tokens_of(found: t.Mapping[str, t.Any]) -> list[str]:
    """The names of the Secrets of tokens that own it."""
    owners = list_at(found, "metadata", "ownerReferences")
    names = (text_at(owner, "name") for owner in owners if text_at(owner, "kind") == "Secret")
    return [name for name in names if _TOKEN.fullmatch(name)]


def _opened(
    found: t.Mapping[str, t.Any], files: t.Sequence[SharedFile], key: bytes, server: str, name: str
) -> dict[str, bytes] | None:
    """The content of the Secret, None if the key does not decrypt it or a file is missing. Secret."""
    try:
        return decrypt_shared_files(texts_at(found, "data"), files, key, server=server, name=name)
    except JoinError:
        return None


def _is_sealed_with(found: t.Mapping[str, t.Any], key: bytes, server: str, name: str) -> bool:
    return bool(_opened(found, [SharedFile(entry, "") for entry in texts_at(found, "data")], key, server, name))


def _not_owned(api: KubeApi, kind: str, name: str) -> JoinError:
    return JoinError(
        "object_not_owned",
        f"Cannot upload certificates to {api.server}: the {kind} {name} in kube-system exists and is not part of an upload, so it is not replaced; "
        "set another name for the Secret, or leave it empty. Nothing was changed.",
        server=api.server,
        kind=kind,
        name=name,
    )


def _role_of(name: str) -> str:
    """The name of the Role and the RoleBinding for the Secret ``name``."""
    return f"kubeadm:{name}"


class _Rights:
    """Read access of ``groups`` to the Secret ``name``: a Role and a RoleBinding, owned by the Secret unless it is kubeadm's.

    ``is_kept`` is true if the existing Secret is kept.
    """

    def __init__(self, api: KubeApi, name: str, groups: t.Sequence[str], *, is_kept: bool) -> None:
        self._api = api
        self._groups = list(groups)
        self._name = name
        self._secret = secret_path(name)
        self._role = _role_of(name)
        self._rules = [{"apiGroups": [""], "resourceNames": [name], "resources": ["secrets"], "verbs": ["get"]}]
        self._is_own = name != KUBEADM_CERTS
        found = api.find(self._secret) if self._is_own and is_kept else None
        self._uid = text_at(found, "metadata", "uid")

    def plan_role(self) -> Change:
        """The Role with exactly these rules."""
        found = self._api.find(f"{_RBAC}/roles/{self._role}")
        before = {"rules": (found or {}).get("rules")}
        return self._plan("Role", found, before, {"rules": self._rules}, {"rules": self._rules})

    def plan_binding(self) -> Change:
        """The RoleBinding with the groups; other subjects are kept for kubeadm's Secret only."""
        found = self._api.find(f"{_RBAC}/rolebindings/{self._role}")
        subjects = list_at(found, "subjects")
        groups = [text_at(subject, "name") for subject in subjects if text_at(subject, "kind") == "Group"]
        kept = [] if self._is_own else subjects
        missing = [group for group in self._groups if self._is_own or group not in groups]
        wanted = [*([] if self._is_own else groups), *missing]
        subjects = [*kept, *({"apiGroup": _RBAC_GROUP, "kind": "Group", "name": group} for group in missing)]
        role = {"apiGroup": _RBAC_GROUP, "kind": "Role", "name": self._role}
        content = {"subjects": subjects, **({} if found else {"roleRef": role})}
        change = self._plan("RoleBinding", found, {"groups": groups}, {"groups": wanted}, content)
        return replace(change, resources={"role_binding": {"name": self._role, "groups": wanted}})

    def _plan(
        self,
        kind: str,
        found: t.Mapping[str, t.Any] | None,
        before: t.Mapping[str, t.Any],
        after: t.Mapping[str, t.Any],
        content: t.Mapping[str, t.Any],
    ) -> Change:
        owners = [text_at(owner, "name") for owner in list_at(found, "metadata", "ownerReferences")]
        if found is not None and self._is_own and self._name not in owners:
            raise _not_owned(self._api, kind, self._role)
        thing = f"{'role' if kind == 'Role' else 'role binding'} {self._role}"
        collection = f"{_RBAC}/{kind.lower()}s"
        was = {**before, "expires": self._expires(found)}
        will = {**after, "expires": "with the secret" if self._is_own else "never"}

        def apply() -> None:
            owners = {"ownerReferences": [_reference(self._api.get(self._secret))]} if self._is_own else {}
            if found is not None:
                patch = {**content, "metadata": owners} if owners else dict(content)
                self._api.patch(f"{collection}/{self._role}", patch)
                return
            metadata = {"name": self._role, "namespace": "kube-system", **owners}
            body = {"apiVersion": f"{_RBAC_GROUP}/v1", "kind": kind, "metadata": metadata, **content}
            self._api.create(collection, body)

        return Change({thing: _ABSENT if found is None else was}, {thing: will}, apply)

    def _expires(self, found: t.Mapping[str, t.Any] | None) -> str:
        owners = list_at(found, "metadata", "ownerReferences")
        is_owned = bool(self._uid) and any(text_at(owner, "uid") == self._uid for owner in owners)
        return "with the secret" if is_owned else "never"
