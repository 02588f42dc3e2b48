# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""TLS bootstrap: generate a key on the node, submit a certificate signing request, and wait for the certificate."""

from __future__ import annotations

import base64
import typing as t
from dataclasses import dataclass

from .._api.kubeapi import MAX_MESSAGE, KubeApi
from .._core.clock import Clock
from .._core.errors import JoinError, printable
from .._core.objects import list_at, text_at
from .._core.retry import retry
from .._credentials.pki import (
    parse_certificates,
    parse_node_certificate,
    render_certificates,
    render_node_pem,
    render_node_request,
    unusable_because,
)
from .._formats.go_values import decode_base64

try:
    from cryptography.hazmat.primitives.asymmetric import ec
except ImportError:
    pass  # the adapter reports what is missing

if t.TYPE_CHECKING:
    from cryptography import x509

__all__ = ("request_node_identity",)

_PATH = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
_SIGNER = "kubernetes.io/kube-apiserver-client-kubelet"


@dataclass(frozen=True)
class _Outcome:
    """The state of a CSR: pending, a certificate, or the reason for a refusal; ``state`` is its description."""

    certificate: str = ""
    refused: str = ""
    approved: bool = False
    state: str = "its state was never reported"


def request_node_identity(
    api: KubeApi, node_name: str, *, authorities: t.Sequence[x509.Certificate], clock: Clock, timeout: float
) -> bytes:
    """Request a client certificate for a node; return certificate and key in one PEM, in the kubelet's format. Secret.

    The CSR equals that of the kubelet: signer kube-apiserver-client-kubelet, no usage `key encipherment` because the key is
    P-256, no expirationSeconds. Raises ``csr_denied``, ``csr_not_approved``, ``csr_not_signed``, ``csr_bad_certificate``.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = _submit(api, render_node_request(key, node_name))
    certificate = _await_certificate(api, name, clock, timeout)
    what = f"the certificate issued for CSR {name}"
    issued = parse_node_certificate(certificate, what=what)
    problem = unusable_because(issued, key, node_name=node_name, authorities=authorities, now=clock.now())
    if problem is not None:
        raise JoinError(
            "csr_bad_certificate",
            f"Cannot use the certificate that {api.server} issued for CSR {name}: {problem}; check the signing CA of "
            "kube-controller-manager and the clock of this host.",
            csr=name,
            server=api.server,
        )
    # Keep only the certificates: the answer may contain other data, such as another key.
    return render_node_pem(render_certificates(parse_certificates(certificate, what=what)), key)


def _submit(api: KubeApi, request: str) -> str:
    created = api.create(
        _PATH,
        {
            "apiVersion": "certificates.k8s.io/v1",
            "kind": "CertificateSigningRequest",
            "metadata": {"generateName": "csr-"},
            "spec": {
                "request": base64.b64encode(request.encode("utf-8")).decode("ascii"),
                "signerName": _SIGNER,
                "usages": ["digital signature", "client auth"],
            },
        },
    )
    name = text_at(created, "metadata", "name")
    if not name:
        raise api.not_kubernetes(_PATH, "an object without a name")
    return name


def _await_certificate(api: KubeApi, name: str, clock: Clock, timeout: float) -> str:
    outcome = _Outcome()

    def follow(left: float) -> str | None:
        nonlocal outcome
        for _event, csr in api.watch(_PATH, left, name=name):
            outcome = _outcome(csr)
            if outcome.refused:
                raise JoinError(
                    "csr_denied",
                    f"CSR {name} was refused: {outcome.refused}; contact the cluster's administrator or check its approver.",
                    csr=name,
                    server=api.server,
                    state=outcome.state,
                )
            if outcome.certificate:
                return outcome.certificate
        return None

    certificate = retry(follow, clock=clock, timeout=timeout)
    if certificate is None:
        raise _not_issued(api, name, outcome, timeout)
    return certificate


def _not_issued(api: KubeApi, name: str, outcome: _Outcome, timeout: float) -> JoinError:
    if outcome.approved:
        return JoinError(
            "csr_not_signed",
            f"CSR {name} was approved, but not signed within {timeout:g} s ({outcome.state}); expected the csrsigning controller "
            "to issue a certificate: check that kube-controller-manager runs and has the CA's key; with an external CA, "
            "have the CSR signed there while the join waits.",
            csr=name,
            server=api.server,
            state=outcome.state,
        )
    return JoinError(
        "csr_not_approved",
        f"CSR {name} was not approved within {timeout:g} s ({outcome.state}); expected the csrapproving controller to approve "
        "it: check that kube-controller-manager runs and that CSRs of the token's group are approved automatically, or run "
        f"`kubectl certificate approve {name}` and try again.",
        csr=name,
        server=api.server,
        state=outcome.state,
    )


def _outcome(csr: t.Mapping[str, t.Any]) -> _Outcome:
    conditions = {text_at(c, "type"): c for c in list_at(csr, "status", "conditions")}
    reported = ", ".join(f"{kind}: {_because(condition)}" for kind, condition in conditions.items()) or "Pending"
    state = printable(reported, MAX_MESSAGE)
    for refusal in ("Denied", "Failed"):
        if refusal in conditions:
            return _Outcome(refused=printable(_because(conditions[refusal]), MAX_MESSAGE), state=state)
    try:
        certificate = decode_base64(text_at(csr, "status", "certificate")).decode("ascii", "ignore")
    except ValueError:
        raise JoinError(
            "certificate_malformed",
            "Cannot read the certificate in a CSR: it is not base64 of PEM; check the signer.",
        ) from None
    return _Outcome(certificate=certificate, approved="Approved" in conditions, state=state)


def _because(condition: t.Mapping[str, t.Any]) -> str:
    return f"{text_at(condition, 'reason') or 'no reason'}: {text_at(condition, 'message') or 'no message'}"
