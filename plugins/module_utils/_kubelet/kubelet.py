# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The phase kubelet-start, planned as one change: identity, files and service of the kubelet."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import typing as t
from dataclasses import dataclass

from .._api.kubeapi import ApiUnauthorizedError, KubeApi
from .._api.node import ConnectAsNode, refuse_taken_name
from .._config.settings import ClusterSettings
from .._core.change import Change, in_phase, join_changes
from .._core.clock import Clock
from .._core.defaults import NODE_TIMEOUT, TLS_BOOTSTRAP_TIMEOUT
from .._core.errors import JoinError
from .._core.retry import Patience
from .._core.version import MAX_SKEW, KubernetesVersion, is_skewed, parse_kubernetes_version
from .._credentials.pki import describe_node_certificate, parse_certificates
from .._credentials.token import BootstrapToken
from .._discovery.cluster import Cluster
from .._discovery.csr import request_node_identity
from .._host.file_mode import plan_mode
from .._host.identity import observe_identity
from .._host.kubelet_unit import read_kubelet_unit
from .._host.leftovers import find_leftovers
from .._host.machine import (
    CA_FILE,
    KUBELET_CLIENT_PEM,
    KUBELET_CONF,
    KUBELET_CONFIGURATION,
    KUBELET_DIR,
    KUBELET_FLAGS,
    KUBELET_PKI_DIR,
    Files,
    FileState,
    Host,
    Programs,
    WritableFiles,
    describe_file,
    find_cri_socket,
)
from .._host.node_name import registers_node, settle_node_name
from .files import (
    KubeletFiles,
    KubeletHost,
    PatchConfiguration,
    render_kubelet_files,
    render_kubelet_kubeconfig,
    uses_own_api_server,
)
from .wait import WAIT_PHASE, KubeletWaitSpec, plan_kubelet_wait

__all__ = ("KUBELET_PHASES", "KubeletSpec", "plan_kubelet")

_ABSENT = "absent"
_INSTANCE = f"{KUBELET_DIR}/instance-config.yaml"
_KUBELET_FILES = (_INSTANCE, KUBELET_CONFIGURATION, KUBELET_FLAGS)

#: The phases of kubeadm that this module plans.
_START, _WAIT = KUBELET_PHASES = ("kubelet-start", WAIT_PHASE)


@dataclass(frozen=True)
class KubeletSpec:
    """The desired state of a node's kubelet, as far as ``phases`` cover it.

    ``cri_socket`` and ``kubelet_version`` default to those of this host, ``node_name`` to the result of `settle_node_name`. ``token`` or
    ``bootstrap``, which connects with other credentials, is only needed if the node has no usable certificate.
    ``timeout`` limits the wait for the certificate, in seconds; ``wait_for`` is one of ``WAIT_LEVELS``, with a limit of
    ``wait_timeout`` seconds. ``patches`` is a folder on the host or empty; ``patch_files`` are patches from the controller,
    as names and texts. ``local_server`` is the URL of the API server of a new control plane. Its kubelet uses that server, unless
    the cluster's feature gates say otherwise, and registers without ``taints``, which are set when the node is marked; its CA
    file already exists.
    """

    cluster: Cluster
    phases: tuple[str, ...] = KUBELET_PHASES
    ca_cert_path: str = CA_FILE
    node_name: str = ""
    cri_socket: str = ""
    kubelet_version: str = ""
    taints: tuple[str, ...] = ()
    extra_args: tuple[tuple[str, str], ...] = ()
    patches: str = ""
    patch_files: tuple[tuple[str, str], ...] = ()
    token: BootstrapToken | None = None
    bootstrap: t.Callable[[], KubeApi] | None = None
    timeout: float = TLS_BOOTSTRAP_TIMEOUT
    wait_for: str = "ready"
    wait_timeout: float = NODE_TIMEOUT
    local_server: str = ""


