# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The files of a control plane as one change: shared files first, then the node's own, according to the selected phases.

The phase check-etcd always follows; it changes nothing.
"""

from __future__ import annotations

import posixpath
import typing as t
from dataclasses import dataclass, field

from .._api.kubeapi import ApiForbiddenError, ApiUnauthorizedError, KubeApi
from .._config.cluster import ClusterConfiguration, parse_cluster_configuration
from .._core.change import Change, Resources, in_phase, join_changes
from .._core.clock import Clock
from .._core.defaults import ADMIN_CONF, API_SERVER_PORT, COMPONENT_TIMEOUT, KUBEADM_CERTS
from .._core.errors import JoinError
from .._discovery.cluster import Cluster
from .._etcd.client import EtcdApi
from .._host.machine import MANIFESTS_DIR, Files, Host, WritableFiles, describe_file
from .certificates import LeafProfile, plan_profiles
from .etcd_member import EtcdMemberSpec, plan_etcd_member
from .host import PatchSources, describe_node, read_patching
from .keys import NewKeys
from .kubeconfigs import plan_kubeconfigs
from .local_node import ControlPlaneNode, certificate_path
from .manifests import plan_component_pods
from .prepare import (
    observe_shared_files,
    plan_component_kubeconfigs,
    plan_leaf_certificates,
    plan_manifests,
    plan_shared_writes,
)
from .shared_certificates import (
    SharedCertificatesMissingError,
    SharedFile,
    decrypt_shared_files,
    parse_certificate_key,
    plan_shared_files,
    read_shared_data,
    refuse_other_authority,
    render_shared_files,
    secret_path,
    verify_shared_files,
)
from .validation import validate_cluster

__all__ = ("FILE_PHASES", "ControlPlaneSpec", "plan_control_plane_files")

_PREPARE = "control-plane-prepare"
_DOWNLOAD, _CERTS, _KUBECONFIG, _CONTROL_PLANE = _OWN_PHASES = tuple(
    f"{_PREPARE}/{name}" for name in ("download-certs", "certs", "kubeconfig", "control-plane")
)
_CHECK_ETCD = "check-etcd"

#: The phases of kubeadm that this module plans.
FILE_PHASES = (*_OWN_PHASES, _CHECK_ETCD)

_Connect = t.Callable[[], KubeApi]
_ConnectEtcd = t.Callable[[t.Sequence[str], str], EtcdApi]


@dataclass(frozen=True)
class ControlPlaneSpec:
    """The desired files of a control plane, as far as ``phases`` cover them.

    ``node_name`` and ``advertise_address`` default to those of this host. ``certificate_key`` decrypts the files in the
    Secret ``uploaded_to``; without it, the files on the host are used. ``provided`` are shared files from another source, by
    their entries in that Secret; if set, nothing is downloaded. ``connect`` uses the credentials of the join.
    ``environment`` is that of this process, ``health_timeout`` is in seconds.
    """

    cluster: Cluster
    phases: tuple[str, ...] = FILE_PHASES
    node_name: str = ""
    advertise_address: str = ""
    bind_port: int = API_SERVER_PORT
    certificate_key: str = field(default="", repr=False)
    uploaded_to: str = KUBEADM_CERTS
    connect: _Connect | None = None
    provided: t.Mapping[str, bytes] = field(default_factory=dict, repr=False)
    environment: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    health_timeout: float = COMPONENT_TIMEOUT
    patch_sources: PatchSources = field(default_factory=PatchSources)


def plan_control_plane_files(
    host: Host, spec: ControlPlaneSpec, *, clock: Clock, connect: _Connect, connect_etcd: _ConnectEtcd
) -> Change:
    """Plan the files of kubeadm's phase control-plane-prepare, all of which are validated before the first write; then check-etcd.

    etcd is queried with the certificates among those files. While planning, it is therefore queried only if no file has to
    change; otherwise, after the files are written. ``connect`` connects to the cluster as its administrator,
    ``connect_etcd`` to etcd. Raises the errors of `plan_etcd_member` and of planning the files.
    """
    files = in_phase(_PREPARE, lambda: _plan_files(host, spec, clock))
    if _CHECK_ETCD not in spec.phases:
        return files

    def check() -> Change:
        member = EtcdMemberSpec(
            spec.cluster, spec.node_name, spec.advertise_address, spec.health_timeout, patch_sources=spec.patch_sources
        )
        asks = not files.changed
        plan_etcd_member(host, member, clock=clock, connect=connect, connect_etcd=connect_etcd, asks=asks)
        return Change({}, {})

    return join_changes([files, in_phase(_CHECK_ETCD, check)])


def _plan_files(host: Host, spec: ControlPlaneSpec, clock: Clock) -> Change:
    """Plan the files. An unknown token is an error only on applying, because in check mode the token is not created.

    Raises ``control_plane_endpoint_missing``, ``advertise_address_unusable``, the errors of `validate_cluster` and of
    decrypting the shared files, ``shared_certificates_unusable`` and ``authority_key_missing``.
    """
    configuration = parse_cluster_configuration(spec.cluster.cluster_configuration)
    validate_cluster(configuration)
    _refuse_without_endpoint(configuration)
    if not set(_OWN_PHASES) & set(spec.phases):
        return Change({}, {})
    files = plan_shared_files(configuration)
    _refuse_unsafe_paths(host, configuration, files)

    def plan() -> Change:
        copied = _provided(spec, files) or _download(host, spec, files, clock)
        shared = {**observe_shared_files(host, files), **copied}
        _refuse_nothing(shared, files)
        source = (
            f"this host and {'shared_certificates' if spec.provided else 'the Secret'} together"
            if copied
            else "this host"
        )
        verify_shared_files(shared, files, now=clock.now(), source=source)
        refuse_other_authority(shared, spec.cluster.all_pins(), server=spec.cluster.server)
        node = _describe(host, spec, has_ca_key="ca.key" in shared)
        changes = [Change({}, {}, resources=_describe_endpoint(node))]
        if _DOWNLOAD in spec.phases:
            changes.append(plan_shared_writes(host, files, render_shared_files(copied, files)))
        return join_changes([*changes, *_plan_own_files(host, spec, configuration, node, shared, clock)])

    try:
        return plan()
    except ApiUnauthorizedError:
        # The token does not exist (any more): the plan still lists the files of the phases.
        return _plan_unchecked(host, spec, configuration, files, lambda: plan().apply())


def _plan_unchecked(
    host: Host,
    spec: ControlPlaneSpec,
    configuration: ClusterConfiguration,
    files: t.Sequence[SharedFile],
    apply: t.Callable[[], None],
) -> Change:
    """The files of the phases, unchecked, as the CAs cannot be downloaded yet."""
    node = _describe(host, spec, has_ca_key=True)
    things = dict(_paths(spec, configuration, node, files))
    profiles = dict(_profiles(spec, configuration, node))
    keys = {f"{path[: -len('.crt')]}.key": 0o600 for path in profiles if path.endswith(".crt")}
    modes = {**things, **keys}
    resources = {
        **_describe_endpoint(node),
        "files": {path: describe_file(host.read(path), mode, changed=None) for path, mode in modes.items()},
        "certificates": {path: {"subject": profile.subject} for path, profile in profiles.items()},
    }
    before = {path: "absent" if host.read(path) is None else "not checked" for path in things}
    return Change(before, dict.fromkeys(things, "right"), apply, resources=resources)


def _describe_endpoint(node: ControlPlaneNode) -> Resources:
    return {"api_endpoint": {"advertise_address": node.address, "bind_port": node.bind_port}}


def _describe(host: Host, spec: ControlPlaneSpec, *, has_ca_key: bool) -> ControlPlaneNode:
    return describe_node(
        host,
        name=spec.node_name,
        advertise_address=spec.advertise_address,
        bind_port=spec.bind_port,
        environment=spec.environment,
        has_ca_key=has_ca_key,
        health_timeout=spec.health_timeout,
    )


def _paths(
    spec: ControlPlaneSpec, configuration: ClusterConfiguration, node: ControlPlaneNode, files: t.Sequence[SharedFile]
) -> t.Iterator[tuple[str, int]]:
    """The files of the phases, and their modes."""
    if _DOWNLOAD in spec.phases:
        yield from ((file.path, file.mode) for file in files)
    for path, _profile in _profiles(spec, configuration, node):
        yield path, 0o644 if path.endswith(".crt") else 0o600
    if _CONTROL_PLANE in spec.phases:
        yield from ((f"{MANIFESTS_DIR}/{name}.yaml", 0o600) for name in plan_component_pods(configuration, node))


def _profiles(
    spec: ControlPlaneSpec, configuration: ClusterConfiguration, node: ControlPlaneNode
) -> t.Iterator[tuple[str, LeafProfile]]:
    """The certificates of the phases, in files of their own and in kubeconfigs, by their paths."""
    if _CERTS in spec.phases:
        for profile in plan_profiles(configuration, node):
            yield certificate_path(configuration, f"{profile.name}.crt"), profile
    if _KUBECONFIG in spec.phases:
        for kubeconfig in plan_kubeconfigs(configuration, node):
            yield kubeconfig.file, kubeconfig.profile


def _plan_own_files(
    host: WritableFiles,
    spec: ControlPlaneSpec,
    configuration: ClusterConfiguration,
    node: ControlPlaneNode,
    shared: t.Mapping[str, bytes],
    clock: Clock,
) -> t.Iterator[Change]:
    keys = NewKeys()
    if _CERTS in spec.phases:
        yield plan_leaf_certificates(host, configuration, node, clock=clock, shared=shared, keys=keys)
    if _KUBECONFIG in spec.phases:
        yield plan_component_kubeconfigs(host, configuration, node, clock=clock, shared=shared, keys=keys)
    if _CONTROL_PLANE in spec.phases:
        patching = read_patching(host, configuration, spec.patch_sources)
        yield plan_manifests(host, configuration, node, patch=patching)
        yield Change({}, {}, notes=patching.notes)


def _refuse_without_endpoint(configuration: ClusterConfiguration) -> None:
    if not configuration.control_plane_endpoint:
        raise JoinError(
            "control_plane_endpoint_missing",
            "Cannot add a control plane to this cluster: it has no controlPlaneEndpoint, so its nodes would continue to use "
            "only the first one; set it in ConfigMap kube-system/kubeadm-config to an address that leads to all control planes.",
        )


def _refuse_nothing(shared: t.Mapping[str, bytes], files: t.Sequence[SharedFile]) -> None:
    if not shared:
        raise SharedCertificatesMissingError(
            "Cannot make this host a control plane: it has none of the shared files of control planes, and there is no key for downloading "
            f"them; set certificate_key to the key that `kubeadm init phase upload-certs --upload-certs` prints, or copy {files[0].path} "
            "and the others from a control plane.",
            missing=[file.path for file in files],
        )


def _refuse_unsafe_paths(
    host: WritableFiles, configuration: ClusterConfiguration, files: t.Sequence[SharedFile]
) -> None:
    """Check the paths before a key is written to a place where other users could replace it."""
    own = ("apiserver.key", "etcd/server.key")
    paths = {file.path for file in files} | {certificate_path(configuration, name) for name in own}
    for path in sorted({posixpath.dirname(path): path for path in sorted(paths)}.values()):
        host.refuse_unsafe(path)
    for path in (ADMIN_CONF, f"{MANIFESTS_DIR}/kube-apiserver.yaml"):
        host.refuse_unsafe(path)


def _provided(spec: ControlPlaneSpec, files: t.Sequence[SharedFile]) -> t.Mapping[str, bytes]:
    """The provided shared files, by entries."""
    if _DOWNLOAD not in spec.phases:
        return {}
    unknown = sorted(set(spec.provided) - {file.entry for file in files})
    if unknown:
        raise JoinError(
            "shared_certificates_unusable",
            f"Cannot use {', '.join(unknown)} as shared files of the control planes in this cluster, which are "
            f"{', '.join(file.entry for file in files)}; correct the names in shared_certificates.",
            problems=[f"{name} is not shared" for name in unknown],
            source="shared_certificates",
        )
    return spec.provided


def _download(host: Files, spec: ControlPlaneSpec, files: t.Sequence[SharedFile], clock: Clock) -> dict[str, bytes]:
    """The uploaded files, by entries; empty without a certificate key.

    The Secret expires. This is not an error for a node that already has the files.
    """
    if _DOWNLOAD not in spec.phases or not spec.certificate_key or spec.connect is None:
        return {}
    key = parse_certificate_key(spec.certificate_key)
    api, name = spec.connect(), spec.uploaded_to
    try:
        data = read_shared_data(_find_secret(api, name), server=api.server, name=name)
    except SharedCertificatesMissingError:
        if _has_all(host, files, clock):
            return {}
        raise
    contents = decrypt_shared_files(data, files, key, server=api.server, name=name)
    verify_shared_files(contents, files, now=clock.now(), source=f"Secret kube-system/{name} of {api.server}")
    return contents


def _find_secret(api: KubeApi, name: str) -> dict[str, t.Any] | None:
    try:
        return api.find(secret_path(name))
    except ApiForbiddenError as exc:
        raise exc.reworded(
            f"Cannot download the shared certificates of control planes: {exc} The permission to read them is created by their "
            "upload; run `kubeadm init phase upload-certs --upload-certs` on a control plane.",
        ) from exc


def _has_all(host: Files, files: t.Sequence[SharedFile], clock: Clock) -> bool:
    try:
        verify_shared_files(observe_shared_files(host, files), files, now=clock.now(), source="this host")
    except JoinError:
        return False
    return True
