# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The modules of a control plane's phases, with the arguments that the tasks of these phases have."""

from __future__ import annotations

import typing as t

from ...module_utils._core.defaults import KUBEADM_CERTS
from .node import Step

__all__ = ("control_plane_steps",)

_Values = t.Mapping[str, t.Any]


def control_plane_steps(
    *, settings: _Values, secrets: _Values, cluster: _Values, token: str, invitation: _Values, node: _Values
) -> list[Step]:
    """The steps in the order of the phases.

    ``settings`` is the result of join_configuration_info, ``node`` that of preflight_info, and ``invitation`` that of the role invite, if this
    host uses it. ``secrets`` are values that are part of no result, of which ``settings`` names those that are set.
    """
    own = secrets if "certificate_key" in settings["secrets"] else invitation
    files = {
        "token": token,
        **_discovery(settings, secrets),
        "certificate_key": own.get("certificate_key", ""),
        "uploaded_to": (own is invitation and invitation.get("certificates_secret")) or KUBEADM_CERTS,
        "shared_certificates": secrets["shared_certificates"] if "shared_certificates" in settings["secrets"] else {},
        **_options(settings, "node_name", "apiserver_advertise_address", "apiserver_bind_port"),
        **_patches(settings),
        "health_timeout": settings["timeouts"]["controlPlaneComponentHealthCheck"],
        "api_call_timeout": settings["timeouts"]["kubernetesAPICall"],
    }
    kubelet = {
        "token": token,
        **_discovery(settings, secrets),
        **_options(
            settings, "control_plane", "node_name", "apiserver_advertise_address", "apiserver_bind_port", "ca_cert_path", "rootfs",
            "taints", "kubelet_extra_args", "patches", "patch_files", "wait_for", "wait_timeout",
        ),
        "cri_socket": node.get("cri_socket") or "",
        "kubelet_version": node.get("kubelet_version") or "",
        "timeout": settings["timeouts"]["tlsBootstrap"],
    }  # fmt: skip
    etcd = {
        **_options(settings, "node_name", "apiserver_advertise_address"),
        **_patches(settings),
        "health_timeout": settings["timeouts"]["controlPlaneComponentHealthCheck"],
        "timeout": settings["timeouts"]["etcdAPICall"],
        "api_call_timeout": settings["timeouts"]["kubernetesAPICall"],
    }
    end = {
        **_options(
            settings,
            "node_name",
            "apiserver_advertise_address",
            "apiserver_bind_port",
            "taints",
            "wait_for",
            "wait_timeout",
        ),
        "cri_socket": node.get("cri_socket") or "",
        "timeout": settings["timeouts"]["kubernetesAPICall"],
        "health_timeout": settings["timeouts"]["controlPlaneComponentHealthCheck"],
    }
    phases = settings["phases_by_module"]
    steps = [
        Step("control_plane_files", {"cluster": cluster, "phases": phases["control_plane_files"], **files}),
        Step("kubelet", {"cluster": cluster, "phases": phases["kubelet"], **kubelet}),
        Step("control_plane_node", {"cluster": cluster, "phases": phases["control_plane_node"], **end}),
    ]
    if "etcd-join" in settings["phases"]:
        steps.insert(2, Step("etcd_member", {"cluster": cluster, **etcd}))
    return steps


def _options(settings: _Values, *names: str) -> dict[str, t.Any]:
    return {name: settings["options"][name] for name in names}


def _patches(settings: _Values) -> dict[str, t.Any]:
    return _options(settings, "patches", "patch_files", "experimental_kustomize", "kustomize_files")


def _discovery(settings: _Values, secrets: _Values) -> dict[str, t.Any]:
    """The discovery file, whose address may be a secret, or its content from the controller."""
    own = {name: secrets[name] for name in ("discovery_file", "discovery_kubeconfig") if name in settings["secrets"]}
    return {**_options(settings, "discovery_file"), **own}
