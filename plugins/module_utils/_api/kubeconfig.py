# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Kubeconfigs: read cluster and user of a kubeconfig, and render those of control plane components."""

from __future__ import annotations

import base64
import typing as t
from dataclasses import dataclass, field

from .._core.errors import JoinError
from .._formats.go_values import decode_base64
from .._formats.yaml_reader import parse_yaml
from .._formats.yaml_writer import render_yaml
from .endpoint import is_server_url

__all__ = (
    "EXEC_VERSIONS",
    "Credentials",
    "KubeconfigCluster",
    "KubeconfigExec",
    "KubeconfigUser",
    "parse_kubeconfig_cluster",
    "parse_kubeconfig_user",
    "render_component_kubeconfig",
)

#: The supported API versions of credential plugins, newest first.
EXEC_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")

_UNSUPPORTED = {
    "insecure-skip-tls-verify": "anyone could then impersonate the control plane; set its CA",
    "tls-server-name": "kubelet.conf would not have it; set a server address that is in the server's certificate",
    "proxy-url": "kubelet.conf would not have it; set HTTPS_PROXY for the task and for the kubelet",
}


@dataclass(frozen=True)
class KubeconfigCluster:
    """The URL of an API server (``server``, https) and its CA certificates (PEM, embedded or as a path)."""

    server: str
    certificate_authority_data: str
    certificate_authority: str


@dataclass(frozen=True)
class KubeconfigExec:
    """A credential plugin, which prints an ExecCredential. ``env`` are pairs of name and value."""

    api_version: str
    command: str
    args: tuple[str, ...] = field(repr=False)
    env: tuple[tuple[str, str], ...] = field(repr=False)
    provide_cluster_info: bool


@dataclass(frozen=True)
class KubeconfigUser:
    """A user: a client certificate and key, embedded (PEM) or as paths, a token, a password, or a credential plugin."""

    client_certificate_data: str
    client_certificate: str
    client_key: str
    token: str = field(repr=False)
    client_key_data: str = field(repr=False)
    token_file: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    exec: KubeconfigExec | None = None

    @property
    def is_anonymous(self) -> bool:
        """Whether it has no credentials that kubeadm recognizes."""
        has_certificate = self.client_certificate_data or self.client_certificate
        has_key = self.client_key_data or self.client_key
        has_password = self.username and self.password
        return not (
            self.token or self.token_file or has_password or (has_certificate and has_key) or self.exec is not None
        )


