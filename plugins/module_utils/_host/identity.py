# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The identity of a node: the client certificate of its kubelet, and its validity."""

from __future__ import annotations

import datetime
import typing as t

from .._core.errors import JoinError
from .._credentials.pki import NodeCertificate, parse_node_certificate, parse_private_key, unusable_because
from .machine import KUBELET_CLIENT_PEM, Files

if t.TYPE_CHECKING:
    from cryptography import x509

__all__ = ("observe_identity",)


def observe_identity(
    host: Files, *, node_name: str, authorities: t.Sequence[x509.Certificate], now: datetime.datetime
) -> tuple[NodeCertificate | None, str | None]:
    """The kubelet's client certificate, and why it is not valid for this node in this cluster; None if it is."""
    found = host.read(KUBELET_CLIENT_PEM)
    if found is None:
        return None, "it is absent"
    try:
        certificate = parse_node_certificate(found.text, what=KUBELET_CLIENT_PEM)
    except JoinError as exc:
        return None, str(exc)
    key = parse_private_key(found.content)
    return certificate, unusable_because(certificate, key, node_name=node_name, authorities=authorities, now=now)
