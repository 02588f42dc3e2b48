# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import datetime
import json

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import (
    ClusterConfiguration,
    Component,
    ExternalEtcd,
    ExtraVolume,
    KubernetesVersion,
    LocalEtcd,
    fill_in_version,
    parse_cluster_configuration,
    parse_kubernetes_version,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_endpoints import HostPort
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_reader import parse_yaml
from hypothesis import given, settings
from hypothesis import strategies as st

MINIMAL = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v1.37.2", KubernetesVersion(1, 37, 2)),
        ("1.37.2", KubernetesVersion(1, 37, 2)),
        ("Kubernetes v1.34.0\n", KubernetesVersion(1, 34, 0)),
        ("v1.37.0-rc.1", KubernetesVersion(1, 37, 0, "rc.1")),
        ("1.37.2-rc.1+abc", KubernetesVersion(1, 37, 2, "rc.1")),
        ("v1.36.3+k3s1", KubernetesVersion(1, 36, 3)),
        ("v1.38.0-alpha.3.12+0f2d8a91c4a3b7", KubernetesVersion(1, 38, 0, "alpha.3.12")),
    ],
)
def test_reads_versions(text: str, version: KubernetesVersion) -> None:
    """Versions as ConfigMaps, `kubelet --version` and distributions write them."""
    assert parse_kubernetes_version(text) == version


@pytest.mark.parametrize(
    "text", ["", "v1.37", "1", "latest", "stable-1", "v01.37.2", "v1.37.2.3", "containerd 2.1.0", "v1.37.2 x"]
)
def test_refuses_what_is_no_version(text: str) -> None:
    """A label or half a version has no meaning here."""
    with pytest.raises(JoinError) as caught:
        parse_kubernetes_version(text)
    assert caught.value.code == "invalid_kubernetes_version"


@settings(deadline=None)
@given(st.text())
def test_no_text_causes_another_error(text: str) -> None:
    """Whatever a kubelet prints: a version or a JoinError."""
    with contextlib.suppress(JoinError):
        assert parse_kubernetes_version(text).major >= 0


def test_prints_versions_as_kubernetes_does() -> None:
    """With the v, and what comes before the release."""
    assert str(KubernetesVersion(1, 37, 2)) == "v1.37.2"
    assert str(KubernetesVersion(1, 37, 0, "rc.1")) == "v1.37.0-rc.1"
    assert KubernetesVersion(1, 37, 2).release == "1.37"


def test_fills_in_the_defaults_of_kubeadm() -> None:
    """What nobody has set is what kubeadm would have set."""
    assert parse_cluster_configuration(MINIMAL) == ClusterConfiguration(
        cluster_name="kubernetes",
        kubernetes_version=KubernetesVersion(1, 37, 2),
        certificates_dir="/etc/kubernetes/pki",
        control_plane_endpoint=None,
        image_repository="registry.k8s.io",
        dns_domain="cluster.local",
        service_subnet="10.96.0.0/12",
        feature_gates={},
    )


@pytest.mark.parametrize("version", ["v1beta3", "v1beta4", "v1"])
def test_reads_what_is_set(version: str) -> None:
    """Each value that a joining node needs, from all versions of kubeadm's API that its releases read."""
    text = (
        f"apiVersion: kubeadm.k8s.io/{version}\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.3\n"
        "clusterName: blue\ncertificatesDir: /opt/pki\ncontrolPlaneEndpoint: cp:6443\nimageRepository: mirror/k8s\n"
        "featureGates: {NodeLocalCRISocket: false}\nnetworking: {dnsDomain: blue.test, serviceSubnet: 10.0.0.0/16}\n"
        f"apiServer: {{extraArgs: {'{}' if version == 'v1beta3' else '[]'}}}\netcd: {{local: {{dataDir: /var/lib/etcd}}}}\n"
    )
    assert parse_cluster_configuration(text) == ClusterConfiguration(
        cluster_name="blue",
        kubernetes_version=KubernetesVersion(1, 36, 3),
        certificates_dir="/opt/pki",
        control_plane_endpoint=HostPort("cp", "6443"),
        image_repository="mirror/k8s",
        dns_domain="blue.test",
        service_subnet="10.0.0.0/16",
        feature_gates={"NodeLocalCRISocket": False},
    )


