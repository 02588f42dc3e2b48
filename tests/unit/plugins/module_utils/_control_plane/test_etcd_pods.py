# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the API server knows of etcd's static pods."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._control_plane.etcd_pods import (
    find_etcd_endpoints,
    find_etcd_images,
    list_etcd_pods,
)
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError

URLS = "kubeadm.kubernetes.io/etcd.advertise-client-urls"
MIRROR = {"kubernetes.io/config.mirror": "1234"}


class Api:
    """A server with these pods of etcd, and control planes of these names."""

    server = "https://cp.example.com:6443"

    def __init__(self, pods: t.Sequence[t.Any], control_planes: t.Sequence[str] = ()) -> None:
        self._pods = pods
        self._nodes = [{"metadata": {"name": name}} for name in control_planes]

    def get(self, path: str, **params: str) -> t.Any:
        return {
            ("/api/v1/nodes", "node-role.kubernetes.io/control-plane"): {"items": self._nodes},
            ("/api/v1/namespaces/kube-system/pods", "component=etcd,tier=control-plane"): {"items": self._pods},
        }[path, params["labelSelector"]]


def announced(urls: str, node: str = "cp1") -> dict[str, t.Any]:
    return pod(node, "e:1", {**MIRROR, **({URLS: urls} if urls else {})})


def pod(node: str, image: str, annotations: dict[str, str] | None = None, **more: str) -> dict[str, t.Any]:
    containers = [{"name": "etcd", "image": image}, *({"name": n, "image": i} for n, i in more.items())]
    return {
        "metadata": {"annotations": dict(MIRROR) if annotations is None else annotations},
        "spec": {"nodeName": node, "containers": containers},
    }


def images(pods: t.Sequence[t.Any], *control_planes: str, joining: str = "cp9") -> list[str]:
    api = t.cast("t.Any", Api(pods, control_planes))
    return find_etcd_images(list_etcd_pods(api), joining=joining)


def endpoints(pods: t.Sequence[t.Any]) -> list[str]:
    api = t.cast("t.Any", Api(pods, ["cp1"]))
    return find_etcd_endpoints(api, list_etcd_pods(api))


def test_endpoints_are_those_that_pods_announce() -> None:
    """Several of one pod, none of one without the annotation; without any, etcd cannot be found."""
    pods = [announced(urls) for urls in ("https://10.0.0.1:2379,https://10.9.0.1:2379", "", "https://10.0.0.3:2379")]
    assert endpoints(pods) == [
        "https://10.0.0.1:2379",
        "https://10.9.0.1:2379",
        "https://10.0.0.3:2379",
    ]
    with pytest.raises(JoinError) as caught:
        endpoints([announced("")])
    assert caught.value.code == "etcd_unreachable"


def test_images_are_those_of_etcd_s_containers() -> None:
    """One for each member, in the server's order; other containers of a patched pod do not count."""
    pods = [pod("cp1", "e:1", sidecar="s:1"), pod("cp2", "e:2"), pod("cp3", "")]
    assert images(pods, "cp1", "cp2", "cp3") == ["e:1", "e:2"]


@pytest.mark.parametrize(
    "other",
    [
        pod("w1", "evil:1"),
        pod("cp1", "evil:1", annotations={}),
        pod("", "evil:1"),
        {"spec": {"nodeName": "cp1", "containers": "?"}, "metadata": {"annotations": dict(MIRROR)}},
        {},
    ],
    ids=["on a worker", "no static pod", "on no node", "malformed", "empty"],
)
def test_no_other_pod_names_an_image_or_an_endpoint(other: dict[str, t.Any]) -> None:
    """A worker can mirror a pod with any labels, but only to its own Node, which it cannot label a control plane."""
    assert images([other], "cp1") == []
    assert images([other, pod("cp1", "e:1")], "cp1") == ["e:1"]
    other.setdefault("metadata", {}).setdefault("annotations", {})[URLS] = "https://192.0.2.66:2379," * 100
    if (other.get("spec") or {}).get("containers") != "?":
        assert endpoints([other, announced("https://10.0.0.1:2379")]) == ["https://10.0.0.1:2379"]


def test_the_joining_host_does_not_follow_itself() -> None:
    """Its own pod of an earlier run may have the wrong image."""
    assert images([pod("cp1", "e:1"), pod("cp2", "e:2")], "cp1", "cp2", joining="cp2") == ["e:1"]
