# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets anywhere in what users and clusters write: no error repeats them, nor does a traceback of it."""

from __future__ import annotations

import base64
import contextlib
import json
import traceback
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.endpoint import parse_endpoint
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeconfig import EXEC_VERSIONS
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import (
    parse_cluster_configuration,
    parse_kubernetes_version,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.kubelet import parse_kubelet_configuration
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.taint import parse_taint
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.cluster_status import (
    keeps_cluster_status,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import ControlPlaneNode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.shared_certificates import (
    parse_certificate_key,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError, redact
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.finding import Finding
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pin import parse_pins
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.pki import parse_certificates
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._credentials.token import parse_token
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.kubelet_fields import kubelet_fields
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_reader import parse_yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.kustomize import list_patch_files
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._patches.patches import apply_patches, parse_patches
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.connections import open_kubeconfig
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.document import read_join_configuration
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variable_reader import read_variables
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variables import JOIN_VARIABLES
from hypothesis import given, settings
from hypothesis import strategies as st

TOKEN = "abcdef.0123456789abcdef"
KEY = "5eb63bbbe01eeed093cb22bb8f5acdc3" * 2
PRIVATE_KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIHx4\n-----END EC PRIVATE KEY-----\n"
WEB_TOKEN = f"eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJrdWJlcm5ldGVzIn0.{'c2lnbmF0dXJl' * 4}"
PASSWORD = "c0rrect h&rse b@ttery"
#: What every parser keeps to itself, by a part that must not be seen.
SHAPED = {
    TOKEN: "0123456789abcdef",
    KEY: KEY,
    PRIVATE_KEY: "MHcCAQEEIHx4",
    base64.b64encode(PRIVATE_KEY.encode()).decode(): "LS0tLS1CRUdJ",
    WEB_TOKEN: "c2lnbmF0dXJl",
}
#: What the parsers of documents keep to themselves as well.
ANY = {**SHAPED, PASSWORD: "h&rse"}
AROUND = [
    " ",
    "\n",
    "\n  ",
    ": ",
    ":",
    "\t",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    "*",
    "&",
    "!",
    "!<",
    "%",
    "@",
    "- ",
    "? ",
    ", ",
    "|",
    "\\",
    "\0",
    "<<: ",
]

CLUSTER = """apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.37.2
apiServer:
  extraArgs: [{name: a, value: b}]
  certSANs: [c]
networking: {serviceSubnet: 10.96.0.0/12}
featureGates: {A: true}
"""
KUBELET = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 110
syncFrequency: 1m
evictionHard: {memory.available: 100Mi}
staticPodURLHeader: {a: [b]}
"""
JOIN = """apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken: {token: abcdef.0123456789abcdee, apiServerEndpoint: "a:6443", caCertHashes: [x]}
nodeRegistration: {name: n, taints: [{key: k, effect: NoSchedule}], kubeletExtraArgs: [{name: v, value: "2"}]}
"""
KUBECONFIG = f"""apiVersion: v1
kind: Config
current-context: x
contexts: [{{name: x, context: {{cluster: c, user: u}}}}]
clusters: [{{name: c, cluster: {{server: "https://a:6443", certificate-authority-data: YQ==}}}}]
users:
- name: u
  user: {{token: t, password: p, username: u, client-key-data: YQ==, exec: {{apiVersion: {EXEC_VERSIONS[0]}, command: c}}}}
"""
KUSTOMIZATION = (
    "patchesStrategicMerge: [a.yaml]\npatchesJson6902:\n- path: b.yaml\n  target: {version: v1, kind: Pod, name: n}\n"
)
PATCH = "- {op: replace, path: /maxPods, value: 5}\n- {op: test, path: /maxPods, value: 5}\n"


def patch(text: str) -> None:
    patches = parse_patches([("kubeletconfiguration0+json.yaml", text), ("kubeletconfiguration1.yaml", text)])
    fields = kubelet_fields("1.37")
    apply_patches({"maxPods": 110}, patches, target="kubeletconfiguration", fields=fields, check=lambda document: None)


DOCUMENTS: dict[str, tuple[str, t.Callable[[str], object]]] = {
    "YAML": (CLUSTER, lambda text: parse_yaml(text, what="it")),
    "strict YAML": (JOIN, lambda text: parse_yaml(text, what="it", is_strict=True)),
    "ClusterConfiguration": (CLUSTER, parse_cluster_configuration),
    "ClusterConfiguration of an old cluster": (CLUSTER, keeps_cluster_status),
    "KubeletConfiguration": (KUBELET, lambda text: parse_kubelet_configuration(text).read(kubelet_fields("1.37"))),
    "JoinConfiguration": (JOIN, lambda text: read_join_configuration(text, what="the file")),
    "kubeconfig": (KUBECONFIG, lambda text: open_kubeconfig(text, what="the file", folder="")),
    "kustomization": (KUSTOMIZATION, lambda text: list_patch_files([], text)),
    "patch": (PATCH, patch),
}
VALUES: dict[str, t.Callable[[str], object]] = {
    "token": parse_token,
    "pin": lambda text: parse_pins([text], may_be_empty=False),
    "taint": parse_taint,
    "endpoint": parse_endpoint,
    "version": parse_kubernetes_version,
    "certificate key": parse_certificate_key,
    "certificates": lambda text: parse_certificates(text, what="it"),
    "advertise address": lambda text: ControlPlaneNode("cp-1", text).ip,
}


def shown_of(error: BaseException) -> str:
    """All that Ansible may display of an error."""
    details = json.dumps(error.details) + str(error.details) if isinstance(error, JoinError) else ""
    return "".join(traceback.format_exception(type(error), error, error.__traceback__)) + repr(error) + details


def expect_silence(parse: t.Callable[[str], object], text: str, hidden: str) -> None:
    shown = ""
    try:
        parse(text)
    except JoinError as exc:
        shown = shown_of(exc)
    assert hidden not in shown


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_error_of_a_document_repeats_a_secret(name: str) -> None:
    """Wherever the secret is, as a key, as a value, or in what is no YAML because of it."""
    valid, parse = DOCUMENTS[name]
    with contextlib.suppress(JoinError):
        parse(valid)

    @settings(deadline=None)
    @given(
        st.sampled_from(sorted(SHAPED if name == "patch" else ANY)),  # an error about a patch quotes its paths
        st.integers(0, len(valid)),
        st.sampled_from(AROUND),
        st.sampled_from(AROUND),
        st.booleans(),
    )
    def plant(secret: str, at: int, before: str, after: str, replaces: bool) -> None:
        rest = valid[at:].partition("\n")[2] if replaces else valid[at:]
        expect_silence(parse, f"{valid[:at]}{before}{secret}{after}{rest}", ANY[secret])

    plant()


@pytest.mark.parametrize("name", VALUES)
@settings(deadline=None)
@given(st.sampled_from(sorted(SHAPED)), st.sampled_from(AROUND), st.sampled_from(AROUND))
def test_no_error_of_a_value_repeats_a_secret(name: str, secret: str, before: str, after: str) -> None:
    """A token or a key in the place of another value."""
    expect_silence(VALUES[name], f"{before}{secret}{after}", SHAPED[secret])


@settings(deadline=None)
@given(
    st.sampled_from(sorted(JOIN_VARIABLES)),
    st.sampled_from(sorted(SHAPED)),
    st.sampled_from(AROUND),
    st.sampled_from(AROUND),
)
def test_no_error_of_a_variable_repeats_a_secret(name: str, secret: str, before: str, after: str) -> None:
    """As text, in a list and in a mapping."""
    text = f"{before}{secret}{after}"
    for value in (text, [text], {text: text}, {"a": [text]}):
        expect_silence(
            lambda _text, value=value: read_variables({name: value}, JOIN_VARIABLES, what="it"), text, SHAPED[secret]
        )  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (f"{TOKEN}.", "(not displayed)."),
        (f"the token {TOKEN}, of", "the token (not displayed), of"),
        (f"'{KEY.upper()}'", "'(not displayed)'"),
        (f"sha256:{KEY}", f"sha256:{KEY}"),
        ("node01.internalnetwork01.example.org", "node01.internalnetwork01.example.org"),
        (f"a {PRIVATE_KEY} b", "a (not displayed)\n b"),
        (f"/m{KEY}axPods", "/m(not displayed)axPods"),
        ("https://user:word@api:6443/x", "https://(not displayed)@api:6443/x"),
        ("https://api:6443/a@b", "https://api:6443/a@b"),
    ],
)
def test_what_looks_like_a_secret_is_redacted(text: str, redacted: str) -> None:
    """Tokens, keys and users of URLs, but neither pins nor names; in sentences, details and findings."""
    assert redact(text) == redacted
    error = JoinError("api_refused", text, seen=[{text: text}])
    assert (str(error), Finding("a", "error", "api_refused", text).message) == (redacted.replace("\n", " "), redacted)
    hidden = redacted.replace("\n", " ")
    assert error.details == {"seen": [{hidden: hidden}]}
