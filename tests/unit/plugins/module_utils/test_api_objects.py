# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every reader of API objects, with objects of any content: a value or a JoinError."""

from __future__ import annotations

import base64
import json
import pathlib
import re
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.lease import LeaseLock
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.node import (
    await_node,
    observe_annotation,
    observe_node,
    refuse_taken_name,
    submit_annotation,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.nodes import await_nodes, list_ready_nodes
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.tls import unverified
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.cluster_status import (
    keeps_cluster_status,
    plan_update_status,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.etcd_pods import (
    find_etcd_endpoints,
    find_etcd_images,
    list_etcd_pods,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.files import (
    ControlPlaneSpec,
    plan_control_plane_files,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import ControlPlaneNode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.mark import plan_mark
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.prepare import plan_shared_writes
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates import (
    encrypt_shared_files,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates_upload import (
    UploadSpec,
    plan_upload,
    plan_upload_withdrawal,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.change import Change
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.objects import mapping_at
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.run_mark import RunMark
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.bootstrap_token import (
    TokenSpec,
    plan_token,
    plan_token_withdrawal,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.by_file import discover_by_file
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.by_token import (
    await_signature,
    discover_by_admin,
    read_configuration,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.csr import request_node_identity
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.invitations import (
    InvitationSecret,
    list_invitations,
    plan_invitation_withdrawal,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.wait import KubeletWatch
from ansible_collections.kubejoin.kubeadm.tests.unit.support.anything import ANYTHING, Expected, altered
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import KUBELET_CONFIGURATION
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN, cluster_info, kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.control_plane import (
    CONFIGURATION,
    FILES,
    SHARED,
    cluster_of,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st

CA = Authority.make()
KEY = bytes(range(32))
CLUSTER = cluster_of(SHARED)
STATUS = (
    "apiEndpoints:\n  cp-1: {advertiseAddress: 192.0.2.1}\napiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterStatus\n"
)
OWNER = {"kind": "Secret", "name": "bootstrap-token-abcdef", "uid": "u"}
MARK: dict[str, t.Any] = RunMark("3116", "2026-01-01T00:00:00Z", "c b n 7 8", "3115").metadata()
SYSTEM = "/api/v1/namespaces/kube-system"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def sealed(contents: t.Mapping[str, bytes], name: str = "kubeadm-certs") -> dict[str, str]:
    return encrypt_shared_files(contents, KEY, (bytes([number] * 12) for number in range(99)), name=name)


#: A valid object by the part of its path.
VALID: dict[str, t.Any] = {
    "/nodes": {
        "metadata": {
            "name": "cp-1",
            "uid": "u",
            "resourceVersion": "1",
            "labels": {"kubernetes.io/hostname": "cp-1", "node-role.kubernetes.io/control-plane": ""},
            "annotations": {"a": "b"},
        },
        "spec": {"taints": [{"key": "k", "value": "v", "effect": "NoSchedule"}]},
        "status": {"conditions": [{"type": "Ready", "status": "False", "reason": "r", "message": "m"}]},
        "items": [{"metadata": {"name": "cp-1"}}],
    },
    "/pods": {
        "items": [
            {
                "metadata": {
                    "annotations": {
                        "kubernetes.io/config.mirror": "x",
                        "kubeadm.kubernetes.io/etcd.advertise-client-urls": "https://192.0.2.1:2379",
                    }
                },
                "spec": {"nodeName": "cp-1", "containers": [{"name": "etcd", "image": "etcd:3"}]},
            }
        ]
    },
    "/secrets/kubeadm-certs": {
        "metadata": {"name": "kubeadm-certs", "uid": "u", "ownerReferences": [OWNER]},
        "data": sealed(SHARED),
    },
    "/secrets/invitation": {
        "metadata": {"name": "invitation", "uid": "u", "ownerReferences": [OWNER]},
        "data": sealed(SHARED, "invitation"),
    },
    "/secrets/bootstrap-token": {
        "metadata": {"name": "bootstrap-token-abcdef", "uid": "u", "resourceVersion": "7", **MARK},
        "type": "bootstrap.kubernetes.io/token",
        "data": {
            "token-id": encoded(TOKEN.id),
            "token-secret": encoded(TOKEN.secret),
            "expiration": encoded("2030-01-01T00:00:00Z"),
            "auth-extra-groups": encoded("system:bootstrappers:a"),
            "usage-bootstrap-signing": encoded("true"),
        },
    },
    "/secrets": {
        "metadata": {"name": "made", "uid": "u"},
        "items": [
            {
                "metadata": {"name": "bootstrap-token-abcdef", "uid": "u", "resourceVersion": "7", **MARK},
                "type": "bootstrap.kubernetes.io/token",
                "data": {"token-id": encoded(TOKEN.id), "expiration": encoded("2030-01-01T00:00:00Z")},
            },
            {"metadata": {"name": "made", "uid": "v", "ownerReferences": [OWNER], **MARK}},
        ],
    },
    "/certificatesigningrequests": {
        "metadata": {"name": "csr-1"},
        "status": {
            "certificate": encoded(CA.pem),
            "conditions": [{"type": "Approved", "reason": "r", "message": "m"}],
        },
    },
    "/leases": {
        "metadata": {"name": "lock", "resourceVersion": "1"},
        "spec": {
            "holderIdentity": "other",
            "leaseDurationSeconds": 3,
            "acquireTime": "2026-01-01T00:00:00.000000Z",
            "renewTime": "2026-01-01T00:00:00.000000Z",
            "leaseTransitions": 1,
        },
    },
    "/configmaps/cluster-info": cluster_info(kubeconfig(CA.pem), TOKEN),
    "/configmaps/kubeadm-config": {
        "metadata": {"resourceVersion": "1"},
        "data": {"ClusterConfiguration": CONFIGURATION, "ClusterStatus": STATUS},
    },
    "/version": {"gitVersion": "v1.37.2"},
    "/configmaps/kubelet-config": {"data": {"kubelet": KUBELET_CONFIGURATION}},
    "/roles": {"rules": [], "metadata": {"ownerReferences": [OWNER]}},
    "/rolebindings": {
        "subjects": [{"kind": "Group", "name": "system:bootstrappers:a"}],
        "metadata": {"ownerReferences": [OWNER]},
    },
}


def kind_of(path: str) -> str:
    return max((part for part in VALID if part in path), key=len)


class Altered(KubeApi):
    """A trusted API server, one kind of whose objects has any content."""

    def __init__(self, kind: str, value: t.Any) -> None:
        super().__init__("https://api.example.org:6443", unverified())
        self.objects = {**VALID, kind: value}

    def _ask(self, method: str, path: str, **options: t.Any) -> dict[str, t.Any]:
        return self._parse(json.dumps(self.objects[kind_of(path)]).encode(), path)

    def watch(
        self, path: str, timeout: float, *, name: str = "", version: str = ""
    ) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
        yield "MODIFIED", mapping_at(self._ask("GET", path))


def carry_out(change: Change) -> None:
    """Apply a change, whose results can be returned by a module."""
    json.dumps([change.before, change.after, change.resources], allow_nan=False)
    change.apply()


def host_with_files() -> TestHost:
    host = TestHost("cp-1")
    plan_shared_writes(host, FILES, SHARED).apply()
    return host


def hold_lock(api: KubeApi) -> None:
    clock = TestClock()
    lock = LeaseLock(api, "lock", "this", clock=clock, wait=5)
    lock.acquire()
    clock.sleep(11)
    lock.keep()
    lock.release()


def read_etcd_pods(api: KubeApi) -> None:
    pods = list_etcd_pods(api)
    assert all(isinstance(image, str) for image in find_etcd_images(pods, joining="cp-2"))
    assert all(isinstance(url, str) for url in find_etcd_endpoints(api, pods))


def download(api: KubeApi) -> None:
    spec = ControlPlaneSpec(
        cluster=CLUSTER,
        node_name="cp-2",
        advertise_address="192.0.2.2",
        phases=("control-plane-prepare/download-certs",),
        certificate_key=KEY.hex(),
        connect=lambda: api,
    )
    carry_out(
        plan_control_plane_files(
            TestHost("cp-2"), spec, clock=TestClock(), connect=lambda: api, connect_etcd=t.cast("t.Any", None)
        )
    )


def read_configurations(api: KubeApi) -> None:
    """Also without a version, which is then that of the API server."""
    whole = VALID["/configmaps/kubeadm-config"]["data"]
    if isinstance(api, Altered) and api.objects["/version"] is not VALID["/version"]:
        text = CONFIGURATION.replace("kubernetesVersion: v1.37.2\n", "")
        api.objects["/configmaps/kubeadm-config"] = {"data": {**whole, "ClusterConfiguration": text}}
    read = read_configuration(api, CLUSTER, clock=TestClock(), timeout=0)
    json.dumps(read.to_mapping(), allow_nan=False)
    keeps_cluster_status(read.cluster_configuration)


def list_all_invitations(api: KubeApi) -> None:
    found = list_invitations(api, clock=TestClock())
    json.dumps(found, allow_nan=False)
    if isinstance(api, Altered) and api.objects["/secrets"] is VALID["/secrets"]:
        assert [entry["secret"]["name"] for entry in found] == ["bootstrap-token-abcdef", "made"]


NODE = ControlPlaneNode("cp-1", "192.0.2.2")
TAINTS = [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]
#: What reads API objects, with the kinds that it reads.
READERS: list[tuple[str, t.Callable[[KubeApi], object]]] = [
    ("/nodes", lambda api: json.dumps(observe_node(api, "cp-1").describe("cp-1"))),
    ("/nodes", lambda api: observe_annotation(api, "cp-1", "a")),
    ("/nodes", lambda api: submit_annotation(api, "cp-1", "a", "b")),
    ("/nodes", lambda api: refuse_taken_name(api, "cp-1")),
    (
        "/nodes",
        lambda api: await_node(
            api, "cp-1", "ready", clock=TestClock(), timeout=1, watch=KubeletWatch(TestHost("cp-1"))
        ),
    ),
    ("/nodes", list_ready_nodes),
    ("/nodes", lambda api: await_nodes(api, ["cp-1"], "ready", clock=TestClock(), timeout=1)),
    ("/nodes", lambda api: carry_out(plan_mark(api, "cp-1", TAINTS, clock=TestClock(), timeout=1))),
    ("/nodes /pods", read_etcd_pods),
    ("/secrets/kubeadm-certs", download),
    (
        "/secrets/kubeadm-certs /secrets /roles /rolebindings",
        lambda api: carry_out(plan_upload(host_with_files(), api, UploadSpec(CLUSTER, KEY), clock=TestClock())),
    ),
    (
        "/secrets/invitation /secrets /roles /rolebindings /secrets/bootstrap-token",
        lambda api: carry_out(
            plan_upload(host_with_files(), api, UploadSpec(CLUSTER, KEY, name="invitation"), clock=TestClock())
        ),
    ),
    ("/secrets/kubeadm-certs /secrets/bootstrap-token", lambda api: carry_out(plan_upload_withdrawal(api, KEY))),
    ("/secrets/bootstrap-token", lambda api: carry_out(plan_token(api, TokenSpec(TOKEN, 60), clock=TestClock()))),
    ("/secrets/bootstrap-token", lambda api: carry_out(plan_token_withdrawal(api, TOKEN.id))),
    ("/secrets", list_all_invitations),
    (
        "/secrets/bootstrap-token",
        lambda api: carry_out(plan_invitation_withdrawal(api, [InvitationSecret("bootstrap-token-abcdef", "u", "7")])),
    ),
    (
        "/certificatesigningrequests",
        lambda api: request_node_identity(api, "cp-1", authorities=[CA.certificate], clock=TestClock(), timeout=1),
    ),
    ("/leases", hold_lock),
    ("/configmaps/cluster-info", discover_by_admin),
    ("/configmaps/cluster-info", lambda api: await_signature(api, TOKEN, clock=TestClock(), timeout=0)),
    (
        "/configmaps/cluster-info",
        lambda api: discover_by_file(api, "", what="the file", clock=TestClock(), timeout=0),
    ),
    ("/configmaps/kubeadm-config /configmaps/kubelet-config /version", read_configurations),
    (
        "/configmaps/kubeadm-config",
        lambda api: carry_out(plan_update_status(api, NODE, clock=TestClock(), timeout=1)),
    ),
]
#: The files whose calls of the API server the readers reach.
FILES_OF_READERS = {
    "_api/lease.py", "_api/node.py", "_api/nodes.py", "_control_plane/cluster_status.py", "_control_plane/etcd_pods.py", "_control_plane/files.py",
    "_control_plane/mark.py", "_control_plane/shared_certificates_upload.py", "_discovery/bootstrap_token.py",
    "_discovery/by_token.py", "_discovery/csr.py", "_discovery/invitations.py",
}  # fmt: skip
CASES = [(kind, number) for number, (kinds, _read) in enumerate(READERS) for kind in kinds.split()]
_CALL = re.compile(r"\b(?:self\._)?api\.(?:get|find|watch|create|replace|patch)\(")


@pytest.mark.parametrize(("kind", "number"), CASES)
def test_an_object_of_any_content_is_read_or_refused(kind: str, number: int) -> None:
    """Changed in up to three places, or another value altogether."""

    @settings(max_examples=max(1, settings.default.max_examples // 3), deadline=None)
    @given(altered(VALID[kind]) | ANYTHING)
    def read(value: t.Any) -> None:
        with Expected():
            READERS[number][1](Altered(kind, value))

    read()


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(SHARED)), st.binary(max_size=40)),
    st.sampled_from(sorted(SHARED)),
    st.integers(0, 999),
)
def test_shared_files_of_any_content_are_read_or_refused(contents: dict[str, bytes], entry: str, position: int) -> None:
    """What the certificate key decrypts, but is no certificate or key, or one with text around it."""
    damaged = bytearray(SHARED[entry])
    damaged[position % len(damaged)] ^= 0xC0
    for files in (
        {**SHARED, **contents},
        {**SHARED, entry: bytes(damaged)},
        {**SHARED, entry: "ä\n".encode() + SHARED[entry]},
    ):
        with Expected():
            download(Altered("/secrets/kubeadm-certs", {"data": sealed(files)}))


@pytest.mark.parametrize("number", range(len(READERS)))
def test_every_reader_reads_valid_objects(number: int) -> None:
    """Each reader reaches the objects that the property alters: without change, it ends without an error of their form."""
    with Expected():
        READERS[number][1](Altered("/nodes", VALID["/nodes"]))


def test_no_reader_is_missing() -> None:
    """All files that call the API server are read here."""
    library = REPOSITORY / "plugins" / "module_utils"
    found = {
        str(path.relative_to(library))
        for path in sorted(pathlib.Path(library).rglob("*.py"))
        if _CALL.search(path.read_text(encoding="utf-8")) and path.name != "kubeapi.py"
    }
    assert found == FILES_OF_READERS