def test_reads_what_control_planes_need() -> None:
    """The components, their volumes and variables, the cluster's own etcd, names and periods."""
    text = MINIMAL + (
        "networking: {podSubnet: 10.244.0.0/16}\n"
        "encryptionAlgorithm: ECDSA-P256\ncertificateValidityPeriod: 720h0m0s\n"
        "apiServer:\n  certSANs: [API.example.com, 192.0.2.1]\n"
        "  extraArgs: [{name: v, value: '1'}, {name: a, value: ''}, {name: v, value: '2'}]\n"
        "  extraVolumes: [{name: x, hostPath: /h, mountPath: /m, readOnly: true, pathType: File}]\n"
        "  extraEnvs: [{name: E, value: '1'}, {name: F, valueFrom: {fieldRef: {fieldPath: p}}}]\n"
        "etcd: {local: {dataDir: /d, imageTag: 3.6.9, serverCertSANs: [s], peerCertSANs: [p]}}\n"
    )
    cluster = parse_cluster_configuration(text)
    assert cluster.api_server == Component(
        extra_args=(("v", "1"), ("a", ""), ("v", "2")),
        extra_volumes=(ExtraVolume("x", "/h", "/m", read_only=True, path_type="File"),),
        extra_envs=(
            {"name": "E", "value": "1"},
            {"name": "F", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "p"}}},
        ),
    )
    assert cluster.api_server_cert_sans == ("api.example.com", "192.0.2.1")
    assert cluster.etcd == LocalEtcd("/d", image_tag="3.6.9", server_cert_sans=("s",), peer_cert_sans=("p",))
    assert cluster.pod_subnet == "10.244.0.0/16"
    assert cluster.encryption_algorithm == "ECDSA-P256"
    assert cluster.certificate_validity == datetime.timedelta(days=30)


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("cp", "https://cp:6443"),
        ("cp:", "https://cp:6443"),
        ("cp:443", "https://cp:443"),
        ("192.0.2.100", "https://192.0.2.100:6443"),
        ("2001:db8::1", "https://[2001:db8::1]:6443"),
        ("[2001:db8::1]:443", "https://[2001:db8::1]:443"),
    ],
)
def test_an_endpoint_has_a_port(endpoint: str, url: str) -> None:
    """Kubeadm's default, if there is none: the API servers of the other control planes have it."""
    found = parse_cluster_configuration(f"{MINIMAL}controlPlaneEndpoint: '{endpoint}'\n").control_plane_endpoint
    assert found is not None
    assert found.url == url


def test_reads_an_external_etcd() -> None:
    """Which goes over a local one, as there is only one of the two."""
    text = MINIMAL + "etcd: {external: {endpoints: [https://e:2379], caFile: /ca, certFile: /crt, keyFile: /key}}\n"
    assert parse_cluster_configuration(text).etcd == ExternalEtcd(("https://e:2379",), "/ca", "/crt", "/key")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "kubernetesVersion:\n",
        "kubernetesVersion: ''\n",
        "kubernetesVersion: stable-1\n",
        "kubernetesVersion: latest\n",
        "# kubernetesVersion: v1.37.2\n",
        "imageRepository: r # kubernetesVersion: v1.37.2\n",
    ],
)
def test_a_missing_version_is_that_of_the_cluster(line: str) -> None:
    """Kubeadm takes its own, or asks a release server; the kind may be missing as well."""
    text = f"apiVersion: kubeadm.k8s.io/v1beta4\n{line}clusterName: größe\n"
    cluster = parse_cluster_configuration(fill_in_version(text, lambda: "v1.36.3"))
    assert (str(cluster.kubernetes_version), cluster.cluster_name) == ("v1.36.3", "größe")


@pytest.mark.parametrize("version", ["v1.37.2", "'1.37.2'", '"v1.37.2"', "1.37", "nonsense"])
def test_a_version_that_is_there_is_kept(version: str) -> None:
    """Nothing is asked then, also if it is not valid; it is refused later."""
    for text in (MINIMAL.replace("v1.37.2", version), f"{{kubernetesVersion: {version}, kind: ClusterConfiguration}}"):
        assert fill_in_version(text, lambda: pytest.fail("asked")) == text
    assert fill_in_version('{"kubernetesVersion":  "v1.37.2"}', lambda: "x") == '{"kubernetesVersion":  "v1.37.2"}'


