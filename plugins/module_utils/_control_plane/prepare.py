# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The phase control-plane-prepare: the files of a node that becomes a control plane, each planned as one change.

Correct files are kept. Others are replaced, and the change contains the reason. Changes contain no keys.
"""

from __future__ import annotations

import re
import secrets
import typing as t
from dataclasses import dataclass, replace

from .._config.cluster import ClusterConfiguration
from .._core.change import Change, Resources, join_changes
from .._core.clock import Clock
from .._core.errors import JoinError
from .._credentials.pki import parse_certificates, parse_private_key, remember_private_key, render_certificates
from .._host.file_mode import plan_mode
from .._host.machine import MANIFESTS_DIR, Files, FileState, WritableFiles, describe_file
from .certificates import (
    LeafProfile,
    describe_leaf,
    issue_certificate,
    key_algorithm,
    plan_profiles,
    render_key,
    unfit_because,
)
from .component_pod import StaticPod, render_manifest
from .keys import NewKeys
from .kubeconfigs import (
    ComponentKubeconfig,
    KubeconfigCheck,
    check_kubeconfig,
    plan_kubeconfigs,
    render_kubeconfig,
)
from .local_node import ControlPlaneNode, certificate_path
from .manifests import plan_component_pods
from .shared_certificates import SharedFile, plan_shared_files, verify_shared_files

if t.TYPE_CHECKING:
    from cryptography import x509

    from .._credentials.pki import PrivateKey

__all__ = (
    "generate_serial",
    "observe_shared_files",
    "plan_component_kubeconfigs",
    "plan_leaf_certificates",
    "plan_manifests",
    "plan_shared_writes",
)

#: Credentials in the URL of a proxy, which are passed on but never displayed.
_PROXY_CREDENTIALS = re.compile(r"//[^/\s@]*@")
_ABSENT = "absent"
_RIGHT = "right"

#: Patches a Pod: takes the name of its component and the Pod, and returns the Pod to write.
PatchPod = t.Callable[[str, t.Dict[str, t.Any]], t.Mapping[str, t.Any]]


def observe_shared_files(host: Files, files: t.Sequence[SharedFile]) -> dict[str, bytes]:
    """The existing shared files on the node, by their entries. Secret."""
    found = {file.entry: host.read(file.path) for file in files}
    return {entry: state.content for entry, state in found.items() if state is not None}


def plan_shared_writes(host: WritableFiles, files: t.Sequence[SharedFile], contents: t.Mapping[str, bytes]) -> Change:
    """Write the shared files in ``contents``, which are already verified (kubeadm: download-certs); others are kept."""
    return join_changes([_plan_shared_file(host, file, contents.get(file.entry)) for file in files])


def _plan_shared_file(host: WritableFiles, file: SharedFile, content: bytes | None) -> Change:
    found = host.read(file.path)
    if content is None:
        kept = {"files": {file.path: describe_file(found, file.mode, changed=False)}} if found else {}
        return join_changes([Change({}, {}, resources=kept), plan_mode(host, file.path, found, file.mode)])
    before: t.Any = _ABSENT
    if found is not None:
        before = {"mode": f"{found.mode:04o}", "content": "as shared" if found.content == content else "another"}
    after = {"mode": f"{file.mode:04o}", "content": "as shared"}
    return Change(
        {file.path: before},
        {file.path: after},
        lambda: host.store(file.path, content, file.mode),
        resources={"files": {file.path: describe_file(found, file.mode, changed=before != after)}},
    )


class _Authorities:
    """The CAs of the node, by their file names. Raises ``shared_certificates_unusable``.

    ``shared`` are the contents of the shared files by their entries; the default are the existing files of the node.
    """

    def __init__(
        self, host: Files, cluster: ClusterConfiguration, clock: Clock, shared: t.Mapping[str, bytes] | None
    ) -> None:
        files = plan_shared_files(cluster)
        self._contents = observe_shared_files(host, files) if shared is None else shared
        verify_shared_files(self._contents, files, now=clock.now(), source="this host")

    def certificate(self, name: str) -> x509.Certificate:
        return parse_certificates(self._contents[f"{name.replace('/', '-')}.crt"], what=f"{name}.crt")[0]

    def key(self, name: str) -> PrivateKey | None:
        """The key of a CA, None if it is not on the node."""
        return parse_private_key(self._contents.get(f"{name.replace('/', '-')}.key", b""))


def plan_leaf_certificates(
    host: WritableFiles,
    cluster: ClusterConfiguration,
    node: ControlPlaneNode,
    *,
    clock: Clock,
    shared: t.Mapping[str, bytes] | None = None,
    keys: NewKeys | None = None,
) -> Change:
    """Issue missing and incorrect certificates of the node (kubeadm: certs).

    ``shared`` are the shared files that the node will have when the change is applied, if they differ from the existing
    ones. Several changes that are applied together may share ``keys``. Raises ``shared_certificates_unusable``, and
    ``authority_key_missing`` if an external CA must sign a certificate.
    """
    authorities = _Authorities(host, cluster, clock, shared)
    issuer = _Issuer(cluster, authorities, clock, keys or NewKeys())
    changes, unsigned = [], []
    for profile in plan_profiles(cluster, node):
        leaf = _observe_leaf(host, cluster, profile, authorities, clock)
        if leaf.problem is not None and authorities.key(profile.authority) is None:
            unsigned.append(f"{profile.name}.crt {leaf.problem}")
        changes.append(_plan_leaf(host, cluster, profile, leaf, issuer))
    _refuse_unsigned(unsigned)
    return join_changes(changes)


@dataclass(frozen=True)
class _Leaf:
    """The files of a certificate and its key, and why they cannot be kept; None if they can."""

    certificate: FileState | None
    key: FileState | None
    problem: str | None

    def describe(self, path: str, key_path: str, profile: LeafProfile) -> Resources:
        changed = self.problem is not None
        files = {
            path: describe_file(self.certificate, 0o644, changed=changed),
            key_path: describe_file(self.key, 0o600, changed=changed),
        }
        text = self.certificate.text if self.certificate else ""
        return {"files": files, "certificates": {path: describe_leaf(profile, text, self.problem)}}


def _observe_leaf(
    host: Files, cluster: ClusterConfiguration, profile: LeafProfile, authorities: _Authorities, clock: Clock
) -> _Leaf:
    certificate, key = (host.read(path) for path in _paths_of(cluster, profile))
    problem = unfit_because(
        profile,
        certificate.text if certificate else None,
        key.content if key else None,
        authorities.certificate(profile.authority),
        now=clock.now(),
    )
    return _Leaf(certificate, key, problem)


def _paths_of(cluster: ClusterConfiguration, profile: LeafProfile) -> tuple[str, str]:
    return certificate_path(cluster, f"{profile.name}.crt"), certificate_path(cluster, f"{profile.name}.key")


def _plan_leaf(
    host: WritableFiles,
    cluster: ClusterConfiguration,
    profile: LeafProfile,
    leaf: _Leaf,
    issuer: _Issuer,
) -> Change:
    path, key_path = _paths_of(cluster, profile)
    if leaf.problem is not None:
        issuer.expect()

    def apply() -> None:
        certificate, key = issuer.issue(profile)
        host.store(key_path, key.encode("utf-8"), 0o600)
        host.store(path, certificate.encode("utf-8"), 0o644)

    resources = leaf.describe(path, key_path, profile)
    issue = Change({path: leaf.problem or _RIGHT}, {path: _RIGHT}, apply, resources=resources)
    return issue if issue.changed else join_changes([issue, plan_mode(host, key_path, leaf.key, 0o600)])


@dataclass(frozen=True)
class _Issuer:
    """Issues certificates of the node, each with a new key."""

    cluster: ClusterConfiguration
    authorities: _Authorities
    clock: Clock
    keys: NewKeys

    def expect(self) -> None:
        """Plan one more certificate."""
        self.keys.expect()

    def issue(self, profile: LeafProfile) -> tuple[str, str]:
        """A new certificate and its key, in PEM. Secret."""
        signer = self.authorities.key(profile.authority)
        if signer is None:
            raise _unsigned([f"{profile.name} is missing"])
        key = self.keys.take(key_algorithm(self.cluster))
        certificate = issue_certificate(
            profile,
            key,
            self.authorities.certificate(profile.authority),
            signer,
            serial=generate_serial(),
            now=self.clock.now(),
            validity=self.cluster.certificate_validity,
        )
        pem = render_key(key)
        remember_private_key(pem.encode("utf-8"), key)
        return certificate, pem


def _refuse_unsigned(problems: t.Sequence[str]) -> None:
    if problems:
        raise _unsigned(problems)


def _unsigned(problems: t.Sequence[str]) -> JoinError:
    return JoinError(
        "authority_key_missing",
        f"Cannot continue with an external CA, whose key is not on this host: {'; '.join(problems)}; copy the files that the CA "
        "has signed for this node to the host, or share the CA's key.",
        problems=list(problems),
    )


def plan_component_kubeconfigs(
    host: WritableFiles,
    cluster: ClusterConfiguration,
    node: ControlPlaneNode,
    *,
    clock: Clock,
    shared: t.Mapping[str, bytes] | None = None,
    keys: NewKeys | None = None,
) -> Change:
    """Write missing and incorrect kubeconfigs (kubeadm: kubeconfig). Arguments and errors are those of `plan_leaf_certificates`."""
    authorities = _Authorities(host, cluster, clock, shared)
    issuer = _Issuer(cluster, authorities, clock, keys or NewKeys())
    changes, unsigned = [], []
    for wanted in plan_kubeconfigs(cluster, node):
        found = host.read(wanted.file)
        checked = KubeconfigCheck("is missing")
        if found is not None:
            checked = check_kubeconfig(wanted, found, authorities.certificate("ca"), now=clock.now())
        if checked.identity is None and authorities.key("ca") is None:
            unsigned.append(f"{wanted.file} {checked.problem}")
        change = _plan_kubeconfig(host, cluster, wanted, checked, issuer)
        changes.append(replace(change, resources=_describe_kubeconfig(wanted, found, checked)))
    _refuse_unsigned(unsigned)
    return join_changes(changes)


def _describe_kubeconfig(wanted: ComponentKubeconfig, found: FileState | None, checked: KubeconfigCheck) -> Resources:
    changed = checked.problem is not None
    pem, problem = (checked.identity[0], None) if checked.identity else ("", checked.problem)
    return {
        "files": {wanted.file: describe_file(found, 0o600, changed=changed)},
        "certificates": {wanted.file: describe_leaf(wanted.profile, pem, problem)},
    }


def _plan_kubeconfig(
    host: WritableFiles,
    cluster: ClusterConfiguration,
    wanted: ComponentKubeconfig,
    checked: KubeconfigCheck,
    issuer: _Issuer,
) -> Change:
    if checked.identity is None:
        issuer.expect()

    def apply() -> None:
        certificate, key = checked.identity or issuer.issue(wanted.profile)
        authority = render_certificates([issuer.authorities.certificate("ca")])
        text = render_kubeconfig(wanted, cluster, certificate_authority=authority, certificate=certificate, key=key)
        host.store(wanted.file, text.encode("utf-8"), 0o600)

    return Change({wanted.file: checked.problem or _RIGHT}, {wanted.file: _RIGHT}, apply)


def plan_manifests(
    host: WritableFiles, cluster: ClusterConfiguration, node: ControlPlaneNode, *, patch: PatchPod | None = None
) -> Change:
    """Write the static pods of the three components (kubeadm: control-plane); the one of etcd is written when etcd joins."""
    changes = [] if host.has_folder(MANIFESTS_DIR) else [_plan_folder(host)]
    for pod in plan_component_pods(cluster, node).values():
        changes.append(_plan_manifest(host, pod, patch))
    return join_changes(changes)


def _plan_folder(host: WritableFiles) -> Change:
    return Change({MANIFESTS_DIR: _ABSENT}, {MANIFESTS_DIR: "0700"}, lambda: host.make_folder(MANIFESTS_DIR, 0o700))


def _plan_manifest(host: WritableFiles, pod: StaticPod, patch: PatchPod | None) -> Change:
    path = f"{MANIFESTS_DIR}/{pod.name}.yaml"
    manifest: t.Mapping[str, t.Any] = pod.manifest()
    content = render_manifest(patch(pod.name, dict(manifest)) if patch else manifest)
    found = host.read(path)
    displayed = _PROXY_CREDENTIALS.sub("//***@", content)
    before: t.Any = _ABSENT
    if found is not None:
        text = _PROXY_CREDENTIALS.sub("//***@", found.text)
        hidden = "" if text != displayed or found.text == content else "# differs in hidden credentials\n"
        before = {"mode": f"{found.mode:04o}", "content": text + hidden}
    after = {"mode": "0600", "content": displayed}
    return Change(
        {path: before},
        {path: after},
        lambda: host.store(path, content.encode("utf-8"), 0o600),
        resources={"files": {path: describe_file(found, 0o600, changed=before != after)}},
    )


def generate_serial() -> int:
    """A random serial number from 1 to 2^63-1, as in kubeadm."""
    return secrets.randbelow(2**63 - 1) + 1
