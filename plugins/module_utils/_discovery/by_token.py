# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Discovery by token or by administrator, and the cluster's configuration."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
import typing as t

from .._api.endpoint import parse_endpoint
from .._api.kubeapi import ApiError, ApiForbiddenError, ApiNotFoundError, KubeApi
from .._api.kubeconfig import KubeconfigCluster, parse_kubeconfig_cluster
from .._api.tls import Tls, trusting, unverified
from .._config.cluster import fill_in_version
from .._config.facts_reader import read_facts
from .._core.clock import Clock, polls
from .._core.errors import JoinError
from .._core.objects import mapping_at, text_at
from .._core.retry import Patience
from .._credentials.pki import parse_certificates, pin_of, render_certificates, select_pinned
from .._credentials.token import BootstrapToken
from .cluster import Cluster

__all__ = (
    "CLUSTER_INFO_KUBECONFIG",
    "SIGNATURE_WAIT",
    "await_signature",
    "discover_by_admin",
    "discover_by_token",
    "fetch_cluster_info",
    "read_configuration",
    "render_detached_signature",
    "verify_detached_signature",
)

#: Seconds to wait for a token's signature in cluster-info. The signer controller adds it less than ten seconds after the
#: creation of a token.
SIGNATURE_WAIT = 30.0

_CLUSTER_INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info"
_SYSTEM_CONFIG_MAPS = "/api/v1/namespaces/kube-system/configmaps/"
#: Its name in errors.
CLUSTER_INFO_KUBECONFIG = "the kubeconfig in ConfigMap kube-public/cluster-info"

_Connect = t.Callable[[str, Tls], KubeApi]


def discover_by_token(
    endpoint: str,
    token: BootstrapToken,
    pins: t.Collection[str],
    *,
    clock: Clock,
    timeout: float,
    connect: _Connect = KubeApi,
) -> Cluster:
    """Discover a cluster with a token and the pins of its CA (kubeadm: token discovery).

    The first request is not verified. The token's signature proves the integrity of the answer, and a pin its origin.
    cluster-info is then read again over TLS that trusts only the pinned certificates, and only this answer is used. The
    token's secret is never sent. Without pins, only the signature is checked (kubeadm's unsafe-skip-ca-verification).
    """
    server = parse_endpoint(endpoint)
    first = _signed_cluster_info(connect(server, unverified()), token, clock, timeout)
    described = parse_kubeconfig_cluster(first, what=CLUSTER_INFO_KUBECONFIG)
    bundle = _bundle(described)
    trusted = select_pinned(bundle, pins, server=endpoint) if pins else bundle
    second = fetch_cluster_info(connect(server, trusting(render_certificates(trusted))), clock, timeout)
    if second != first:
        raise JoinError(
            "cluster_info_changed",
            f"Cannot trust {endpoint}: ConfigMap kube-public/cluster-info differs between the unverified and the verified "
            "connection; either the unverified connection was intercepted, or the ConfigMap has just changed: try again, then "
            "compare both.",
            server=server,
        )
    return Cluster(
        server=described.server,
        certificate_authority=described.certificate_authority_data,
        ca_cert_hashes=tuple(pin_of(certificate) for certificate in trusted),
    )


def discover_by_admin(api: KubeApi) -> Cluster:
    """The cluster according to a connection of its administrator: all certificates in cluster-info are trusted."""
    info = api.find(_CLUSTER_INFO)
    if info is None:
        raise _no_cluster_info(api.server, "the ConfigMap does not exist")
    described = parse_kubeconfig_cluster(_kubeconfig_of(info, api.server), what=CLUSTER_INFO_KUBECONFIG)
    return Cluster(
        server=described.server,
        certificate_authority=described.certificate_authority_data,
        ca_cert_hashes=tuple(pin_of(certificate) for certificate in _bundle(described)),
    )


def read_configuration(
    api: KubeApi, cluster: Cluster, *, clock: Clock, timeout: float, etcd_images: t.Sequence[str] = ()
) -> Cluster:
    """``cluster`` with its kubeadm-config and kubelet-config, each read within ``timeout`` seconds, and the facts in them.

    If the configuration has no version, it is that of the API server. Raises the errors of `read_facts`.
    """
    configuration = _system_text(api, "kubeadm-config", "ClusterConfiguration", clock, timeout)
    configuration = fill_in_version(
        configuration, lambda: text_at(_get_with_retries(api, "/version", clock, timeout), "gitVersion")
    )
    kubelet = _system_text(api, "kubelet-config", "kubelet", clock, timeout)
    return dataclasses.replace(
        cluster,
        cluster_configuration=configuration,
        kubelet_configuration=kubelet,
        facts=read_facts(configuration, kubelet, etcd_images=etcd_images),
    )


def await_signature(api: KubeApi, token: BootstrapToken, *, clock: Clock, timeout: float) -> None:
    """Wait until cluster-info has a signature of this token. Raises ``token_not_signed``."""
    _signed_cluster_info(api, token, clock, timeout)


def _bundle(described: KubeconfigCluster) -> t.Any:
    return parse_certificates(described.certificate_authority_data, what=f"the CA bundle in {CLUSTER_INFO_KUBECONFIG}")


