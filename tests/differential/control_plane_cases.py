# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters that a control plane joins, and the node that joins: one of each a case of the goldens of the static pods."""

from __future__ import annotations

import typing as t

from control_plane_case import (
    DUAL_STACK,
    IPV6_NODE,
    OLDER,
    V1BETA3,
    ControlPlaneCase,
    Node,
    arguments,
)
from etcd_cases import STATIC_POD_CASES as _ETCD
from minors import until
from running_cases import RUNNING_CASES

__all__ = ("CASES",)

_PLAIN = V1BETA3.replace("v1beta3", "v1beta4")
_ENV = {"name": "HTTP_TIMEOUT", "value": "30"}
_FROM_FIELD = {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}


def _every(**fields: t.Any) -> dict[str, t.Any]:
    """The same for the three components that are not etcd."""
    return dict.fromkeys(("apiServer", "controllerManager", "scheduler"), fields)


def _server(*pairs: tuple[str, str]) -> dict[str, t.Any]:
    return {"apiServer": {"extraArgs": arguments(*pairs)}}


def _volume(name: str, path: str, **fields: t.Any) -> dict[str, t.Any]:
    return {"name": name, "hostPath": path, "mountPath": path, **fields}


_CLUSTERS = (
    ControlPlaneCase("defaults"),
    ControlPlaneCase("every_default_left_out", stored=_PLAIN),
    ControlPlaneCase("v1beta3", stored=V1BETA3, minors=OLDER),
    ControlPlaneCase(
        "v1beta3_arguments",
        stored=V1BETA3 + "apiServer:\n  extraArgs: {v: '4', audit-log-path: /var/log/a, authorization-mode: RBAC}\n"
        "controllerManager:\n  extraArgs: {zzz: '', bind-address: 0.0.0.0}\n"
        "scheduler:\n  extraArgs: {config: /etc/s.yaml}\n"
        "etcd:\n  local:\n    dataDir: /data\n    extraArgs: {quota-backend-bytes: '8', auto-tls: 'false'}\n",
        minors=OLDER,
    ),
    ControlPlaneCase(
        "v1beta3_timeout",
        stored=V1BETA3 + "apiServer:\n  timeoutForControlPlane: 10m0s\n",
        minors=OLDER,
        only_joined=True,
    ),
    ControlPlaneCase(
        "v1beta3_timeout_of_the_join",
        stored=V1BETA3 + "apiServer:\n  timeoutForControlPlane: 10m0s\n",
        timeouts={"controlPlaneComponentHealthCheck": "2m0s"},
        minors=OLDER,
        only_joined=True,
    ),
    ControlPlaneCase("cluster_name", {"clusterName": "blue"}),
    ControlPlaneCase("certificates_dir", {"certificatesDir": "/opt/pki"}),
    ControlPlaneCase("certificates_dir_below_the_usual", {"certificatesDir": "/etc/kubernetes/pki/mine"}),
    ControlPlaneCase("certificates_dir_not_clean", {"certificatesDir": "/opt//pki/"}),
    ControlPlaneCase("image_repository", {"imageRepository": "registry.example.com/k8s"}),
    ControlPlaneCase("image_repository_with_port", {"imageRepository": "localhost:5000"}),
    ControlPlaneCase("version_with_build", edits=[("kubernetesVersion: VERSION", "kubernetesVersion: VERSION+abc.1")]),
    ControlPlaneCase("patch_level", edits=[("kubernetesVersion: VERSION", "kubernetesVersion: MINOR.0")]),
    ControlPlaneCase("pre_release", edits=[("kubernetesVersion: VERSION", "kubernetesVersion: MINOR.0-rc.1")]),
    ControlPlaneCase(
        "ci_build", edits=[("kubernetesVersion: VERSION", "kubernetesVersion: MINOR.3-alpha.0.5+1a2b3c4d5e6f7a")]
    ),
    ControlPlaneCase("dns_domain", {"networking": {"dnsDomain": "blue.example.com"}}),
    ControlPlaneCase("service_subnet", {"networking": {"serviceSubnet": "172.30.0.0/16"}}),
    ControlPlaneCase("pod_subnet", {"networking": {"podSubnet": "10.244.0.0/16"}}),
    ControlPlaneCase("dual_stack", DUAL_STACK),
    ControlPlaneCase(
        "dual_stack_ipv6_first",
        {"networking": {"serviceSubnet": "fd00:10::/112,10.96.0.0/16", "podSubnet": "fd00:20::/56,10.244.0.0/16"}},
        node=IPV6_NODE,
    ),
    ControlPlaneCase(
        "node_mask_by_hand",
        {
            **DUAL_STACK,
            "controllerManager": {
                "extraArgs": arguments(("node-cidr-mask-size-ipv4", "26"), ("node-cidr-mask-size-ipv6", "72"))
            },
        },
    ),
    ControlPlaneCase(
        "cluster_cidr_by_hand",
        {
            "networking": {"podSubnet": "10.244.0.0/16"},
            "controllerManager": {
                "extraArgs": arguments(("cluster-cidr", "10.1.0.0/16"), ("allocate-node-cidrs", "false"))
            },
        },
    ),
    ControlPlaneCase("ipv6", {"networking": {"serviceSubnet": "fd00:10::/112"}}, node=IPV6_NODE),
    ControlPlaneCase(
        "ipv6_pods", {"networking": {"serviceSubnet": "fd00:10::/112", "podSubnet": "fd00:20::/56"}}, node=IPV6_NODE
    ),
    ControlPlaneCase("ipv6_long_form", node=Node("cp-2", "2001:0DB8:0000::0002", 6443)),
    ControlPlaneCase("ipv4_in_ipv6", node=Node("cp-2", "::ffff:192.0.2.2", 6443)),
    ControlPlaneCase("bind_port", node=Node("cp-2", "192.0.2.2", 8443)),
    ControlPlaneCase("secure_port_by_hand", _server(("secure-port", "7443")), node=Node("cp-2", "192.0.2.2", 8443)),
    ControlPlaneCase("node_name", node=Node("cp-2.example.com", "192.0.2.9", 6443)),
    ControlPlaneCase("no_control_plane_endpoint", {"controlPlaneEndpoint": ""}),
    ControlPlaneCase("endpoint_without_port", {"controlPlaneEndpoint": "cp.example.com"}),
    ControlPlaneCase("endpoint_as_address", {"controlPlaneEndpoint": "192.0.2.100:443"}),
    ControlPlaneCase("endpoint_as_ipv6", {"controlPlaneEndpoint": "[2001:db8::100]:443"}, node=IPV6_NODE),
    ControlPlaneCase("ecdsa_keys", {"encryptionAlgorithm": "ECDSA-P256"}),
    ControlPlaneCase("rsa_3072", {"encryptionAlgorithm": "RSA-3072"}),
    ControlPlaneCase("periods", {"certificateValidityPeriod": "720h", "caCertificateValidityPeriod": "8760h"}),
    ControlPlaneCase("dns_and_proxy_off", {"dns": {"disabled": True}, "proxy": {"disabled": True}}),
    ControlPlaneCase(
        "certificate_names", {"apiServer": {"certSANs": ["Extra.example.com", "*.wild.example.com", "192.0.2.50"]}}
    ),
    ControlPlaneCase("external_ca", external_ca=True, only_joined=True),
    ControlPlaneCase("health_timeout", timeouts={"controlPlaneComponentHealthCheck": "6m5s"}),
    ControlPlaneCase("health_timeout_short", timeouts={"controlPlaneComponentHealthCheck": "1s"}),
    ControlPlaneCase("gate_of_a_component", {"featureGates": {"RootlessControlPlane": False}}),
    ControlPlaneCase("gate_public_keys_ecdsa", {"featureGates": {"PublicKeysECDSA": True}}, minors=OLDER),
    ControlPlaneCase(
        "gate_node_local_cri_socket", {"featureGates": {"NodeLocalCRISocket": False}}, minors=until("1.35")
    ),
    ControlPlaneCase(
        "gate_learner_mode_left_over",
        edits=[("imageRepository:", "featureGates:\n  EtcdLearnerMode: true\nimageRepository:")],
        only_joined=True,
    ),
)

