# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the golden files are about: clusters and nodes, one of each a case."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from minors import MINORS, since, until

__all__ = ("CASES", "Case")

_GATED = until("1.35")
_SOCKET = "unix:///run/containerd/containerd.sock"


@dataclass(frozen=True)
class Case:
    """A cluster, as `kubeadm init` of ``uploaded_by`` (default: the minor itself) stores it, and a node that joins it.

    ``cluster`` and ``kubelet`` are fields that the user gave to init; ``edit_kubelet`` and ``edit_cluster`` is what was
    done to the ConfigMaps afterwards: texts and their replacements, where the empty text stands for the end.
    ``every_field`` (`filled` or `empty`) has the kubelet's configuration replaced by one with every field of the minor.
    """

    name: str
    cluster: t.Mapping[str, t.Any] = field(default_factory=dict)
    kubelet: t.Mapping[str, t.Any] = field(default_factory=dict)
    edit_cluster: t.Sequence[tuple[str, str]] = ()
    edit_kubelet: t.Sequence[tuple[str, str]] = ()
    every_field: str = ""
    minors: t.Sequence[str] = MINORS
    uploaded_by: str = ""
    hostname: str = "worker-1"
    node_name: str = "worker-1"
    systemd_resolved: bool = False
    kubelet_minor: str = ""
    cri_socket: str = _SOCKET
    taints: t.Sequence[t.Mapping[str, str]] = ()
    extra_args: t.Sequence[tuple[str, str]] = ()


def _append(text: str) -> tuple[tuple[str, str], ...]:
    return (("", text),)


