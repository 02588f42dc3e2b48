# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""Discovery of a cluster as the modules' options specify it."""

from __future__ import annotations

import functools
import os
import typing as t

from .._api.endpoint import render_url
from .._api.kubeapi import ApiForbiddenError, KubeApi
from .._api.kubeconfig import Credentials
from .._api.nodes import list_ready_nodes
from .._api.proxy import render_proxy
from .._core.clock import Clock
from .._core.errors import JoinError
from .._core.retry import Patience
from .._credentials.token import parse_token
from .._discovery.by_file import discover_by_file
from .._discovery.by_token import discover_by_admin
from .._discovery.cluster import Cluster
from .._host.state import observe_node_state
from .._system.connections import Kubeconfig, connect_as_admin, connect_with, open_kubeconfig
from .._system.credential_files import read_text
from .._system.host import Run
from .._system.https_file import fetch_file
from .._system.node_connection import connect_as_node
from .._system.requirements import LIBRARIES, require
from .token_discovery import describe, discover_with_token

if t.TYPE_CHECKING:
    from .._api.node import ConnectAsNode
    from .._host.machine import Host
    from .module import Params

__all__ = ("credentials_missing", "discover", "expect_control_plane", "open_discovery_file")

_WAYS = ("token", "discovery_file", "discovery_kubeconfig", "kubeconfig")


def discover(params: Params, clock: Clock, run: Run) -> dict[str, t.Any]:
    """Return the result of cluster_discovery_info: the cluster, and notes on unusual findings.

    Raises ``discovery_missing``, ``discovery_ambiguous``, and the errors of the selected method.
    """
    way = _choose(params)
    if way == "token":
        return discover_with_token(params, clock)
    if way == "kubeconfig":
        api = connect_as_admin(params["kubeconfig"], run, timeout=params["api_call_timeout"])
        cluster, images, nodes = discover_by_admin(api), _etcd_images(api), _ready_nodes(api)
        invitations = _invitations(api, clock)
        return describe(cluster, api, params, clock, etcd_images=images, ready_nodes=nodes, invitations=invitations)
    cluster, api, notes = _discover_by_file(params, clock, run)
    return describe(cluster, api, params, clock, notes=notes)


def _etcd_images(api: KubeApi) -> list[str]:
    """The images of etcd's members; none for an administrator who may not list pods and nodes."""
    # Only here: other ways of discovery have no right to them.
    from .._control_plane.etcd_pods import find_etcd_images, list_etcd_pods

    try:
        return find_etcd_images(list_etcd_pods(api))
    except ApiForbiddenError:
        return []


def _ready_nodes(api: KubeApi) -> list[str]:
    """The names of the Ready nodes; none for an administrator who may not list nodes."""
    try:
        return list_ready_nodes(api)
    except ApiForbiddenError:
        return []


def _invitations(api: KubeApi, clock: Clock) -> list[dict[str, t.Any]]:
    """The Secrets of invitations; none for an administrator who may not list Secrets."""
    # Only here: other ways of discovery have no right to them.
    from .._discovery.invitations import list_invitations

    try:
        return list_invitations(api, clock=clock)
    except ApiForbiddenError:
        return []


def open_discovery_file(params: Params, notes: list[str], patience: Patience) -> t.Optional[Kubeconfig]:
    """Open the discovery file of the options, if any. The use of a proxy is added to ``notes``."""
    if params["discovery_kubeconfig"] and params["discovery_file"]:
        raise _ambiguous(["discovery_file", "discovery_kubeconfig"])
    if params["discovery_kubeconfig"]:
        return open_kubeconfig(params["discovery_kubeconfig"], what="the discovery file", folder="")
    if not params["discovery_file"]:
        return None
    if "://" in params["discovery_file"]:
        url = params["discovery_file"]
        text, proxy = patience.ask(lambda _left: fetch_file(url))
        if proxy:
            notes.append(
                f"{render_url(url)} was fetched through the proxy {render_proxy(proxy)}, which is set in HTTPS_PROXY."
            )
        return open_kubeconfig(text, what=render_url(url), folder="")
    path = os.path.abspath(os.path.expanduser(params["discovery_file"]))
    return open_kubeconfig(read_text(path), what=path, folder=os.path.dirname(path))


def _discover_by_file(params: Params, clock: Clock, run: Run) -> tuple[Cluster, KubeApi, list[str]]:
    notes: list[str] = []
    opened = open_discovery_file(params, notes, Patience(clock, params["timeout"]))
    if opened is None or (opened.user.is_anonymous and not params["tls_bootstrap_token"]):
        raise credentials_missing(opened.what if opened else "the discovery file")
    token = parse_token(params["tls_bootstrap_token"]) if params["tls_bootstrap_token"] else None
    credentials = opened.credentials(run)
    found = discover_by_file(
        connect_with(opened.cluster.server, opened.certificate_authority, credentials),
        opened.certificate_authority,
        what=opened.what,
        clock=clock,
        timeout=params["timeout"],
    )
    reader = Credentials(bearer=token.bearer) if token else credentials
    api = connect_with(found.cluster.server, found.cluster.trusted_certificates(), reader)
    return found.cluster, api, [*notes, *found.notes]


def expect_control_plane(params: Params, host: Host, clock: Clock, connect: ConnectAsNode | None = None) -> None:
    """Refuse a host that is not a control plane, or has not joined completely, with ``control_plane_pending``.

    If the API server does not answer, its error is raised, because it is unknown then whether the host has joined. Raises
    ``kubeconfig_unreadable`` if the host has no kubeconfig, and ``library_missing``. The level of the Node does not matter: an API
    server may serve while its kubelet is not Ready.
    """
    read_text(os.path.abspath(os.path.expanduser(params["kubeconfig"])))
    require(LIBRARIES)
    state = observe_node_state(
        host,
        node_name="",
        pins=[],
        level="none",
        clock=clock,
        connect=connect or functools.partial(connect_as_node, timeout=0),
        control_plane=True,
    )
    if state.error is not None and state.states["static_pods"]:
        raise JoinError(
            state.error.code,
            f"Cannot determine whether this host is a control plane that has joined: {state.error} If the API server runs, check etcd: no "
            "API server answers while etcd has no quorum.",
        )
    if not all(state.states.values()):
        raise JoinError(
            "control_plane_pending",
            f"Cannot use the kubeconfig {params['kubeconfig']} of this host: the host is not a control plane that has joined "
            f"({'; '.join(state.pending)}); finish its join, or use another host.",
            pending=list(state.pending),
        )


def _choose(params: Params) -> str:
    named = [way for way in _WAYS if params[way]]
    if len(named) > 1:
        raise _ambiguous(named)
    if not named:
        raise JoinError(
            "discovery_missing",
            "Cannot determine which cluster to trust: no discovery option is set; set exactly one of token (with endpoint and "
            "ca_cert_hashes), discovery_file (a path on the host or an https URL), discovery_kubeconfig (its content) and kubeconfig "
            "(an administrator's).",
        )
    return named[0]


def _ambiguous(named: t.Sequence[str]) -> JoinError:
    return JoinError(
        "discovery_ambiguous",
        f"Cannot determine which cluster to trust: {' and '.join(named)} are set, expected exactly one of them; unset the others.",
        named=list(named),
    )


def credentials_missing(what: str) -> JoinError:
    return JoinError(
        "credentials_missing",
        f"Cannot join with {what} alone: its current context has no credentials, and there is no TLS bootstrap token; use token "
        "discovery, a discovery file with credentials, or a discovery file together with a TLS bootstrap token.",
        what=what,
    )