def _signed_cluster_info(api: KubeApi, token: BootstrapToken, clock: Clock, timeout: float) -> str:
    """Wait for this token's signature in cluster-info; return the signed kubeconfig text.

    The wait for the server is limited by ``timeout``, and after its first answer the wait for the signature by SIGNATURE_WAIT.
    """
    deadline = clock.monotonic() + timeout
    first: dict[str, t.Any] | None = _cluster_info(api, clock, timeout)
    for _left in polls(clock, min(deadline - clock.monotonic(), SIGNATURE_WAIT)):
        info = first or _cluster_info(api, clock, deadline - clock.monotonic())
        first = None
        signature = _data(info).get(f"jws-kubeconfig-{token.id}")
        if signature is not None:
            text = _kubeconfig_of(info, api.server)
            if not isinstance(signature, str) or not verify_detached_signature(token, text, signature):
                raise JoinError(
                    "cluster_info_signature_mismatch",
                    f"Cannot trust {api.server}: the signature for token {token.id} in ConfigMap kube-public/cluster-info "
                    "does not match this token and this content; either the secret part of the token is wrong, or the "
                    "ConfigMap was modified in transit: compare the token with `kubeadm token list`.",
                    server=api.server,
                    token_id=token.id,
                )
            return text
    raise JoinError(
        "token_not_signed",
        f"Cannot trust {api.server} with token {token.id}: ConfigMap kube-public/cluster-info has no signature of this "
        "token; the token is unknown there, has expired, or does not have the usage `signing`, or the controller "
        "bootstrapsigner does not run; create a new token with `kubeadm token create`.",
        server=api.server,
        token_id=token.id,
    )


def fetch_cluster_info(api: KubeApi, clock: Clock, timeout: float) -> str:
    """The kubeconfig text of cluster-info. Raises ``cluster_info_missing`` and the errors of the API server."""
    return _kubeconfig_of(_cluster_info(api, clock, timeout), api.server)


def _cluster_info(api: KubeApi, clock: Clock, timeout: float) -> dict[str, t.Any]:
    try:
        return _get_with_retries(api, _CLUSTER_INFO, clock, timeout)
    except ApiNotFoundError as exc:
        raise _no_cluster_info(api.server, "the ConfigMap does not exist") from exc


def _get_with_retries(api: KubeApi, path: str, clock: Clock, timeout: float) -> dict[str, t.Any]:
    """The object at ``path``; transient errors, as during the start of a server, are retried until ``timeout``."""
    return Patience(clock, timeout).ask(lambda _left: api.get(path))


def _data(config_map: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return mapping_at(config_map, "data")


def _kubeconfig_of(config_map: t.Mapping[str, t.Any], server: str) -> str:
    text = _data(config_map).get("kubeconfig")
    if not isinstance(text, str) or not text:
        raise _no_cluster_info(server, "it has no kubeconfig")
    return text


def _no_cluster_info(server: str, seen: str) -> JoinError:
    return JoinError(
        "cluster_info_missing",
        f"Cannot discover the cluster at {server} with ConfigMap kube-public/cluster-info: {seen}; run "
        "`kubeadm init phase bootstrap-token` on a control plane.",
        server=server,
    )


def _system_text(api: KubeApi, name: str, key: str, clock: Clock, timeout: float) -> str:
    try:
        text = _data(_get_with_retries(api, _SYSTEM_CONFIG_MAPS + name, clock, timeout)).get(key)
    except ApiError as exc:
        message = (
            f"Cannot read ConfigMap kube-system/{name}: {exc} It contains the cluster's configuration, which each node needs; "
            "the token's group needs the Role that `kubeadm init phase upload-config all` creates."
        )
        if isinstance(exc, ApiForbiddenError):
            raise JoinError("cluster_configuration_unreadable", message, **exc.details) from exc
        raise exc.reworded(message) from exc
    if not isinstance(text, str) or not text:
        raise JoinError(
            "cluster_configuration_unreadable",
            f"Cannot use ConfigMap kube-system/{name} of {api.server}: it has no {key}; run "
            "`kubeadm init phase upload-config all` on a control plane.",
            server=api.server,
            path=_SYSTEM_CONFIG_MAPS + name,
        )
    return text


def render_detached_signature(token: BootstrapToken, payload: str) -> str:
    """The detached JWS of ``payload``: HS256 with the token's secret, without the payload part.

    The order of the header's keys and the omitted padding match the signer controller.
    """
    header = _base64url(json.dumps({"alg": "HS256", "kid": token.id}, separators=(",", ":")).encode("utf-8"))
    signed = f"{header}.{_base64url(payload.encode('utf-8', 'surrogatepass'))}".encode()
    mac = hmac.new(token.secret.encode("utf-8"), signed, hashlib.sha256).digest()
    return f"{header}..{_base64url(mac)}"


def verify_detached_signature(token: BootstrapToken, payload: str, signature: str) -> bool:
    """Whether ``signature`` is this token's signature of ``payload``.

    The whole string is compared, as in kubeadm, so another algorithm, key ID or header never matches.
    """
    expected = render_detached_signature(token, payload)
    return hmac.compare_digest(expected.encode("utf-8"), signature.encode("utf-8", "replace"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
