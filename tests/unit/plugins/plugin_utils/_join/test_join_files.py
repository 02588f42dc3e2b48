# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a JoinConfiguration or flags to files: the same paths, modes and contents as real kubeadm binaries wrote."""

from __future__ import annotations

import functools
import json
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.facts_reader import read_facts
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.objects import render_taint
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import MINORS
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import pin_of
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import parse_token
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._discovery.cluster import Cluster
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.kubelet import KubeletSpec, plan_kubelet
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.document import (
    read_join_configuration,
    secrets_of,
)
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.join_validation import validate_join_configuration
from ansible_collections.kubejoin.kubeadm.tests.unit.support.authority import Authority
from ansible_collections.kubejoin.kubeadm.tests.unit.support.doubles import TestClock, TestHost
from ansible_collections.kubejoin.kubeadm.tests.unit.support.join_goldens import (
    GOLDENS,
    configuration_of_flags,
    flags_of,
    reads,
)

CA = Authority.make()
SERVER = "https://10.0.0.1:6443"

#: `kubeadm join` warns of what these hold and goes on without it, or takes one of two; here it is an error.
STRICT = {
    "unknown-field",
    "unknown-field-deep",
    "unknown-field-in-list",
    "case-of-a-field",
    "duplicate-key",
    "args-merge-method",
    "v1beta3-dry-run",
    "v1beta3-pull-serial",
    "v1beta3-timeouts",
}
#: kubeadm takes these and ignores the endpoint; here one of the two is refused.
MIXED = {"config-and-endpoint"}
#: Flags whose values kubeadm writes as they are given, and here as they would be in a file: in lower case, with a scheme.
ALIGNED = {
    "node-name": ("--hostname-override=W2", "--hostname-override=w2"),
    "socket-without-scheme": ("/run/x.sock", "unix:///run/x.sock"),
}


@functools.cache
def golden(minor: str) -> t.Any:
    return yaml.safe_load((GOLDENS.parent / f"join_files/{minor}.yaml").read_text(encoding="utf-8"))


@functools.cache
def case_of(kind: str, name: str) -> t.Any:
    """The text of a document, or the arguments."""
    return yaml.safe_load((GOLDENS / f"{kind}/{name}.yaml").read_text(encoding="utf-8"))["case"]


def cases(outcome: str) -> list[tuple[str, str, str]]:
    """Minor, kind and name of the cases that kubeadm made this of."""
    return [
        (minor, kind, name)
        for minor in MINORS
        for kind in ("documents", "flags")
        for name, answer in golden(minor)[kind].items()
        if outcome in answer
    ]


def configuration_of(kind: str, name: str) -> dict[str, t.Any]:
    """What the collection makes of a case. Raises its refusal."""
    if kind == "documents":
        file, flags = read_join_configuration(case_of(kind, name), what="FILE"), {}
    else:
        flags, has_file = flags_of(case_of(kind, name))
        file = read_join_configuration(case_of("documents", "plain"), what="FILE") if has_file else None
    configuration = configuration_of_flags(flags, file, what="FILE")
    validate_join_configuration(configuration, needs_discovery=True)
    return configuration


def planned_files(minor: str, configuration: dict[str, t.Any]) -> dict[str, dict[str, str]]:
    """The files that kubelet-start would write on a host of that minor, as the role's tasks name its wishes."""
    given = golden(minor)
    host = TestHost(given["hostname"])
    host.version = f"Kubernetes {given['kubeadm']}"
    node = configuration["nodeRegistration"]
    texts = given["cluster_configuration"], given["kubelet_configuration"]
    token = secrets_of(configuration)["tls_bootstrap_token"]
    spec = KubeletSpec(
        cluster=Cluster(SERVER, CA.pem, (pin_of(CA.certificate),), *texts, read_facts(*texts)),
        phases=("kubelet-start",),
        ca_cert_path=configuration["caCertPath"],
        node_name=node.get("name", ""),
        cri_socket=node.get("criSocket", ""),
        taints=tuple(render_taint(taint) for taint in node["taints"] or ()),
        extra_args=tuple((argument["name"], argument["value"]) for argument in node.get("kubeletExtraArgs", ())),
        token=parse_token(token) if token else None,
        bootstrap=lambda: pytest.fail("planning connects to nobody"),
    )
    change = plan_kubelet(host, spec, clock=TestClock(), connect=lambda *_server: pytest.fail("planning asks nobody"))
    things = {path: thing for path, thing in change.after.items() if isinstance(thing, dict) and "content" in thing}
    return {path: {**thing, "content": thing["content"].replace(CA.pem, "CA\n")} for path, thing in things.items()}


