# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The phases of control-plane-prepare as one change: what is fetched and when, what is refused before anything is written."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import refusal_class
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.files import (
    FILE_PHASES,
    ControlPlaneSpec,
    plan_control_plane_files,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.host import PatchSources
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.prepare import plan_shared_writes
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates import (
    encrypt_shared_files,
    secret_path,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.change import Change
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import parse_private_key
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._etcd.members import EndpointStatus, EtcdHealth, Member
from ansible_collections.kubejoin.kubeadm.tests.unit.support.control_plane import (
    CONFIGURATION,
    FILES,
    SHARED,
    cluster_of,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.shared import Shared
from cryptography.hazmat.primitives import serialization

KEY = "00112233445566778899aabbccddeeff" * 2
PKI = "/etc/kubernetes/pki"
APISERVER = "/etc/kubernetes/manifests/kube-apiserver.yaml"


class Api:
    """A server that has a Secret, or none, or lets nobody read it."""

    server = "https://cp.example.com:6443"

    def __init__(
        self, contents: t.Mapping[str, bytes] | None = SHARED, *, refuses: int = 0, name: str = "kubeadm-certs"
    ) -> None:
        self.asked: list[str] = []
        self.refuses = refuses
        self.data = None
        if contents is not None:
            nonces = [bytes([number] * 12) for number in range(len(contents))]
            self.data = encrypt_shared_files(contents, bytes.fromhex(KEY), nonces, name=name)

    def find(self, path: str) -> dict[str, t.Any] | None:
        self.asked.append(path)
        if self.refuses:
            raise refusal_class(self.refuses)("Not for you.", status=self.refuses)
        return None if self.data is None else {"data": self.data}


def spec(api: Api, **changes: t.Any) -> ControlPlaneSpec:
    given = ControlPlaneSpec(
        cluster=cluster_of(SHARED),
        advertise_address="192.0.2.2",
        certificate_key=KEY,
        connect=t.cast("t.Any", lambda: api),
    )
    return dataclasses.replace(given, **changes)


class Etcd:
    """Where etcd's pods are, and their etcd of one voter, which is healthy or not."""

    def __init__(self, *, healthy: bool = True) -> None:
        self.healthy = healthy
        self.asked = 0

    def with_patience(self, _patience: object) -> Etcd:
        return self

    def get(self, path: str, **params: str) -> dict[str, t.Any]:
        name = "kubeadm.kubernetes.io/etcd.advertise-client-urls"
        if path == "/api/v1/nodes":
            return {"items": [{"metadata": {"name": "cp-1"}}]}
        annotations = {name: "https://192.0.2.1:2379", "kubernetes.io/config.mirror": "x"}
        return {"items": [{"metadata": {"annotations": annotations}, "spec": {"nodeName": "cp-1"}}]}

    def health(self) -> EtcdHealth:
        self.asked += 1
        first = Member(1, "cp-1", ("https://192.0.2.1:2380",), ("https://192.0.2.1:2379",))
        status = EndpointStatus("x", 1, leader=1, is_learner=False, raft_index=9, applied_index=9)
        return EtcdHealth((first,), {1: status} if self.healthy else {}, {} if self.healthy else {1: "Refused"})


def plan(host: TestHost, given: ControlPlaneSpec, etcd: Etcd | None = None) -> Change:
    asked = t.cast("t.Any", etcd or Etcd())
    return plan_control_plane_files(
        host, given, clock=TestClock(), connect=lambda: asked, connect_etcd=lambda endpoints, folder: asked
    )


def refusal(host: TestHost, given: ControlPlaneSpec) -> JoinError:
    """It comes while planning, and nothing has been written."""
    with pytest.raises(JoinError) as caught:
        plan(host, given)
    assert host.actions == []
    return caught.value


def test_one_plan_makes_a_bare_host_a_control_plane_and_a_second_finds_nothing_to_do() -> None:
    """All four phases see the files that the first of them fetches, before they are there."""
    host, api = TestHost("cp-2"), Api()
    change = plan(host, spec(api))
    assert host.actions == []
    change.apply()
    assert {file.path: host.files[file.path].content for file in FILES} == {
        file.path: SHARED[file.entry] for file in FILES
    }
    assert {f"{PKI}/apiserver.crt", f"{PKI}/etcd/peer.key", "/etc/kubernetes/admin.conf", APISERVER} <= set(host.files)
    assert set(api.asked) == {secret_path("kubeadm-certs")}
    assert not plan(host, spec(api)).changed


def test_a_key_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """By all that judge the files or sign with it, from the first look to the one after all is written: that costs a node 30 ms each. Those
    that it has generated itself are not loaded at all.
    """
    loaded: list[bytes] = []
    real = serialization.load_pem_private_key

    def load(pem: bytes, password: bytes | None) -> t.Any:
        loaded.append(pem)
        return real(pem, password)

    monkeypatch.setattr(serialization, "load_pem_private_key", load)
    parse_private_key.cache_clear()  # other tests have loaded the same keys
    host = TestHost("cp-2")
    plan(host, spec(Api())).apply()
    assert not plan(host, spec(Api())).changed
    keys = [content.strip() for entry, content in SHARED.items() if entry.endswith(".key")]
    assert sorted(loaded) == sorted(keys)


def test_shared_files_may_come_from_a_vault() -> None:
    """Then nobody is asked, and what is on the host already need not be among them."""
    host, api = TestHost("cp-2"), Api()
    plan(host, spec(api)).apply()
    wanted = {file.path: host.files[file.path].content for file in FILES}
    bare, asked = TestHost("cp-3"), Api()
    plan(bare, spec(asked, certificate_key="", provided=SHARED)).apply()
    assert {file.path: bare.files[file.path].content for file in FILES} == wanted
    assert asked.asked == []
    halves = {entry: content for entry, content in SHARED.items() if entry.startswith("sa.")}
    for file in FILES:
        if file.entry in halves:
            del bare.files[file.path]
    assert refusal_code(bare, spec(asked, certificate_key="")) == "shared_certificates_unusable"
    plan(bare, spec(asked, certificate_key="", provided=halves)).apply()
    assert {file.path: bare.files[file.path].content for file in FILES} == wanted


def refusal_code(host: TestHost, given: ControlPlaneSpec) -> str:
    with pytest.raises(JoinError) as caught:
        plan(host, given)
    return caught.value.code


def test_what_was_given_is_judged_like_what_is_fetched() -> None:
    """A name that is not shared, and a key of another CA: nothing is written, and no key is in the error."""
    unknown = refusal(TestHost("cp-2"), spec(Api(), provided={**SHARED, "etcd/ca.crt": b""}))
    assert "etcd/ca.crt" in str(unknown) and "etcd-ca.crt" in str(unknown)
    other = refusal(TestHost("cp-2"), spec(Api(), provided={**SHARED, "ca.key": SHARED["front-proxy-ca.key"]}))
    assert {unknown.code, other.code} == {"shared_certificates_unusable"}
    assert "from this host and shared_certificates together" in str(other)


def test_an_invitation_has_a_secret_of_its_own() -> None:
    """It alone is asked for, and named where it is missing or of another key."""
    host, api = TestHost("cp-2"), Api(name="kubeadm-certs-abcdef")
    plan(host, spec(api, uploaded_to="kubeadm-certs-abcdef")).apply()
    assert set(api.asked) == {secret_path("kubeadm-certs-abcdef")}
    for trouble, key in ((Api(None), KEY), (Api(), "00" * 32)):
        given = spec(trouble, uploaded_to="kubeadm-certs-abcdef", certificate_key=key)
        assert "kube-system/kubeadm-certs-abcdef" in str(refusal(TestHost("cp-2"), given))


def test_no_secret_is_in_the_plan() -> None:
    """Neither keys of certificates, nor the certificate key, nor the password of a proxy, which goes into the pod."""
    environment = {"HTTPS_PROXY": "http://user:hunter2@proxy:3128", "PATH": "/bin"}
    host = TestHost("cp-2")
    given = spec(Api(), environment=environment)
    first = plan(host, given)
    first.apply()
    assert "user:hunter2@proxy" in host.files[APISERVER].text
    other = plan(host, spec(Api(), environment={"HTTPS_PROXY": "http://user:hunter3@proxy:3128"}))
    assert [path for path in other.before if other.before[path] != other.after[path]] == [
        f"/etc/kubernetes/manifests/kube-{name}.yaml" for name in ("apiserver", "controller-manager", "scheduler")
    ]
    for printed in (first, first.before, first.after, other.before, other.after, given):
        assert not any(secret in repr(printed) for secret in ("PRIVATE KEY", KEY, "hunter"))


@pytest.mark.parametrize("phase", FILE_PHASES[:-1])
def test_a_phase_does_its_own_files_alone(phase: str) -> None:
    """With the shared files on the host, as after the one before it."""
    host = TestHost("cp-2")
    if phase != FILE_PHASES[0]:
        plan_shared_writes(host, FILES, SHARED).apply()
    host.actions.clear()
    plan(host, spec(Api(), phases=(phase, "preflight"))).apply()
    stored = [action.split()[1] for action in host.actions if action.startswith("store")]
    own = {
        "download-certs": lambda path: path in {file.path for file in FILES},
        "certs": lambda path: path.startswith(PKI) and path not in {file.path for file in FILES},
        "kubeconfig": lambda path: path.endswith(".conf"),
        "control-plane": lambda path: path.startswith("/etc/kubernetes/manifests/"),
    }
    assert stored
    assert all(own[phase.split("/")[1]](path) for path in stored)


def test_etcd_is_looked_at_once_the_files_are_right() -> None:
    """By what they hold; so after they were written, and in check mode before that nobody is asked. It is of a phase of its own,
    and waits until its deadline for a quorum."""
    host, etcd = TestHost("cp-2"), Etcd(healthy=False)
    plan(host, spec(Api()), etcd).apply()
    assert etcd.asked == 0
    asked: list[int] = []
    for phases in (FILE_PHASES, ("check-etcd", "kubelet-start")):
        with pytest.raises(JoinError) as caught:
            plan(host, spec(Api(), phases=phases), etcd)
        asked.append(etcd.asked)
        assert (caught.value.code, caught.value.phase) == ("etcd_unhealthy", "check-etcd")
    assert not plan(host, spec(Api(), phases=FILE_PHASES[:-1]), etcd).changed
    assert etcd.asked == asked[1] > asked[0] > 2
    host.remove("/etc/kubernetes/admin.conf")
    assert plan(host, spec(Api()), etcd).changed
    assert not plan(host, spec(Api(), phases=("check-etcd",)), etcd).changed
    assert etcd.asked == asked[1]


def test_patches_that_etcd_cannot_have_are_refused_before_anything_is_written() -> None:
    """Of check-etcd; trouble with the files is of another phase."""
    bad = PatchSources(patch_files=(("etcd+merge.yaml", "kind: Deployment\n"),))
    error = refusal(TestHost("cp-2"), spec(Api(), patch_sources=bad))
    assert (error.code, error.phase) == ("patch_failed", "check-etcd")
    assert refusal(TestHost("cp-2"), spec(Api(None))).phase == "control-plane-prepare"


def test_no_other_phases_do_nothing() -> None:
    """As on a worker, or where they are skipped; nobody is asked."""
    host, api = TestHost("cp-2"), Api()
    plan_shared_writes(host, FILES, SHARED).apply()
    assert not plan(host, spec(api, phases=("kubelet-start",))).changed
    assert api.asked == []


def test_without_a_certificate_key_the_files_have_to_be_there() -> None:
    """kubeadm would make CAs of its own; once they are there, nobody is asked for them, and their modes stay."""
    host, api = TestHost("cp-2"), Api()
    error = refusal(host, spec(api, certificate_key=""))
    assert error.code == "shared_certificates_missing"
    assert "set certificate_key" in str(error)
    plan_shared_writes(host, FILES[2:], SHARED).apply()
    host.actions.clear()
    error = refusal(host, spec(api, certificate_key=""))
    assert (error.code, error.details["problems"]) == ("shared_certificates_unusable", ["ca.crt is missing"])
    plan_shared_writes(host, FILES, SHARED).apply()
    host.store(f"{PKI}/sa.pub", SHARED["sa.pub"], 0o600)
    plan(host, spec(api, certificate_key="")).apply()
    assert api.asked == []
    assert host.files[f"{PKI}/sa.pub"].mode == 0o600


def test_an_expired_secret_stops_only_hosts_that_need_it() -> None:
    """A rerun goes on with the files that a first run has fetched."""
    host = TestHost("cp-2")
    assert refusal(host, spec(Api(None))).code == "shared_certificates_missing"
    plan(host, spec(Api())).apply()
    assert not plan(host, spec(Api(None))).changed
    del host.files[f"{PKI}/sa.key"]
    host.actions.clear()
    assert refusal(host, spec(Api(None))).code == "shared_certificates_missing"


def test_the_right_to_read_the_secret_comes_with_it() -> None:
    """The Role is made by the upload, so a refusal names that."""
    error = refusal(TestHost("cp-2"), spec(Api(refuses=403)))
    assert error.code == "api_forbidden"
    assert "upload-certs" in str(error)


def test_a_token_that_is_not_there_yet_does_not_hold_up_check_mode() -> None:
    """All files are reported by their paths; it is refused when they are to be written, and nothing is."""
    host, api = TestHost("cp-2"), Api(refuses=401)
    change = plan(host, spec(api))
    with pytest.raises(JoinError) as caught:
        change.apply()
    assert (caught.value.code, host.actions) == ("api_unauthorized", [])
    api.refuses = 0
    real = plan(host, spec(api))
    assert set(change.after) == set(real.after) - {"/etc/kubernetes/manifests"}
    change.apply()
    assert not plan(host, spec(api)).changed


def test_keys_and_secrets_that_do_not_belong_together_are_refused() -> None:
    """Before anything is written."""
    assert refusal(TestHost(), spec(Api(), certificate_key="12")).code == "certificate_key_malformed"
    assert refusal(TestHost(), spec(Api(), certificate_key="ab" * 32)).code == "certificate_key_wrong"
    halves = {**SHARED, "sa.key": Shared.make(FILES).contents["sa.key"]}
    assert refusal(TestHost(), spec(Api(halves))).code == "shared_certificates_unusable"
    lacking = {entry: content for entry, content in SHARED.items() if entry != "etcd-ca.key"}
    assert refusal(TestHost(), spec(Api(lacking))).code == "shared_certificates_incomplete"


def test_the_ca_of_another_cluster_is_refused() -> None:
    """Whether it was left on the host or is in the Secret; what was left is not replaced."""
    foreign = Shared.make(FILES).contents
    error = refusal(TestHost(), spec(Api(foreign)))
    assert (error.code, error.details["problems"]) == (
        "shared_certificates_unusable",
        ["ca.crt is not a CA of this cluster"],
    )
    host = TestHost()
    plan_shared_writes(host, FILES, foreign).apply()
    host.actions.clear()
    assert refusal(host, spec(Api(), certificate_key="")).code == "shared_certificates_unusable"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("cp.example.com:6443", "https://cp.example.com:6443", "invalid_cluster_configuration"),
        ("ECDSA-P256", "RSA-1024", "invalid_cluster_configuration"),
        ("ECDSA-P256", "ECDSA-P256\ncertificateValidityPeriod: -1h", "invalid_cluster_configuration"),
        ("ECDSA-P256", "ECDSA-P256\ncertificatesDir: /etc/cron.d", "invalid_cluster_configuration"),
        ("ECDSA-P256", "ECDSA-P256\nfeatureGates: {RootlessControlPlane: true}", "feature_gate_unsupported"),
    ],
)
def test_a_configuration_that_is_not_valid_is_refused_before_anything_is_asked_or_written(
    old: str, new: str, code: str
) -> None:
    """Kubeadm refuses most of them in a later phase, when it has written some files."""
    api, cluster = Api(), cluster_of(SHARED)
    text = CONFIGURATION.replace(old, new)
    assert text != CONFIGURATION
    broken = dataclasses.replace(cluster, cluster_configuration=text)
    assert refusal(TestHost(), spec(api, cluster=broken)).code == code
    assert api.asked == []


def test_a_cluster_may_have_any_name() -> None:
    """The kubeconfigs contain it, and are UTF-8 as all files are."""
    host = TestHost("cp-2")
    named = cluster_of(SHARED, CONFIGURATION + "clusterName: größe\n")
    plan(host, spec(Api(), cluster=named)).apply()
    assert "kubernetes-admin@größe" in host.files["/etc/kubernetes/admin.conf"].text
    assert not plan(host, spec(Api(), cluster=named)).changed


def test_only_certificates_and_keys_are_written() -> None:
    """Other text in the Secret, such as lines of a crontab, does not reach the host, and a rerun finds nothing to do."""
    line = b"* * * * * root touch /tmp/x\n"
    noisy = {entry: line + "größe\n".encode() + content + b"\n" + line for entry, content in SHARED.items()}
    noisy["ca.crt"] += SHARED["front-proxy-ca.crt"]
    noisy["sa.pub"] += SHARED["sa.pub"]
    host = TestHost("cp-2")
    plan(host, spec(Api(noisy))).apply()
    expected = {
        **SHARED,
        "ca.crt": SHARED["ca.crt"] + SHARED["front-proxy-ca.crt"],
        "sa.pub": SHARED["sa.pub"] * 2,
    }
    assert {file.entry: host.files[file.path].content for file in FILES} == expected
    assert not plan(host, spec(Api(noisy))).changed


def test_a_cluster_without_an_endpoint_takes_no_second_control_plane() -> None:
    """As kubeadm refuses it; a version that is not known is refused, too."""
    lonely = CONFIGURATION.replace("controlPlaneEndpoint: cp.example.com:6443\n", "")
    error = refusal(TestHost(), spec(Api(), cluster=cluster_of(SHARED, lonely)))
    assert error.code == "control_plane_endpoint_missing"
    future = cluster_of(SHARED, CONFIGURATION.replace("v1.37.2", "v1.41.0"))
    assert refusal(TestHost(), spec(Api(), cluster=future)).code == "unsupported_kubernetes_version"


def test_an_external_ca_signs_nothing_here() -> None:
    """Its key is an empty entry of the Secret, and the controller manager signs nothing."""
    without = {**SHARED, "ca.key": b""}
    host = TestHost("cp-2")
    plan(host, spec(Api())).apply()
    del host.files[f"{PKI}/ca.key"]
    change = plan(host, spec(Api(without)))
    changed = [path for path in change.after if change.before[path] != change.after[path]]
    assert changed == ["/etc/kubernetes/manifests/kube-controller-manager.yaml"]
    assert "--cluster-signing-key-file=\n" in change.after[changed[0]]["content"]
    assert refusal(TestHost(), spec(Api(without))).code == "authority_key_missing"


def test_patches_are_applied_and_odd_files_named() -> None:
    """From a folder of the host and from elsewhere, in one order."""
    host = TestHost("cp-2")
    host.store("/patches/kube-scheduler+merge.yaml", b"metadata: {annotations: {from: folder}}", 0o644)
    host.store("/patches/README.md", b"?", 0o644)
    brought = (("kube-apiserver+json.yaml", "- {op: add, path: /metadata/annotations/from, value: elsewhere}\n"),)
    change = plan(host, spec(Api(), patch_sources=PatchSources(patches="/patches", patch_files=brought)))
    change.apply()
    pods = {
        name: yaml.safe_load(host.files[f"/etc/kubernetes/manifests/{name}.yaml"].text)["metadata"]
        for name in ("kube-apiserver", "kube-scheduler")
    }
    assert pods["kube-apiserver"]["annotations"]["from"] == "elsewhere"
    assert pods["kube-scheduler"]["annotations"] == {"from": "folder"}
    assert "README.md" in change.notes[0]
    assert not plan(host, spec(Api(), patch_sources=PatchSources(patches="/patches", patch_files=brought))).changed


def kustomize_patch(name: str, body: str) -> str:
    return f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: kube-system}}, {body}}}"


