# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Connections that only control planes make: to etcd, and to the components of this host."""

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

#: Seconds that a component of this host may take to answer.
_HEALTH_TIMEOUT = 5.0


def connect_to_etcd(endpoints: t.Sequence[str], certificates_dir: str) -> EtcdApi:
    """etcd's members, vouched for by its own CA, as the client that kubeadm makes to look after them."""
    folder = os.path.join(certificates_dir, "etcd")
    tls = trusting(read_text(os.path.join(folder, "ca.crt")))
    load_files(tls, os.path.join(folder, "healthcheck-client.crt"), os.path.join(folder, "healthcheck-client.key"))
    return EtcdApi(endpoints, tls)


def health_probe(kubeconfig: str, certificate_authority: str, run: Run) -> t.Callable[[str, str], int]:
    """How the components of this host are asked: its API server, vouched for by the CA, as the user of the kubeconfig.

    The others listen for this host alone and make their certificates themselves, so nothing vouches for them.
    """
    path = os.path.abspath(os.path.expanduser(kubeconfig))
    credentials = open_kubeconfig(read_text(path), what=path, folder=os.path.dirname(path)).credentials(run)
    verified, others = trusting(certificate_authority), unverified()
    if credentials.client_pem:
        load_pem(verified, credentials.client_pem)

    def ask(component: str, url: str) -> int:
        connection = Https(verified if component == API_SERVER else others, timeout=_HEALTH_TIMEOUT)
        with connection.send("GET", url, headers={}) as response:
            return response.status_code

    return ask
