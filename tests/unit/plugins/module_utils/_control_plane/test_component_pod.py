# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shape of a static pod, its command and its environment."""

from __future__ import annotations

import datetime
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._config.cluster import ExtraVolume
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.component_pod import (
    Probes,
    StaticPod,
    last_argument,
    merge_arguments,
    plan_environment,
    render_manifest,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.releases import RELEASES
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.from_regex(r"[a-z]{1,4}", fullmatch=True)
ARGUMENTS = st.lists(st.tuples(NAMES, st.text(max_size=5)), max_size=5)


def pod(**changed: t.Any) -> StaticPod:
    options: dict[str, t.Any] = {
        "release": RELEASES["1.37"],
        "name": "kube-scheduler",
        "image": "registry/kube-scheduler:v1",
        "command": ("kube-scheduler", "--v=2"),
        "probes": Probes("127.0.0.1", 10259, "HTTPS", "/livez", "/startupz", "/readyz"),
        "health_timeout": datetime.timedelta(minutes=4),
        "requests": {"cpu": "100m"},
        "mounts": (
            ExtraVolume("z", "/host/z", "/z", read_only=True, path_type="File"),
            ExtraVolume("a", "/host/a", "/a"),
        ),
    }
    return StaticPod(**{**options, **changed})


def container(**changed: t.Any) -> dict[str, t.Any]:
    (found,) = pod(**changed).manifest()["spec"]["containers"]
    return t.cast("dict[str, t.Any]", found)


def test_a_pod_is_one_container_on_the_hosts_network() -> None:
    """Named and labelled by its component."""
    manifest = pod().manifest()
    assert manifest["metadata"] == {
        "labels": {"component": "kube-scheduler", "tier": "control-plane"}, "name": "kube-scheduler", "namespace": "kube-system",
    }  # fmt: skip
    assert manifest["spec"]["hostNetwork"] is True
    assert container()["command"] == ["kube-scheduler", "--v=2"]
    assert container()["image"] == "registry/kube-scheduler:v1"


def test_annotations_are_there_where_there_are_some() -> None:
    """No empty mapping is written."""
    assert "annotations" not in pod().manifest()["metadata"]
    assert pod(annotations={"a": "b"}).manifest()["metadata"]["annotations"] == {"a": "b"}


def test_mounts_keep_their_order_and_volumes_are_sorted() -> None:
    """As kubeadm writes them."""
    assert container()["volumeMounts"] == [
        {"mountPath": "/z", "name": "z", "readOnly": True},
        {"mountPath": "/a", "name": "a"},
    ]
    volumes = pod().manifest()["spec"]["volumes"]
    assert [volume["name"] for volume in volumes] == ["a", "z"]
    assert volumes[1] == {"hostPath": {"path": "/host/z", "type": "File"}, "name": "z"}


def test_probes_ask_where_the_component_answers() -> None:
    """Readiness only where there is a path for it; a pod's own address has no host."""
    found = container()
    assert found["livenessProbe"]["httpGet"] == {
        "host": "127.0.0.1",
        "path": "/livez",
        "port": "probe-port",
        "scheme": "HTTPS",
    }
    assert found["ports"] == [{"containerPort": 10259, "name": "probe-port", "protocol": "TCP"}]
    assert found["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert found["startupProbe"]["httpGet"]["path"] == "/startupz"
    plain = container(probes=Probes("", 1, "HTTP", "/a", "/b"))
    assert "readinessProbe" not in plain
    assert plain["livenessProbe"]["httpGet"] == {"path": "/a", "port": "probe-port", "scheme": "HTTP"}


def test_older_kubeadms_write_the_number_of_the_port_and_an_empty_timestamp() -> None:
    """The container has no ports then."""
    release = RELEASES["1.37"]._replace(names_probe_port=False, writes_empty_fields=True)
    found = container(release=release)
    probes = [found[name]["httpGet"]["port"] for name in ("livenessProbe", "readinessProbe", "startupProbe")]
    assert probes == [10259, 10259, 10259]
    assert "ports" not in found
    assert pod(release=release).manifest()["metadata"]["creationTimestamp"] is None
    assert "creationTimestamp" not in pod().manifest()["metadata"]


@pytest.mark.parametrize(("seconds", "failures"), [(240, 24), (241, 25), (5, 1), (0, 0), (600, 60)])
def test_a_component_may_take_its_time_to_start(seconds: int, failures: int) -> None:
    """A probe every ten seconds, one more for what is left over."""
    probe = container(health_timeout=datetime.timedelta(seconds=seconds))["startupProbe"]
    assert (probe["failureThreshold"], probe["periodSeconds"]) == (failures, 10)


def test_the_file_is_the_manifest() -> None:
    """Read by another library; the manifest may be changed before."""
    manifest = pod(environment=({"name": "A", "value": "b"},)).manifest()
    manifest["metadata"]["labels"]["x"] = "y"
    assert yaml.safe_load(render_manifest(manifest)) == {**manifest, "status": {}}
    assert manifest["spec"]["containers"][0]["env"] == [{"name": "A", "value": "b"}]


@given(st.dictionaries(NAMES, st.text(max_size=5), max_size=5), ARGUMENTS)
def test_arguments_of_users_replace_those_of_their_names(own: dict[str, str], provided: list[tuple[str, str]]) -> None:
    """All of theirs come last, in their order and as often as they are there; the others are sorted."""
    program, *arguments = merge_arguments("p", own, tuple(provided))
    names = {name for name, _value in provided}
    kept = [f"--{name}={own[name]}" for name in sorted(own) if name not in names]
    assert program == "p"
    assert arguments == kept + [f"--{name}={value}" for name, value in provided]


@given(ARGUMENTS)
def test_of_arguments_of_one_name_the_last_counts(arguments: list[tuple[str, str]]) -> None:
    """As in a mapping."""
    known = dict(arguments)
    assert all(last_argument(tuple(arguments), name) == value for name, value in known.items())
    assert last_argument(tuple(arguments), "absent") is None


@pytest.mark.parametrize("name", ["HTTP_PROXY", "https_proxy", "No_Proxy", "x_proxy"])
def test_variables_of_a_proxy_are_passed_on(name: str) -> None:
    """In any case, unless they are empty or set by the user."""
    assert plan_environment([], {name: "p", "PATH": "/bin", "PROXY": "q"}) == ({"name": name, "value": "p"},)
    assert plan_environment([], {name: ""}) == ()
    own = {"name": name, "value": "own"}
    assert plan_environment([own], {name: "p"}) == (own,)


def test_variables_are_sorted_and_keep_what_they_are() -> None:
    """A value may come from elsewhere."""
    field = {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
    found = plan_environment([{"name": "Z", "value": ""}, field], {"a_proxy": "p"})
    assert found == (field, {"name": "Z", "value": ""}, {"name": "a_proxy", "value": "p"})