_ARGUMENTS = (
    ControlPlaneCase("arguments", _every(extraArgs=arguments(("v", "4"), ("profiling", "false")))),
    ControlPlaneCase(
        "arguments_out_of_order", _every(extraArgs=arguments(("zzz", "1"), ("v", "4"), ("aaa", "2"), ("m", "3")))
    ),
    ControlPlaneCase(
        "arguments_repeated", _server(("z", "2"), ("audit-webhook", "b"), ("audit-webhook", "a"), ("z", "1"))
    ),
    ControlPlaneCase(
        "arguments_that_override",
        {
            "apiServer": {
                "extraArgs": arguments(("enable-admission-plugins", "A,B"), ("service-account-issuer", "https://a"))
            },
            "controllerManager": {
                "extraArgs": arguments(("controllers", "*"), ("leader-elect", "false"), ("kubeconfig", "/x"))
            },
            "scheduler": {"extraArgs": arguments(("leader-elect", "false"), ("authentication-kubeconfig", ""))},
        },
    ),
    ControlPlaneCase(
        "arguments_that_override_repeated",
        _server(
            ("service-account-issuer", "https://b"),
            ("service-account-issuer", "https://a"),
            ("v", "1"),
            ("service-account-issuer", "https://b"),
        ),
    ),
    ControlPlaneCase("arguments_empty", _every(extraArgs=arguments(("flag", ""), ("other", "")))),
    ControlPlaneCase(
        "arguments_that_need_quotes",
        _every(
            extraArgs=arguments(
                ("a", "x: y"),
                ("b", "it's"),
                ("c", 'say "hi"'),
                ("d", "{a: b}"),
                ("e", "# no"),
                ("f", "word " * 30 + "end"),
                ("g", "é\u20ac"),
                ("h", "a\nb"),
            )
        ),
    ),
    ControlPlaneCase(
        "authorization_modes",
        _server(("authorization-mode", "Node,RBAC,Webhook"), ("authorization-webhook-config-file", "/etc/w")),
    ),
    ControlPlaneCase("authorization_modes_unknown", _server(("authorization-mode", "Node,Mine,ABAC"))),
    ControlPlaneCase("authorization_modes_none_known", _server(("authorization-mode", "Mine"))),
    ControlPlaneCase("authorization_modes_empty", _server(("authorization-mode", ""))),
    ControlPlaneCase(
        "authorization_modes_blanks", _server(("authorization-mode", "Node, RBAC ,AlwaysAllow,AlwaysDeny"))
    ),
    ControlPlaneCase(
        "authorization_modes_twice", _server(("authorization-mode", "RBAC"), ("authorization-mode", "Node"))
    ),
    ControlPlaneCase("authorization_config", _server(("authorization-config", "/etc/authz.yaml"))),
    ControlPlaneCase(
        "authorization_config_and_mode",
        _server(("authorization-config", "/etc/authz.yaml"), ("authorization-mode", "RBAC")),
    ),
    ControlPlaneCase(
        "oidc_and_audit",
        {
            "apiServer": {
                "extraArgs": arguments(
                    ("oidc-issuer-url", "https://id.example.com"),
                    ("oidc-client-id", "k8s"),
                    ("oidc-groups-claim", "groups"),
                    ("audit-policy-file", "/etc/kubernetes/audit/policy.yaml"),
                    ("audit-log-path", "-"),
                    ("audit-log-maxage", "30"),
                ),
                "extraVolumes": [
                    _volume("audit", "/etc/kubernetes/audit", readOnly=True, pathType="DirectoryOrCreate")
                ],
            }
        },
    ),
    ControlPlaneCase("cloud_provider", _every(extraArgs=arguments(("cloud-provider", "external")))),
    ControlPlaneCase("component_feature_gates", _every(extraArgs=arguments(("feature-gates", "A=true,B=false")))),
    ControlPlaneCase("advertise_address_by_hand", _server(("advertise-address", "192.0.2.77"))),
    ControlPlaneCase("bind_address", _every(extraArgs=arguments(("bind-address", "0.0.0.0")))),
    ControlPlaneCase("bind_address_ipv6", _every(extraArgs=arguments(("bind-address", "::")))),
    ControlPlaneCase("bind_address_one", _every(extraArgs=arguments(("bind-address", "192.0.2.2")))),
    ControlPlaneCase(
        "bind_address_twice", _every(extraArgs=arguments(("bind-address", "127.0.0.2"), ("bind-address", "127.0.0.1")))
    ),
    ControlPlaneCase("bind_address_empty", _every(extraArgs=arguments(("bind-address", "")))),
    ControlPlaneCase("secure_ports", _every(extraArgs=arguments(("secure-port", "11111")))),
    ControlPlaneCase(
        "flex_volumes", {"controllerManager": {"extraArgs": arguments(("flex-volume-plugin-dir", "/opt/flex"))}}
    ),
    ControlPlaneCase(
        "signing_by_hand",
        {
            "controllerManager": {
                "extraArgs": arguments(("cluster-signing-cert-file", "/x.crt"), ("cluster-signing-key-file", "/x.key"))
            }
        },
    ),
    ControlPlaneCase(
        "service_accounts_by_hand",
        _server(("service-account-key-file", "/a.pub"), ("service-account-key-file", "/b.pub"), ("api-audiences", "x")),
    ),
    ControlPlaneCase("etcd_servers_by_hand", _server(("etcd-servers", "https://192.0.2.60:2379"))),
)

