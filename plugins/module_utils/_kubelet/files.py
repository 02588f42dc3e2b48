# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""The kubelet's files as written by the phase kubelet-start of `kubeadm join`, for every supported minor version.

Every rule here follows the output of real kubeadm binaries, which is recorded in tests/differential/goldens.
"""

from __future__ import annotations

import base64
import typing as t
from dataclasses import dataclass

from .._config.kubelet import parse_kubelet_configuration
from .._config.settings import ClusterSettings
from .._core.errors import JoinError
from .._core.releases import RELEASES, Release, nearest_release, release_of
from .._core.version import KubernetesVersion
from .._formats.kubelet_fields import kubelet_fields
from .._formats.yaml_writer import render_yaml

__all__ = (
    "KubeletFiles",
    "KubeletHost",
    "PatchConfiguration",
    "node_annotations",
    "render_kubelet_files",
    "render_kubelet_kubeconfig",
    "uses_own_api_server",
)

_RESOLVED_CONF = "/run/systemd/resolve/resolv.conf"
_CRI_SOCKET_GATE = "NodeLocalCRISocket"
_LOCAL_MODE_GATE = "ControlPlaneKubeletLocalMode"
_CRI_SOCKET_ANNOTATION = "kubeadm.alpha.kubernetes.io/cri-socket"
_ESCAPES = {
    **{character: f"\\{character}" for character in ('"', "\\")},
    **dict(zip("\a\b\f\n\r\t\v", (f"\\{letter}" for letter in "abfnrtv"))),
}

#: A function that patches a configuration for a minor version; it returns the result and notes.
PatchConfiguration = t.Callable[[t.Dict[str, t.Any], str], t.Tuple[t.Dict[str, t.Any], t.Tuple[str, ...]]]


@dataclass(frozen=True)
class KubeletHost:
    """Facts of the host: its name, which is the default node name, and its software."""

    hostname: str
    systemd_resolved: bool
    kubelet_version: KubernetesVersion


@dataclass(frozen=True)
class KubeletFiles:
    """The texts of /var/lib/kubelet/config.yaml, instance-config.yaml (None if it is not needed) and kubeadm-flags.env.

    ``has_preferences`` is whether this kubelet writes empty preferences to kubelet.conf. ``notes`` are sentences about unusual
    findings.
    """

    configuration: str
    instance_configuration: str | None
    flags: str
    has_preferences: bool = False
    notes: tuple[str, ...] = ()


def render_kubelet_files(
    *,
    kubelet_configuration: str,
    cluster: ClusterSettings,
    host: KubeletHost,
    node_name: str,
    cri_socket: str,
    taints: t.Sequence[str] = (),
    extra_args: t.Sequence[tuple[str, str]] = (),
    patch: PatchConfiguration | None = None,
) -> KubeletFiles:
    """The kubelet's files for one node.

    ``kubelet_configuration`` is the key `kubelet` of the ConfigMap kubelet-config, ``cri_socket`` is a URL, and ``taints`` have
    the form `key=value:Effect`. ``extra_args`` are pairs of a flag's name without dashes and its value, in order; names may be
    repeated. ``patch`` is applied last, except for the socket. Raises ``patch_failed``,
    ``unsupported_kubernetes_version``, ``invalid_kubelet_configuration`` and ``invalid_cluster_configuration``.
    """
    release = _release_of(cluster)
    minor = release.minor
    wanted = parse_kubelet_configuration(kubelet_configuration)
    configuration = _fill_in(wanted.read(kubelet_fields(minor)), wanted.value, cluster, host)
    patched, notes = patch(configuration, minor) if patch else (configuration, ())
    node_local = _has_node_local_cri_socket(cluster, release)
    if node_local:
        patched["containerRuntimeEndpoint"] = cri_socket
    return KubeletFiles(
        configuration=render_yaml(patched),
        instance_configuration=f'containerRuntimeEndpoint: "{cri_socket}"\n' if node_local else None,
        flags=_render_flags(cluster, host, node_name, "" if node_local else cri_socket, taints, extra_args),
        has_preferences=nearest_release(host.kubelet_version).writes_empty_fields,
        notes=notes,
    )


def node_annotations(cluster: ClusterSettings, cri_socket: str) -> dict[str, str]:
    """The annotations of the registered Node: the runtime's socket, in clusters that do not keep it in a file."""
    release = RELEASES.get(cluster.kubernetes_version.release)
    if release is None or not release.annotates_cri_socket or _has_node_local_cri_socket(cluster, release):
        return {}
    return {_CRI_SOCKET_ANNOTATION: cri_socket}


def uses_own_api_server(cluster: ClusterSettings) -> bool:
    """Whether the kubelet of a control plane uses the API server of its host, instead of the cluster's endpoint."""
    return _is_on(cluster, _LOCAL_MODE_GATE, _release_of(cluster).kubelet_local_mode)