@pytest.mark.parametrize(("minor", "kind", "name"), cases("files"))
def test_writes_what_kubeadm_wrote_for_it(minor: str, kind: str, name: str) -> None:
    """Byte for byte, and no file more or less; in place of the bootstrap kubeconfig stands what the kubelet makes of it."""
    expected = dict(golden(minor)[kind][name]["files"])
    if name in STRICT or name in MIXED:
        with pytest.raises(JoinError):
            configuration_of(kind, name)
        return
    configuration = configuration_of(kind, name)
    if configuration.get("dryRun"):
        assert expected == {}, "the role runs in check mode then"
        return
    files = planned_files(minor, configuration)
    ours = files.pop("/etc/kubernetes/kubelet.conf")
    theirs = expected.pop("/etc/kubernetes/bootstrap-kubelet.conf")
    if kind == "flags" and name in ALIGNED:
        raw, aligned = ALIGNED[name]
        assert raw in str(expected) and aligned not in str(expected)
        expected = {p: {**f, "content": f["content"].replace(raw, aligned)} for p, f in expected.items()}
    assert files == expected
    assert ours["mode"] == theirs["mode"] == "0600"
    bootstrap = json.loads(theirs["content"])
    assert yaml.safe_load(ours["content"])["clusters"][0]["cluster"]["server"] == bootstrap["server"]
    token = secrets_of(configuration)["tls_bootstrap_token"]
    # With neither token the discovery file's own credentials are used, which was this token in it.
    assert bootstrap["token"] == (token or "abcdef.0123456789abcdef")


@pytest.mark.parametrize(("minor", "kind", "name"), cases("refused"))
def test_refuses_what_kubeadm_refuses(minor: str, kind: str, name: str) -> None:
    """Only API versions that kubeadms of other minors join by, and v1, which none does yet, are taken all the same."""
    case = case_of(kind, name)
    if kind == "documents" and (not reads(minor, case) or "kubeadm.k8s.io/v1\n" in case):
        return
    with pytest.raises(JoinError):
        configuration_of(kind, name)


#: Endpoints that kubeadm takes and then asks for minutes, though nobody can be there; here they are refused at once.
NOWHERE = {"endpoint-port-too-high", "endpoint-port-zero", "endpoint-without-host", "endpoint-with-path"}
#: Those that could be names in some DNS are taken here, too.
UNKNOWN = {"endpoint-underscore", "endpoint-dash-first"}


@pytest.mark.parametrize(("minor", "kind", "name"), cases("waits"))
def test_an_endpoint_where_kubeadm_waits_for_nobody(minor: str, kind: str, name: str) -> None:
    """It takes hosts and ports that are none."""
    if name in UNKNOWN:
        assert configuration_of(kind, name)
        return
    assert name in NOWHERE
    with pytest.raises(JoinError) as caught:
        configuration_of(kind, name)
    assert caught.value.code == "endpoint_malformed"


def test_enough_is_compared_for_every_minor() -> None:
    """At least sixty cases, of which forty are accepted and their files compared."""
    for minor in MINORS:
        answers = [answer for kind in ("documents", "flags") for answer in golden(minor)[kind].values()]
        assert len(answers) >= 60
        assert len([answer for answer in answers if "files" in answer]) >= 40
