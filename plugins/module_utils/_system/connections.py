# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Connections with the credentials of a kubeconfig of any kind."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from .._api.kubeapi import KubeApi
from .._api.kubeconfig import (
    Credentials,
    KubeconfigCluster,
    KubeconfigUser,
    parse_kubeconfig_cluster,
    parse_kubeconfig_user,
)
from .._api.tls import trusting
from .._core.clock import SystemClock
from .._core.defaults import API_CALL_TIMEOUT
from .._core.errors import JoinError
from .._core.retry import Patience
from .credential_files import load_pem, read_pem, read_text
from .credential_plugin import run_credential_plugin
from .host import Run
from .host_trust import trusting_as_the_host

__all__ = ("Kubeconfig", "connect_as_admin", "connect_with", "open_kubeconfig")


@dataclass(frozen=True)
class Kubeconfig:
    """A kubeconfig and its files. ``certificate_authority`` is in PEM, or empty if the kubeconfig has no CA.

    Its paths are relative to ``folder``. If ``folder`` is empty, paths are not allowed.
    """

    what: str
    folder: str
    cluster: KubeconfigCluster
    certificate_authority: str
    user: KubeconfigUser = field(repr=False)

    def credentials(self, run: Run) -> Credentials:
        """Return the credentials of the current context's user, from files or its exec plugin; empty if it has no credentials."""
        user = self.user
        if user.client_certificate_data or user.client_certificate:
            certificate = user.client_certificate_data or self._read_pem("client-certificate", user.client_certificate)
            key = user.client_key_data or self._read_pem("client-key", user.client_key)
            return Credentials(client_pem=f"{certificate}\n{key}", bearer=self._token())
        if user.token or user.token_file:
            return Credentials(bearer=self._token())
        if user.username and user.password:
            return Credentials(basic=(user.username, user.password))
        if user.exec is not None:
            return run_credential_plugin(
                user.exec,
                run=run,
                folder=self.folder,
                what=self.what,
                server=self.cluster.server,
                certificate_authority=self.certificate_authority,
            )
        return Credentials()

    def _token(self) -> str:
        if self.user.token_file:
            return read_text(_locate(self.what, self.folder, "tokenFile", self.user.token_file)).strip()
        return self.user.token

    def _read_pem(self, key: str, path: str) -> str:
        return read_pem(_locate(self.what, self.folder, key, path))


def open_kubeconfig(text: str, *, what: str, folder: str) -> Kubeconfig:
    """Parse a kubeconfig and read its CA.

    Raises ``kubeconfig_malformed``, ``kubeconfig_unreadable``, and ``discovery_file_not_embedded`` for a path without ``folder``.
    """
    cluster = parse_kubeconfig_cluster(text, what=what)
    authority = cluster.certificate_authority_data
    if not authority and cluster.certificate_authority:
        authority = read_pem(_locate(what, folder, "certificate-authority", cluster.certificate_authority))
    user = parse_kubeconfig_user(text, what=what)
    if not folder:
        paths = {
            "client-certificate": not user.client_certificate_data and user.client_certificate,
            "client-key": not user.client_key_data and user.client_key,
            "tokenFile": user.token_file,
        }
        for key, path in paths.items():
            if path:
                raise _not_embedded(what, key)
    return Kubeconfig(what=what, folder=folder, cluster=cluster, certificate_authority=authority, user=user)


def connect_as_admin(kubeconfig: str, run: Run, *, timeout: float = API_CALL_TIMEOUT) -> KubeApi:
    """Connect to the API server of a kubeconfig file as the user of its current context.

    ``timeout`` limits the repetition of requests, in seconds. Raises ``kubeconfig_unreadable`` and ``kubeconfig_malformed``.
    """
    path = os.path.abspath(os.path.expanduser(kubeconfig))
    opened = open_kubeconfig(read_text(path), what=path, folder=os.path.dirname(path))
    if opened.user.is_anonymous:
        raise JoinError(
            "kubeconfig_malformed",
            f"Cannot use {path} as a kubeconfig: the user of its current context has no client certificate and key, token, "
            "password or exec; correct it or set another.",
            what=path,
        )
    patience = Patience(SystemClock(), timeout)
    return connect_with(opened.cluster.server, opened.certificate_authority, opened.credentials(run), patience=patience)


def connect_with(
    server: str, certificate_authority: str, credentials: Credentials, *, patience: Patience | None = None
) -> KubeApi:
    """Connect to the API server at ``server`` and verify it with CA certificates in PEM, or with the host's if empty."""
    tls = trusting(certificate_authority) if certificate_authority else trusting_as_the_host()
    if credentials.client_pem:
        load_pem(tls, credentials.client_pem)
    return KubeApi(server, tls, bearer=credentials.bearer or None, basic=credentials.basic, patience=patience)


def _locate(what: str, folder: str, key: str, path: str) -> str:
    """Return the path of a file that a kubeconfig names."""
    if not folder:
        raise _not_embedded(what, key)
    return os.path.join(folder, path)


def _not_embedded(what: str, key: str) -> JoinError:
    return JoinError(
        "discovery_file_not_embedded",
        f"Cannot use {what}: its {key} is a path, but a kubeconfig that was not read from this host must contain its credentials; "
        "embed them with `kubectl config view --raw --flatten` (a tokenFile as token), or place the kubeconfig on the node.",
        what=what,
        key=key,
    )
