# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The join state of a host, read from the host and the cluster: its cluster, and the remaining steps."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field, replace

from .._config.images import COMPONENTS
from .._core.clock import Clock
from .._core.defaults import ADMIN_CONF
from .._core.errors import JoinError
from .file_mode import mode_problem
from .kubelet_unit import KubeletUnit, read_kubelet_unit
from .machine import KUBELET_CONF, MANIFESTS_DIR, Files, Host
from .node_name import settle_node_name

if t.TYPE_CHECKING:
    from .._api.node import ConnectAsNode

__all__ = ("NodeState", "observe_node_state")

#: The folder of an API server's certificates, if its etcd has the CA that is in it.
_ETCD_CA = re.compile(r"--etcd-cafile=([^\s\"]+)/etcd/ca\.crt")
#: The folder of an API server's certificates, and the private files of a control plane.
_KEY_FOLDER = re.compile(r"--tls-private-key-file=([^\s\"]+)/apiserver\.key")
_KEYS = (
    "ca", "front-proxy-ca", "etcd/ca", "apiserver", "apiserver-kubelet-client", "front-proxy-client", "etcd/server", "etcd/peer",
    "etcd/healthcheck-client", "apiserver-etcd-client",
)  # fmt: skip
_KUBECONFIGS = (ADMIN_CONF, "/etc/kubernetes/controller-manager.conf", "/etc/kubernetes/scheduler.conf")


@dataclass(frozen=True)
class NodeState:
    """The join state of a host. ``pending`` are the remaining steps, as sentences; it is empty if the host has joined.

    ``machine_id`` is systemd's ID of the host. ``server`` and ``ca_cert_hashes`` identify the cluster of kubelet.conf;
    ``certificate_expires`` is in RFC 3339 format. ``states`` has an entry for each part: whether the ``kubelet`` has joined, and
    on a control plane, whether its ``static_pods`` exist, and whether its Node has the ``mark`` of a control plane. ``error`` is why
    the API server could not be queried. Unknown values are None.
    """

    node_name: str
    machine_id: str | None
    pending: tuple[str, ...]
    server: str | None = None
    ca_cert_hashes: tuple[str, ...] = ()
    certificate_expires: str | None = None
    states: t.Mapping[str, bool | None] = field(default_factory=dict)
    error: JoinError | None = None

    @property
    def joined(self) -> bool:
        return not self.pending

    def result(self) -> dict[str, t.Any]:
        """The fields as a module returns them; ``pending`` has the sentence of ``error``."""
        return {name: value for name, value in vars(self).items() if name != "error"}


def observe_node_state(
    host: Host,
    *,
    node_name: str,
    pins: t.Collection[str],
    level: str,
    clock: Clock,
    connect: ConnectAsNode,
    can_connect: bool = True,
    control_plane: bool = False,
) -> NodeState:
    """Inspect the host, and query the cluster as this node only if the host seems to have joined.

    ``pins`` are the pins of the intended cluster, empty if it is unknown; ``level`` is one of WAIT_LEVELS;
    ``connect`` connects as this node to a server with its CA bundle; ``can_connect`` is false if the libraries for
    certificates are missing. Membership in another cluster is a pending step. A control plane has joined if its static pods
    exist and its Node is marked, which is the last step of a join. Raises ``not_privileged`` and ``node_name_invalid``.
    """
    if not host.is_root():
        raise JoinError(
            "not_privileged", "Cannot inspect this host: the module does not run as root; set `become: true`."
        )
    identity = host.read("/etc/machine-id")
    machine_id = (identity.text.strip() if identity else "") or None
    missing = tuple(_missing_pods(host)) if control_plane else ()
    unit = read_kubelet_unit(host, host.hostname())
    found, is_marked = _observe_kubelet(
        host,
        NodeState(settle_node_name(host, node_name, unit=unit), machine_id, ()),
        unit,
        pins=pins,
        level=level,
        clock=clock,
        connect=connect,
        can_connect=can_connect,
        # A control plane queries its own API server, which does not run without its static pods.
        can_ask=not missing if control_plane else level != "none",
    )
    states: dict[str, bool | None] = {"kubelet": found.joined, "static_pods": None, "mark": None}
    if control_plane:
        states.update(static_pods=not missing, mark=is_marked)
    exposed = tuple(_exposed_files(host)) if control_plane else ()
    pending = (*found.pending, *missing, *exposed)
    if control_plane and not pending and not is_marked:
        pending = (f"node {found.node_name} is not marked as a control plane",)
    return replace(found, pending=pending, states=states)


def _observe_kubelet(
    host: Host,
    unknown: NodeState,
    unit: KubeletUnit,
    *,
    pins: t.Collection[str],
    level: str,
    clock: Clock,
    connect: ConnectAsNode,
    can_connect: bool,
    can_ask: bool,
) -> tuple[NodeState, bool | None]:
    """The membership of the kubelet, and whether its Node is marked as a control plane."""
    kubeconfig = host.read(KUBELET_CONF)
    if kubeconfig is None:
        return replace(unknown, pending=(f"{KUBELET_CONF} is absent",)), None
    if not can_connect:
        missing = f"{KUBELET_CONF} exists, but the Python libraries for checking it are missing"
        return replace(unknown, pending=(missing,)), None
    # Only here: its libraries take longer to load than all of the above, and may be missing.
    from .membership import observe_membership

    found = observe_membership(
        host,
        kubeconfig.text,
        unit,
        node_name=unknown.node_name,
        pins=pins,
        level=level,
        clock=clock,
        connect=connect,
        can_ask=can_ask,
    )
    state = replace(
        unknown,
        pending=found.pending,
        server=found.server,
        ca_cert_hashes=found.ca_cert_hashes,
        certificate_expires=found.certificate_expires,
        error=found.error,
    )
    return state, found.is_control_plane


def _exposed_files(host: Files) -> t.Iterator[str]:
    """The keys and kubeconfigs of a control plane that other users can read."""
    server = host.read(f"{MANIFESTS_DIR}/kube-apiserver.yaml")
    folder = _KEY_FOLDER.search(server.text if server is not None else "")
    keys = {f"{folder[1]}/{name}.key": 0o600 for name in _KEYS} if folder else {}
    if folder:
        keys[f"{folder[1]}/sa.key"] = 0o640  # with RootlessControlPlane, kubeadm lets a group read it
    for path, mode in {**dict.fromkeys(_KUBECONFIGS, 0o600), **keys}.items():
        problem = mode_problem(host.read(path), mode)
        if problem is not None:
            yield f"{path} {problem}"


def _missing_pods(host: Files) -> t.Iterator[str]:
    """The missing static pods of a control plane, including etcd if this host has the certificates of a member.

    The address in ``--etcd-servers`` does not decide: an external etcd may be at 127.0.0.1, and a member at another address.
    """
    texts = {name: host.read(f"{MANIFESTS_DIR}/{name}.yaml") for name in (*COMPONENTS, "etcd")}
    server = texts["kube-apiserver"]
    folder = _ETCD_CA.search(server.text if server is not None else "")
    if server is not None and not (folder and host.read(f"{folder[1]}/etcd/peer.key")):
        del texts["etcd"]
    for name, text in texts.items():
        if text is None:
            yield f"{MANIFESTS_DIR}/{name}.yaml is absent"