_PODS = (
    ControlPlaneCase(
        "volumes",
        _every(
            extraVolumes=[
                _volume("zeta", "/opt/zeta"),
                {
                    "name": "alpha",
                    "hostPath": "/opt/alpha",
                    "mountPath": "/alpha",
                    "readOnly": True,
                    "pathType": "DirectoryOrCreate",
                },
                {"name": "beta", "hostPath": "/opt/beta", "mountPath": "/beta", "readOnly": False, "pathType": "File"},
            ]
        ),
    ),
    ControlPlaneCase(
        "volume_of_a_default_name",
        _every(extraVolumes=[_volume("k8s-certs", "/opt/mine"), _volume("kubeconfig", "/opt/conf", pathType="File")]),
    ),
    ControlPlaneCase(
        "volume_names_twice", _every(extraVolumes=[_volume("a", "/one"), _volume("a", "/two", readOnly=True)])
    ),
    ControlPlaneCase(
        "volume_of_a_ca_folder",
        _every(extraVolumes=[_volume("etc-pki-tls-certs", "/srv/certs")]),
        folders=["/etc/pki/tls/certs"],
    ),
    ControlPlaneCase(
        "environment", _every(extraEnvs=[_ENV, {"name": "A", "value": "1"}, {"name": "EMPTY"}, _FROM_FIELD])
    ),
    ControlPlaneCase(
        "environment_sources",
        {
            "apiServer": {
                "extraEnvs": [
                    {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k", "optional": True}}},
                    {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "k"}}},
                    {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1m"}}},
                    {"name": "D", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
                ]
            }
        },
    ),
    ControlPlaneCase("environment_twice", _every(extraEnvs=[{"name": "A", "value": "2"}, {"name": "A", "value": "1"}])),
    ControlPlaneCase(
        "proxies",
        environment={
            "HTTP_PROXY": "http://p:3128",
            "https_proxy": "http://p:3129",
            "No_Proxy": "a,b",
            "FTP_PROXY": "ftp://p",
            "ALL_PROXY": "",
            "MY_PROXY_X": "no",
            "_proxy": "x",
        },
    ),
    ControlPlaneCase(
        "proxies_and_environment",
        _every(extraEnvs=[{"name": "HTTP_PROXY", "value": "http://mine"}, {"name": "ZED", "value": "1"}]),
        environment={"HTTP_PROXY": "http://p:3128", "NO_PROXY": "a"},
    ),
    ControlPlaneCase(
        "debian_host",
        folders=[
            "/etc/ssl/certs",
            "/etc/ca-certificates",
            "/usr/share/ca-certificates",
            "/usr/local/share/ca-certificates",
        ],
    ),
    ControlPlaneCase("red_hat_host", folders=["/etc/pki/ca-trust", "/etc/pki/tls/certs", "/etc/ssl/certs"]),
    ControlPlaneCase("host_with_bare_pki", folders=["/etc/pki"]),
    ControlPlaneCase(
        "volume_beside_ca_folders",
        _every(extraVolumes=[_volume("etc-zzz", "/srv")]),
        folders=["/etc/ca-certificates", "/usr/local/share/ca-certificates"],
    ),
)

CASES = (*_CLUSTERS, *_ARGUMENTS, *_PODS, *_ETCD, *RUNNING_CASES)