_CLUSTERS = (
    Case("defaults"),
    Case("systemd_resolved", systemd_resolved=True),
    Case("resolv_conf_kept", kubelet={"resolvConf": "/etc/resolv.conf"}, systemd_resolved=True),
    Case("resolv_conf_empty", kubelet={"resolvConf": ""}, systemd_resolved=True),
    Case("other_cri_socket", cri_socket="unix:///var/run/crio/crio.sock"),
    Case("cri_socket_gate_off", cluster={"featureGates": {"NodeLocalCRISocket": False}}, minors=_GATED),
    Case("cri_socket_gate_on", cluster={"featureGates": {"NodeLocalCRISocket": True}}, minors=_GATED),
    # Left over from before an upgrade; `kubeadm init` would refuse it.
    Case(
        "cri_socket_gate_left_over",
        edit_cluster=[("imageRepository:", "featureGates:\n  NodeLocalCRISocket: false\nimageRepository:")],
        minors=since("1.36"),
    ),
    Case("v1beta3", edit_cluster=[("kubeadm.k8s.io/v1beta4", "kubeadm.k8s.io/v1beta3")], minors=until("1.36")),
    Case(
        "cri_socket_gate_off_with_endpoint",
        cluster={"featureGates": {"NodeLocalCRISocket": False}},
        kubelet={"containerRuntimeEndpoint": "unix:///run/other.sock"},
        minors=_GATED,
    ),
    Case("endpoint_in_configuration", kubelet={"containerRuntimeEndpoint": "unix:///run/other.sock"}),
    Case(
        "own_cluster",
        cluster={
            "clusterName": "blue",
            "certificatesDir": "/opt/pki",
            "imageRepository": "registry.example.com/k8s",
            "controlPlaneEndpoint": "cp.example.com:6443",
            "networking": {"dnsDomain": "blue.example.com", "serviceSubnet": "172.30.0.0/16,fd00:10::/112"},
        },
    ),
    Case(
        "holes_filled_from_the_cluster",
        cluster={
            "certificatesDir": "/opt/pki",
            "networking": {"dnsDomain": "blue.example.com", "serviceSubnet": "fd00:10::/112,172.30.0.0/16"},
        },
        edit_kubelet=[
            ("clusterDNS:\n- fd00:10::a\n", ""),
            ("clusterDomain: blue.example.com\n", ""),
            ("  x509:\n    clientCAFile: /opt/pki/ca.crt\n", ""),
            ("healthzPort: 10248\n", ""),
            ("healthzBindAddress: 127.0.0.1\n", ""),
            ("staticPodPath: /etc/kubernetes/manifests\n", ""),
            ("cgroupDriver: systemd\n", ""),
            ("rotateCertificates: true\n", ""),
        ],
    ),
    Case(
        "unaligned_service_subnet",
        cluster={"networking": {"serviceSubnet": "10.96.0.77/16"}},
        edit_kubelet=[("clusterDNS:\n- 10.96.0.10\n", "")],
    ),
    Case("cgroupfs", kubelet={"cgroupDriver": "cgroupfs"}),
    Case("cgroup_v1_allowed", kubelet={"failCgroupV1": False}),
    Case("rotation_is_forced", edit_kubelet=[("rotateCertificates: true\n", "rotateCertificates: false\n")]),
    Case(
        "own_security",
        kubelet={
            "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False, "cacheTTL": "90s"}},
            "authorization": {"mode": "AlwaysAllow", "webhook": {"cacheAuthorizedTTL": "1.5h"}},
            "healthzPort": 0,
            "serverTLSBootstrap": True,
            "tlsCipherSuites": ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"],
        },
    ),
    Case(
        "own_cluster_dns",
        kubelet={"clusterDNS": ["10.0.0.1", "10.0.0.2"], "clusterDomain": "green", "staticPodPath": "/opt/pods"},
    ),
    Case(
        "lists_and_maps",
        kubelet={
            "allowedUnsafeSysctls": ["net.*", "kernel.msg*", "*"],
            "enforceNodeAllocatable": ["pods", "none"],
            "featureGates": {"ZFeature": True, "AFeature": False},
            "kubeReserved": {"cpu": "100m", "memory": "1Gi", "pid": "1000"},
            "systemReserved": {"memory": "0.5Gi"},
            "reservedMemory": [{"numaNode": 0, "limits": {"memory": "1024Mi", "hugepages-2Mi": "0.5Gi"}}],
            "shutdownGracePeriodByPodPriority": [{"priority": 1000, "shutdownGracePeriodSeconds": 30}],
            "registerWithTaints": [
                {"key": "a", "value": "b", "effect": "NoSchedule"},
                {"key": "c", "effect": "NoExecute"},
            ],
            "staticPodURLHeader": {"X-One": ["1", "2"], "X-Two": []},
        },
    ),
    Case(
        "texts_that_need_quotes",
        kubelet={
            "evictionHard": {"memory.available": "100Mi", "nodefs.available": "10%", "imagefs.available": "15%"},
            "evictionSoft": {"memory.available": "5%"},
            "evictionSoftGracePeriod": {"memory.available": "1m30s"},
            "kubeReserved": {
                "a1": "1",
                "a2": "1.5",
                "a3": "1e3",
                "a4": "0x10",
                "a5": "010",
                "a6": "1_000",
                "a10": "true",
                "b": "yes",
                "c": "y",
                "d": "~",
                "e": "null",
                "f": "",
                "g": " x",
                "h": "x ",
                "i": "a: b",
                "j": "a #b",
                "k": "#",
                "l": "@a",
                "m": "`",
                "n": "%a",
                "o": "&a",
                "p": "*",
                "q": "!",
                "r": "|",
                "s": ">",
                "t": "'",
                "u": '"',
                "v": "it's",
                "w": 'say "hi"',
                "x": "back\\slash",
                "y": "-",
                "z": "- a",
                "aa": "a,b",
                "ab": "[a]",
                "ac": "{a}",
                "ad": "?",
                "ae": "1:30",
                "af": "2026-01-01",
                "ag": "12:30:45",
                "ah": ".5",
                "ai": "=",
                "aj": "<<",
                "ak": "...",
                "al": "---",
                "am": "line\nline",
                "an": "line\n",
                "ao": "\n",
                "ap": "tab\tx",
                "aq": "é",
                "ar": "€ 5",
                "as": "\U0001f600",
                "at": "a\u00a0b",
                "au": "x" * 200,
                "av": "word " * 40 + "end",
                "aw": "0o17",
                "ax": "0b11",
                "ay": "+1",
                "az": ".inf",
                "ba": "-.5",
                "a-b": "1",
                "a_b": "2",
                "A": "3",
                "Ab": "4",
                "1": "5",
                "02": "6",
                "10": "7",
                "9": "8",
                "yes": "9",
                "a.b/c": "10",
            },
        },
    ),
    Case(
        "durations_respelled",
        kubelet={
            "syncFrequency": "90s",
            "fileCheckFrequency": "1.5h",
            "httpCheckFrequency": "1h1m1.5s",
            "imageMinimumGCAge": "1500ms",
            "imageMaximumGCAge": "100us",
            "nodeStatusUpdateFrequency": "3ns",
            "nodeStatusReportFrequency": "-5m",
            "runtimeRequestTimeout": "0.5s",
            "volumeStatsAggPeriod": "24h",
            "cpuCFSQuotaPeriod": "0.1s",
            "logging": {"flushFrequency": "90s", "verbosity": 3},
        },
    ),
    Case("flush_frequency_in_nanoseconds", kubelet={"logging": {"flushFrequency": 5000000000}}),
    Case(
        "empty_values",
        edit_kubelet=(
            ("clusterDNS:\n- 10.96.0.10\n", ""),
            *_append(
                "address: ''\nallowedUnsafeSysctls: []\nevictionHard: {}\nmaxPods: 0\nfailSwapOn: false\n"
                "enableContentionProfiling: false\nregistryPullQPS: 0\noomScoreAdj: null\npodPidsLimit: ~\n"
                "kubeReserved:\nmemoryThrottlingFactor: 0\ntracing: {}\nregisterWithTaints: []\nclusterDNS: []\n"
            ),
        ),
    ),
    Case(
        "empty_where_kubeadm_has_defaults",
        edit_kubelet=[
            ("clusterDomain: cluster.local", "clusterDomain: ''"),
            ("clusterDNS:\n- 10.96.0.10\n", "clusterDNS: null\n"),
            ("    clientCAFile: /etc/kubernetes/pki/ca.crt", "    clientCAFile: ''"),
            ("healthzPort: 10248", "healthzPort: null"),
            ("healthzBindAddress: 127.0.0.1", "healthzBindAddress: ''"),
            ("staticPodPath: /etc/kubernetes/manifests", "staticPodPath: ''"),
            ("cgroupDriver: systemd", "cgroupDriver: ''"),
            ("mode: Webhook", "mode: ''"),
            ("enabled: false", "enabled: null"),
            ("enabled: true", "enabled: null"),
        ],
    ),
    Case("resolv_conf_null", edit_kubelet=_append("resolvConf: null\n"), systemd_resolved=True),
    Case(
        "long_texts",
        edit_kubelet=_append(
            "kubeReserved: "
            + json.dumps(
                {
                    "plain": "word " * 40 + "end",
                    "quoted": "'word' " * 40,
                    "double": "word\u0007 " * 40 + "  end",
                    "k" * 130: "v",
                    "": "empty key",
                }
            )
            + "\n"
        ),
    ),
    Case(
        "nested_options",
        kubelet={
            "logging": {
                "format": "json",
                "vmodule": [{"filePattern": "a*", "verbosity": 4}],
                "options": {
                    "json": {"infoBufferSize": "1024Ki", "splitStream": True},
                    "text": {"infoBufferSize": "64"},
                },
            },
            "tracing": {"endpoint": "localhost:4317", "samplingRatePerMillion": 100},
            "memorySwap": {"swapBehavior": "LimitedSwap"},
            "crashLoopBackOff": {"maxContainerRestartPeriod": "2m"},
            "memoryThrottlingFactor": 0.85,
            "userNamespaces": {"idsPerPod": 65536},
        },
    ),
    Case(
        "fields_of_newer_minors",
        edit_kubelet=_append(
            "tlsCurvePreferences: [29, 23]\nmemoryReservationPolicy: None\n"
            "defaultPodSysctls: {net.core.somaxconn: '1024'}\n"
        ),
    ),
    Case(
        "yaml_of_people",
        edit_kubelet=_append(
            "# mine\nfailSwapOn: no\nmaxPods: 0x6e\npodPidsLimit: 1_000\nprotectKernelDefaults: On\n"
            "kubeReserved: {cpu: 100m, 'memory': \"1Gi\"}\n"
        ),
    ),
    Case(
        "key_twice",
        edit_cluster=[("clusterName: kubernetes", "clusterName: a\ndns: {}\nclusterName: b")],
        edit_kubelet=_append("maxPods: 110\nkubeReserved: {cpu: '1', cpu: 100m}\nmaxPods: 80\n"),
    ),
    Case(
        "merge_keys",
        edit_kubelet=_append(
            "<<: {maxPods: 110, podPidsLimit: 5}\nmaxPods: 80\nkubeReserved: {cpu: '1', <<: [{cpu: 200m}, {cpu: 300m}]}\n"
        ),
    ),
    Case(
        "tabs",
        edit_cluster=[("clusterName: kubernetes", "clusterName:\tb\t# main")],
        edit_kubelet=_append(
            "maxPods:\t80\t# few\nkubeReserved: {\tcpu:\t100m\t}\t\nallowedUnsafeSysctls:\t\n- net.*\t# all\n"
        ),
    ),
    Case(
        "separator_at_the_end",
        edit_cluster=_append("---\n"),
        edit_kubelet=_append("maxPods: 80\n---"),
    ),
    Case(
        "second_document",
        edit_cluster=_append("---\nclusterName: [\n"),
        edit_kubelet=_append(
            "maxPods: 80\n---\t# of another component\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n"
        ),
    ),
    Case("second_document_is_damaged", edit_kubelet=_append("maxPods: 80\n---\nmaxPods: [\n")),
    Case(
        "tags", edit_kubelet=_append("maxPods: !!int '80'\npodPidsLimit: !!int\t5\nclusterDomain: !mine example.org\n")
    ),
    Case("every_field_filled", every_field="filled", systemd_resolved=True),
    Case("every_field_empty", every_field="empty", systemd_resolved=True),
    Case("anchors", edit_kubelet=_append("kubeReserved: &mine {cpu: 100m}\nsystemReserved: *mine\n")),
    Case(
        "unknown_fields",
        edit_kubelet=(*_append("madeUp: 1\nmadeUpToo: {a: [1]}\n"), ("logging:\n", "logging:\n  madeUp: 1\n")),
    ),
    Case("field_in_wrong_case", edit_kubelet=_append("maxpods: 10\nMaxPods: 20\n")),
    Case("wrong_type_text_for_number", edit_kubelet=_append("maxPods: '110'\n")),
    Case("wrong_type_number_for_text", edit_kubelet=_append("evictionHard: {pid.available: 5}\n")),
    Case("wrong_type_fraction_for_whole", edit_kubelet=_append("maxPods: 1.5\n")),
    Case("wrong_type_whole_number_as_float", edit_kubelet=_append("maxPods: 1.1e2\n")),
    Case("wrong_type_too_large", edit_kubelet=_append("maxPods: 2147483648\n")),
    Case("wrong_type_text_for_list", edit_kubelet=_append("allowedUnsafeSysctls: net.*\n")),
    Case("wrong_type_list_for_mapping", edit_kubelet=_append("kubeReserved: [a]\n")),
    Case("wrong_duration", edit_kubelet=[("syncFrequency: 0s", "syncFrequency: 5")]),
    Case("null_duration", edit_kubelet=[("syncFrequency: 0s", "syncFrequency:")]),
    Case(
        "null_struct",
        edit_kubelet=[("crashLoopBackOff: {}", "crashLoopBackOff:"), ("memorySwap: {}", "memorySwap: null")],
    ),
    Case(
        "null_elements",
        edit_kubelet=_append(
            "kubeReserved: {cpu: null}\nallowedUnsafeSysctls: [null]\nfeatureGates: {A: null}\n"
            "staticPodURLHeader: {A: null}\nreservedMemory: [null]\n"
        ),
    ),
    Case("wrong_quantity", edit_kubelet=[('text:\n      infoBufferSize: "0"', "text:\n      infoBufferSize: many")]),
    Case("empty_quantity", edit_kubelet=_append("reservedMemory: [{numaNode: 0, limits: {memory: ''}}]\n")),
    Case(
        "empty_quantity_value", edit_kubelet=[('text:\n      infoBufferSize: "0"', "text:\n      infoBufferSize: ''")]
    ),
    Case("null_quantity_value", edit_kubelet=[('text:\n      infoBufferSize: "0"', "text:\n      infoBufferSize:")]),
    Case("quantity_as_number", edit_kubelet=_append("reservedMemory: [{numaNode: 0, limits: {memory: 4096}}]\n")),
    Case(
        "quantity_value_as_number",
        edit_kubelet=[('text:\n      infoBufferSize: "0"', "text:\n      infoBufferSize: 64")],
    ),
    Case("null_flush_frequency", edit_kubelet=[("flushFrequency: 0", "flushFrequency: null")]),
    Case("flush_frequency_as_fraction", edit_kubelet=[("flushFrequency: 0", "flushFrequency: 1.5")]),
    Case("negative_verbosity", edit_kubelet=[("verbosity: 0", "verbosity: -1")]),
    Case("other_api_version", edit_kubelet=[("kubelet.config.k8s.io/v1beta1", "kubelet.config.k8s.io/v1")]),
    Case("no_kind", edit_kubelet=[("kind: KubeletConfiguration\n", "")]),
    Case("after_upgrade", uploaded_by="1.34", minors=since("1.35")),
)