def plan_kubelet(host: Host, spec: KubeletSpec, *, clock: Clock, connect: ConnectAsNode) -> Change:
    """Plan identity, files and service of the kubelet, and the wait for its node, in a safe order.

    The certificate comes first: nothing is written before the certificate is issued, and the token is never written.
    ``connect`` connects as this node. For a host that has not joined, planning sends no request to the API server, so it
    works before the token exists. Raises ``node_name_invalid``, ``kubelet_version_skew``, ``joined_elsewhere``,
    ``token_missing``, and on applying ``node_name_taken``, ``token_expired`` and the errors of the API server.
    """
    unit = read_kubelet_unit(host, host.hostname())
    node_name = settle_node_name(host, spec.node_name, spec.extra_args, unit=unit)
    changes = [Change({}, {}, resources={"node": {"name": node_name}})]
    if _START in spec.phases:
        changes.append(in_phase(_START, lambda: _plan_start(host, spec, node_name, clock)))
    if _WAIT in spec.phases and host.is_live():
        is_settled = not any(change.changed for change in changes)
        wait_for = spec.wait_for if registers_node(host, spec.extra_args, unit=unit) else "none"
        wait = KubeletWaitSpec(spec.cluster, node_name, spec.cri_socket, wait_for, spec.wait_timeout, unit)
        changes.append(plan_kubelet_wait(host, wait, clock=clock, connect=connect, is_settled=is_settled))
    return join_changes(changes)


def _plan_start(host: Host, spec: KubeletSpec, node_name: str, clock: Clock) -> Change:
    _refuse_unsafe_paths(host, spec)
    _refuse_foreign_leftovers(host, spec)
    files = _render_files(host, spec)
    changes = [
        _plan_identity(host, spec, node_name, clock),
        *_plan_modes(host),
        *_plan_folders(host),
        *_plan_files(host, spec, files),
        Change({}, {}, notes=files.notes),
    ]
    changes.append(_plan_service(host, any(change.changed for change in changes)))
    return join_changes(changes)


def _refuse_unsafe_paths(host: WritableFiles, spec: KubeletSpec) -> None:
    """Check the paths before reading them, and before using a token for a certificate that could not be stored."""
    for path in (spec.ca_cert_path, KUBELET_CONF, *_KUBELET_FILES, f"{KUBELET_PKI_DIR}/kubelet-client.pem"):
        host.refuse_unsafe(path)


def _refuse_foreign_leftovers(host: Files, spec: KubeletSpec) -> None:
    """Never replace files of another cluster, even if preflight ignored them."""
    pins = spec.cluster.all_pins()
    foreign = [
        finding
        for finding in find_leftovers(host, ca_cert_path=spec.ca_cert_path, pins=pins)
        if finding.code == "joined_elsewhere"
    ]
    if foreign:
        raise JoinError(
            "joined_elsewhere",
            f"Cannot join the cluster at {spec.cluster.server}: {'; '.join(finding.message for finding in foreign)}.",
            findings=[dataclasses.asdict(finding) for finding in foreign],
        )


def _plan_identity(host: Host, spec: KubeletSpec, node_name: str, clock: Clock) -> Change:
    authorities = parse_certificates(spec.cluster.certificate_authority, what="the cluster's CA bundle")
    found, problem = observe_identity(host, node_name=node_name, authorities=authorities, now=clock.now())
    certificate = describe_node_certificate(found, node_name, problem)
    resources = {"certificate": {"path": KUBELET_CLIENT_PEM, **certificate}}
    after = {"node": node_name, "usable": True}
    if problem is None:
        return Change({KUBELET_CLIENT_PEM: after}, {KUBELET_CLIENT_PEM: after}, resources=resources)
    bootstrap = spec.bootstrap
    if spec.token is not None:
        patience = Patience(clock, spec.timeout)
        bootstrap = functools.partial(_unchanged, spec.cluster.connect(spec.token.bearer, patience))
    if bootstrap is None:
        raise JoinError(
            "token_missing",
            f"Cannot get a client certificate for node {node_name}: {KUBELET_CLIENT_PEM} is not usable, because {problem}, and "
            "there is no bootstrap token or discovery file for requesting a new one; set token or discovery_file.",
            node_name=node_name,
            reason=problem,
        )

    def apply() -> None:
        api = bootstrap()
        try:
            refuse_taken_name(api, node_name)
            pem = request_node_identity(api, node_name, authorities=authorities, clock=clock, timeout=spec.timeout)
        except ApiUnauthorizedError as exc:
            if spec.token is None:
                raise
            raise _token_expired(spec.token, api.server) from exc
        path = f"{KUBELET_PKI_DIR}/kubelet-client-{host.local_time_stamp()}.pem"
        host.store(path, pem, 0o600)
        host.link(KUBELET_CLIENT_PEM, path)

    return Change(
        {KUBELET_CLIENT_PEM: {"node": node_name, "usable": False, "because": problem}},
        {KUBELET_CLIENT_PEM: after},
        apply,
        resources=resources,
    )


