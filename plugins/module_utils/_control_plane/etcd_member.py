# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The phases check-etcd and etcd-join on a host: etcd's endpoints, and the member that runs here as a static pod."""

from __future__ import annotations

import re
import secrets
import typing as t
from dataclasses import dataclass, field, replace

from .._api.kubeapi import KubeApi
from .._api.lease import LeaseLock
from .._config.cluster import ClusterConfiguration, LocalEtcd, parse_cluster_configuration
from .._core.change import Change, Resources
from .._core.clock import Clock, polls
from .._core.defaults import ADMIN_CONF, API_CALL_TIMEOUT, COMPONENT_TIMEOUT, ETCD_CALL_TIMEOUT, LOCK_TIMEOUT
from .._core.errors import JoinError
from .._core.retry import Patience
from .._discovery.cluster import Cluster
from .._etcd.client import EtcdApi
from .._etcd.log import EtcdLogError, find_log_error
from .._etcd.membership import ETCD_LOCK, EtcdSpec, plan_membership
from .._host.machine import MANIFESTS_DIR, FileState, Host, describe_file
from .component_pod import render_manifest
from .etcd_manifest import peer_url, plan_etcd_pod
from .etcd_pods import find_etcd_endpoints, find_etcd_images, list_etcd_pods
from .host import Patching, PatchSources, describe_node, read_patching
from .local_node import ControlPlaneNode
from .validation import validate_cluster

__all__ = ("EtcdMemberSpec", "HostEtcd", "plan_etcd_member")

_MANIFEST = f"{MANIFESTS_DIR}/etcd.yaml"
_LOGS = "/var/log/pods"
#: Seconds that the kubelet may take to stop a pod after its manifest was removed, and seconds without a restart that prove it has.
_STOP_TIMEOUT = 60.0
_QUIET = 1.5
_INITIAL_CLUSTER = re.compile(r"^ *- --initial-cluster=.*\n", re.MULTILINE)


@dataclass(frozen=True)
class EtcdMemberSpec:
    """The etcd member to run on a host.

    ``node_name`` and ``advertise_address`` default to those of this host. ``timeout`` limits each step,
    ``api_call_timeout`` the search for members by the API server, ``lock_timeout`` the wait for other joining hosts, and
    ``health_timeout`` the start of the pod; all in seconds.
    """

    cluster: Cluster
    node_name: str = ""
    advertise_address: str = ""
    health_timeout: float = COMPONENT_TIMEOUT
    timeout: float = ETCD_CALL_TIMEOUT
    api_call_timeout: float = API_CALL_TIMEOUT
    lock_timeout: float = LOCK_TIMEOUT
    patch_sources: PatchSources = field(default_factory=PatchSources)


class HostEtcd:
    """Implements `_etcd.membership.EtcdInstance`: etcd as a static pod of this host's kubelet."""

    def __init__(
        self,
        host: Host,
        cluster: ClusterConfiguration,
        etcd: LocalEtcd,
        node: ControlPlaneNode,
        patch: Patching,
        clock: Clock,
        running_images: t.Sequence[str],
    ) -> None:
        self._host = host
        self._cluster = cluster
        self._etcd = etcd
        self._node = node
        self._patch = patch
        self._clock = clock
        self._running_images = running_images
        self._began = clock.now().timestamp()

    @property
    def _data(self) -> str:
        return f"{self._etcd.data_dir.rstrip('/')}/member"

    def has_data(self) -> bool:
        return self._host.has_folder(self._data)

    def is_placed(self) -> bool:
        return self._host.read(_MANIFEST) is not None

    def start(self, members: t.Sequence[tuple[str, str]]) -> None:
        content = self._render(members)
        if not self._host.has_folder(self._etcd.data_dir):
            self._host.make_folder(self._etcd.data_dir, 0o700)
        if self._is_current(self._host.read(_MANIFEST), content):
            return
        self._host.store(_MANIFEST, content.encode("utf-8"), 0o600)
        # The kubelet starts no pod of another manifest before it has deleted the old one at this host's own API server, which
        # does not serve without etcd. A restarted kubelet does not know the old one.
        if next(self._log_paths(), None):
            self._host.start_unit("kubelet", enable=False)

    def describe_files(self, *, starts: bool) -> Resources:
        """The manifest as modules return it; ``starts`` is whether `start` will be called. The manifest of a member without data is always written."""
        found = self._host.read(_MANIFEST)
        alone = [(self._node.name, peer_url(self._node))]
        changed = starts and not (self.has_data() and self._is_current(found, self._render(alone)))
        return {"files": {_MANIFEST: describe_file(found, 0o600, changed=changed)}}

    def _render(self, members: t.Sequence[tuple[str, str]]) -> str:
        pod = plan_etcd_pod(self._cluster, self._etcd, self._node, members=members, running_images=self._running_images)
        return render_manifest(self._patch("etcd", pod.manifest()))

    def _is_current(self, found: FileState | None, content: str) -> bool:
        return found is not None and self._lasting(found.text) == self._lasting(content)

    def _lasting(self, manifest: str) -> str:
        """The significant part of a manifest: a member with data ignores the initial cluster, so a change would only restart it."""
        return _INITIAL_CLUSTER.sub("", manifest) if self.has_data() else manifest

    def problem(self) -> str | None:
        """Why etcd cannot start: the kubelet does not run, or etcd has failed again after a restart."""
        unit = self._host.unit("kubelet")
        if not unit.running:
            return f"the kubelet, which must start it, is {unit.state}"
        restarts, error = self._read_log(self._began)
        return f"it exits on every start, with: {error.text}" if restarts and error.is_end else None

    def error(self) -> str:
        found = self._read_log(self._began)[1].text
        earlier = "" if found else self._read_log(0.0)[1].text
        return found or (earlier and f"the kubelet has not started it; the last error of an earlier start: {earlier}")

    def _log_paths(self) -> t.Iterator[tuple[str, int]]:
        """The logs of etcd on this host, with the number of restarts before each."""
        for path in self._host.list_files(_LOGS) or []:
            match = re.match(rf"kube-system_etcd-{re.escape(self._node.name)}_[^/]+/etcd/(\d+)\.log$", path)
            if match:
                yield f"{_LOGS}/{path}", int(match.group(1))

    def _read_log(self, since: float) -> tuple[int, EtcdLogError]:
        """The number of restarts of etcd, and the error in the newest of its logs that is not older than ``since``."""
        newest, found, restarts = since, EtcdLogError(), 0
        for path, number in self._log_paths():
            log = self._host.read(path)
            if log and log.modified >= newest:
                newest, found, restarts = log.modified, find_log_error(log.text), number
        return restarts, found

    def withdraw(self) -> None:
        self._host.remove(_MANIFEST)
        stopped: float | None = None
        for _left in polls(self._clock, _STOP_TIMEOUT, 0.05, 0.5):
            now = self._clock.monotonic()
            if self._host.has_process(f"--data-dir={self._etcd.data_dir}"):
                stopped = None
            elif stopped is None:
                stopped = now
            elif now - stopped >= _QUIET:
                self._host.remove(self._data)
                return
        raise JoinError(
            "etcd_not_started",
            f"etcd on this host did not stop within {_STOP_TIMEOUT:g} s after {_MANIFEST} was removed; stop it, then remove "
            f"{self._data}.",
        )


