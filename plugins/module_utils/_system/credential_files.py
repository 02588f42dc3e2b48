# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Files with credentials or CA certificates, and their use in TLS."""

from __future__ import annotations

import os
import typing as t

from .._api.tls import Tls
from .._core.errors import JoinError

__all__ = ("load_files", "load_pem", "read_pem", "read_text")


def read_text(path: str) -> str:
    """Read a kubeconfig or a file that it refers to. Raises ``kubeconfig_unreadable``."""
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read()
    except (OSError, ValueError) as exc:
        raise _unreadable(path, exc) from None


def read_pem(path: str) -> str:
    """Read a file with PEM blocks. The text around them may have any encoding. Raises ``kubeconfig_unreadable``."""
    try:
        with open(path, encoding="ascii", errors="ignore") as stream:
            return stream.read()
    except OSError as exc:
        raise _unreadable(path, exc) from None


def load_pem(tls: Tls, pem: str) -> None:
    """Use a client certificate and its key, both in PEM. Raises ``kubeconfig_unreadable``."""
    # OpenSSL reads them from files only. This file is in memory, so the key is never written to a disk.
    with os.fdopen(os.memfd_create("kubejoin"), "wb") as stream:
        stream.write(pem.encode("utf-8"))
        stream.flush()
        load_files(tls, f"/proc/self/fd/{stream.fileno()}")


def load_files(tls: Tls, certificate: str, key: str | None = None) -> None:
    """Use a client certificate and its key from two files or one. Raises ``kubeconfig_unreadable``."""
    try:
        # Without a password, OpenSSL would prompt for the password of an encrypted key on the terminal.
        tls.load_cert_chain(certificate, key, password="")
    except OSError as exc:
        raise _unreadable("the client certificate" if certificate.startswith("/proc/") else certificate, exc) from None


def _unreadable(path: str, exc: t.Union[OSError, ValueError]) -> JoinError:
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else "it is not text"
    return JoinError(
        "kubeconfig_unreadable",
        f"Cannot read {path}: {reason}; expected a kubeconfig, or a file that it refers to, readable by this user; set another "
        "path, or `become: true`.",
        path=path,
    )
