# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters that a control plane joins, and the node that joins: one of each a case of the goldens of the static pods."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from cases import MINORS

__all__ = ("CASES", "CERTIFICATE_CASES", "ETCD_CASES", "ControlPlaneCase", "Node")


@dataclass(frozen=True)
class Node:
    """The node that joins: its name, and the address and port of its own API server."""

    name: str = "cp-2"
    advertise_address: str = "192.0.2.2"
    bind_port: int = 6443


@dataclass(frozen=True)
class ControlPlaneCase:
    """A cluster and a node.

    ``cluster`` are fields that the user gave to init, as this minor's kubeadm stores them; ``stored`` is in its place the
    text in the ConfigMap itself, where VERSION stands for the version. ``edits`` is what was done to the text afterwards.
    ``folders`` are those that the host has, ``environment`` is kubeadm's, ``timeouts`` are of the JoinConfiguration,
    ``members`` are the nodes that are control planes already, where the case is about their etcd.
    The manifests of init must be those of the join, and give that of etcd; ``only_joined`` where init refuses or differs.
    """

    name: str
    cluster: t.Mapping[str, t.Any] = field(default_factory=dict)
    stored: str = ""
    edits: t.Sequence[tuple[str, str]] = ()
    minors: t.Sequence[str] = MINORS
    node: Node = field(default_factory=Node)
    folders: t.Sequence[str] = ()
    environment: t.Mapping[str, str] = field(default_factory=dict)
    timeouts: t.Mapping[str, str] = field(default_factory=dict)
    external_ca: bool = False
    members: t.Sequence[Node] = ()
    only_joined: bool = False