def _token_expired(token: BootstrapToken, server: str) -> JoinError:
    """The error for a token that is refused now but was valid during discovery."""
    return JoinError(
        "token_expired",
        f"Cannot get a client certificate from {server}: it refuses token {token.id}, which was valid during discovery; "
        "the token has expired or was deleted during this run; run again, which creates a new token for an invitation; if you have created "
        "the token, create one with a longer lifetime with `kubeadm token create --ttl`; completed steps are kept.",
        server=server,
        token_id=token.id,
    )


def _unchanged(api: KubeApi) -> KubeApi:
    return api


def _plan_modes(host: WritableFiles) -> t.Iterator[Change]:
    """The modes of existing client certificates, which contain their keys."""
    current = host.read(KUBELET_CLIENT_PEM)
    is_link = False
    for name in sorted(host.list_files(KUBELET_PKI_DIR) or ()):
        path = f"{KUBELET_PKI_DIR}/{name}"
        if name.startswith("kubelet-client-") and path != KUBELET_CLIENT_PEM:
            found = host.read(path)
            is_link = is_link or (found is not None and current is not None and found.content == current.content)
            yield plan_mode(host, path, found, 0o600)
    if not is_link:
        yield plan_mode(host, KUBELET_CLIENT_PEM, current, 0o600)


def _plan_folders(host: WritableFiles) -> t.Iterator[Change]:
    if not host.has_folder(KUBELET_DIR):
        yield Change(
            {KUBELET_DIR: _ABSENT}, {KUBELET_DIR: {"mode": "0700"}}, lambda: host.make_folder(KUBELET_DIR, 0o700)
        )


def _render_files(host: Host, spec: KubeletSpec) -> KubeletFiles:
    cluster = spec.cluster
    settings = ClusterSettings.from_facts(cluster.facts)
    kubelet_version = parse_kubernetes_version(spec.kubelet_version or _kubelet_version(host))
    _refuse_skew(kubelet_version, settings.kubernetes_version)
    _refuse_unknown_arguments(host, spec.extra_args, kubelet_version)
    return render_kubelet_files(
        kubelet_configuration=cluster.kubelet_configuration,
        cluster=settings,
        host=KubeletHost(
            hostname=host.hostname(),
            systemd_resolved=host.uses_systemd_resolved(),
            kubelet_version=kubelet_version,
        ),
        # The provided name, as in kubeadm; the settled one may come from the kubelet's unit.
        node_name=spec.node_name or host.hostname(),
        cri_socket=find_cri_socket(host, spec.cri_socket),
        taints=() if spec.local_server else spec.taints,
        extra_args=spec.extra_args,
        patch=_read_patch(host, spec),
    )


def _read_patch(host: Files, spec: KubeletSpec) -> PatchConfiguration | None:
    if not spec.patches and not spec.patch_files:
        return None
    # Only here: most nodes have no patches and do not need this code.
    from .._patches.folder import read_patches
    from .patches import kubelet_patch

    return kubelet_patch(read_patches(host, spec.patches, spec.patch_files))


