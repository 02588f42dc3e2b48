# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results are an API: what modules return is what they document, by the same keys in every state and in check mode."""

from __future__ import annotations

import dataclasses
import importlib
import json
import types
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible import module as adapter
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible import preflight, token_discovery
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeapi import ApiUnauthorizedError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts_reader import read_facts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.etcd_member import (
    EtcdMemberSpec,
    plan_etcd_member,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.files import (
    FILE_PHASES,
    ControlPlaneSpec,
    plan_control_plane_files,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.node import (
    JOIN_PHASES,
    ControlPlaneNodeSpec,
    plan_control_plane_node,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.prepare import plan_shared_writes
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates_upload import (
    UploadSpec,
    plan_upload,
    plan_upload_withdrawal,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.change import Change
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.defaults import ADMIN_CONF
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.run_mark import RunMark
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.bootstrap_token import (
    TokenSpec,
    plan_token,
    plan_token_withdrawal,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.invitations import (
    InvitationSecret,
    plan_invitation_withdrawal,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.kubelet import (
    KUBELET_PHASES,
    KubeletSpec,
    plan_kubelet,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._preflight.checks import Preflight
from ansible_collections.kubejoin.kubeadm.tests.unit.support.api_server import (
    CA,
    CLUSTER_CONFIGURATION,
    KUBELET_CONFIGURATION,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.cluster_info import TOKEN, cluster_info, kubeconfig
from ansible_collections.kubejoin.kubeadm.tests.unit.support.control_plane import (
    CONFIGURATION,
    FILES,
    SHARED,
    cluster_of,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.documentation import ENTRIES, MODULES, PACKAGE
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.fake_etcd import FIRST, OWN, FakeEtcd
from ansible_collections.kubejoin.kubeadm.tests.unit.support.joined_host import Api, joined_host
from ansible_collections.kubejoin.kubeadm.tests.unit.support.memory_api import MemoryApi
from ansible_collections.kubejoin.kubeadm.tests.unit.support.module_call import patch_module_args

Planner = t.Callable[[], Change]
Result = t.Dict[str, t.Any]

#: What every module returns, or Ansible adds to it.
COMMON = {"changed", "diff", "invocation"}
#: What a run did. A later run that finds nothing to do says otherwise.
OF_RUN = {"because", "changed", "restarted", "reused"}
#: Of a Node that does not exist yet, check mode knows only some of these.
INCOMPLETE = {"labels", "taints"}
TEXTS = CLUSTER_CONFIGURATION, KUBELET_CONFIGURATION
OLD = CONFIGURATION.replace("v1.37.2", "v1.21.14")
STATUS = "apiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterStatus\napiEndpoints: {cp-1: {advertiseAddress: 192.0.2.1, bindPort: 6443}}\n"


def api_of(authority: t.Any = CA, node_name: str = "worker-1") -> t.Any:
    return MemoryApi(authority, node_name)


def kubelet_planner(host: TestHost, api: t.Any = None, **changes: t.Any) -> Planner:
    cluster = Cluster("https://cp.example.com:6443", CA.pem, (pin_of(CA.certificate),), *TEXTS, read_facts(*TEXTS))
    server = api or api_of()
    spec = KubeletSpec(**{"cluster": cluster, "bootstrap": lambda: server, **changes})
    return lambda: plan_kubelet(host, spec, clock=TestClock(), connect=lambda url, authority: server)


def files_planner(host: TestHost, **changes: t.Any) -> Planner:
    given = ControlPlaneSpec(
        cluster_of(SHARED), phases=FILE_PHASES[:-1], advertise_address="192.0.2.2", provided=SHARED
    )
    spec = dataclasses.replace(given, **changes)
    never = t.cast("t.Any", None)
    return lambda: plan_control_plane_files(host, spec, clock=TestClock(), connect=never, connect_etcd=never)


class Etcd(FakeEtcd):
    """A cluster whose second member runs once its manifest is there."""

    def __init__(self, host: TestHost) -> None:
        super().__init__(FIRST)
        self.host = host

    def members(self) -> t.Any:
        if "/etc/kubernetes/manifests/etcd.yaml" in self.host.files and 2 in self.listed:
            self.host.folders.add("/var/lib/etcd/member")
            self.listed[2] = dataclasses.replace(self.listed[2], name="cp2", client_urls=OWN.client_urls)
        return super().members()


def etcd_planner(host: TestHost, configuration: str = CONFIGURATION) -> Planner:
    api, etcd = api_of(), t.cast("t.Any", Etcd(host))
    name = "kubeadm.kubernetes.io/etcd.advertise-client-urls"
    annotations = {name: "https://10.0.0.1:2379", "kubernetes.io/config.mirror": "x"}
    pod = {"metadata": {"annotations": annotations}, "spec": {"nodeName": "cp1"}}
    api.objects["/api/v1/namespaces/kube-system/pods"] = {"items": [pod]}
    api.objects["/api/v1/nodes"] = {"items": [{"metadata": {"name": "cp1"}}]}
    spec = EtcdMemberSpec(cluster_of(SHARED, configuration), node_name="cp2", advertise_address="10.0.0.2")
    return lambda: plan_etcd_member(
        host, spec, clock=TestClock(), connect=lambda: api, connect_etcd=lambda endpoints, folder: etcd
    )


def control_plane_host(name: str) -> TestHost:
    """A host with the files of a control plane, whose kubelet has its identity."""
    host = TestHost(name)
    files_planner(host)().apply()
    host.store("/var/lib/kubelet/pki/kubelet-client-current.pem", b"", 0o600)
    host.start_unit("kubelet", enable=True)
    return host


def node_planner(host: TestHost, configuration: str = CONFIGURATION, **changes: t.Any) -> Planner:
    api = api_of(node_name="cp-2")
    api.add_node()
    data = {"data": {"ClusterStatus": STATUS}, "metadata": {"resourceVersion": "1"}}
    api.objects["/api/v1/namespaces/kube-system/configmaps/kubeadm-config"] = data
    given = ControlPlaneNodeSpec(
        cluster_of(SHARED, configuration), taints=("a=b:NoSchedule",), advertise_address="192.0.2.2"
    )
    spec = dataclasses.replace(given, **changes)
    return lambda: plan_control_plane_node(
        host,
        spec,
        clock=TestClock(),
        connect=lambda: api,
        connect_as_node=lambda url, authority: api,
        probe=lambda: lambda name, url: 200,
    )


def token_api() -> t.Any:
    api = api_of()
    signed = cluster_info(kubeconfig(CA.pem), TOKEN)
    api.objects["/api/v1/namespaces/kube-public/configmaps/cluster-info"] = signed
    return api


def token_planner(api: t.Any, ttl: float = 600) -> Planner:
    return lambda: plan_token(api, TokenSpec(TOKEN, ttl), clock=TestClock())


def upload_planner(api: t.Any, name: str = "kubeadm-certs") -> Planner:
    host = TestHost("cp-1")
    plan_shared_writes(host, FILES, SHARED).apply()
    spec = UploadSpec(cluster_of(SHARED), bytes(range(32)), 600, name)
    return lambda: plan_upload(host, api, spec, clock=TestClock())


def with_admin(host: TestHost) -> TestHost:
    host.store(ADMIN_CONF, b"", 0o600)
    host.start_unit("kubelet", enable=True)
    return host


def image() -> TestHost:
    host = TestHost()
    host.live = False
    return host


#: A Secret of an invitation: name, UID and version.
LISTED = (f"bootstrap-token-{TOKEN.id}", f"uid of bootstrap-token-{TOKEN.id}", "7")


def worlds(module: str) -> dict[str, Planner]:
    """Planners of a module by what they find and want."""
    host = TestHost()
    host.store("/var/lib/kubelet/config.yaml", b"", 0o600)
    api, others, marked = token_api(), token_api(), token_api()
    upload_planner(others)().apply()
    made: dict[str, dict[str, Planner]] = {
        "kubelet": {
            "a bare host": kubelet_planner(TestHost()),
            "a host with other files": kubelet_planner(host),
            "an image": kubelet_planner(image()),
            "nothing to wait for": kubelet_planner(TestHost(), wait_for="none"),
            "the start alone": kubelet_planner(TestHost(), phases=KUBELET_PHASES[:1]),
            "no phase": kubelet_planner(TestHost(), phases=()),
        },
        "control_plane_files": {
            "a bare host": files_planner(TestHost("cp-2")),
            "certificates alone": files_planner(control_plane_host("cp-2"), phases=FILE_PHASES[1:2]),
            "no phase": files_planner(TestHost("cp-2"), phases=()),
        },
        "etcd_member": {
            "a host without etcd": etcd_planner(with_admin(TestHost("cp2"))),
            "an external etcd": etcd_planner(
                TestHost("cp2"), CONFIGURATION + "etcd: {external: {endpoints: ['https://e:2379']}}\n"
            ),
        },
        "control_plane_node": {
            "a new control plane": node_planner(control_plane_host("cp-2")),
            "an old cluster": node_planner(control_plane_host("cp-2"), OLD),
            "the mark alone": node_planner(control_plane_host("cp-2"), phases=JOIN_PHASES[2:3]),
            "no phase": node_planner(TestHost("cp-2"), phases=()),
        },
        "bootstrap_token": {
            "a new token": token_planner(token_api()),
            "a token that never expires": token_planner(token_api(), 0),
            "a token to delete": lambda: plan_token_withdrawal(api, TOKEN.id),
        },
        "invitations": {
            "a Secret to delete": lambda: plan_invitation_withdrawal(marked, [InvitationSecret(*LISTED)]),
            "a Secret that has changed": lambda: plan_invitation_withdrawal(
                marked, [InvitationSecret(*LISTED[:2], "8")]
            ),
            "nothing to delete": lambda: plan_invitation_withdrawal(token_api(), [InvitationSecret(*LISTED)]),
            "nothing": lambda: plan_invitation_withdrawal(marked, []),
        },
        "shared_certificates_upload": {
            "a new upload": upload_planner(token_api()),
            "an upload of its own": upload_planner(token_api(), "kubeadm-certs-abcdef"),
            "nothing to delete": lambda: plan_upload_withdrawal(token_api(), bytes(32)),
            "an upload with another key": lambda: plan_upload_withdrawal(others, bytes(32)),
        },
    }
    if module == "bootstrap_token":
        token_planner(api)().apply()
    if module == "invitations":
        plan_token(marked, TokenSpec(TOKEN, 600, run=RunMark("3116")), clock=TestClock()).apply()
        marked.objects[f"/api/v1/namespaces/kube-system/secrets/{LISTED[0]}"]["metadata"]["resourceVersion"] = "7"
    return made[module]


CONVERGING = ("bootstrap_token", "control_plane_files", "control_plane_node", "etcd_member", "invitations", "kubelet", "shared_certificates_upload")  # fmt: skip
WORLDS = [(module, name) for module in CONVERGING for name in worlds(module)]


def nouns_of(module: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """What a module says that it returns."""
    seen: dict[str, t.Any] = {}
    loaded = importlib.import_module(f"{ENTRIES}.{module}")
    monkeypatch.setattr(loaded, "converge", lambda plan, **options: seen.update(options))
    loaded.main()
    nouns: tuple[str, ...] = seen["returns"]
    return nouns


def documented(module: str) -> dict[str, t.Any]:
    """Keys of a module's result; a cluster is documented in one place."""
    loaded: dict[str, t.Any] = yaml.safe_load(importlib.import_module(f"{PACKAGE}.modules.{module}").RETURN)
    assert list(loaded) == sorted(loaded) or module.endswith("_info")
    if module == "preflight_info":
        loaded["cluster"]["contains"] = documented("cluster_discovery_info")["cluster"]["contains"]
    return loaded


def run(plan: Planner, nouns: t.Sequence[str], capsys: pytest.CaptureFixture[str], *, check: bool) -> Result:
    with patch_module_args({"_ansible_check_mode": check}), pytest.raises(SystemExit) as ended:
        adapter.converge(lambda *_: plan(), returns=nouns, libraries=(), argument_spec={})
    printed = capsys.readouterr().out
    assert not ended.value.code, printed
    return {name: value for name, value in json.loads(printed).items() if name not in COMMON}


TYPES: dict[str, type[t.Any]] = {"str": str, "bool": bool, "int": int, "dict": dict, "list": list}


def compare(contains: t.Mapping[str, t.Any], value: t.Any, place: str = "result") -> None:
    """Keys are exactly those that are documented, at every depth; values are of the documented types, or null."""
    assert set(value) == set(contains), place
    for name, entry in contains.items():
        here, found = f"{place}.{name}", value[name]
        assert entry["description"], here
        assert "sample" in entry or "contains" in entry, here
        if found is None:
            assert place != "result" or entry.get("contains") is None or "V(null)" in str(entry["description"]), here
            continue
        assert type(found) is TYPES[entry["type"]], here
        if entry["type"] == "list":
            for item in found:
                assert type(item) is TYPES[entry["elements"]], here
                if "contains" in entry:
                    compare(entry["contains"], item, f"{here}[]")
        elif "contains" in entry:
            compare(entry["contains"], found, here)


def leaves(value: t.Any, place: tuple[t.Any, ...] = ()) -> dict[tuple[t.Any, ...], t.Any]:
    """Values by where they are; entries of lists by their paths or names."""
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        value = {item.get("path") or item["name"]: item for item in value}
    if not isinstance(value, dict) or (place and place[-1] in INCOMPLETE):
        return {place: value}
    return {inner: leaf for key, item in value.items() for inner, leaf in leaves(item, (*place, key)).items()}


def assert_predicted(checked: Result, real: Result) -> None:
    """What check mode returns is what a real run does, or null where nobody can know it."""
    expected, seen = leaves(checked), leaves(real)
    assert set(expected) == set(seen)
    for place, value in expected.items():
        assert value in (None, seen[place]) or place[-1] in INCOMPLETE, place


@pytest.mark.parametrize(("module", "world"), WORLDS, ids=[" of ".join(reversed(world)) for world in WORLDS])
def test_what_is_returned_is_documented_in_every_state(
    module: str, world: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In check mode, when something was made, and when nothing was left to do, which returns the same resources."""
    plan, nouns = worlds(module)[world], nouns_of(module, monkeypatch)
    checked = run(plan, nouns, capsys, check=True)
    real = run(plan, nouns, capsys, check=False)
    again = run(plan, nouns, capsys, check=False)
    for result in (checked, real, again):
        compare(documented(module), result)
    assert_predicted(checked, real)
    seen, later = leaves(real), leaves(again)
    assert {place: value for place, value in seen.items() if place[-1] not in OF_RUN} == {
        place: value for place, value in later.items() if place[-1] not in OF_RUN
    }
    assert not any(value for place, value in later.items() if place[-1] in ("changed", "restarted", "because"))


@pytest.mark.parametrize("module", CONVERGING)
def test_each_value_is_known_in_some_state(
    module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So no key is there for nothing."""
    known: set[tuple[t.Any, ...]] = set()
    seen: set[tuple[t.Any, ...]] = set()
    nouns = nouns_of(module, monkeypatch)
    for plan in worlds(module).values():
        for place, value in leaves(run(plan, nouns, capsys, check=False)).items():
            seen.add((place[0], place[-1]))
            if value is not None:
                known.add((place[0], place[-1]))
    assert seen == known


class Unauthorized(MemoryApi):
    """An API server that does not know the token yet."""

    def find(self, path: str) -> t.NoReturn:
        raise ApiUnauthorizedError("Unauthorized", status=401)


@pytest.mark.parametrize(
    ("module", "early", "planned"),
    [
        ("etcd_member", etcd_planner(TestHost("cp2")), etcd_planner(with_admin(TestHost("cp2")))),
        ("control_plane_node", node_planner(TestHost("cp-2")), node_planner(control_plane_host("cp-2"))),
        (
            "control_plane_files",
            files_planner(TestHost("cp-2"), provided={}, certificate_key="00" * 32, connect=lambda: Unauthorized(CA)),
            files_planner(TestHost("cp-2")),
        ),
    ],
    ids=["etcd_member", "control_plane_node", "control_plane_files"],
)
def test_check_mode_predicts_what_earlier_steps_prepare(
    module: str,
    early: Planner,
    planned: Planner,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As where a whole join is checked: no file, member, token or Node exists yet."""
    nouns = nouns_of(module, monkeypatch)
    checked = run(early, nouns, capsys, check=True)
    compare(documented(module), checked)
    assert_predicted(checked, run(planned, nouns, capsys, check=False))


PREFLIGHT: dict[str, t.Any] = {
    "node_name": "cp-1",
    "ca_cert_hashes": [],
    "wait_for": "ready",
    "control_plane": False,
    "cluster": None,
    "cri_socket": None,
    "ca_cert_path": "/etc/kubernetes/pki/ca.crt",
    "endpoint": "api:6443",
    "checks": True,
    "ignore_preflight_errors": [],
    "discovery": {"token": "abcdef.0123456789abcdef", "tls_bootstrap_token": "", "unsafe_skip_ca_verification": True},
}


@pytest.mark.parametrize(
    ("host", "changes"),
    [
        (joined_host(), {}),
        (joined_host(), {"control_plane": True}),
        (TestHost("w"), {}),
        (TestHost("w"), {"discovery": None}),
        (TestHost("w"), {"control_plane": True, "apiserver_advertise_address": "", "apiserver_bind_port": 6443, "image_pull_policy": "Never"}),
    ],
    ids=["a joined worker", "a joined control plane", "a new worker", "without discovery", "a new control plane"],
)  # fmt: skip
def test_preflight_returns_what_it_documents(
    host: TestHost, changes: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a host that has joined, and for one that has not."""
    loaded = importlib.import_module(f"{ENTRIES}.preflight_info")
    cluster = Cluster("https://api:6443", CA.pem, (pin_of(CA.certificate),), *TEXTS, read_facts(*TEXTS)).to_mapping()
    found = {"cluster": cluster, "notes": [], "warnings": []}
    monkeypatch.setattr(loaded, "connect", lambda server, authority: Api("node-role.kubernetes.io/control-plane"))
    monkeypatch.setattr(token_discovery, "discover_with_token", lambda *_: found)
    checks = Preflight((Finding("Swap", "warning", "swap_on", "Swap is on."),))
    monkeypatch.setattr(preflight, "observe_preflight", lambda *_: checks)
    result = loaded.observe({**PREFLIGHT, **changes}, host)
    result.pop("warnings", None)
    compare(documented("preflight_info"), json.loads(json.dumps(result)))
    assert (result["cluster"] is None) == (result["joined"] or "discovery" in changes)


def test_discovery_returns_what_it_documents() -> None:
    """However the cluster was found."""
    api = api_of()
    api.proxy = ""
    cluster = Cluster("https://api:6443", CA.pem, (pin_of(CA.certificate),))
    for name, key, text in zip(("kubeadm-config", "kubelet-config"), ("ClusterConfiguration", "kubelet"), TEXTS):
        api.objects[f"/api/v1/namespaces/kube-system/configmaps/{name}"] = {"data": {key: text}}
    result = token_discovery.describe(cluster, api, {"api_call_timeout": 1}, TestClock())
    assert result.pop("warnings") == []
    compare(documented("cluster_discovery_info"), result)


def test_nodes_return_what_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes of each level."""
    loaded = importlib.import_module(f"{ENTRIES}.nodes_info")
    ready = {
        "metadata": {"name": "w1"},
        "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "m"}]},
    }
    api = types.SimpleNamespace(
        get=lambda *_arguments, **_params: {"items": [ready, {"metadata": {"name": "w2"}}]},
        watch=lambda *_arguments, **_params: iter(()),
    )
    monkeypatch.setattr(loaded, "connect_as_admin", lambda *_arguments: api)
    params = {"kubeconfig": "/admin.conf", "nodes": ["w1", "w2", "w3"], "wait_for": "ready", "wait_timeout": 0}
    result = loaded.observe(params, types.SimpleNamespace(run=None))
    assert [node["level"] for node in result["nodes"]] == ["ready", "registered", "none"]
    compare(documented("nodes_info"), result)


def test_all_modules_are_compared() -> None:
    """A new one needs its states here."""
    assert {*CONVERGING, "preflight_info", "cluster_discovery_info", "nodes_info"} == set(MODULES)