def _args(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _every(**fields: t.Any) -> dict[str, t.Any]:
    """The same for the three components that are not etcd."""
    return dict.fromkeys(("apiServer", "controllerManager", "scheduler"), fields)


def _server(*pairs: tuple[str, str]) -> dict[str, t.Any]:
    return {"apiServer": {"extraArgs": _args(*pairs)}}


def _etcd(**fields: t.Any) -> dict[str, t.Any]:
    return {"etcd": {"local": fields}}


def _external(*endpoints: str, **files: str) -> dict[str, t.Any]:
    return {"etcd": {"external": {"endpoints": list(endpoints), **files}}}


def _volume(name: str, path: str, **fields: t.Any) -> dict[str, t.Any]:
    return {"name": name, "hostPath": path, "mountPath": path, **fields}


_V1BETA3 = """apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
kubernetesVersion: VERSION
controlPlaneEndpoint: cp.example.com:6443
"""
_PLAIN = _V1BETA3.replace("v1beta3", "v1beta4")
_OLD = MINORS[:3]
_ENV = {"name": "HTTP_TIMEOUT", "value": "30"}
_FROM_FIELD = {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
_DUAL = {"networking": {"serviceSubnet": "10.96.0.0/16,fd00:10::/112", "podSubnet": "10.244.0.0/16,fd00:20::/56"}}
_IPV6 = Node("cp-2", "2001:db8::2", 6443)

_CLUSTERS = (
    ControlPlaneCase("defaults"),
    ControlPlaneCase("every_default_left_out", stored=_PLAIN),
    ControlPlaneCase("v1beta3", stored=_V1BETA3, minors=_OLD),
    ControlPlaneCase(
        "v1beta3_arguments",
        stored=_V1BETA3 + "apiServer:\n  extraArgs: {v: '4', audit-log-path: /var/log/a, authorization-mode: RBAC}\n"
        "controllerManager:\n  extraArgs: {zzz: '', bind-address: 0.0.0.0}\n"
        "scheduler:\n  extraArgs: {config: /etc/s.yaml}\n"
        "etcd:\n  local:\n    dataDir: /data\n    extraArgs: {quota-backend-bytes: '8', auto-tls: 'false'}\n",
        minors=_OLD,
    ),
    ControlPlaneCase(
        "v1beta3_timeout",
        stored=_V1BETA3 + "apiServer:\n  timeoutForControlPlane: 10m0s\n",
        minors=_OLD,
        only_joined=True,
    ),
    ControlPlaneCase(
        "v1beta3_timeout_of_the_join",
        stored=_V1BETA3 + "apiServer:\n  timeoutForControlPlane: 10m0s\n",
        timeouts={"controlPlaneComponentHealthCheck": "2m0s"},
        minors=_OLD,
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
    ControlPlaneCase("dual_stack", _DUAL),
    ControlPlaneCase(
        "dual_stack_ipv6_first",
        {"networking": {"serviceSubnet": "fd00:10::/112,10.96.0.0/16", "podSubnet": "fd00:20::/56,10.244.0.0/16"}},
        node=_IPV6,
    ),
    ControlPlaneCase(
        "node_mask_by_hand",
        {
            **_DUAL,
            "controllerManager": {
                "extraArgs": _args(("node-cidr-mask-size-ipv4", "26"), ("node-cidr-mask-size-ipv6", "72"))
            },
        },
    ),
    ControlPlaneCase(
        "cluster_cidr_by_hand",
        {
            "networking": {"podSubnet": "10.244.0.0/16"},
            "controllerManager": {
                "extraArgs": _args(("cluster-cidr", "10.1.0.0/16"), ("allocate-node-cidrs", "false"))
            },
        },
    ),
    ControlPlaneCase("ipv6", {"networking": {"serviceSubnet": "fd00:10::/112"}}, node=_IPV6),
    ControlPlaneCase(
        "ipv6_pods", {"networking": {"serviceSubnet": "fd00:10::/112", "podSubnet": "fd00:20::/56"}}, node=_IPV6
    ),
    ControlPlaneCase("ipv6_long_form", node=Node("cp-2", "2001:0DB8:0000::0002", 6443)),
    ControlPlaneCase("ipv4_in_ipv6", node=Node("cp-2", "::ffff:192.0.2.2", 6443)),
    ControlPlaneCase("bind_port", node=Node("cp-2", "192.0.2.2", 8443)),
    ControlPlaneCase("secure_port_by_hand", _server(("secure-port", "7443")), node=Node("cp-2", "192.0.2.2", 8443)),
    ControlPlaneCase("node_name", node=Node("cp-2.example.com", "192.0.2.9", 6443)),
    ControlPlaneCase("no_control_plane_endpoint", {"controlPlaneEndpoint": ""}),
    ControlPlaneCase("endpoint_without_port", {"controlPlaneEndpoint": "cp.example.com"}),
    ControlPlaneCase("endpoint_as_address", {"controlPlaneEndpoint": "192.0.2.100:443"}),
    ControlPlaneCase("endpoint_as_ipv6", {"controlPlaneEndpoint": "[2001:db8::100]:443"}, node=_IPV6),
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
    ControlPlaneCase("gate_public_keys_ecdsa", {"featureGates": {"PublicKeysECDSA": True}}, minors=_OLD),
    ControlPlaneCase("gate_node_local_cri_socket", {"featureGates": {"NodeLocalCRISocket": False}}, minors=MINORS[:2]),
    ControlPlaneCase(
        "gate_learner_mode_left_over",
        edits=[("imageRepository:", "featureGates:\n  EtcdLearnerMode: true\nimageRepository:")],
        only_joined=True,
    ),
)

_ARGUMENTS = (
    ControlPlaneCase("arguments", _every(extraArgs=_args(("v", "4"), ("profiling", "false")))),
    ControlPlaneCase(
        "arguments_out_of_order", _every(extraArgs=_args(("zzz", "1"), ("v", "4"), ("aaa", "2"), ("m", "3")))
    ),
    ControlPlaneCase(
        "arguments_repeated", _server(("z", "2"), ("audit-webhook", "b"), ("audit-webhook", "a"), ("z", "1"))
    ),
    ControlPlaneCase(
        "arguments_that_override",
        {
            "apiServer": {
                "extraArgs": _args(("enable-admission-plugins", "A,B"), ("service-account-issuer", "https://a"))
            },
            "controllerManager": {
                "extraArgs": _args(("controllers", "*"), ("leader-elect", "false"), ("kubeconfig", "/x"))
            },
            "scheduler": {"extraArgs": _args(("leader-elect", "false"), ("authentication-kubeconfig", ""))},
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
    ControlPlaneCase("arguments_empty", _every(extraArgs=_args(("flag", ""), ("other", "")))),
    ControlPlaneCase(
        "arguments_that_need_quotes",
        _every(
            extraArgs=_args(
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
                "extraArgs": _args(
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
    ControlPlaneCase("cloud_provider", _every(extraArgs=_args(("cloud-provider", "external")))),
    ControlPlaneCase("component_feature_gates", _every(extraArgs=_args(("feature-gates", "A=true,B=false")))),
    ControlPlaneCase("advertise_address_by_hand", _server(("advertise-address", "192.0.2.77"))),
    ControlPlaneCase("bind_address", _every(extraArgs=_args(("bind-address", "0.0.0.0")))),
    ControlPlaneCase("bind_address_ipv6", _every(extraArgs=_args(("bind-address", "::")))),
    ControlPlaneCase("bind_address_one", _every(extraArgs=_args(("bind-address", "192.0.2.2")))),
    ControlPlaneCase(
        "bind_address_twice", _every(extraArgs=_args(("bind-address", "127.0.0.2"), ("bind-address", "127.0.0.1")))
    ),
    ControlPlaneCase("bind_address_empty", _every(extraArgs=_args(("bind-address", "")))),
    ControlPlaneCase("secure_ports", _every(extraArgs=_args(("secure-port", "11111")))),
    ControlPlaneCase(
        "flex_volumes", {"controllerManager": {"extraArgs": _args(("flex-volume-plugin-dir", "/opt/flex"))}}
    ),
    ControlPlaneCase(
        "signing_by_hand",
        {
            "controllerManager": {
                "extraArgs": _args(("cluster-signing-cert-file", "/x.crt"), ("cluster-signing-key-file", "/x.key"))
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

_TLS = {"caFile": "/opt/etcd/ca.crt", "certFile": "/opt/etcd/client.crt", "keyFile": "/opt/etcd/client.key"}
_E1, _E2 = "https://192.0.2.11:2379", "https://etcd-2.example.com:2379"
_ETCD = (
    ControlPlaneCase("etcd_data_dir", _etcd(dataDir="/data/etcd")),
    ControlPlaneCase("etcd_image", _etcd(imageRepository="quay.example.com/etcd", imageTag="3.6.9-custom")),
    ControlPlaneCase("etcd_image_tag", _etcd(imageTag="3.5.21-0")),
    ControlPlaneCase("etcd_image_tag_older", _etcd(imageTag="v3.4.0")),
    ControlPlaneCase("etcd_image_tag_no_version", _etcd(imageTag="latest")),
    ControlPlaneCase("etcd_image_tag_new", _etcd(imageTag="3.6.0-rc.1")),
    ControlPlaneCase("etcd_image_tag_first", _etcd(imageTag="3.6.0-0")),
    ControlPlaneCase("etcd_image_tag_bare", _etcd(imageTag="3.6.0")),
    ControlPlaneCase("etcd_image_tag_short", _etcd(imageTag="3.6")),
    ControlPlaneCase("etcd_image_tag_shorter", _etcd(imageTag="4")),
    ControlPlaneCase("etcd_image_tag_with_build", _etcd(imageTag="v3.6.1-eks-1-34-2")),
    ControlPlaneCase("etcd_image_tag_of_words", _etcd(imageTag="my-3.6.1")),
    ControlPlaneCase("etcd_image_tag_zeros", _etcd(imageTag="03.06.01")),
    ControlPlaneCase(
        "etcd_image_repository", {"imageRepository": "all.example.com", **_etcd(imageRepository="one.example.com/k8s")}
    ),
    ControlPlaneCase(
        "etcd_names", _etcd(serverCertSANs=["s.example.com"], peerCertSANs=["p.example.com", "192.0.2.88"])
    ),
    ControlPlaneCase(
        "etcd_arguments",
        _etcd(
            extraArgs=_args(
                ("quota-backend-bytes", "8589934592"), ("auto-compaction-retention", "8"), ("snapshot-count", "5000")
            )
        ),
    ),
    ControlPlaneCase(
        "etcd_arguments_repeated",
        _etcd(extraArgs=_args(("listen-client-urls", "https://b:1"), ("listen-client-urls", "https://a:1"))),
    ),
    ControlPlaneCase("etcd_metrics", _etcd(extraArgs=_args(("listen-metrics-urls", "http://0.0.0.0:2381")))),
    ControlPlaneCase(
        "etcd_metrics_two",
        _etcd(extraArgs=_args(("listen-metrics-urls", "https://192.0.2.2:9379,http://127.0.0.1:2381"))),
    ),
    ControlPlaneCase(
        "etcd_metrics_without_port", _etcd(extraArgs=_args(("listen-metrics-urls", "http://etcd.example.com")))
    ),
    ControlPlaneCase("etcd_metrics_ipv6", _etcd(extraArgs=_args(("listen-metrics-urls", "http://[::]:2399")))),
    ControlPlaneCase("etcd_metrics_broken", _etcd(extraArgs=_args(("listen-metrics-urls", "127.0.0.1:2381")))),
    ControlPlaneCase(
        "etcd_client_urls",
        _etcd(
            extraArgs=_args(
                ("advertise-client-urls", "https://192.0.2.2:12379"), ("listen-client-urls", "https://0.0.0.0:12379")
            )
        ),
    ),
    ControlPlaneCase("etcd_feature_gates", _etcd(extraArgs=_args(("feature-gates", "A=true")))),
    ControlPlaneCase(
        "etcd_environment", _etcd(extraEnvs=[{"name": "ETCD_X", "value": "1"}, {"name": "A", "value": "2"}])
    ),
    ControlPlaneCase(
        "etcd_environment_and_proxies", _etcd(extraEnvs=[_ENV]), environment={"HTTP_PROXY": "http://p:3128"}
    ),
    ControlPlaneCase("etcd_ipv6", _etcd(dataDir="/data"), node=_IPV6),
    ControlPlaneCase("external_etcd", _external(_E1, _E2, **_TLS)),
    ControlPlaneCase("external_etcd_plain", _external("http://192.0.2.11:2379")),
    ControlPlaneCase("external_etcd_ca_alone", _external(_E1, caFile="/opt/etcd/ca.crt")),
    ControlPlaneCase(
        "external_etcd_in_pki",
        _external(
            _E1,
            caFile="/etc/kubernetes/pki/etcd/ca.crt",
            certFile="/etc/kubernetes/pki/client.crt",
            keyFile="/etc/kubernetes/pki/client.key",
        ),
    ),
    ControlPlaneCase(
        "external_etcd_folders",
        _external(_E1, caFile="/opt/a/ca.crt", certFile="/opt/b/client.crt", keyFile="/opt/c/client.key"),
    ),
    ControlPlaneCase(
        "external_etcd_nested",
        _external(
            _E1, caFile="/opt/etcd/ca/ca.crt", certFile="/opt/etcd/client.crt", keyFile="/opt/etcd/keys/client.key"
        ),
    ),
    ControlPlaneCase(
        "external_etcd_like_named",
        _external(_E1, caFile="/opt/etcd2/ca.crt", certFile="/opt/etcd/client.crt", keyFile="/opt/etcd/client.key"),
    ),
    ControlPlaneCase(
        "external_etcd_in_ca_folders",
        _external(
            _E1,
            caFile="/etc/ssl/certs/ca.crt",
            certFile="/etc/pki/tls/certs/c.crt",
            keyFile="/usr/share/ca-certificates/c.key",
        ),
        folders=["/etc/pki/tls/certs"],
    ),
    ControlPlaneCase("external_etcd_many", _external(_E1, _E2, "https://[2001:db8::11]:2379", **_TLS), node=_IPV6),
    ControlPlaneCase(
        "external_etcd_http_endpoints",
        {"etcd": {"external": {"endpoints": [_E1], "httpEndpoints": ["https://192.0.2.11:2389"], **_TLS}}},
        minors=MINORS[1:],
    ),
)

CASES = (*_CLUSTERS, *_ARGUMENTS, *_PODS, *_ETCD)

_ECDSA = {"encryptionAlgorithm": "ECDSA-P256"}
#: For these the certificates and kubeconfigs are made, too. Most have keys that are made fast.
CERTIFICATE_CASES = (
    ControlPlaneCase("defaults"),
    ControlPlaneCase("rsa_3072", {"encryptionAlgorithm": "RSA-3072"}, minors=("1.34", "1.37")),
    ControlPlaneCase("rsa_4096", {"encryptionAlgorithm": "RSA-4096"}, minors=("1.37",)),
    ControlPlaneCase("ecdsa_p256", _ECDSA),
    ControlPlaneCase("ecdsa_p384", {"encryptionAlgorithm": "ECDSA-P384"}),
    ControlPlaneCase("gate_public_keys_ecdsa", {"featureGates": {"PublicKeysECDSA": True}}, minors=_OLD),
    ControlPlaneCase(
        "gate_over_algorithm",
        {"featureGates": {"PublicKeysECDSA": True}, "encryptionAlgorithm": "ECDSA-P384"},
        minors=_OLD,
    ),
    ControlPlaneCase("validity", {**_ECDSA, "certificateValidityPeriod": "720h30m"}),
    ControlPlaneCase("validity_longer_than_of_the_ca", {**_ECDSA, "certificateValidityPeriod": "175200h"}),
    ControlPlaneCase("v1beta3", stored=_V1BETA3, minors=("1.34", "1.36")),
    ControlPlaneCase(
        "own_names",
        {
            **_ECDSA,
            "clusterName": "blue",
            "certificatesDir": "/opt/pki",
            "networking": {"dnsDomain": "blue.example.com", "serviceSubnet": "172.30.0.16/28"},
        },
    ),
    ControlPlaneCase(
        "extra_names",
        {
            **_ECDSA,
            "apiServer": {
                "certSANs": [
                    "Zed.example.com",
                    "*.wild.example.com",
                    "192.0.2.50",
                    "2001:db8::50",
                    "cp.example.com",
                    "192.0.2.2",
                ]
            },
            "etcd": {
                "local": {
                    "serverCertSANs": ["b.example.com", "192.0.2.60"],
                    "peerCertSANs": ["a.example.com", "127.0.0.1", "Upper.example.com"],
                }
            },
        },
    ),
    ControlPlaneCase(
        "names_that_are_none",
        edits=[
            (
                "apiServer: {}",
                "apiServer: {certSANs: [under_score, '-x', 'a..b', '*', 'w.*.example.com', 'host:443', '10.0.0.0/8', ok]}",
            ),
            ("RSA-2048", "ECDSA-P256"),
        ],
        only_joined=True,
    ),
    ControlPlaneCase("endpoint_as_address", {**_ECDSA, "controlPlaneEndpoint": "192.0.2.100"}),
    ControlPlaneCase("endpoint_as_address_with_port", {**_ECDSA, "controlPlaneEndpoint": "192.0.2.100:443"}),
    ControlPlaneCase(
        "endpoint_as_ipv6",
        {**_ECDSA, "controlPlaneEndpoint": "[2001:db8::100]:443", "networking": {"serviceSubnet": "fd00:10::/112"}},
        node=_IPV6,
    ),
    ControlPlaneCase(
        "endpoint_without_port",
        {**_ECDSA, "controlPlaneEndpoint": "cp.example.com"},
        node=Node("cp-2", "192.0.2.2", 8443),
    ),
    ControlPlaneCase("dual_stack", {**_ECDSA, **_DUAL}),
    ControlPlaneCase("node_name", _ECDSA, node=Node("cp-2.example.com", "192.0.2.9", 6443)),
    ControlPlaneCase(
        "external_etcd",
        {
            **_ECDSA,
            **_external(
                "https://192.0.2.11:2379",
                caFile="/opt/etcd/ca.crt",
                certFile="/opt/etcd/client.crt",
                keyFile="/opt/etcd/client.key",
            ),
        },
    ),
)

_FIRST, _THIRD = Node("cp-1", "192.0.2.1"), Node("cp-3.example.com", "192.0.2.3")
_SOON = {"etcdAPICall": "3s"}
#: For these the manifest of etcd is that of a real join.
ETCD_CASES = (
    ControlPlaneCase("defaults", _ECDSA, members=[_FIRST], timeouts=_SOON),
    ControlPlaneCase("two_members", _ECDSA, members=[_FIRST, _THIRD], timeouts=_SOON),
    ControlPlaneCase("ipv6", _ECDSA, members=[Node("cp-1", "2001:db8::1")], node=_IPV6, timeouts=_SOON),
    ControlPlaneCase(
        "arguments",
        {
            **_ECDSA,
            **_etcd(
                extraArgs=_args(("snapshot-count", "1"), ("initial-election-tick-advance", "false")),
                dataDir="/data/etcd",
            ),
        },
        members=[_FIRST],
        timeouts={**_SOON, "controlPlaneComponentHealthCheck": "1m"},
    ),
    ControlPlaneCase(
        "initial_cluster_by_hand",
        {
            **_ECDSA,
            **_etcd(extraArgs=_args(("initial-cluster-state", "new"), ("initial-cluster", "x=https://192.0.2.9:2380"))),
        },
        members=[_FIRST],
        timeouts=_SOON,
    ),
)
