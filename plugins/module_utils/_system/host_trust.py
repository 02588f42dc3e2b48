# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The CA certificates that the host trusts: the distribution's bundle, at the paths that Go programs search."""

from __future__ import annotations

import os

from .._api.tls import Tls, strict_tls

__all__ = ("trusting_as_the_host",)

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_FOLDERS = ("/etc/ssl/certs", "/etc/pki/tls/certs")


def trusting_as_the_host() -> Tls:
    """Return TLS that trusts the host's CA certificates: its bundle and folders, or SSL_CERT_FILE and SSL_CERT_DIR."""
    context = strict_tls()
    named = os.environ.get("SSL_CERT_FILE")
    bundle = named or next((path for path in _BUNDLES if os.path.isfile(path)), "")
    _load(context, bundle)
    folders = os.environ.get("SSL_CERT_DIR")
    for folder in folders.split(":") if folders else _FOLDERS:
        if os.path.isdir(folder):
            for name in sorted(os.listdir(folder)):
                path = os.path.join(folder, name)
                if os.path.realpath(path) != os.path.realpath(bundle):
                    _load(context, path)
    return context


def _load(context: Tls, path: str) -> None:
    # Folders may contain other files, and the bundle may be missing.
    if os.path.isfile(path):
        try:
            context.load_verify_locations(cafile=path)
        except OSError:
            return
