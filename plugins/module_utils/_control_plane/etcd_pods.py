# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The static pods of the cluster's etcd, as the API server lists them: their endpoints and their images."""

from __future__ import annotations

import typing as t

from .._api.kubeapi import KubeApi
from .._api.node import CONTROL_PLANE_LABEL
from .._core.errors import JoinError
from .._core.objects import list_at, mapping_at, text_at

__all__ = ("find_etcd_endpoints", "find_etcd_images", "list_etcd_pods")

_PODS = "/api/v1/namespaces/kube-system/pods"
_NODES = "/api/v1/nodes"
_CLIENT_URLS = "kubeadm.kubernetes.io/etcd.advertise-client-urls"
_MIRROR = "kubernetes.io/config.mirror"


def list_etcd_pods(api: KubeApi) -> list[t.Any]:
    """The static pods of etcd on control planes, from which the other functions read.

    A worker can mirror any pod to its own Node, but no kubelet can label its Node as a control plane.
    """
    nodes = list_at(api.get(_NODES, labelSelector=CONTROL_PLANE_LABEL), "items")
    names = {text_at(node, "metadata", "name") for node in nodes} - {""}
    pods = list_at(api.get(_PODS, labelSelector="component=etcd,tier=control-plane"), "items")
    return [pod for pod in pods if text_at(pod, "spec", "nodeName") in names and _is_static(pod)]


def find_etcd_endpoints(api: KubeApi, pods: t.Sequence[t.Any]) -> list[str]:
    """The client URLs of etcd, from the annotations of its pods. Raises ``etcd_unreachable`` if there are none."""
    urls = [text_at(pod, "metadata", "annotations", _CLIENT_URLS) for pod in pods]
    endpoints = [url for listed in urls for url in listed.split(",") if url.startswith("https://")]
    if not endpoints:
        raise JoinError(
            "etcd_unreachable",
            f"Cannot find etcd: no static pod of etcd on a Node with the label {CONTROL_PLANE_LABEL} at {api.server} has the "
            f"annotation {_CLIENT_URLS}; expected one pod for each control plane; check that the static pods and the labels are "
            "those of kubeadm.",
            endpoints=[],
            seen="no annotated pods on control planes",
        )
    return endpoints


def find_etcd_images(pods: t.Sequence[t.Any], *, joining: str = "") -> list[str]:
    """The images that the members on other nodes than the joining one run, one for each."""
    counted = [pod for pod in pods if text_at(pod, "spec", "nodeName") != joining]
    containers = [container for pod in counted for container in list_at(pod, "spec", "containers")]
    images = [text_at(container, "image") for container in containers if text_at(container, "name") == "etcd"]
    return [image for image in images if image]


def _is_static(pod: t.Any) -> bool:
    return _MIRROR in mapping_at(pod, "metadata", "annotations")
