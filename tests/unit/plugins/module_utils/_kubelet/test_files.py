# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import contextlib
import re
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._api.kubeconfig import (
    parse_kubeconfig_cluster,
    parse_kubeconfig_user,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import (
    parse_cluster_configuration,
    parse_kubernetes_version,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.objects import render_taint
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import MINORS, RELEASES
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_reader import parse_yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._kubelet.files import (
    KubeletFiles,
    KubeletHost,
    node_annotations,
    render_kubelet_files,
    render_kubelet_kubeconfig,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import GOLDENS
from ansible_collections.kubejoin.kubeadm.tests.unit.support.releases import UNSUPPORTED
from hypothesis import given, settings
from hypothesis import strategies as st

# kubeadm up to 1.34 gives the flag to every kubelet; those from 1.35 on would not start with it.
DIFFERENT_ON_PURPOSE = [(minor, "newest_kubelet") for minor in MINORS if RELEASES[minor].pause_tags]


def golden(minor: str, case: str) -> dict[str, t.Any]:
    text = (GOLDENS / minor / f"{case}.yaml").read_text(encoding="utf-8")
    return t.cast("dict[str, t.Any]", yaml.safe_load(text))


def all_goldens() -> list[tuple[str, str]]:
    return [(path.parent.name, path.stem) for minor in MINORS for path in sorted((GOLDENS / minor).glob("*.yaml"))]


def render(given: dict[str, t.Any], **changes: t.Any) -> KubeletFiles:
    """The files for the cluster and the node of a golden."""
    host, node = given["host"], given["node"]
    arguments: dict[str, t.Any] = {
        "kubelet_configuration": given["kubelet_configuration"],
        "cluster": parse_cluster_configuration(given["cluster_configuration"]),
        "host": KubeletHost(
            hostname=host["hostname"],
            systemd_resolved=host["systemd_resolved"],
            kubelet_version=parse_kubernetes_version(host["kubelet_version"]),
        ),
        "node_name": node["node_name"],
        "cri_socket": node["cri_socket"],
        "taints": [render_taint(taint) for taint in node["taints"]],
        "extra_args": [(name, value) for name, value in node["extra_args"]],
    }
    return render_kubelet_files(**{**arguments, **changes})


def by_name(files: KubeletFiles) -> dict[str, str]:
    named = {
        "config.yaml": files.configuration,
        "instance-config.yaml": files.instance_configuration,
        "kubeadm-flags.env": files.flags,
    }
    return {name: text for name, text in named.items() if text is not None}


def test_there_are_goldens_of_every_minor() -> None:
    """The comparison below does not pass for want of files."""
    assert {minor for minor, _ in all_goldens()} == set(MINORS)
    assert len(all_goldens()) >= 200


@pytest.mark.parametrize(("minor", "case"), [pair for pair in all_goldens() if pair not in DIFFERENT_ON_PURPOSE])
def test_writes_what_kubeadm_wrote(minor: str, case: str) -> None:
    """Byte for byte the files of a real kubeadm of that minor, and its annotations; where it refused the configuration, so is it here."""
    given = golden(minor, case)
    if "error" in given:
        with pytest.raises(JoinError) as caught:
            render(given)
        assert caught.value.code == "invalid_kubelet_configuration"
    else:
        assert by_name(render(given)) == given["files"]
        cluster = parse_cluster_configuration(given["cluster_configuration"])
        assert node_annotations(cluster, given["node"]["cri_socket"]) == given.get("annotations", {})


@pytest.mark.parametrize(("minor", "case"), DIFFERENT_ON_PURPOSE)
def test_new_kubelets_get_no_flag_that_they_do_not_know(minor: str, case: str) -> None:
    """The one difference on purpose: a kubelet from 1.35 on in an older cluster has no pause image among its flags."""
    given = golden(minor, case)
    files = by_name(render(given))
    theirs, ours = (found["kubeadm-flags.env"] for found in (given["files"], files))
    assert re.sub(r" ?--pod-infra-container-image=[^ \"]+", "", theirs) == ours != theirs
    assert files["config.yaml"] == given["files"]["config.yaml"]


@pytest.mark.parametrize("version", UNSUPPORTED)
def test_refuses_versions_that_nobody_has_compared(version: str) -> None:
    """A minor without goldens is refused, with those that are known."""
    given = golden("1.37", "defaults")
    cluster = parse_cluster_configuration(given["cluster_configuration"].replace(given["kubeadm"], version))
    with pytest.raises(JoinError) as caught:
        render(given, cluster=cluster)
    assert caught.value.code == "unsupported_kubernetes_version"
    assert caught.value.details == {"version": version, "supported": list(MINORS)}


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ("maxPods: many\n", "maxPods"),
        ("evictionHard: {pid.available: 5}\n", "evictionHard.pid.available"),
        (
            "shutdownGracePeriodByPodPriority: [{priority: 1}, {priority: x}]\n",
            "shutdownGracePeriodByPodPriority[1].priority",
        ),
        ("imageMaximumGCAge: soon\n", "imageMaximumGCAge"),
        ("featureGates: {A: 1}\n", "featureGates.A"),
        ("tracing: 5\n", "tracing"),
    ],
)
def test_names_the_field_whose_value_is_wrong(edit: str, field: str) -> None:
    """The ConfigMap has to be corrected, so the error names the field."""
    text = f"apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n{edit}"
    with pytest.raises(JoinError) as caught:
        render(golden("1.37", "defaults"), kubelet_configuration=text)
    assert caught.value.code == "invalid_kubelet_configuration"
    assert (caught.value.details["field"], caught.value.details["line"]) == (field, 3)
    assert field in str(caught.value)


@pytest.mark.parametrize("text", ["", "5", "[]", "a: [", "kind: KubeletConfiguration\n"])
def test_refuses_what_is_no_kubelet_configuration(text: str) -> None:
    """Nothing, a scalar, broken YAML and another kind have the same code."""
    with pytest.raises(JoinError) as caught:
        render(golden("1.37", "defaults"), kubelet_configuration=text)
    assert caught.value.code == "invalid_kubelet_configuration"


@pytest.mark.parametrize("subnet", ["10.96.0.0/30", "here", "10.96.0.0/33"])
def test_a_service_subnet_without_a_dns_address_is_named(subnet: str) -> None:
    """Without clusterDNS its address comes from the service subnet, which must have one."""
    given = golden("1.37", "defaults")
    cluster = parse_cluster_configuration(given["cluster_configuration"].replace("10.96.0.0/12", subnet))
    text = given["kubelet_configuration"].replace("clusterDNS:\n- 10.96.0.10\n", "")
    with pytest.raises(JoinError) as caught:
        render(given, cluster=cluster, kubelet_configuration=text)
    assert caught.value.code == "invalid_cluster_configuration"
    assert caught.value.details["field"] == "networking.serviceSubnet"


VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from(["5s", "1Gi", "9" * 5000])
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    (
        "authentication",
        "authorization",
        "crashLoopBackOff",
        "evictionHard",
        "featureGates",
        "logging",
        "maxPods",
        "memoryThrottlingFactor",
        "registerWithTaints",
        "reservedMemory",
        "shutdownGracePeriodByPodPriority",
        "staticPodURLHeader",
        "syncFrequency",
        "tracing",
    )
)


