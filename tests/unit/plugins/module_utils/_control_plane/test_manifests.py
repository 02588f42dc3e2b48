# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Static pods against those that real kubeadm binaries wrote, byte for byte."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import (
    ClusterConfiguration,
    LocalEtcd,
    parse_cluster_configuration,
    parse_kubernetes_version,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.component_pod import render_manifest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.etcd_manifest import (
    peer_url,
    plan_etcd_pod,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.local_node import ControlPlaneNode
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.manifests import (
    CA_FOLDERS,
    plan_component_pods,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import MINORS, RELEASES
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.yaml_reader import parse_yaml
from ansible_collections.kubejoin.kubeadm.tests.unit.support import control_plane_goldens as goldens
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import GOLDENS
from ansible_collections.kubejoin.kubeadm.tests.unit.support.releases import UNSUPPORTED
from hypothesis import given
from hypothesis import strategies as st

VERSIONS = goldens.load("manifests", "versions")
PATCH_VERSIONS = sorted(path.stem for path in (GOLDENS / "patch_versions").glob("*.yaml"))
MINIMAL = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n"
NODE = ControlPlaneNode("cp-2", "192.0.2.2")


def unmask(seen: dict[str, str], minor: str) -> dict[str, str]:
    """With the binary's version; etcd's is that of the cluster's patch version, where kubeadm takes that of its own."""
    seen = {
        name: text.replace("VERSION", VERSIONS[minor]["kubernetes"]).replace("vMINOR.", f"v{minor}.")
        for name, text in seen.items()
    }
    version = parse_cluster_configuration(seen["cluster_configuration"]).kubernetes_version
    tag = RELEASES[minor].etcd_tag(version.patch)
    return {name: text.replace("/etcd:ETCD", f"/etcd:{tag}") for name, text in seen.items()}


def render(cluster: ClusterConfiguration, node: ControlPlaneNode, **etcd: t.Any) -> dict[str, str]:
    pods = dict(plan_component_pods(cluster, node))
    if isinstance(cluster.etcd, LocalEtcd):
        pods["etcd"] = plan_etcd_pod(cluster, cluster.etcd, node, **etcd)
    return {f"{name}.yaml": render_manifest(pod.manifest()) for name, pod in pods.items()}


@pytest.mark.parametrize(("name", "minor"), goldens.answers("manifests"))
def test_writes_what_kubeadm_writes(name: str, minor: str) -> None:
    """Every file of every case, and no file more; etcd's is compared where kubeadm could be had to write it."""
    seen = unmask(goldens.values("manifests", name, minor), minor)
    cluster = parse_cluster_configuration(seen.pop("cluster_configuration"))
    written = render(cluster, goldens.node(goldens.load("manifests", name)))
    if "etcd.yaml" not in seen:
        written.pop("etcd.yaml", None)
    assert written == seen


@pytest.mark.parametrize(("name", "minor"), goldens.answers("etcd_join"))
def test_writes_the_etcd_that_kubeadm_writes_when_it_joins(name: str, minor: str) -> None:
    """With members that are there already; their order is that of etcd, and is in the golden itself."""
    seen = unmask(goldens.values("etcd_join", name, minor), minor)
    cluster = parse_cluster_configuration(seen["cluster_configuration"])
    case = goldens.load("etcd_join", name)
    members = [
        (member["name"], peer_url(goldens.node({**case, "node": member})))
        for member in (*case["members"], case["node"])
    ]
    members.sort(key=lambda member: seen["etcd.yaml"].find("=".join(member)))
    written = render(cluster, goldens.node(case), members=members)
    assert written["etcd.yaml"] == seen["etcd.yaml"]


def test_there_are_enough_goldens() -> None:
    """A folder that was not found, or is empty, would make the comparison above say nothing."""
    cases = goldens.answers("manifests")
    assert {minor for _, minor in cases} == set(MINORS)
    assert len({name for name, _ in cases}) >= 80


def test_the_tag_of_etcd_is_that_of_the_binaries() -> None:
    """Where the cluster's version is theirs."""
    for minor, versions in VERSIONS.items():
        version = parse_kubernetes_version(versions["kubernetes"])
        assert RELEASES[minor].etcd_tag(version.patch) == versions["etcd"]


@pytest.mark.parametrize("version", PATCH_VERSIONS)
def test_writes_what_kubeadm_of_a_patch_version_writes(version: str) -> None:
    """Its etcd may be another than that of the next patch version."""
    seen = goldens.load("patch_versions", version)
    assert render(parse_cluster_configuration(seen["cluster_configuration"]), NODE) == seen["files"]


def test_takes_the_image_of_the_cluster_for_etcd() -> None:
    """A tag in the configuration goes first, then what the other members run."""
    cluster = parse_cluster_configuration(MINIMAL)
    named = parse_cluster_configuration(MINIMAL + "etcd: {local: {imageTag: 3.6.9-0}}\n")
    running = ["r.example/etcd:3.6.11-0"]
    assert "image: r.example/etcd:3.6.11-0\n" in render(cluster, NODE, running_images=running)["etcd.yaml"]
    assert "image: registry.k8s.io/etcd:3.6.9-0\n" in render(named, NODE, running_images=running)["etcd.yaml"]


def test_options_of_etcd_are_named_for_the_image_that_it_gets() -> None:
    """A cluster whose etcd was not upgraded with it: the old version would not start with the new names."""
    cluster = parse_cluster_configuration(MINIMAL.replace("v1.37.2", "v1.35.4"))
    old = render(cluster, NODE, running_images=["registry.k8s.io/etcd:3.5.24-0"])["etcd.yaml"]
    assert "--experimental-initial-corrupt-check=true" in old
    assert "--feature-gates=InitialCorruptCheck=true" in render(cluster, NODE)["etcd.yaml"]


def test_the_pod_can_be_changed_before_it_is_written() -> None:
    """The manifest is a mapping of its own: what a patch does to one is not seen in the next."""
    pod = plan_component_pods(parse_cluster_configuration(MINIMAL), NODE)["kube-scheduler"]
    manifest = pod.manifest()
    manifest["spec"]["containers"][0]["command"].append("--v=9")
    manifest["metadata"]["labels"]["x"] = "y"
    assert "- --v=9\n" in render_manifest(manifest)
    assert "--v=9" not in render_manifest(pod.manifest())
    assert "x: y" not in render_manifest(pod.manifest())


def test_refuses_a_minor_that_it_does_not_know() -> None:
    """The files of another minor are not guessed."""
    for version in UNSUPPORTED:
        with pytest.raises(JoinError) as caught:
            plan_component_pods(parse_cluster_configuration(MINIMAL.replace("v1.37.2", version)), NODE)
        assert caught.value.code == "unsupported_kubernetes_version"


@pytest.mark.parametrize("address", ["", "cp-2", "192.0.2.300", "192.0.2.0/24"])
def test_refuses_an_address_that_is_none(address: str) -> None:
    """A name cannot be advertised."""
    with pytest.raises(JoinError) as caught:
        plan_component_pods(parse_cluster_configuration(MINIMAL), ControlPlaneNode("cp-2", address))
    assert caught.value.code == "invalid_join_configuration"


def test_the_variables_of_a_proxy_are_not_in_the_node_s_repr() -> None:
    """They may hold passwords."""
    assert "secret" not in repr(ControlPlaneNode("cp-2", "192.0.2.2", environment={"HTTP_PROXY": "http://u:secret@p"}))


_NAMES = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=12)
_TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40)
_ARGUMENTS = st.lists(st.tuples(_NAMES, _TEXTS), max_size=6)


@given(_ARGUMENTS, st.sampled_from(MINORS), st.sets(st.sampled_from(CA_FOLDERS)))
def test_any_argument_comes_through(arguments: list[tuple[str, str]], minor: str, folders: set[str]) -> None:
    """Each is in the command as often as it was given, and in the file; and no volume has the name of another."""
    listed = [{"name": name, "value": value} for name, value in arguments]
    text = MINIMAL.replace("1.37.2", f"{minor}.0")
    cluster = parse_cluster_configuration(
        text + f"scheduler: {{extraArgs: {json.dumps(listed, ensure_ascii=False)}}}\n"
    )
    pods = plan_component_pods(cluster, ControlPlaneNode("cp-2", "192.0.2.2", ca_folders=frozenset(folders)))
    pod = parse_yaml(render_manifest(pods["kube-scheduler"].manifest()), what="the pod")
    command = pod["spec"]["containers"][0]["command"]
    wanted = [f"--{name}={value}" for name, value in arguments]
    assert all(command.count(argument) >= wanted.count(argument) for argument in wanted)
    names = [volume["name"] for volume in pods["kube-apiserver"].manifest()["spec"]["volumes"]]
    assert names == sorted(set(names))
    assert len(names) == 2 + len(folders)