def _plan_files(host: WritableFiles, spec: KubeletSpec, files: KubeletFiles) -> t.Iterator[Change]:
    """The files of kubelet-start with kubeadm's names and modes. kubelet.conf comes last, because it lets the kubelet start."""
    cluster = spec.cluster
    if not spec.local_server or host.read(spec.ca_cert_path) is None:
        yield _plan_file(host, spec.ca_cert_path, cluster.certificate_authority, 0o644)
    if files.instance_configuration is not None:
        yield _plan_file(host, _INSTANCE, files.instance_configuration, 0o644)
    yield _plan_file(host, KUBELET_CONFIGURATION, files.configuration, 0o644)
    yield _plan_file(host, KUBELET_FLAGS, files.flags, 0o644)
    is_local = bool(spec.local_server) and uses_own_api_server(ClusterSettings.from_facts(cluster.facts))
    kubeconfig = render_kubelet_kubeconfig(
        server=spec.local_server if is_local else cluster.server,
        certificate_authority=cluster.certificate_authority,
        client_pem=KUBELET_CLIENT_PEM,
        has_preferences=files.has_preferences,
    )
    yield _plan_file(host, KUBELET_CONF, kubeconfig, 0o600)


def _kubelet_version(host: Programs) -> str:
    version = host.kubelet_version()
    if version is None:
        raise JoinError(
            "kubelet_missing",
            "Cannot configure the kubelet: it is not in PATH of this user or of services; install its package.",
        )
    return version


def _refuse_skew(kubelet: KubernetesVersion, cluster: KubernetesVersion) -> None:
    if is_skewed(kubelet, cluster):
        raise JoinError(
            "kubelet_version_skew",
            f"Cannot join a cluster of {cluster} with a kubelet of {kubelet}: a kubelet may be as new as the API server or up "
            f"to {MAX_SKEW} minor versions older; install one that is.",
            kubelet_version=str(kubelet),
            kubernetes_version=str(cluster),
        )


def _refuse_unknown_arguments(
    host: Programs, extra_args: t.Sequence[tuple[str, str]], version: KubernetesVersion
) -> None:
    """Check the arguments first: a kubelet exits immediately on an unknown flag, and the node would never register."""
    error = host.kubelet_flag_error([f"--{name}={value}" for name, value in extra_args]) if extra_args else None
    if error is not None:
        raise JoinError(
            "kubelet_argument_refused",
            f"Cannot start the kubelet with these arguments: kubelet {version} reports: {error}; correct "
            "kubelet_extra_args (nodeRegistration.kubeletExtraArgs).",
            arguments=[name for name, _value in extra_args],
            kubelet_version=str(version),
        )


def _plan_file(host: WritableFiles, path: str, content: str, mode: int) -> Change:
    found = host.read(path)
    before = _ABSENT if found is None else {"mode": f"{found.mode:04o}", "content": _displayed(found, content, mode)}
    after = {"mode": f"{mode:04o}", "content": content}
    return Change(
        {path: before},
        {path: after},
        lambda: host.store(path, content.encode("utf-8"), mode),
        resources={"files": {path: describe_file(found, mode, changed=before != after)}},
    )


def _displayed(found: FileState, content: str, mode: int) -> str:
    """The text of an existing file in the diff. The text of a private file is hidden, because it may contain a key."""
    if mode & 0o077 or found.text == content:
        return found.text
    return f"(hidden, because it may contain a key: sha256 {hashlib.sha256(found.content).hexdigest()})\n"


def _plan_service(host: Host, stale: bool) -> Change:
    """The unit is enabled, runs, and has read the current unit files and kubelet files, according to their modification times.

    In an image, it is only enabled.
    """
    unit = host.unit("kubelet")
    if not unit.exists:
        raise JoinError(
            "kubelet_service_missing", "Cannot start the kubelet: there is no kubelet.service; install its package."
        )
    before = {"enabled": unit.enabled}
    if host.is_live():
        before["running"] = unit.running
        before["up to date"] = not stale and not unit.stale and not _is_older(host, unit.started)
    after = dict.fromkeys(before, True)
    service = {"enabled": True, "running": host.is_live(), "restarted": host.is_live() and before != after}
    return Change(
        {"kubelet.service": before},
        {"kubelet.service": after},
        lambda: host.start_unit("kubelet", enable=not unit.enabled) if host.is_live() else host.enable_unit("kubelet"),
        resources={"service": service},
    )


def _is_older(host: Files, started: float | None) -> bool:
    read_at_start = (CA_FILE, KUBELET_CONFIGURATION, KUBELET_FLAGS, KUBELET_CONF)
    files = (host.read(path) for path in read_at_start)
    return started is None or any(file is not None and file.modified > started for file in files)