def test_reads_the_arguments_of_v1beta3() -> None:
    """A mapping there, which has no order of its own."""
    text = MINIMAL.replace("v1beta4", "v1beta3") + "scheduler: {extraArgs: {b: '2', a: '1'}}\n"
    assert parse_cluster_configuration(text).scheduler.extra_args == (("a", "1"), ("b", "2"))


def test_keeps_the_build_of_a_version_apart() -> None:
    """It is in the names of images, and in no comparison."""
    version = parse_kubernetes_version("v1.37.2+abc.1")
    assert (str(version), version.build) == ("v1.37.2", "abc.1")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", ""),
        ("- a\n", ""),
        ("kind: InitConfiguration\n", "kind"),
        (MINIMAL.replace("v1beta4", "v1beta2"), "apiVersion"),
        (MINIMAL.replace("v1.37.2", "stable-1"), "kubernetesVersion"),
        (MINIMAL.replace("v1.37.2", ""), "kubernetesVersion"),
        (MINIMAL.replace("v1.37.2", "1.37"), "kubernetesVersion"),
        (MINIMAL.replace("v1.37.2", "' v1.37.2'"), "kubernetesVersion"),
        (MINIMAL.replace("v1.37.2", "'v1.37.2 '"), "kubernetesVersion"),
        (MINIMAL.replace("v1.37.2", '"v1.37.2\\n"'), "kubernetesVersion"),
        (MINIMAL.replace("v1.37.2", "Kubernetes v1.37.2"), "kubernetesVersion"),
        (MINIMAL + "networking: [a]\n", "networking"),
        (MINIMAL + "networking: {dnsDomain: 5}\n", "networking.dnsDomain"),
        (MINIMAL + "clusterName: {}\n", "clusterName"),
        (MINIMAL + "featureGates: [a]\n", "featureGates"),
        (MINIMAL + "featureGates: {A: 'true'}\n", "featureGates.A"),
        (MINIMAL + "apiServer: []\n", "apiServer"),
        (MINIMAL + "apiServer: {certSANs: [1]}\n", "apiServer.certSANs[0]"),
        (MINIMAL + "apiServer: {certSANs: a}\n", "apiServer.certSANs"),
        (MINIMAL + "apiServer: {extraArgs: [a]}\n", "apiServer.extraArgs[0]"),
        (MINIMAL + "apiServer: {extraArgs: [{name: v, value: 4}]}\n", "apiServer.extraArgs[0].value"),
        (MINIMAL + "apiServer: {extraArgs: {v: '4'}}\n", "apiServer.extraArgs"),
        (MINIMAL.replace("v1beta4", "v1beta3") + "apiServer: {extraArgs: {v: 4}}\n", "apiServer.extraArgs.v"),
        (MINIMAL.replace("v1beta4", "v1beta3") + "apiServer: {extraArgs: []}\n", "apiServer.extraArgs"),
        (
            MINIMAL.replace("v1beta4", "v1")
            + "etcd: {local: {extraArgs: [{name: a, value: b, mergeMethod: append}]}}\n",
            "etcd.local.extraArgs[0].mergeMethod",
        ),
        (MINIMAL.replace("v1beta4", "v1") + "scheduler: {extraArgs: {v: '4'}}\n", "scheduler.extraArgs"),
        (MINIMAL + "scheduler: {extraVolumes: [{readOnly: 'no'}]}\n", "scheduler.extraVolumes[0].readOnly"),
        (MINIMAL + "scheduler: {extraEnvs: [{value: 1}]}\n", "scheduler.extraEnvs[0].value"),
        (
            MINIMAL + "scheduler: {extraEnvs: [{valueFrom: {secretKeyRef: {optional: 1}}}]}\n",
            "scheduler.extraEnvs[0].valueFrom.secretKeyRef.optional",
        ),
        (
            MINIMAL + "scheduler: {extraEnvs: [{valueFrom: {resourceFieldRef: {divisor: x}}}]}\n",
            "scheduler.extraEnvs[0].valueFrom.resourceFieldRef.divisor",
        ),
        (MINIMAL + "etcd: {local: {dataDir: 1}}\n", "etcd.local.dataDir"),
        (MINIMAL + "etcd: {external: {endpoints: e}}\n", "etcd.external.endpoints"),
        (MINIMAL + "certificateValidityPeriod: 1 year\n", "certificateValidityPeriod"),
        (MINIMAL + "controlPlaneEndpoint: https://api.lab:6443\n", "controlPlaneEndpoint"),
        (MINIMAL + "controlPlaneEndpoint: api.lab/path\n", "controlPlaneEndpoint"),
        (MINIMAL + "controlPlaneEndpoint: Api.lab\n", "controlPlaneEndpoint"),
        (MINIMAL + "controlPlaneEndpoint: api_lab:6443\n", "controlPlaneEndpoint"),
        (MINIMAL + "controlPlaneEndpoint: api.lab:70000\n", "controlPlaneEndpoint"),
        (MINIMAL + "controlPlaneEndpoint: '[2001:db8::1]'\n", "controlPlaneEndpoint"),
        (MINIMAL + "controlPlaneEndpoint: 'fe80::1%eth0'\n", "controlPlaneEndpoint"),
    ],
)
def test_names_the_field_that_is_wrong(text: str, field: str) -> None:
    """A value that cannot be used is named with its field."""
    with pytest.raises(JoinError) as caught:
        parse_cluster_configuration(text)
    assert caught.value.code == "invalid_cluster_configuration"
    assert caught.value.details["field"] == field
    assert field in str(caught.value)


