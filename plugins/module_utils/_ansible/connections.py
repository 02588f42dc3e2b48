# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Connections whose credentials are files: an administrator's kubeconfig, and the node's own certificate."""

from __future__ import annotations

import os
import ssl
import typing as t

from .._errors import JoinError
from .._host import KUBELET_CLIENT_PEM
from .._kubeapi import KubeApi, trusting
from .._kubeconfig import KubeconfigUser, parse_kubeconfig_cluster, parse_kubeconfig_user

__all__ = ("connect_as_admin", "connect_as_node")


def connect_as_admin(kubeconfig: str) -> KubeApi:
    """The API server of a kubeconfig file, as the user of its current context.

    Raises ``kubeconfig_unreadable`` and ``kubeconfig_malformed``.
    """
    path = os.path.expanduser(kubeconfig)
    text = _read(path)
    cluster = parse_kubeconfig_cluster(text, what=path)
    user = parse_kubeconfig_user(text, what=path)
    tls = trusting(cluster.certificate_authority_data or _read(_beside(path, cluster.certificate_authority)))
    if not user.token:
        _load_certificate(tls, user, path)
    return KubeApi(cluster.server, tls, bearer=user.token or None)


def connect_as_node(server: str, certificate_authority: str) -> KubeApi:
    """The API server at ``server``, vouched for by those CA certificates in PEM, as this node."""
    tls = trusting(certificate_authority)
    _load_files(tls, KUBELET_CLIENT_PEM, None)
    return KubeApi(server, tls)


def _load_certificate(tls: ssl.SSLContext, user: KubeconfigUser, path: str) -> None:
    if not user.client_key_data and not user.client_certificate_data:
        _load_files(tls, _beside(path, user.client_certificate), _beside(path, user.client_key))
        return
    certificate = user.client_certificate_data or _read(_beside(path, user.client_certificate))
    key = user.client_key_data or _read(_beside(path, user.client_key))
    # OpenSSL takes them from files alone: this one is in memory, so the key never gets near a disk.
    with os.fdopen(os.memfd_create("kubejoin"), "wb") as stream:
        stream.write(f"{certificate}\n{key}".encode("ascii"))
        stream.flush()
        _load_files(tls, f"/proc/self/fd/{stream.fileno()}", None)


def _load_files(tls: ssl.SSLContext, certificate: str, key: str | None) -> None:
    try:
        tls.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as exc:
        raise _unreadable(certificate, exc) from exc


def _beside(kubeconfig: str, path: str) -> str:
    """Paths in a kubeconfig are relative to its folder."""
    return os.path.join(os.path.dirname(os.path.abspath(kubeconfig)), path)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read()
    except (OSError, ValueError) as exc:
        raise _unreadable(path, exc) from exc


def _unreadable(path: str, exc: t.Union[OSError, ValueError]) -> JoinError:
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else "it is not text"
    return JoinError(
        "kubeconfig_unreadable",
        f"Cannot read {path}: {reason}; expected a kubeconfig, or what one names, readable by this user; name another, or "
        "set `become: true`.",
        path=path,
    )
