# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Signatures that the control plane creates with a bootstrap token, and that owners of the token verify."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from .token import BootstrapToken

__all__ = ("render_detached_signature", "verify_detached_signature")


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def render_detached_signature(token: BootstrapToken, payload: str) -> str:
    """The detached JWS of ``payload``: HS256 with the token's secret, without the payload part.

    The order of the header's keys and the missing padding match the signer controller.
    """
    header = _base64url(json.dumps({"alg": "HS256", "kid": token.id}, separators=(",", ":")).encode("ascii"))
    signed = f"{header}.{_base64url(payload.encode('utf-8', 'surrogatepass'))}".encode("ascii")
    mac = hmac.new(token.secret.encode("ascii"), signed, hashlib.sha256).digest()
    return f"{header}..{_base64url(mac)}"


def verify_detached_signature(token: BootstrapToken, payload: str, signature: str) -> bool:
    """Whether ``signature`` is the signature of ``payload`` by this token.

    The whole string is compared, as in kubeadm, so that another algorithm, key ID or header never matches.
    """
    expected = render_detached_signature(token, payload)
    return hmac.compare_digest(expected.encode("utf-8"), signature.encode("utf-8", "replace"))