def test_names_all_that_is_wrong_with_their_lines() -> None:
    """In the order of the lines, which is that in which they are corrected."""
    text = (
        MINIMAL + "scheduler:\n  extraArgs:\n  - name: v\n    value: 4\nnetworking:\n  dnsDomain: 5\nclusterName: []\n"
    )
    with pytest.raises(JoinError) as caught:
        parse_cluster_configuration(text)
    assert [(problem["field"], problem["line"]) for problem in caught.value.details["problems"]] == [
        ("scheduler.extraArgs[0].value", 7),
        ("networking.dnsDomain", 9),
        ("clusterName", 10),
    ]
    assert "networking.dnsDomain (line 9): it is a number, expected a text" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f"{MINIMAL}clusterName: a\nclusterName: b\n",
        f"{MINIMAL}clusterName: b\n---\n",
        f"{MINIMAL}clusterName:\tb\t# main\n---\napiVersion: [\n",
        f"{MINIMAL}<<: {{clusterName: a}}\nclusterName: b\n",
    ],
)
def test_a_configuration_is_read_as_go_reads_it(text: str) -> None:
    """Repeated and merged keys, tabs, and more documents, as kubeadm accepts them."""
    assert parse_cluster_configuration(text).cluster_name == "b"


def test_null_is_the_empty_value() -> None:
    """As Go reads it, for fields and in a mapping."""
    cluster = parse_cluster_configuration(MINIMAL + "clusterName: null\nfeatureGates: {A: null}\napiServer: null\n")
    assert (cluster.cluster_name, cluster.feature_gates) == ("kubernetes", {"A": False})


def test_what_is_no_yaml_has_the_same_code() -> None:
    """Broken YAML comes with line and column under this configuration's code."""
    with pytest.raises(JoinError) as caught:
        parse_cluster_configuration(MINIMAL + "a: [1\n")
    assert caught.value.code == "invalid_cluster_configuration"
    assert caught.value.details["line"] == 5


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "value", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_PLACES = st.sampled_from(
    [
        ("apiServer",),
        ("apiServer", "extraArgs"),
        ("scheduler", "extraVolumes"),
        ("scheduler", "extraEnvs"),
        ("etcd",),
        ("etcd", "local"),
        ("etcd", "local", "peerCertSANs"),
        ("etcd", "external"),
        ("networking", "podSubnet"),
        ("featureGates",),
        ("certificateValidityPeriod",),
    ]
)


@settings(deadline=None)
@given(_PLACES, _JSON)
def test_no_value_causes_another_error(place: tuple[str, ...], value: object) -> None:
    """Whatever somebody has edited into the ConfigMap: it is read, or refused with the field."""
    for key in reversed(place):
        value = {key: value}
    text = json.dumps({**parse_yaml(MINIMAL, what="it"), **value})
    refused = None
    try:
        parse_cluster_configuration(text)
    except JoinError as exc:
        refused = exc
    assert refused is None or refused.code == "invalid_cluster_configuration"
    assert refused is None or str(refused.details.get("field", place[0])).startswith(place[0])