_NODES = (
    Case("node_name", node_name="other-name"),
    Case("host_name_in_capitals", hostname="Worker-1"),
    Case("host_name_with_domain", hostname="worker-1.example.com", node_name="worker-1.example.com"),
    Case(
        "taints",
        taints=[{"key": "a", "value": "b", "effect": "NoSchedule"}, {"key": "example.com/c", "effect": "NoExecute"}],
    ),
    Case("extra_args", extra_args=[("v", "2"), ("node-ip", "192.0.2.7"), ("b", "1"), ("a", "2"), ("b", "3")]),
    Case(
        "extra_args_override",
        node_name="other-name",
        taints=[{"key": "a", "effect": "NoSchedule"}],
        extra_args=[("register-with-taints", "x=y:NoSchedule"), ("hostname-override", "Mine"), ("v", "4")],
    ),
    Case(
        "extra_args_override_endpoint",
        cluster={"featureGates": {"NodeLocalCRISocket": False}},
        extra_args=[("container-runtime-endpoint", "unix:///run/other.sock"), ("pod-infra-container-image", "pause:1")],
        minors=_GATED,
    ),
    Case(
        "extra_args_quoted",
        extra_args=[
            ("x", 'a"b\\c'),
            ("y", "d e"),
            ("z", "it's"),
            ("n", "$HOME `id` é\U0001f600"),
            ("t", "a\tb"),
            ("e", ""),
        ],
    ),
    Case("extra_args_line_break", extra_args=[("x", "a\nb")]),
    Case("older_kubelet", kubelet_minor="1.34", minors=since("1.35")),
    Case("newest_kubelet", kubelet_minor=MINORS[-1]),
)

CASES = (*_CLUSTERS, *_NODES)