def _release_of(cluster: ClusterSettings) -> Release:
    return release_of(cluster.kubernetes_version, task="write the kubelet's files")


def _has_node_local_cri_socket(cluster: ClusterSettings, release: Release) -> bool:
    return _is_on(cluster, _CRI_SOCKET_GATE, release.node_local_cri_socket)


def _is_on(cluster: ClusterSettings, gate: str, default: bool | None) -> bool:
    return True if default is None else cluster.feature_gates.get(gate, default)


def _fill_in(
    configuration: dict[str, t.Any], wanted: dict[str, t.Any], cluster: ClusterSettings, host: KubeletHost
) -> dict[str, t.Any]:
    """Apply kubeadm's defaults for unset fields, and turn on rotateCertificates, as kubeadm always does."""
    defaults: dict[str, t.Any] = {
        "cgroupDriver": "systemd",
        "clusterDomain": cluster.dns_domain,
        "healthzBindAddress": "127.0.0.1",
        "healthzPort": 10248,
        "staticPodPath": "/etc/kubernetes/manifests",
    }
    if wanted.get("clusterDNS") is None:  # an empty list is a valid value
        defaults["clusterDNS"] = [_dns_address(cluster)]
    if host.systemd_resolved:
        defaults["resolvConf"] = _RESOLVED_CONF
    authentication = configuration["authentication"]
    return {
        **defaults,
        **configuration,
        "authentication": {
            "anonymous": {"enabled": False, **authentication["anonymous"]},
            "webhook": {"enabled": True, **authentication["webhook"]},
            "x509": {"clientCAFile": f"{cluster.certificates_dir}/ca.crt", **authentication["x509"]},
        },
        "authorization": {"mode": "Webhook", **configuration["authorization"]},
        "rotateCertificates": True,
    }


def _dns_address(cluster: ClusterSettings) -> str:
    """The tenth address of the first service subnet."""
    # Only here: the configuration of most clusters contains clusterDNS.
    from .._formats.go_addresses import nth_address, parse_subnets

    subnets = parse_subnets(cluster.service_subnet)
    address = nth_address(subnets[0], 10) if subnets else None
    if address is None:
        raise JoinError(
            "invalid_cluster_configuration",
            "Cannot determine the address of the cluster's DNS: networking.serviceSubnet in ConfigMap "
            f"kube-system/kubeadm-config is {cluster.service_subnet!r}, expected a CIDR with at least 11 addresses; "
            "correct it, or set clusterDNS in ConfigMap kube-system/kubelet-config.",
            field="networking.serviceSubnet",
        )
    return str(address)


def _render_flags(
    cluster: ClusterSettings,
    host: KubeletHost,
    node_name: str,
    cri_socket: str,
    taints: t.Sequence[str],
    extra_args: t.Sequence[tuple[str, str]],
) -> str:
    """kubeadm-flags.env: kubeadm's own arguments sorted, then the extra ones, which override those of the same name."""
    own: dict[str, str] = {}
    if cri_socket:
        own["container-runtime-endpoint"] = cri_socket
    name = node_name.strip().lower()
    if name != host.hostname.strip().lower():
        own["hostname-override"] = name
    # A kubelet that does not know the flag would not start.
    release = _release_of(cluster)
    if release.pause_tags and nearest_release(host.kubelet_version).pause_tags:
        tag = release.pause_tag(cluster.kubernetes_version.patch)
        own["pod-infra-container-image"] = f"{cluster.image_repository}/pause:{tag}"
    if taints:
        own["register-with-taints"] = ",".join(taints)
    provided = {name.replace("_", "-") for name, _value in extra_args}
    arguments = [*((name, own[name]) for name in sorted(own) if name not in provided), *extra_args]
    value = " ".join(f"--{name}={value}" for name, value in arguments)
    return f"KUBELET_KUBEADM_ARGS={_quote(value)}\n"


def _quote(value: str) -> str:
    """Quote a text as Go does with %q."""
    return f'"{"".join(_escape(character) for character in value)}"'


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def render_kubelet_kubeconfig(
    *, server: str, certificate_authority: str, client_pem: str, has_preferences: bool = False
) -> str:
    """kubelet.conf as written by the kubelet after TLS bootstrap; ``client_pem`` is the path of certificate and key."""
    authority = base64.b64encode(certificate_authority.encode("utf-8")).decode("ascii")
    return render_yaml(
        {
            "apiVersion": "v1",
            "clusters": [
                {"cluster": {"certificate-authority-data": authority, "server": server}, "name": "default-cluster"}
            ],
            "contexts": [
                {
                    "context": {"cluster": "default-cluster", "namespace": "default", "user": "default-auth"},
                    "name": "default-context",
                }
            ],
            "current-context": "default-context",
            "kind": "Config",
            **({"preferences": {}} if has_preferences else {}),
            "users": [
                {"name": "default-auth", "user": {"client-certificate": client_pem, "client-key": client_pem}},
            ],
        }
    )
