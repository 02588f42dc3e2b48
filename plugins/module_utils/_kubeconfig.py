# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Kubeconfigs: the parts of one that discovery believes, and the one that a kubelet keeps."""

from __future__ import annotations

import base64
import binascii
import typing as t
from dataclasses import dataclass, field

from ._errors import JoinError
from ._yaml import parse_yaml, render_yaml

__all__ = (
    "KubeconfigCluster",
    "KubeconfigUser",
    "parse_kubeconfig_cluster",
    "parse_kubeconfig_user",
    "render_kubelet_kubeconfig",
)


@dataclass(frozen=True)
class KubeconfigCluster:
    """Where an API server is (``server``, an https URL) and who vouches for it (PEM, embedded or in a file)."""

    server: str
    certificate_authority_data: str
    certificate_authority: str


@dataclass(frozen=True)
class KubeconfigUser:
    """Who speaks: a client certificate with its key, embedded (PEM) or as paths, or a bearer token."""

    client_certificate_data: str
    client_certificate: str
    client_key: str
    token: str = field(repr=False)
    client_key_data: str = field(repr=False)


def parse_kubeconfig_cluster(text: str, *, what: str) -> KubeconfigCluster:
    """The cluster of a kubeconfig as kubeadm chooses it: the one without a name, else that of the current context.

    Raises ``kubeconfig_malformed``.
    """
    document = _document(text, what)
    cluster = _named(document, "clusters", "cluster", "", what)
    if cluster is None:
        cluster = _named(document, "clusters", "cluster", _current(document, "cluster", what), what)
    if cluster is None:
        raise _malformed(what, "it names no cluster")
    server = _text(cluster, "server", what)
    if not server.startswith("https://"):
        raise _malformed(what, f"its server {server!r} is not an https URL")
    return KubeconfigCluster(
        server=server,
        certificate_authority_data=_data(cluster, "certificate-authority-data", what),
        certificate_authority=_text(cluster, "certificate-authority", what),
    )


def parse_kubeconfig_user(text: str, *, what: str) -> KubeconfigUser:
    """The user of a kubeconfig's current context. Raises ``kubeconfig_malformed`` when it has no usable credentials."""
    document = _document(text, what)
    user = _named(document, "users", "user", _current(document, "user", what), what) or {}
    found = KubeconfigUser(
        client_certificate_data=_data(user, "client-certificate-data", what),
        client_certificate=_text(user, "client-certificate", what),
        client_key_data=_data(user, "client-key-data", what),
        client_key=_text(user, "client-key", what),
        token=_text(user, "token", what),
    )
    has_certificate = found.client_certificate_data or found.client_certificate
    has_key = found.client_key_data or found.client_key
    if not found.token and not (has_certificate and has_key):
        raise _malformed(what, "the user of its current context has neither a client certificate and key nor a token")
    return found


def render_kubelet_kubeconfig(*, server: str, certificate_authority: str, client_pem: str) -> str:
    """kubelet.conf as the kubelet writes it after its TLS bootstrap; ``client_pem`` is the path of certificate and key."""
    authority = base64.b64encode(certificate_authority.encode("ascii")).decode("ascii")
    return render_yaml(
        {
            "apiVersion": "v1",
            "clusters": [
                {"cluster": {"certificate-authority-data": authority, "server": server}, "name": "default-cluster"}
            ],
            "contexts": [
                {
                    "context": {"cluster": "default-cluster", "namespace": "default", "user": "default-auth"},
                    "name": "default-context",
                }
            ],
            "current-context": "default-context",
            "kind": "Config",
            "users": [
                {"name": "default-auth", "user": {"client-certificate": client_pem, "client-key": client_pem}},
            ],
        }
    )


def _document(text: str, what: str) -> dict[str, t.Any]:
    document = parse_yaml(text, what=what, code="kubeconfig_malformed")
    if not isinstance(document, dict):
        raise _malformed(what, "it is not a mapping")
    return document


def _named(
    document: t.Mapping[str, t.Any], group: str, key: str, name: str | None, what: str
) -> dict[str, t.Any] | None:
    """The entry called ``name`` of one of kubeconfig's lists of ``{name: …, <key>: {…}}``."""
    entries = document.get(group) or []
    if not isinstance(entries, list):
        raise _malformed(what, f"its {group} are not a list")
    for entry in entries:
        if not isinstance(entry, dict):
            raise _malformed(what, f"one of its {group} is not a mapping")
        if (entry.get("name") or "") == name:
            value = entry.get(key)
            if not isinstance(value, dict):
                raise _malformed(what, f"its {key} {name!r} is not a mapping")
            return value
    return None


def _current(document: t.Mapping[str, t.Any], key: str, what: str) -> str | None:
    context = _named(document, "contexts", "context", document.get("current-context") or None, what)
    return _text(context, key, what) if context else None


def _text(mapping: t.Mapping[str, t.Any], key: str, what: str) -> str:
    value = mapping.get(key) or ""
    if not isinstance(value, str):
        raise _malformed(what, f"its {key} is not text")
    return value


def _data(mapping: t.Mapping[str, t.Any], key: str, what: str) -> str:
    try:
        return base64.b64decode(_text(mapping, key, what), validate=True).decode("ascii")
    except (binascii.Error, ValueError) as exc:
        raise _malformed(what, f"its {key} is not base64 of PEM") from exc


def _malformed(what: str, seen: str) -> JoinError:
    return JoinError(
        "kubeconfig_malformed", f"Cannot use {what} as a kubeconfig: {seen}; correct it or name another.", what=what
    )
