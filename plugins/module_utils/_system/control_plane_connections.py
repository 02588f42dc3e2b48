# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Connections of control planes only: to etcd, and to the components of this host."""

from __future__ import annotations

import os
import typing as t

from .._api.https import Https
from .._api.tls import trusting, unverified
from .._control_plane.health import API_SERVER
from .._etcd.client import EtcdApi
from .connections import open_kubeconfig
from .credential_files import load_files, load_pem, read_text
from .host import Run

__all__ = ("connect_to_etcd", "health_probe")

#: The timeout for an answer of a component, in seconds.
_HEALTH_TIMEOUT = 5.0


def connect_to_etcd(endpoints: t.Sequence[str], certificates_dir: str) -> EtcdApi:
    """Connect to etcd's members, verified with etcd's CA, with the client certificate that kubeadm issues for health checks."""
    folder = os.path.join(certificates_dir, "etcd")
    tls = trusting(read_text(os.path.join(folder, "ca.crt")))
    load_files(tls, os.path.join(folder, "healthcheck-client.crt"), os.path.join(folder, "healthcheck-client.key"))
    return EtcdApi(endpoints, tls)


def health_probe(kubeconfig: str, certificate_authority: str, run: Run) -> t.Callable[[str, str], int]:
    """Return a function that requests the health of this host's components.

    The API server is verified with the CA and receives the credentials of the kubeconfig. The other components listen on this
    host only, with self-signed certificates, which are not verified.
    """
    path = os.path.abspath(os.path.expanduser(kubeconfig))
    credentials = open_kubeconfig(read_text(path), what=path, folder=os.path.dirname(path)).credentials(run)
    verified, others = trusting(certificate_authority), unverified()
    if credentials.client_pem:
        load_pem(verified, credentials.client_pem)

    def probe(component: str, url: str) -> int:
        connection = Https(verified if component == API_SERVER else others, timeout=_HEALTH_TIMEOUT)
        with connection.send("GET", url, headers={}) as response:
            return response.status_code

    return probe
