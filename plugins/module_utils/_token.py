# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Bootstrap tokens: their form, their Secret, and the signature that cluster-info carries for each of them."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
import re
import typing as t
from dataclasses import dataclass, field

from ._errors import JoinError

__all__ = (
    "DEFAULT_GROUP",
    "BootstrapToken",
    "parse_token",
    "render_detached_signature",
    "render_token_secret",
    "token_secret_name",
    "verify_detached_signature",
)

#: The group whose rights ``kubeadm init`` prepares for joining nodes.
DEFAULT_GROUP = "system:bootstrappers:kubeadm:default-node-token"

_TOKEN = re.compile(r"([a-z0-9]{6})\.([a-z0-9]{16})")


@dataclass(frozen=True)
class BootstrapToken:
    """A bootstrap token. ``id`` is public, ``secret`` is shown by nothing but ``bearer``."""

    id: str
    secret: str = field(repr=False)

    def __str__(self) -> str:
        return f"bootstrap token {self.id}"

    @property
    def bearer(self) -> str:
        """The form that the API server takes as a bearer token."""
        return f"{self.id}.{self.secret}"


def parse_token(text: str, *, option: str = "token") -> BootstrapToken:
    """Read ``<6 characters>.<16 characters>`` of ``a-z0-9``; kubeadm takes nothing else.

    Raises ``token_malformed``. The text itself is not repeated: a malformed token is often a good one with a typing error.
    """
    match = _TOKEN.fullmatch(text)
    if match is None:
        raise JoinError(
            "token_malformed",
            f"Cannot use the value of {option} as a bootstrap token: it has {len(text)} characters and is not six "
            "and sixteen lower-case letters or digits with a dot between them; take it from `kubeadm token create`.",
            option=option,
        )
    return BootstrapToken(id=match.group(1), secret=match.group(2))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def render_detached_signature(token: BootstrapToken, payload: str) -> str:
    """The detached JWS of ``payload``: HS256 by the token's secret, payload part left out.

    The header's key order and the missing padding are part of what the signer controller writes.
    """
    header = _base64url(json.dumps({"alg": "HS256", "kid": token.id}, separators=(",", ":")).encode("ascii"))
    signed = f"{header}.{_base64url(payload.encode('utf-8', 'surrogatepass'))}".encode("ascii")
    mac = hmac.new(token.secret.encode("ascii"), signed, hashlib.sha256).digest()
    return f"{header}..{_base64url(mac)}"


def verify_detached_signature(token: BootstrapToken, payload: str, signature: str) -> bool:
    """Whether ``signature`` is the one that this token makes of ``payload``.

    The whole string is compared, as kubeadm does, so another algorithm, key id or header never gets as far as a MAC.
    """
    expected = render_detached_signature(token, payload)
    return hmac.compare_digest(expected.encode("utf-8"), signature.encode("utf-8", "replace"))


def token_secret_name(token_id: str) -> str:
    """The name of the Secret in kube-system that makes a token exist."""
    return f"bootstrap-token-{token_id}"


def render_token_secret(
    token: BootstrapToken,
    *,
    expiration: datetime.datetime | None,
    usages: t.Sequence[str],
    groups: t.Sequence[str],
    description: str,
) -> dict[str, t.Any]:
    """The Secret as ``kubeadm token create`` makes it. No ``expiration``: the token never expires."""
    data = {"token-id": token.id, "token-secret": token.secret}
    if description:
        data["description"] = description
    if expiration is not None:
        data["expiration"] = expiration.strftime("%Y-%m-%dT%H:%M:%SZ")
    data.update({f"usage-bootstrap-{usage}": "true" for usage in usages})
    if groups:
        data["auth-extra-groups"] = ",".join(groups)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": token_secret_name(token.id), "namespace": "kube-system"},
        "type": "bootstrap.kubernetes.io/token",
        "stringData": data,
    }
