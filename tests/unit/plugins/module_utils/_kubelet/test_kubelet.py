# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""kubelet-start: what is planned, in which order it is made, and what an interruption leaves."""

from __future__ import annotations

import base64
import dataclasses
import itertools
import json
import re
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import KubeApi
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts_reader import read_facts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import parse_token
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._host.machine import FileState
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.files import render_kubelet_kubeconfig
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.kubelet import KubeletSpec, plan_kubelet
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CA,
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
    ApiServer,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_server import FakeServer
from cryptography import x509
from cryptography.hazmat.primitives import serialization

TOKEN = parse_token("abcdef.0123456789abcdef")
PEM = "/var/lib/kubelet/pki/kubelet-client-2026-06-01-00-00-00.pem"
IN_ORDER = [
    f"store {PEM}",
    "link /var/lib/kubelet/pki/kubelet-client-current.pem",
    "store /etc/kubernetes/pki/ca.crt",
    "store /var/lib/kubelet/instance-config.yaml",
    "store /var/lib/kubelet/config.yaml",
    "store /var/lib/kubelet/kubeadm-flags.env",
    "store /etc/kubernetes/kubelet.conf",
    "start kubelet",
]


class Setting:
    """A host, an API server, and a plan of the one for the other."""

    def __init__(self, server: FakeServer) -> None:
        self.host = TestHost()
        self.clock = TestClock()
        self.cluster = Cluster(
            server.url,
            CA.pem,
            (pin_of(CA.certificate),),
            CLUSTER_CONFIGURATION,
            KUBELET_CONFIGURATION,
            read_facts(CLUSTER_CONFIGURATION, KUBELET_CONFIGURATION),
        )

    def plan(self, **changes: t.Any) -> t.Any:
        spec = KubeletSpec(**{"cluster": self.cluster, "token": TOKEN, "timeout": 1.0, "wait_timeout": 1.0, **changes})
        return plan_kubelet(self.host, spec, clock=self.clock, connect=self._connect)

    def _connect(self, server: str, certificate_authority: str) -> KubeApi:
        return Cluster(server, certificate_authority, self.cluster.ca_cert_hashes).connect("a-certificate-of-a-node")


@pytest.fixture
def api() -> ApiServer:
    return ApiServer()


@pytest.fixture
def setting(api: ApiServer) -> t.Iterator[Setting]:
    with FakeServer(lambda method, path: (500, {}), CA) as server:
        server.answer_with_body = api.answer
        yield Setting(server)


def test_the_certificate_comes_first_and_the_service_last(setting: Setting) -> None:
    """Nothing is written before the certificate is there; kubelet.conf, which makes the kubelet go, is the last file."""
    setting.plan().apply()
    assert setting.host.actions == IN_ORDER


def test_planning_does_nothing_and_asks_nothing(setting: Setting, api: ApiServer) -> None:
    """So check mode needs neither a token that exists nor a cluster that answers."""
    change = setting.plan()
    assert change.changed
    assert setting.host.actions == []
    assert api.sent == []