def test_a_folder_of_kustomize_comes_before_patches() -> None:
    """From the host or from elsewhere; what it has for nobody is in the notes."""
    host = TestHost("cp-2")
    body = "spec: {priorityClassName: kustomized}"
    host.store("/kustomize/scheduler.yaml", kustomize_patch("kube-scheduler", body).encode(), 0o644)
    host.store("/kustomize/proxy.yaml", kustomize_patch("kube-proxy", body).encode(), 0o644)
    files = tuple(
        (f"{name}+json.yaml", "- {op: test, path: /spec/priorityClassName, value: kustomized}\n" + more)
        for name, more in (("kube-scheduler", "- {op: add, path: /spec/schedulerName, value: patched}\n"),)
    )
    asked = spec(Api(), patch_sources=PatchSources(kustomize="/kustomize", patch_files=files))
    change = plan(host, asked)
    change.apply()
    pod_spec = yaml.safe_load(host.files["/etc/kubernetes/manifests/kube-scheduler.yaml"].text)["spec"]
    assert (pod_spec["priorityClassName"], pod_spec["schedulerName"]) == ("kustomized", "patched")
    assert len(change.notes) == 1
    assert "proxy.yaml" in change.notes[0]
    assert "scheduler.yaml" not in change.notes[0]
    assert not plan(host, asked).changed

    brought = (
        ("kustomization.yaml", "patchesStrategicMerge: [more/scheduler.yaml]\nresources: [pods.yaml]\n"),
        ("more/scheduler.yaml", kustomize_patch("kube-scheduler", body)),
    )
    change = plan(host, spec(Api(), patch_sources=PatchSources(kustomize_files=brought, patch_files=files)))
    assert not change.changed
    assert "resources" in change.notes[0]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"kustomization.yaml": "patches: [{path: a.yaml}]\n"}, "kustomization_unsupported"),
        ({"kustomization.yaml": "patchesStrategicMerge: {\n"}, "kustomization_malformed"),
        ({"kustomization.yaml": "patchesStrategicMerge: [a.yaml]\n"}, "patches_missing"),
        ({"a.yaml": "spec: {}\n"}, "patch_malformed"),
        (
            {
                f"{value}.yaml": kustomize_patch("kube-scheduler", f"spec: {{priorityClassName: {value}}}")
                for value in ("one", "other")
            },
            "patch_failed",
        ),
        ({}, "patches_missing"),
    ],
)
def test_what_kustomize_cannot_do_is_refused_before_anything_is_written(files: dict[str, str], code: str) -> None:
    """All of a folder is read first; patches in each other's way are named."""
    host = TestHost("cp-2")
    for name, content in files.items():
        host.store(f"/kustomize/{name}", content.encode(), 0o644)
    host.actions.clear()
    error = refusal(host, spec(Api(), patch_sources=PatchSources(kustomize="/kustomize")))
    assert error.code == code
    assert host.actions == []
    if code == "kustomization_unsupported":
        assert error.details == {"fields": ["patches"]}
    if code == "patch_failed":
        assert "one.yaml" in str(error)
        assert "other.yaml" in str(error)
        assert "priorityClassName" in str(error)


def test_places_that_others_can_write_to_are_refused_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the Secret is asked for: a key would be put there."""
    host, api = TestHost("cp-2"), Api()

    def refuse(path: str) -> None:
        if path.startswith(f"{PKI}/etcd/"):
            raise JoinError("folder_unsafe", "Others can write there.")

    monkeypatch.setattr(host, "refuse_unsafe", refuse)
    assert refusal(host, spec(api)).code == "folder_unsafe"
    assert api.asked == []