@dataclass(frozen=True)
class Credentials:
    """Secret credentials of a connection: a bearer token, a name and a password, or a certificate and a key in PEM."""

    bearer: str = field(default="", repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    client_pem: str = field(default="", repr=False)


def parse_kubeconfig_cluster(text: str, *, what: str) -> KubeconfigCluster:
    """The cluster of a kubeconfig as selected by kubeadm: the cluster without a name, or that of the current context.

    Raises ``kubeconfig_malformed``.
    """
    document = _document(text, what)
    cluster = _named(document, "clusters", "cluster", "", what)
    if cluster is None:
        cluster = _named(document, "clusters", "cluster", _current(document, "cluster", what), what)
    if cluster is None:
        raise _malformed(what, "it has no current context with a cluster")
    server = _text(cluster, "server", what)
    if not is_server_url(server):
        raise _malformed(what, "its server is not an https URL of only a host, a port and a path")
    for key in ("insecure-skip-tls-verify", "tls-server-name", "proxy-url"):
        if cluster.get(key):
            raise _malformed(what, f"its cluster has {key}, which is not supported: {_UNSUPPORTED[key]}")
    return KubeconfigCluster(
        server=server,
        certificate_authority_data=_data(cluster, "certificate-authority-data", what),
        certificate_authority=_text(cluster, "certificate-authority", what),
    )


def parse_kubeconfig_user(text: str, *, what: str) -> KubeconfigUser:
    """The user of a kubeconfig's current context; without a current user, a user without credentials.

    Raises ``kubeconfig_malformed``, also for an ``auth-provider``, which Kubernetes has removed.
    """
    document = _document(text, what)
    name = _current(document, "user", what)
    user = _named(document, "users", "user", name, what)
    if user is None and name:
        raise _malformed(what, "its current context refers to a user that does not exist")
    user = user or {}
    if user.get("auth-provider"):
        raise _malformed(what, "its user has an auth-provider, which is not supported; use exec instead")
    return KubeconfigUser(
        client_certificate_data=_data(user, "client-certificate-data", what),
        client_certificate=_text(user, "client-certificate", what),
        client_key_data=_data(user, "client-key-data", what),
        client_key=_text(user, "client-key", what),
        token=_text(user, "token", what),
        token_file=_text(user, "tokenFile", what),
        username=_text(user, "username", what),
        password=_text(user, "password", what),
        exec=_parse_exec(user["exec"], what) if user.get("exec") else None,
    )


def _parse_exec(value: t.Any, what: str) -> KubeconfigExec:
    if not isinstance(value, dict) or not _text(value, "command", what):
        raise _malformed(what, "its exec has no command")
    version = _text(value, "apiVersion", what)
    if version not in EXEC_VERSIONS:
        raise _malformed(what, f"its exec has another apiVersion than {' or '.join(EXEC_VERSIONS)}")
    mode = _text(value, "interactiveMode", what)
    if mode == "Always" or (version == EXEC_VERSIONS[0] and mode not in ("Never", "IfAvailable")):
        raise _malformed(
            what, "its exec has interactiveMode Always or none; expected Never or IfAvailable, as there is no terminal"
        )
    args, env = value.get("args") or [], value.get("env") or []
    if not isinstance(args, list) or not all(isinstance(arg, str) for arg in args):
        raise _malformed(what, "the args of its exec are not a list of texts")
    if not isinstance(env, list) or not all(isinstance(pair, dict) and pair.get("name") for pair in env):
        raise _malformed(what, "the env of its exec is not a list of names and values")
    return KubeconfigExec(
        api_version=version,
        command=_text(value, "command", what),
        args=tuple(args),
        env=tuple((_text(pair, "name", what), _text(pair, "value", what)) for pair in env),
        provide_cluster_info=value.get("provideClusterInfo") is True,
    )


def render_component_kubeconfig(
    *,
    cluster_name: str,
    server: str,
    certificate_authority: str,
    user: str,
    certificate: str,
    key: str,
    has_preferences: bool = False,
) -> str:
    """A kubeconfig in kubeadm's format for control plane components, with embedded PEM data. Secret.

    ``has_preferences`` is whether the empty preferences are written, as before Kubernetes 1.34.
    """

    def encode(pem: str) -> str:
        return base64.b64encode(pem.encode("utf-8")).decode("ascii")

    context = f"{user}@{cluster_name}"
    return render_yaml(
        {
            "apiVersion": "v1",
            "clusters": [
                {
                    "cluster": {"certificate-authority-data": encode(certificate_authority), "server": server},
                    "name": cluster_name,
                }
            ],
            "contexts": [{"context": {"cluster": cluster_name, "user": user}, "name": context}],
            "current-context": context,
            "kind": "Config",
            **({"preferences": {}} if has_preferences else {}),
            "users": [
                {
                    "name": user,
                    "user": {"client-certificate-data": encode(certificate), "client-key-data": encode(key)},
                }
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
    """The entry ``name`` of one of the kubeconfig's lists of ``{name: …, <key>: {…}}``."""
    entries = document.get(group) or []
    if not isinstance(entries, list):
        raise _malformed(what, f"its {group} are not a list")
    for entry in entries:
        if not isinstance(entry, dict):
            raise _malformed(what, f"one of its {group} is not a mapping")
        if (entry.get("name") or "") == name:
            value = entry.get(key)
            if not isinstance(value, dict):
                raise _malformed(what, f"one of its {group} has no mapping {key}")
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
    text = _text(mapping, key, what)
    try:
        # Text around PEM blocks may have any encoding.
        pem = decode_base64(text).decode("ascii", "ignore")
    except ValueError:
        pem = ""
    if text and not pem:
        raise _malformed(what, f"its {key} is not base64 of PEM")
    return pem


def _malformed(what: str, seen: str) -> JoinError:
    return JoinError(
        "kubeconfig_malformed", f"Cannot use {what} as a kubeconfig: {seen}; correct it or use another one.", what=what
    )
