# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters as people run them: of installers, clouds and private networks, with what upgrades have left over.

Their static pods, certificates and kubeconfigs are all compared. Keys are of a kind that is made fast where it does not matter.
"""

from __future__ import annotations

import typing as t

from control_plane_case import IPV6_NODE, OLDER, V1BETA3, ControlPlaneCase, Node, arguments, external_etcd, local_etcd
from minors import since, until

__all__ = ("INSTALLER_CASES", "LEFT_OVER_CASES", "REFUSED_CASES", "RUNNING_CASES")

_ECDSA = {"encryptionAlgorithm": "ECDSA-P256"}
_EVERYWHERE = arguments(("bind-address", "0.0.0.0"))
_KUBESPRAY_TLS = {
    "caFile": "/etc/ssl/etcd/ssl/ca.pem",
    "certFile": "/etc/ssl/etcd/ssl/node-cp-2.pem",
    "keyFile": "/etc/ssl/etcd/ssl/node-cp-2-key.pem",
}
_EDITED = {"only_joined": True}


def _case(name: str, cluster: t.Mapping[str, t.Any] | None = None, **how: t.Any) -> ControlPlaneCase:
    return ControlPlaneCase(name, {**_ECDSA, **(cluster or {})}, **how)


def _edited(name: str, old: str, new: str, **how: t.Any) -> ControlPlaneCase:
    """A cluster whose stored configuration somebody has edited, or an older kubeadm has written."""
    return _case(name, edits=[(old, new)], **_EDITED, **how)


def _left_over(name: str, lines: str, **how: t.Any) -> ControlPlaneCase:
    return _edited(name, "imageRepository:", f"{lines}\nimageRepository:", **how)


def _server(*pairs: tuple[str, str], **fields: t.Any) -> dict[str, t.Any]:
    return {"apiServer": {"extraArgs": arguments(*pairs), **fields}}


def _volume(name: str, path: str, **fields: t.Any) -> dict[str, t.Any]:
    return {"name": name, "hostPath": path, "mountPath": path, **fields}


def _file(name: str, path: str) -> dict[str, t.Any]:
    return _volume(name, path, readOnly=True, pathType="File")


_KUBESPRAY = {
    "clusterName": "cluster.local",
    "certificatesDir": "/etc/kubernetes/ssl",
    "imageRepository": "registry.k8s.io",
    "controlPlaneEndpoint": "192.0.2.1:6443",
    "dns": {"imageRepository": "registry.k8s.io/coredns", "imageTag": "v1.12.1"},
    "networking": {"dnsDomain": "cluster.local", "serviceSubnet": "10.233.0.0/18", "podSubnet": "10.233.64.0/18"},
    "apiServer": {
        "certSANs": [
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "10.233.0.1",
            "localhost",
            "127.0.0.1",
            "::1",
            "cp-1",
            "cp-2",
            "lb-apiserver.kubernetes.local",
            "192.0.2.1",
            "192.0.2.2",
            "cp-1.cluster.local",
        ],
        "extraArgs": arguments(
            ("etcd-compaction-interval", "5m0s"),
            ("default-not-ready-toleration-seconds", "300"),
            ("default-unreachable-toleration-seconds", "300"),
            ("anonymous-auth", "True"),
            ("authorization-mode", "Node,RBAC"),
            ("bind-address", "::"),
            ("apiserver-count", "3"),
            ("endpoint-reconciler-type", "lease"),
            ("service-node-port-range", "30000-32767"),
            ("service-cluster-ip-range", "10.233.0.0/18"),
            ("kubelet-preferred-address-types", "InternalDNS,InternalIP,Hostname,ExternalDNS,ExternalIP"),
            ("profiling", "False"),
            ("request-timeout", "1m0s"),
            ("enable-aggregator-routing", "False"),
            ("service-account-lookup", "True"),
            ("allow-privileged", "true"),
            ("event-ttl", "1h0m0s"),
        ),
        "extraVolumes": [
            _volume("usr-share-ca-certificates", "/usr/share/ca-certificates", readOnly=True, pathType="Directory")
        ],
    },
    "controllerManager": {
        "extraArgs": arguments(
            ("node-monitor-grace-period", "40s"),
            ("node-monitor-period", "5s"),
            ("cluster-cidr", "10.233.64.0/18"),
            ("service-cluster-ip-range", "10.233.0.0/18"),
            ("allocate-node-cidrs", "true"),
            ("node-cidr-mask-size-ipv4", "24"),
            ("profiling", "False"),
            ("terminated-pod-gc-threshold", "12500"),
            ("bind-address", "::"),
            ("leader-elect-lease-duration", "15s"),
            ("leader-elect-renew-deadline", "10s"),
            ("configure-cloud-routes", "false"),
        )
    },
    "scheduler": {
        "extraArgs": arguments(
            ("bind-address", "::"),
            ("config", "/etc/kubernetes/kubescheduler-config.yaml"),
            ("profiling", "False"),
        ),
        "extraVolumes": [_file("kubescheduler-config", "/etc/kubernetes/kubescheduler-config.yaml")],
    },
}
_KUBESPRAY_ETCD = {
    "dataDir": "/var/lib/etcd",
    "imageRepository": "quay.io/coreos",
    "imageTag": "v3.5.26",
    "extraArgs": arguments(
        ("metrics", "basic"),
        ("election-timeout", "5000"),
        ("heartbeat-interval", "250"),
        ("auto-compaction-retention", "8"),
        ("snapshot-count", "100000"),
        ("quota-backend-bytes", "2147483648"),
        ("cipher-suites", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    ),
    "serverCertSANs": ["etcd.kube-system.svc.cluster.local", "etcd.kube-system.svc", "etcd.kube-system", "etcd"],
    "peerCertSANs": ["etcd.kube-system.svc.cluster.local", "etcd.kube-system.svc", "etcd.kube-system", "etcd"],
}

INSTALLER_CASES = (
    _case(
        "kubespray",
        {**_KUBESPRAY, **external_etcd("https://192.0.2.1:2379", "https://192.0.2.2:2379", **_KUBESPRAY_TLS)},
    ),
    _case("kubespray_etcd_by_kubeadm", {**_KUBESPRAY, **local_etcd(**_KUBESPRAY_ETCD)}),
    _case(
        "kubespray_hardened",
        {
            **_KUBESPRAY,
            "encryptionAlgorithm": "RSA-2048",
            **_server(
                ("encryption-provider-config", "/etc/kubernetes/ssl/secrets_encryption.yaml"),
                ("audit-log-path", "/var/log/audit/kube-apiserver-audit.log"),
                ("audit-log-maxage", "30"),
                ("audit-policy-file", "/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml"),
                ("tls-min-version", "VersionTLS12"),
                ("tls-cipher-suites", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
                ("kubelet-certificate-authority", "/etc/kubernetes/ssl/ca.crt"),
                ("enable-admission-plugins", "NodeRestriction,PodSecurity,EventRateLimit"),
                ("admission-control-config-file", "/etc/kubernetes/admission-controls/admission-controls.yaml"),
                extraVolumes=[
                    _volume("audit-policy", "/etc/kubernetes/audit-policy", pathType="DirectoryOrCreate"),
                    {
                        "name": "audit-logs",
                        "hostPath": "/var/log/kubernetes/audit",
                        "mountPath": "/var/log/audit",
                        "readOnly": False,
                    },
                    _volume("admission-control-configs", "/etc/kubernetes/admission-controls"),
                ],
            ),
        },
    ),
    _case(
        "kubespray_dual_stack",
        {
            **_KUBESPRAY,
            "networking": {
                "serviceSubnet": "10.233.0.0/18,fd85:ee78:d8a6:8607::1000/116",
                "podSubnet": "10.233.64.0/18,fd85:ee78:d8a6:8607::1:0000/112",
            },
            "controllerManager": {
                "extraArgs": arguments(("node-cidr-mask-size-ipv4", "24"), ("node-cidr-mask-size-ipv6", "120"))
            },
        },
    ),
    _case(
        "kind",
        {
            "clusterName": "kind",
            "controlPlaneEndpoint": "kind-external-load-balancer:6443",
            "apiServer": {
                "certSANs": ["localhost", "127.0.0.1", "0.0.0.0"],
                "extraArgs": arguments(("runtime-config", "")),
            },
            "controllerManager": {"extraArgs": arguments(("enable-hostpath-provisioner", "true"))},
            "networking": {"podSubnet": "10.244.0.0/16", "serviceSubnet": "10.96.0.0/16"},
        },
    ),
    _case(
        "minikube",
        {
            "clusterName": "mk",
            "certificatesDir": "/var/lib/minikube/certs",
            "controlPlaneEndpoint": "control-plane.minikube.internal:8443",
            "apiServer": {
                "certSANs": ["127.0.0.1", "localhost", "192.168.49.2"],
                "extraArgs": arguments(
                    ("enable-admission-plugins", "NamespaceLifecycle,LimitRanger,ServiceAccount,NodeRestriction")
                ),
            },
            "controllerManager": {"extraArgs": arguments(("allocate-node-cidrs", "true"), ("leader-elect", "false"))},
            "scheduler": {"extraArgs": arguments(("leader-elect", "false"))},
            "networking": {"podSubnet": "10.244.0.0/16"},
            **local_etcd(dataDir="/var/lib/minikube/etcd"),
        },
        node=Node("minikube-m02", "192.0.2.49", 8443),
    ),
    _case(
        "cluster_api_aws",
        {
            "clusterName": "blue",
            "controlPlaneEndpoint": "blue-apiserver-1234567890.eu-central-1.elb.amazonaws.com:6443",
            **_server(
                ("cloud-provider", "external"),
                ("service-account-issuer", "https://s3.eu-central-1.amazonaws.com/blue-oidc"),
                ("service-account-issuer", "https://kubernetes.default.svc.cluster.local"),
                ("service-account-jwks-uri", "https://s3.eu-central-1.amazonaws.com/blue-oidc/keys.json"),
                ("api-audiences", "sts.amazonaws.com,kubernetes.svc.default"),
                certSANs=["Blue-apiserver-1234567890.eu-central-1.elb.amazonaws.com"],
            ),
            "controllerManager": {"extraArgs": arguments(("cloud-provider", "external"))},
            "networking": {"podSubnet": "192.168.0.0/16", "serviceSubnet": "172.20.0.0/16"},
        },
    ),
    _case(
        "cluster_api_vsphere",
        {
            "clusterName": "green",
            "controlPlaneEndpoint": "192.0.2.200:6443",
            "apiServer": {"extraArgs": arguments(("cloud-provider", "external"), ("audit-log-path", "-"))},
            "controllerManager": {
                "extraArgs": arguments(("cloud-provider", "external"), ("node-cidr-mask-size", "25"))
            },
            "networking": {"podSubnet": "10.1.0.0/16"},
        },
    ),
    _case(
        "cluster_api_openstack",
        {
            "controlPlaneEndpoint": "203.0.113.9:443",
            "apiServer": {"extraVolumes": [_file("cloud", "/etc/kubernetes/cloud.conf")]},
            "controllerManager": {
                "extraArgs": arguments(("cloud-provider", "external"), ("cloud-config", "/etc/kubernetes/cloud.conf")),
                "extraVolumes": [_file("cloud", "/etc/kubernetes/cloud.conf")],
            },
        },
    ),
    _case(
        "azure",
        {
            "controlPlaneEndpoint": "blue-apiserver.westeurope.cloudapp.azure.com:6443",
            "apiServer": {
                "extraArgs": arguments(("cloud-provider", "external"), ("cloud-config", "/etc/kubernetes/azure.json")),
                "extraVolumes": [_volume("cloud-config", "/etc/kubernetes/azure.json", readOnly=True)],
            },
            "controllerManager": {
                "extraArgs": arguments(
                    ("allocate-node-cidrs", "false"),
                    ("cloud-provider", "external"),
                    ("cluster-name", "blue"),
                    ("v", "4"),
                ),
                "extraVolumes": [_volume("cloud-config", "/etc/kubernetes/azure.json", readOnly=True)],
            },
        },
    ),
    _case(
        "eks_anywhere",
        {
            "imageRepository": "public.ecr.aws/eks-distro/kubernetes",
            **external_etcd(
                "https://192.0.2.31:2379",
                "https://192.0.2.32:2379",
                "https://192.0.2.33:2379",
                caFile="/etc/kubernetes/pki/etcd/ca.crt",
                certFile="/etc/kubernetes/pki/apiserver-etcd-client.crt",
                keyFile="/etc/kubernetes/pki/apiserver-etcd-client.key",
            ),
        },
    ),
    _case(
        "red_hat_external_etcd",
        external_etcd(
            "https://etcd.lab:2379",
            caFile="/etc/pki/etcd/ca.crt",
            certFile="/etc/etcd/pki/client.crt",
            keyFile="/etc/etcd/pki/client.key",
        ),
        folders=["/etc/pki/ca-trust", "/etc/pki/tls/certs"],
    ),
    _case("external_etcd_without_tls", external_etcd("http://127.0.0.1:2379")),
    _case(
        "air_gapped",
        {
            "imageRepository": "registry.lab:5000/mirror/k8s",
            "dns": {"imageRepository": "registry.lab:5000/mirror/coredns", "imageTag": "v1.12.0"},
            **local_etcd(imageRepository="registry.lab:5000/mirror/etcd", imageTag="3.6.5-0"),
        },
    ),
    _case(
        "vagrant",
        {
            "controlPlaneEndpoint": "192.168.56.10",
            "apiServer": {"certSANs": ["192.168.56.10", "10.0.2.15", "cp-1", "cp-1.vagrant"]},
            "networking": {"podSubnet": "10.244.0.0/16"},
        },
        node=Node("cp-2.vagrant", "192.168.56.11", 6443),
    ),
    _case(
        "home_lab",
        {
            "clusterName": "größe",
            "controlPlaneEndpoint": "k8s.home.arpa:8443",
            "certificateValidityPeriod": "87600h",
            "apiServer": {"certSANs": ["k8s.home.arpa", "*.home.arpa", "192.168.178.20"]},
            "networking": {"podSubnet": "10.42.0.0/16", "serviceSubnet": "10.43.0.0/16", "dnsDomain": "home.arpa"},
        },
        environment={"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "10.0.0.0/8,.home.arpa"},
    ),
    _case(
        "monitored",
        {
            "controllerManager": {"extraArgs": _EVERYWHERE},
            "scheduler": {"extraArgs": _EVERYWHERE},
            **local_etcd(extraArgs=arguments(("listen-metrics-urls", "http://0.0.0.0:2381"), ("metrics", "extensive"))),
        },
    ),
    _case(
        "etcd_on_a_disk_of_its_own",
        local_etcd(
            dataDir="/data/etcd",
            extraArgs=arguments(
                ("quota-backend-bytes", "8589934592"),
                ("auto-compaction-mode", "periodic"),
                ("auto-compaction-retention", "1h"),
                ("max-request-bytes", "33554432"),
            ),
        ),
    ),
    _case(
        "single_sign_on",
        _server(
            ("oidc-issuer-url", "https://keycloak.example.com/realms/k8s"),
            ("oidc-client-id", "kubernetes"),
            ("oidc-username-claim", "email"),
            ("oidc-username-prefix", "oidc:"),
            ("oidc-groups-claim", "groups"),
            ("oidc-ca-file", "/etc/kubernetes/pki/oidc-ca.pem"),
        ),
    ),
    _case(
        "structured_authentication",
        _server(
            ("authentication-config", "/etc/kubernetes/auth/authentication.yaml"),
            ("authorization-config", "/etc/kubernetes/auth/authorization.yaml"),
            ("tracing-config-file", "/etc/kubernetes/tracing/config.yaml"),
            extraVolumes=[
                _volume("auth", "/etc/kubernetes/auth", readOnly=True, pathType="DirectoryOrCreate"),
                _volume("tracing", "/etc/kubernetes/tracing", readOnly=True, pathType="Directory"),
            ],
        ),
    ),
    _case(
        "encryption_by_kms",
        _server(
            ("encryption-provider-config", "/etc/kubernetes/enc/enc.yaml"),
            ("encryption-provider-config-automatic-reload", "true"),
            extraVolumes=[
                _volume("enc", "/etc/kubernetes/enc", readOnly=True, pathType="DirectoryOrCreate"),
                {
                    "name": "kms",
                    "hostPath": "/run/kmsplugin/socket.sock",
                    "mountPath": "/run/kms.sock",
                    "pathType": "Socket",
                },
            ],
        ),
    ),
    _case(
        "environment_of_components",
        {
            "apiServer": {
                "extraEnvs": [{"name": "GOMEMLIMIT", "value": "6GiB"}, {"name": "GODEBUG", "value": "x509sha1=1"}]
            },
            **local_etcd(extraEnvs=[{"name": "ETCD_EXPERIMENTAL_X", "value": "true"}, {"name": "GOGC", "value": "50"}]),
        },
    ),
    _case(
        "pods_and_services_of_ipv6",
        {
            "controlPlaneEndpoint": "[2001:db8::100]:6443",
            "apiServer": {"certSANs": ["2001:db8::100", "2001:0DB8::0100", "k8s.v6.example.com"]},
            "networking": {"podSubnet": "2001:db8:42::/56", "serviceSubnet": "2001:db8:43::/112"},
            "controllerManager": {"extraArgs": arguments(("bind-address", "::"), ("node-cidr-mask-size-ipv6", "64"))},
        },
        node=IPV6_NODE,
    ),
)

_SANS = "['fd00:99::17%eth0', '::ffff:10.0.0.9', '192.168.001.010', 'FE80::1', 'API.Lab', '10.0.0.0/8', 'a_b', 'https://x', '1.2.3']"
#: Configurations that were edited, or written by older versions of kubeadm.
LEFT_OVER_CASES = (
    ControlPlaneCase(
        "gate_public_keys_ecdsa_left_over",
        {"encryptionAlgorithm": "RSA-2048"},
        edits=[("imageRepository:", "featureGates: {PublicKeysECDSA: true}\nimageRepository:")],
        minors=since("1.37"),
        only_joined=True,
    ),
    _left_over(
        "gates_left_over", "featureGates: {ControlPlaneKubeletLocalMode: true, WaitForAllControlPlaneComponents: true}"
    ),
    _left_over("gates_of_long_ago", "featureGates: {IPv6DualStack: true, CoreDNS: true, EtcdLearnerMode: false}"),
    _left_over("gate_node_local_cri_socket_left_over", "featureGates: {NodeLocalCRISocket: true}"),
    _left_over(
        "fields_of_older_versions",
        "useHyperKubeImage: false\ndnsDomain: x\napiServerCertSANs: [a]\nunifiedControlPlaneImage: ''",
    ),
    _edited("timeout_left_over_in_v1beta4", "apiServer: {}", "apiServer: {timeoutForControlPlane: 4m0s}"),
    _edited("dns_type_left_over", "dns: {}", "dns: {type: CoreDNS}"),
    _edited("old_registry", "imageRepository: registry.k8s.io", "imageRepository: k8s.gcr.io"),
    _edited("etcd_image_left_over", "dataDir: /var/lib/etcd", "dataDir: /var/lib/etcd\n    imageTag: 3.5.15-0"),
    _edited("etcd_left_out", "etcd:\n  local:\n    dataDir: /var/lib/etcd\n", ""),
    _edited("components_are_null", "controllerManager: {}", "controllerManager:"),
    _edited("cluster_without_a_name", "clusterName: kubernetes\n", ""),
    _edited("without_kind", "kind: ClusterConfiguration\n", ""),
    _edited("version_without_v", "kubernetesVersion: v", "kubernetesVersion: "),
    _edited("names_of_all_kinds", "apiServer: {}", f"apiServer: {{certSANs: {_SANS}}}"),
    _edited("etcd_names_of_all_kinds", "dataDir: /var/lib/etcd", f"serverCertSANs: {_SANS}\n    peerCertSANs: {_SANS}"),
    _edited("endpoint_lost_its_port", "cp.example.com:6443", "cp.example.com", node=Node("cp-2", "192.0.2.2", 8443)),
    _edited("endpoint_with_a_colon", "cp.example.com:6443", '"cp.example.com:"'),
    _edited("endpoint_with_zeros", "cp.example.com:6443", '"192.168.001.010:06443"'),
    _edited("endpoint_of_ipv4_in_ipv6", "cp.example.com:6443", '"::ffff:10.0.0.9"'),
    _edited("endpoint_of_ipv6_without_brackets", "cp.example.com:6443", '"2001:db8::100"'),
    _edited("subnet_with_zeros", "serviceSubnet: 10.96.0.0/12", "serviceSubnet: 010.097.000.000/016"),
    _edited("subnet_of_ipv4_in_ipv6", "serviceSubnet: 10.96.0.0/12", "serviceSubnet: '::ffff:10.97.0.0/112'"),
    _edited("name_of_other_letters", "clusterName: kubernetes", "clusterName: Größe 名前"),
    ControlPlaneCase(
        "kubespray_v1beta3",
        stored=V1BETA3
        + "certificatesDir: /etc/kubernetes/ssl\nimageRepository: registry.k8s.io\nclusterName: cluster.local\n"
        "networking: {dnsDomain: cluster.local, serviceSubnet: 10.233.0.0/18, podSubnet: 10.233.64.0/18}\n"
        "apiServer:\n  extraArgs: {anonymous-auth: 'True', bind-address: 0.0.0.0, event-ttl: 1h0m0s, profiling: 'False'}\n"
        "  certSANs: [kubernetes, 10.233.0.1, lb-apiserver.kubernetes.local]\n  timeoutForControlPlane: 5m0s\n"
        "controllerManager: {extraArgs: {node-cidr-mask-size: '24', bind-address: 0.0.0.0}}\n",
        cluster={"certificatesDir": "/etc/kubernetes/ssl"},
        minors=OLDER,
        only_joined=True,
    ),
)
RUNNING_CASES = (*INSTALLER_CASES, *LEFT_OVER_CASES)

#: What kubeadm refuses when a control plane joins.
REFUSED_CASES = (
    *(
        _edited(f"refused_endpoint_{name}", "cp.example.com:6443", text)
        for name, text in (
            ("with_scheme", "https://cp.example.com:6443"),
            ("with_path", "cp.example.com/k8s"),
            ("in_upper_case", "CP.example.com:6443"),
            ("with_underscore", "cp_1.example.com:6443"),
            ("with_other_port", "cp.example.com:70000"),
            ("with_name_of_a_port", "cp.example.com:https"),
            ("in_brackets", "'[2001:db8::100]'"),
            ("with_zone", "'[fe80::1%eth0]:6443'"),
            ("without_host", "':6443'"),
        )
    ),
    _edited("refused_subnet_with_blank", "serviceSubnet: 10.96.0.0/12", "serviceSubnet: '10.96.0.0/16, fd00:10::/112'"),
    _edited("refused_subnet_too_small", "serviceSubnet: 10.96.0.0/12", "serviceSubnet: 10.96.0.1/32"),
    _edited("refused_subnet_of_one_address", "serviceSubnet: 10.96.0.0/12", "serviceSubnet: 10.96.0.1"),
    _edited("refused_algorithm", "encryptionAlgorithm: ECDSA-P256", "encryptionAlgorithm: RSA-1024"),
    _edited(
        "refused_algorithm_of_newer_versions",
        "encryptionAlgorithm: ECDSA-P256",
        "encryptionAlgorithm: ECDSA-P384",
        minors=until("1.33"),
    ),
    _edited("refused_domain", "dnsDomain: cluster.local", "dnsDomain: größe.lan"),
    _edited("refused_version", "kubernetesVersion: VERSION", "kubernetesVersion: v1.2"),
)