@settings(max_examples=3 * settings.default.max_examples)
@given(st.dictionaries(FIELDS, VALUES, max_size=3))
def test_no_configuration_causes_another_error(fields: dict[str, t.Any]) -> None:
    """Whatever stands in the ConfigMap: files that can be read again, or a JoinError."""
    value = {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **fields}
    defaults = golden("1.37", "defaults")
    with contextlib.suppress(JoinError):
        files = render(defaults, kubelet_configuration=yaml.safe_dump(value))
        again = render(defaults, kubelet_configuration=files.configuration)
        assert parse_yaml(files.configuration, what="it") == parse_yaml(again.configuration, what="it")


PEM = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"
TEXT = render_kubelet_kubeconfig(server="https://[::1]:6443", certificate_authority=PEM, client_pem="/var/lib/x.pem")


def test_kubelet_conf_is_the_kubelets_own() -> None:
    """With its names, its namespace, and the keys in its order."""
    value = yaml.safe_load(TEXT)
    assert list(value) == ["apiVersion", "clusters", "contexts", "current-context", "kind", "users"]
    assert value["current-context"] == "default-context"
    context = {"cluster": "default-cluster", "namespace": "default", "user": "default-auth"}
    assert value["contexts"] == [{"context": context, "name": "default-context"}]
    assert base64.b64decode(value["clusters"][0]["cluster"]["certificate-authority-data"]).decode() == PEM


def test_certificate_and_key_of_kubelet_conf_are_one_file() -> None:
    """By its path, so that a rotation is followed; no secret is in it."""
    user = parse_kubeconfig_user(TEXT, what="it")
    assert (user.client_certificate, user.client_key) == ("/var/lib/x.pem", "/var/lib/x.pem")
    assert not user.client_certificate_data and not user.client_key_data and not user.token


def test_kubelet_conf_is_read_back() -> None:
    """An IPv6 address in a URL needs quotes in YAML."""
    cluster = parse_kubeconfig_cluster(TEXT, what="it")
    assert (cluster.server, cluster.certificate_authority_data) == ("https://[::1]:6443", PEM)
