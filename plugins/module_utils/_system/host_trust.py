# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Whom the host itself trusts: the distribution's CA bundle, found where Go's programs look for it."""

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
    """TLS that believes whom the host believes: its bundle and folders, or those of SSL_CERT_FILE and SSL_CERT_DIR."""
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
    # Folders hold other things, too, and a bundle that is missing vouches for nobody.
    if os.path.isfile(path):
        try:
            context.load_verify_locations(cafile=path)
        except OSError:
            return