def test_a_plan_reads_the_unit_of_the_kubelet_once(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its drop-ins are in many folders."""
    read: list[str] = []
    files = setting.host.read
    monkeypatch.setattr(setting.host, "read", lambda path: (read.append(path), files(path))[1])
    setting.plan()
    assert read.count("/etc/systemd/system/kubelet.service") == 1


def test_after_applying_nothing_is_left_to_change(setting: Setting, api: ApiServer) -> None:
    """Without a token, too: the certificate that is there is kept."""
    setting.plan().apply()
    api.taken = True
    again = setting.plan(token=None)
    assert dict(again.before) == dict(again.after)


@pytest.mark.parametrize("step", range(len(IN_ORDER)))
def test_interrupted_at_any_step_the_next_run_reaches_the_same_end(setting: Setting, api: ApiServer, step: int) -> None:
    """The host fails right before the given step; files, modes and service are then as without the failure."""
    whole = Setting.__new__(Setting)
    whole.__dict__.update(setting.__dict__, host=TestHost())
    whole.plan().apply()
    steps = iter(range(len(IN_ORDER)))

    def failing(real: t.Callable[..., None]) -> t.Callable[..., None]:
        def act(*arguments: t.Any, **options: t.Any) -> None:
            if next(steps) == step:
                raise JoinError("file_not_written", "the disk is full")
            real(*arguments, **options)

        return act

    host = setting.host
    real = host.store, host.link, host.start_unit
    host.store, host.link, host.start_unit = map(failing, real)  # type: ignore[method-assign]
    with pytest.raises(JoinError):
        setting.plan().apply()
    host.store, host.link, host.start_unit = real  # type: ignore[method-assign]
    setting.plan().apply()
    public = {path: (f.mode, f.content) for path, f in host.files.items() if path != PEM}
    assert public == {path: (f.mode, f.content) for path, f in whole.host.files.items() if path != PEM}
    assert host.links == whole.host.links
    assert host.kubelet_unit.running


@pytest.mark.parametrize(
    ("conditions", "code", "evidence"),
    [
        ([{"type": "Denied", "reason": "No", "message": "go away"}], "csr_denied", "No: go away"),
        (
            [{"type": "Approved"}, {"type": "Failed", "reason": "Broken", "message": "signer"}],
            "csr_denied",
            "Broken: signer",
        ),
        ([{"type": "Approved", "reason": "ByHand", "message": "yes"}], "csr_not_signed", "Approved: ByHand: yes"),
        ([{"type": "Other", "reason": "Why", "message": "so"}], "csr_not_approved", "Other: Why: so"),
        ([{}], "csr_not_approved", "no reason: no message"),
    ],
    ids=["denied", "failed", "not signed", "not approved", "odd"],
)
def test_without_a_certificate_nothing_is_written(
    setting: Setting, api: ApiServer, conditions: list[dict[str, str]], code: str, evidence: str
) -> None:
    """Each cause has its own code, and the error has the state of the request."""
    api.conditions = conditions
    with pytest.raises(JoinError) as caught:
        setting.plan().apply()
    assert caught.value.code == code
    assert evidence in str(caught.value)
    assert evidence in caught.value.details["state"]
    assert setting.host.actions == []


def test_a_certificate_of_another_ca_is_not_used(setting: Setting, api: ApiServer) -> None:
    """The signing controller has another CA than the one that nodes trust."""
    api.authority = Authority.make("somebody else")
    with pytest.raises(JoinError) as caught:
        setting.plan().apply()
    assert caught.value.code == "csr_bad_certificate"
    assert setting.host.actions == []


def test_the_name_of_a_ready_node_is_not_taken(setting: Setting, api: ApiServer) -> None:
    """No CSR is sent, nothing is written."""
    api.taken = True
    with pytest.raises(JoinError) as caught:
        setting.plan().apply()
    assert caught.value.code == "node_name_taken"
    assert api.sent == []
    assert setting.host.actions == []


def test_the_request_is_the_kubelets_own(setting: Setting, api: ApiServer) -> None:
    """Signer, usages and name as the kubelet sends them; the subject is the node's; no alternative names."""
    setting.plan().apply()
    (sent,) = api.sent
    assert sent["metadata"] == {"generateName": "csr-"}
    assert sent["spec"]["signerName"] == "kubernetes.io/kube-apiserver-client-kubelet"
    assert sent["spec"]["usages"] == ["digital signature", "client auth"]
    assert set(sent["spec"]) == {"request", "signerName", "usages"}
    request = x509.load_pem_x509_csr(base64.b64decode(sent["spec"]["request"]))
    assert [str(attribute.value) for attribute in request.subject] == ["system:nodes", "system:node:worker-1"]
    assert not list(request.extensions)


def test_certificate_and_key_lie_in_one_private_file(setting: Setting) -> None:
    """As the kubelet keeps them: certificate first, then the EC key; 0600; the current link leads there."""
    setting.plan().apply()
    stored = setting.host.files[PEM]
    assert stored.mode == 0o600
    assert stored.text.index("BEGIN CERTIFICATE") < stored.text.index("BEGIN EC PRIVATE KEY")
    serialization.load_pem_private_key(stored.content[stored.content.index(b"-----BEGIN EC") :], None)
    assert setting.host.links == {"/var/lib/kubelet/pki/kubelet-client-current.pem": PEM}


def test_nothing_that_is_printed_holds_the_token_or_the_key(setting: Setting) -> None:
    """The change is what becomes the diff."""
    change = setting.plan()
    change.apply()
    shown = repr(change) + json.dumps(dict(change.before)) + json.dumps(dict(change.after)) + repr(setting.host.files)
    assert TOKEN.secret not in shown
    assert "PRIVATE KEY" not in shown


def test_a_ca_file_of_another_cluster_is_refused(setting: Setting) -> None:
    """A leftover that would make the kubelet trust somebody else."""
    setting.host.store("/etc/kubernetes/pki/ca.crt", Authority.make().pem.encode(), 0o644)
    with pytest.raises(JoinError) as caught:
        setting.plan()
    assert caught.value.code == "joined_elsewhere"


def test_a_kubelet_conf_of_another_cluster_is_refused(setting: Setting) -> None:
    """Also where preflight ignores it; one that nobody can read is replaced."""
    text = render_kubelet_kubeconfig(server="https://x:1", certificate_authority=Authority.make().pem, client_pem="/p")
    setting.host.store("/etc/kubernetes/kubelet.conf", text.encode(), 0o600)
    with pytest.raises(JoinError) as caught:
        setting.plan()
    assert caught.value.code == "joined_elsewhere"
    assert "https://x:1" in str(caught.value)
    setting.host.store("/etc/kubernetes/kubelet.conf", b"left", 0o600)
    setting.plan()


def test_a_token_that_expires_during_the_run_is_reported(setting: Setting, api: ApiServer) -> None:
    """Discovery has used it, so being refused now has one cause; nothing is written."""
    api.expired = True
    with pytest.raises(JoinError) as caught:
        setting.plan().apply()
    assert caught.value.code == "token_expired"
    assert caught.value.details["token_id"] == TOKEN.id
    assert TOKEN.secret not in str(caught.value)
    assert setting.host.actions == []


@pytest.mark.parametrize("version", ["v1.38.0", "v1.33.9", "v2.37.0"])
def test_a_kubelet_out_of_step_is_refused(setting: Setting, version: str) -> None:
    """Newer than the cluster, or more than three minors older."""
    with pytest.raises(JoinError) as caught:
        setting.plan(kubelet_version=version)
    assert caught.value.code == "kubelet_version_skew"


def test_a_kubelet_that_has_not_read_its_files_is_restarted(setting: Setting, api: ApiServer) -> None:
    """Determined by the time of its start: an earlier run may have ended right before the restart."""
    setting.plan().apply()
    api.taken = True
    setting.host.store(
        "/var/lib/kubelet/config.yaml", setting.host.files["/var/lib/kubelet/config.yaml"].content, 0o644
    )
    setting.host.actions.clear()
    change = setting.plan()
    assert change.changed
    change.apply()
    assert setting.host.actions == ["start kubelet"]


def test_a_kubelet_whose_unit_has_changed_is_restarted(setting: Setting, api: ApiServer) -> None:
    """As after a drop-in file was fixed, while systemd still uses what it has read before."""
    setting.plan().apply()
    api.taken = True
    setting.host.kubelet_unit = dataclasses.replace(setting.host.kubelet_unit, stale=True)
    setting.host.actions.clear()
    setting.plan().apply()
    assert setting.host.actions == ["start kubelet"]
    again = setting.plan()
    assert dict(again.before) == dict(again.after)


def test_without_token_and_certificate_the_token_is_asked_for(setting: Setting) -> None:
    """And nothing else is tried."""
    with pytest.raises(JoinError) as caught:
        setting.plan(token=None)
    assert caught.value.code == "token_missing"


def test_a_node_that_never_comes_is_named_with_what_the_kubelet_says(setting: Setting, api: ApiServer) -> None:
    """All is written by then, so that the next run only waits; a kubelet that keeps ending is not waited for."""
    api.registers = False
    with pytest.raises(JoinError) as caught:
        setting.plan(wait_timeout=0.2).apply()
    assert caught.value.code == "node_not_registered"
    assert "its log has no error of the registration" in str(caught.value) and "the last line of the log" in str(
        caught.value
    )
    assert setting.host.actions == IN_ORDER
    running, restarts = setting.host.kubelet_unit, itertools.count(step=2)
    setting.host.unit = lambda name: dataclasses.replace(running, restarts=next(restarts))  # type: ignore[method-assign]
    with pytest.raises(JoinError, match="the last line of the log") as caught:
        setting.plan(wait_timeout=30).apply()
    assert caught.value.code == "node_not_registered"


def test_a_host_without_the_kubelets_service_is_refused(setting: Setting, api: ApiServer) -> None:
    """Before anything is asked or written."""
    setting.host.kubelet_unit = dataclasses.replace(setting.host.kubelet_unit, exists=False)
    with pytest.raises(JoinError) as caught:
        setting.plan()
    assert caught.value.code == "kubelet_service_missing"
    assert api.sent == []
    assert setting.host.actions == []


def test_a_private_file_that_is_there_is_not_shown(setting: Setting) -> None:
    """A kubelet.conf of somebody else may hold a key: the diff says that it differs, not what it is."""
    setting.host.store("/etc/kubernetes/kubelet.conf", b"client-key-data: somebody's\n", 0o600)
    change = setting.plan()
    assert "somebody" not in json.dumps(dict(change.before))
    assert change.before["/etc/kubernetes/kubelet.conf"] != change.after["/etc/kubernetes/kubelet.conf"]


def test_patches_of_the_host_and_from_elsewhere_are_in_the_plan(setting: Setting) -> None:
    """In the order of their names; so the diff has them, and what is no patch is in the notes."""
    setting.host.store("/patches/kubeletconfiguration1.yaml", b"maxPods: 1\npodsPerCore: 1\n", 0o644)
    setting.host.store("/patches/README", b"", 0o644)
    brought = (("kubeletconfiguration2+json.yaml", "- {op: replace, path: /maxPods, value: 2}"),)
    change = setting.plan(patches="/patches", patch_files=brought)
    content = change.after["/var/lib/kubelet/config.yaml"]["content"]
    assert "maxPods: 2\n" in content
    assert "podsPerCore: 1\n" in content
    assert any("README" in note for note in change.notes)


def test_a_field_that_no_kubelet_has_is_reported(setting: Setting) -> None:
    """It is written, as kubeadm does, and may be a misspelling."""
    change = setting.plan(patch_files=(("kubeletconfiguration.yaml", "authentication: {webhoook: {enabled: true}}"),))
    assert "webhoook" in change.after["/var/lib/kubelet/config.yaml"]["content"]
    (note,) = change.notes
    assert "authentication.webhoook" in note


def test_with_a_bad_patch_nothing_is_written(setting: Setting, api: ApiServer) -> None:
    """It is found when planning, before a certificate is asked for."""
    with pytest.raises(JoinError) as caught:
        setting.plan(patch_files=(("kubeletconfiguration.yaml", "maxPods: many"),))
    assert caught.value.code == "patch_failed"
    assert (setting.host.actions, api.sent) == ([], [])


def test_the_kubelet_of_a_control_plane_goes_by_its_own_api_server(setting: Setting, api: ApiServer) -> None:
    """Asked for its certificate is the cluster; the CA that is there stays; taints are no arguments of the kubelet."""
    setting.host.store("/etc/kubernetes/pki/ca.crt", f"\n{CA.pem}".encode(), 0o644)
    taints = ("node-role.kubernetes.io/control-plane:NoSchedule",)
    change = setting.plan(local_server="https://192.0.2.2:6443", taints=taints, phases=("kubelet-start",))
    change.apply()
    assert len(api.sent) == 1
    assert "server: https://192.0.2.2:6443" in setting.host.files["/etc/kubernetes/kubelet.conf"].text
    assert "taints" not in setting.host.files["/var/lib/kubelet/kubeadm-flags.env"].text
    assert setting.host.files["/etc/kubernetes/pki/ca.crt"].text == f"\n{CA.pem}"
    assert not setting.plan(local_server="https://192.0.2.2:6443", taints=taints, phases=("kubelet-start",)).changed


@pytest.mark.parametrize(
    ("version", "gates", "own"),
    [
        ("v1.34.4", {}, True),
        ("v1.34.4", {"ControlPlaneKubeletLocalMode": True}, True),
        ("v1.34.4", {"ControlPlaneKubeletLocalMode": False}, False),
        ("v1.35.4", {"ControlPlaneKubeletLocalMode": False}, True),
    ],
)
def test_the_kubelet_of_a_control_plane_uses_the_endpoint_if_the_gate_is_off(
    setting: Setting, version: str, gates: dict[str, bool], own: bool
) -> None:
    """Up to 1.34; newer kubeadms do not let it be turned off. Taints are set when the node is marked, either way."""
    facts = {**setting.cluster.facts, "kubernetes_version": version, "feature_gates": gates}
    cluster = dataclasses.replace(setting.cluster, facts=facts)
    local_server = "https://192.0.2.2:6443"
    change = setting.plan(
        cluster=cluster,
        local_server=local_server,
        taints=("a=b:NoSchedule",),
        kubelet_version=version,
        phases=("kubelet-start",),
    )
    change.apply()
    server = local_server if own else cluster.server
    assert f"server: {server}\n" in setting.host.files["/etc/kubernetes/kubelet.conf"].text
    assert "taints" not in setting.host.files["/var/lib/kubelet/kubeadm-flags.env"].text


@pytest.mark.parametrize(("version", "expected"), [("v1.33.13", True), ("v1.34.4", False)])
def test_kubelets_before_1_34_write_empty_preferences(setting: Setting, version: str, expected: bool) -> None:
    """By the version of the kubelet, not of the cluster."""
    cluster = dataclasses.replace(setting.cluster, facts={**setting.cluster.facts, "kubernetes_version": "v1.35.4"})
    setting.plan(cluster=cluster, kubelet_version=version, phases=("kubelet-start",)).apply()
    text = setting.host.files["/etc/kubernetes/kubelet.conf"].text
    assert ("kind: Config\npreferences: {}\nusers:\n" in text) == expected


def test_the_wait_alone_asks_nobody_before_the_kubelet_has_its_identity(setting: Setting, api: ApiServer) -> None:
    """As in check mode of a control plane, whose kubelet waits for etcd between the two phases."""
    change = setting.plan(phases=("kubelet-wait-bootstrap",))
    assert change.changed
    assert api.sent == []


def test_a_key_that_others_can_read_gets_its_mode(setting: Setting, api: ApiServer) -> None:
    """Of all certificates that the kubelet has had, and without a new one."""
    setting.plan().apply()
    old = PEM.replace("2026", "2025")
    files = setting.host.files
    files.update({path: dataclasses.replace(files[PEM], mode=0o644) for path in (old, PEM)})
    files["/etc/kubernetes/kubelet.conf"] = dataclasses.replace(files["/etc/kubernetes/kubelet.conf"], mode=0o644)
    kept = files[PEM].content
    api.taken = True
    change = setting.plan(token=None)
    assert change.changed
    change.apply()
    assert {(files[path].mode, files[path].content) for path in (old, PEM)} == {(0o600, kept)}
    assert files["/etc/kubernetes/kubelet.conf"].mode == 0o600
    assert len(api.sent) == 1
    again = setting.plan(token=None)
    assert dict(again.before) == dict(again.after)


def test_a_current_certificate_that_is_no_link_gets_its_mode(setting: Setting, api: ApiServer) -> None:
    """As on a host that was restored from a copy without links."""
    setting.plan().apply()
    files = setting.host.files
    current = setting.host.links.popitem()[0]
    files[current] = dataclasses.replace(files.pop(PEM), mode=0o644)
    api.taken = True
    setting.plan(token=None).apply()
    assert files[current].mode == 0o600
    again = setting.plan(token=None)
    assert dict(again.before) == dict(again.after)


FLAGS = "/var/lib/kubelet/kubeadm-flags.env"
UNIT = (
    "[Service]\nEnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\nEnvironmentFile=-/etc/default/kubelet\n"
    "ExecStart=/usr/bin/kubelet $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS\n"
)


@pytest.mark.parametrize(
    ("default", "options", "name", "written"),
    [
        ("", {}, "worker-1", None),
        ("", {"node_name": "Edge-7"}, "edge-7", "--hostname-override=edge-7"),
        ("", {"extra_args": (("hostname-override", "edge-7"),)}, "edge-7", "--hostname-override=edge-7"),
        (
            "",
            {"node_name": "a", "extra_args": (("hostname_override", "edge-7"),)},
            "edge-7",
            "--hostname_override=edge-7",
        ),
        ("KUBELET_EXTRA_ARGS=--hostname-override=edge-7", {}, "edge-7", None),
        ("KUBELET_EXTRA_ARGS=--hostname-override=edge-7", {"node_name": "a"}, "edge-7", "--hostname-override=a"),
    ],
)
def test_the_certificate_is_for_the_name_that_the_kubelet_uses(
    setting: Setting, api: ApiServer, default: str, options: dict[str, t.Any], name: str, written: str | None
) -> None:
    """The file with kubeadm's arguments has only those of kubeadm."""
    setting.host.files["/etc/systemd/system/kubelet.service"] = FileState(UNIT.encode(), 0o644, 0.0)
    setting.host.files["/etc/default/kubelet"] = FileState(default.encode(), 0o644, 0.0)
    change = setting.plan(**options)
    assert change.resources["certificate"]["subject"] == f"CN=system:node:{name},O=system:nodes"
    assert f"node {name}" in change.after
    change.apply()
    request = x509.load_pem_x509_csr(base64.b64decode(api.sent[0]["spec"]["request"]))
    assert f"CN=system:node:{name}" in request.subject.rfc4514_string().split(",")
    found = re.findall(r"--hostname[-_]override=[\w-]*", setting.host.files[FLAGS].text)
    assert found == ([written] if written else [])
    api.taken = True
    again = setting.plan(**options, token=None)
    assert dict(again.before) == dict(again.after)


@pytest.mark.parametrize("name", ["edge_7", "edge-", "a..b"])
def test_a_name_that_no_node_can_have_is_refused_before_anything_is_asked(
    setting: Setting, api: ApiServer, name: str
) -> None:
    """In check mode, too."""
    setting.host.name = name
    with pytest.raises(JoinError) as caught:
        setting.plan()
    assert caught.value.code == "node_name_invalid"
    assert (api.sent, setting.host.actions) == ([], [])


@pytest.mark.parametrize(
    "options",
    [
        {"extra_args": (("register-node", "false"),)},
        {"extra_args": (("register_node", "0"),)},
        {"patch_files": (("kubeletconfiguration+merge.yaml", "registerNode: false\n"),)},
    ],
)
def test_a_kubelet_that_does_not_register_is_not_waited_for(
    setting: Setting, api: ApiServer, options: dict[str, t.Any]
) -> None:
    """Neither by an argument nor by its configuration; kubeadm ends at once as well."""
    api.registers = False
    setting.plan(**options).apply()
    assert setting.host.actions == IN_ORDER
    assert setting.clock.slept == []
    again = setting.plan(**options, token=None)
    assert dict(again.before) == dict(again.after)
    assert not setting.plan(phases=("kubelet-wait-bootstrap",)).changed
