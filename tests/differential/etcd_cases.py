# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters with an etcd of their own or of somebody else's, and an etcd that is there already when a node joins."""

from __future__ import annotations

from control_plane_case import (
    IPV6_NODE,
    ControlPlaneCase,
    Node,
    arguments,
    external_etcd,
    local_etcd,
)
from minors import since

__all__ = ("JOIN_CASES", "STATIC_POD_CASES")

_ENV = {"name": "HTTP_TIMEOUT", "value": "30"}
_TLS = {"caFile": "/opt/etcd/ca.crt", "certFile": "/opt/etcd/client.crt", "keyFile": "/opt/etcd/client.key"}
_E1, _E2 = "https://192.0.2.11:2379", "https://etcd-2.example.com:2379"
#: For these the manifest is that of a first member.
STATIC_POD_CASES = (
    ControlPlaneCase("etcd_data_dir", local_etcd(dataDir="/data/etcd")),
    ControlPlaneCase("etcd_image", local_etcd(imageRepository="quay.example.com/etcd", imageTag="3.6.9-custom")),
    ControlPlaneCase("etcd_image_tag", local_etcd(imageTag="3.5.21-0")),
    ControlPlaneCase("etcd_image_tag_older", local_etcd(imageTag="v3.4.0")),
    ControlPlaneCase("etcd_image_tag_no_version", local_etcd(imageTag="latest")),
    ControlPlaneCase("etcd_image_tag_new", local_etcd(imageTag="3.6.0-rc.1")),
    ControlPlaneCase("etcd_image_tag_first", local_etcd(imageTag="3.6.0-0")),
    ControlPlaneCase("etcd_image_tag_bare", local_etcd(imageTag="3.6.0")),
    ControlPlaneCase("etcd_image_tag_short", local_etcd(imageTag="3.6")),
    ControlPlaneCase("etcd_image_tag_shorter", local_etcd(imageTag="4")),
    ControlPlaneCase("etcd_image_tag_with_build", local_etcd(imageTag="v3.6.1-eks-1-34-2")),
    ControlPlaneCase("etcd_image_tag_of_words", local_etcd(imageTag="my-3.6.1")),
    ControlPlaneCase("etcd_image_tag_zeros", local_etcd(imageTag="03.06.01")),
    ControlPlaneCase(
        "etcd_image_repository",
        {"imageRepository": "all.example.com", **local_etcd(imageRepository="one.example.com/k8s")},
    ),
    ControlPlaneCase(
        "etcd_names", local_etcd(serverCertSANs=["s.example.com"], peerCertSANs=["p.example.com", "192.0.2.88"])
    ),
    ControlPlaneCase(
        "etcd_arguments",
        local_etcd(
            extraArgs=arguments(
                ("quota-backend-bytes", "8589934592"), ("auto-compaction-retention", "8"), ("snapshot-count", "5000")
            )
        ),
    ),
    ControlPlaneCase(
        "etcd_arguments_repeated",
        local_etcd(extraArgs=arguments(("listen-client-urls", "https://b:1"), ("listen-client-urls", "https://a:1"))),
    ),
    ControlPlaneCase("etcd_metrics", local_etcd(extraArgs=arguments(("listen-metrics-urls", "http://0.0.0.0:2381")))),
    ControlPlaneCase(
        "etcd_metrics_two",
        local_etcd(extraArgs=arguments(("listen-metrics-urls", "https://192.0.2.2:9379,http://127.0.0.1:2381"))),
    ),
    ControlPlaneCase(
        "etcd_metrics_without_port", local_etcd(extraArgs=arguments(("listen-metrics-urls", "http://etcd.example.com")))
    ),
    ControlPlaneCase("etcd_metrics_ipv6", local_etcd(extraArgs=arguments(("listen-metrics-urls", "http://[::]:2399")))),
    *(
        ControlPlaneCase(f"etcd_metrics_{name}", local_etcd(extraArgs=arguments(("listen-metrics-urls", text))))
        for name, text in (
            ("in_upper_case", "HTTP://Etcd.Example:2381"),
            ("in_upper_case_with_tls", "HTTPS://Etcd.Example:2379/metrics"),
            ("opaque", "etcd:2381"),
            ("without_scheme", "//192.0.2.2:2382"),
            ("without_host", "http://:2382"),
            ("with_port_too_large", "http://etcd.example:70000"),
            ("with_name_of_a_port", "http://etcd.example:metrics"),
            ("with_other_scheme", "unix://Etcd.Example:1"),
            ("with_user", "http://me@Etcd.Example:2382"),
            ("with_blank", "http://etcd example:2382"),
            ("empty", ""),
        )
    ),
    ControlPlaneCase("etcd_metrics_broken", local_etcd(extraArgs=arguments(("listen-metrics-urls", "127.0.0.1:2381")))),
    ControlPlaneCase(
        "etcd_client_urls",
        local_etcd(
            extraArgs=arguments(
                ("advertise-client-urls", "https://192.0.2.2:12379"), ("listen-client-urls", "https://0.0.0.0:12379")
            )
        ),
    ),
    ControlPlaneCase("etcd_feature_gates", local_etcd(extraArgs=arguments(("feature-gates", "A=true")))),
    ControlPlaneCase(
        "etcd_environment", local_etcd(extraEnvs=[{"name": "ETCD_X", "value": "1"}, {"name": "A", "value": "2"}])
    ),
    ControlPlaneCase(
        "etcd_environment_and_proxies", local_etcd(extraEnvs=[_ENV]), environment={"HTTP_PROXY": "http://p:3128"}
    ),
    ControlPlaneCase("etcd_ipv6", local_etcd(dataDir="/data"), node=IPV6_NODE),
    ControlPlaneCase("external_etcd", external_etcd(_E1, _E2, **_TLS)),
    ControlPlaneCase("external_etcd_plain", external_etcd("http://192.0.2.11:2379")),
    ControlPlaneCase("external_etcd_ca_alone", external_etcd(_E1, caFile="/opt/etcd/ca.crt")),
    ControlPlaneCase(
        "external_etcd_in_pki",
        external_etcd(
            _E1,
            caFile="/etc/kubernetes/pki/etcd/ca.crt",
            certFile="/etc/kubernetes/pki/client.crt",
            keyFile="/etc/kubernetes/pki/client.key",
        ),
    ),
    ControlPlaneCase(
        "external_etcd_folders",
        external_etcd(_E1, caFile="/opt/a/ca.crt", certFile="/opt/b/client.crt", keyFile="/opt/c/client.key"),
    ),
    ControlPlaneCase(
        "external_etcd_nested",
        external_etcd(
            _E1, caFile="/opt/etcd/ca/ca.crt", certFile="/opt/etcd/client.crt", keyFile="/opt/etcd/keys/client.key"
        ),
    ),
    ControlPlaneCase(
        "external_etcd_like_named",
        external_etcd(_E1, caFile="/opt/etcd2/ca.crt", certFile="/opt/etcd/client.crt", keyFile="/opt/etcd/client.key"),
    ),
    ControlPlaneCase(
        "external_etcd_in_ca_folders",
        external_etcd(
            _E1,
            caFile="/etc/ssl/certs/ca.crt",
            certFile="/etc/pki/tls/certs/c.crt",
            keyFile="/usr/share/ca-certificates/c.key",
        ),
        folders=["/etc/pki/tls/certs"],
    ),
    ControlPlaneCase(
        "external_etcd_many", external_etcd(_E1, _E2, "https://[2001:db8::11]:2379", **_TLS), node=IPV6_NODE
    ),
    ControlPlaneCase(
        "external_etcd_http_endpoints",
        {"etcd": {"external": {"endpoints": [_E1], "httpEndpoints": ["https://192.0.2.11:2389"], **_TLS}}},
        minors=since("1.35"),
    ),
)


_ECDSA = {"encryptionAlgorithm": "ECDSA-P256"}
_FIRST, _THIRD = Node("cp-1", "192.0.2.1"), Node("cp-3.example.com", "192.0.2.3")
_SOON = {"etcdAPICall": "3s"}
#: For these the manifest of etcd is that of a real join.
JOIN_CASES = (
    ControlPlaneCase("defaults", _ECDSA, members=[_FIRST], timeouts=_SOON),
    ControlPlaneCase("two_members", _ECDSA, members=[_FIRST, _THIRD], timeouts=_SOON),
    ControlPlaneCase("ipv6", _ECDSA, members=[Node("cp-1", "2001:db8::1")], node=IPV6_NODE, timeouts=_SOON),
    ControlPlaneCase(
        "arguments",
        {
            **_ECDSA,
            **local_etcd(
                extraArgs=arguments(("snapshot-count", "1"), ("initial-election-tick-advance", "false")),
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
            **local_etcd(
                extraArgs=arguments(("initial-cluster-state", "new"), ("initial-cluster", "x=https://192.0.2.9:2380"))
            ),
        },
        members=[_FIRST],
        timeouts=_SOON,
    ),
)