def plan_etcd_member(
    host: Host,
    spec: EtcdMemberSpec,
    *,
    clock: Clock,
    connect: t.Callable[[], KubeApi],
    connect_etcd: t.Callable[[t.Sequence[str], str], EtcdApi],
    asks: bool = True,
) -> Change:
    """Plan that this host becomes a voting member of etcd, which must have a quorum (kubeadm: etcd-join).

    ``connect`` connects to the cluster as its administrator, ``connect_etcd`` to etcd's endpoints with the certificates
    in a folder. Before control-plane-prepare, these do not exist, so no request is sent; nor if ``asks`` is false, so that
    check mode can continue. Patches that cannot be applied are refused before the member is added.
    Does nothing for an external etcd. Raises the errors of `plan_membership`, `read_patching` and `validate_cluster`, and
    ``patch_failed``.
    """
    configuration = parse_cluster_configuration(spec.cluster.cluster_configuration)
    etcd = configuration.etcd
    if not isinstance(etcd, LocalEtcd):
        return Change({}, {})
    validate_cluster(configuration)
    node = describe_node(
        host, name=spec.node_name, advertise_address=spec.advertise_address, health_timeout=spec.health_timeout
    )
    patch = read_patching(host, configuration, spec.patch_sources)
    patch("etcd", plan_etcd_pod(configuration, etcd, node).manifest())

    def plan() -> Change:
        api = connect()

        def find_members(_left: float) -> tuple[list[t.Any], list[str]]:
            pods = list_etcd_pods(api)
            return pods, find_etcd_endpoints(api, pods)

        pods, endpoints = Patience(clock, spec.api_call_timeout).ask(find_members)
        members = connect_etcd(endpoints, configuration.certificates_dir)
        images = find_etcd_images(pods, joining=node.name)
        local = HostEtcd(host, configuration, etcd, node, patch, clock, images)
        holder = f"{node.name}-{secrets.token_hex(4)}"
        lock = LeaseLock(api.with_patience(None), ETCD_LOCK, holder, clock=clock, wait=spec.lock_timeout)
        member = EtcdSpec(node.name, peer_url(node), spec.timeout, spec.health_timeout)
        change = plan_membership(members, local, member, clock=clock, lock=lock)
        return replace(change, resources={**change.resources, **local.describe_files(starts=change.changed)})

    if asks and host.read(ADMIN_CONF) is not None:
        return replace(plan(), notes=patch.notes)
    thing, url = f"etcd member {node.name}", peer_url(node)
    before, after = {"peer_url": url, "state": "absent"}, {"peer_url": url, "state": "voter"}
    manifest = describe_file(host.read(_MANIFEST), 0o600, changed=None)
    resources: Resources = {"member": {"name": node.name, **after}, "files": {_MANIFEST: manifest}}
    return Change({thing: before}, {thing: after}, lambda: plan().apply(), notes=patch.notes, resources=resources)
