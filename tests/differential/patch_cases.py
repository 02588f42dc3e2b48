# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the golden files of patches are about: folders of patches, and the file that they are applied to."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

__all__ = ("PATCH_CASES", "PatchCase")

KUBELET = "kubeletconfiguration"
FOLDER = "/patches"


@dataclass(frozen=True)
class PatchCase:
    """``files`` has contents by path below the folder, None for a folder, a list with the target of a link."""

    name: str
    files: t.Mapping[str, t.Any]
    target: str = KUBELET
    directory: str | None = FOLDER


def _kubelet(name: str, content: str, kind: str = "") -> PatchCase:
    return PatchCase(name, {f"{KUBELET}{f'+{kind}' if kind else ''}.yaml": content})


_PODS = "maxPods: 50\n"

_NAMES = (
    PatchCase("no_patches", {}, directory=None),
    PatchCase("empty_folder", {"x": None}),
    PatchCase("no_folder", {}, directory="/absent"),
    PatchCase("folder_is_a_file", {f"{KUBELET}.yaml": _PODS}, directory=f"/patches/{KUBELET}.yaml"),
    PatchCase("folder_is_relative", {f"{KUBELET}.yaml": _PODS}, directory="patches"),
    PatchCase(
        "folder_is_a_link", {"real/x": None, f"real/{KUBELET}.yaml": _PODS, "link": ["real"]}, directory="/patches/link"
    ),
    PatchCase("name_plain", {f"{KUBELET}.yaml": _PODS}),
    PatchCase("name_json", {f"{KUBELET}.json": '{"maxPods": 50}'}),
    PatchCase("name_yml", {f"{KUBELET}.yml": _PODS}),
    PatchCase("name_without_extension", {KUBELET: _PODS}),
    PatchCase("name_capital_extension", {f"{KUBELET}.YAML": _PODS}),
    PatchCase("name_in_capitals", {"KubeletConfiguration.yaml": _PODS}),
    PatchCase("name_suffix", {f"{KUBELET}0.yaml": _PODS}),
    PatchCase("name_suffix_dash", {f"{KUBELET}-mine.yaml": _PODS}),
    PatchCase("name_suffix_with_dot", {f"{KUBELET}.mine.yaml": _PODS}),
    PatchCase("name_suffix_with_blank", {f"{KUBELET} mine.yaml": _PODS}),
    PatchCase("name_suffix_letters", {f"{KUBELET}s.yaml": _PODS}),
    PatchCase("name_suffix_line_break", {f"{KUBELET}\nx.yaml": _PODS}),
    PatchCase("name_type_strategic", {f"{KUBELET}+strategic.yaml": _PODS}),
    PatchCase("name_type_merge", {f"{KUBELET}+merge.yaml": _PODS}),
    PatchCase("name_type_json", {f"{KUBELET}+json.yaml": "- {op: replace, path: /healthzPort, value: 1}\n"}),
    PatchCase("name_type_unknown", {f"{KUBELET}+other.yaml": _PODS}),
    PatchCase("name_type_empty", {f"{KUBELET}+.yaml": _PODS}),
    PatchCase("name_type_in_capitals", {f"{KUBELET}+JSON.yaml": _PODS}),
    PatchCase("name_type_with_dot", {f"{KUBELET}+merge.x.yaml": _PODS}),
    PatchCase("name_dot_and_type", {f"{KUBELET}.x+merge.yaml": "- a\n"}),
    PatchCase("name_dot_and_unknown_type", {f"{KUBELET}.x+other.yaml": _PODS}),
    PatchCase("name_line_break_and_type", {f"{KUBELET}\n+merge.yaml": "- a\n"}),
    PatchCase("name_unknown_type_then_type", {f"{KUBELET}+x+merge.yaml": _PODS}),
    PatchCase("name_two_plus", {f"{KUBELET}++merge.yaml": _PODS}),
    PatchCase("name_two_types", {f"{KUBELET}+merge+json.yaml": _PODS}),
    PatchCase("name_type_then_suffix", {f"{KUBELET}+mergex.yaml": _PODS}),
    PatchCase("name_suffix_and_type", {f"{KUBELET}-x_1+merge.json": '{"maxPods": 50}'}),
    PatchCase("name_unknown_target", {"kube-proxy.yaml": _PODS}),
    PatchCase("name_unknown_target_and_type", {"kube-proxy+other.yaml": _PODS}),
    PatchCase("name_other_target", {"etcd+merge.yaml": "metadata: {}\n"}),
    PatchCase("name_other_target_malformed", {"etcd+merge.yaml": "metadata: {\n"}),
    PatchCase("name_other_target_unknown_type", {"etcd+other.yaml": "metadata: {}\n"}),
    PatchCase("name_coredns", {"corednsdeployment.yaml": "metadata: {}\n", "kubeproxydaemonset+other.yaml": "a: 1\n"}),
    PatchCase("name_in_front", {f"my-{KUBELET}.yaml": _PODS}),
    PatchCase("name_hidden", {f".{KUBELET}.yaml": _PODS}),
    PatchCase("name_backup", {f"{KUBELET}.yaml~": _PODS}),
    PatchCase("name_readme", {"README.md": "about\n", f"{KUBELET}.yaml": _PODS}),
    PatchCase("name_extension_only", {".yaml": _PODS}),
    PatchCase("subfolder", {f"more/{KUBELET}.yaml": _PODS}),
    PatchCase(
        "subfolder_order",
        {f"{KUBELET}1.yaml": "maxPods: 1\n", f"a/{KUBELET}.yaml": "maxPods: 2\n", f"z/{KUBELET}.yaml": "maxPods: 3\n"},
    ),
    PatchCase("folder_with_a_name", {f"{KUBELET}.yaml/x": None}),
    PatchCase("link", {"real/x": _PODS, f"{KUBELET}.yaml": ["real/x"]}),
    PatchCase("link_to_nothing", {f"{KUBELET}.yaml": ["nothing"]}),
    PatchCase("link_to_folder", {f"real/{KUBELET}.yaml": _PODS, "link": ["real"]}),
    PatchCase("link_to_folder_with_a_name", {"real/x": _PODS, f"{KUBELET}.yaml": ["real"]}),
    PatchCase(
        "order",
        {
            f"{KUBELET}{suffix}.yaml": f"maxPods: {number}\n"
            for number, suffix in enumerate(("b", "a", "10", "9", "", "_", "Z"), 1)
        },
    ),
    PatchCase(
        "order_by_type",
        {f"{KUBELET}+{kind}.yaml": f"maxPods: {number}\n" for number, kind in enumerate(("strategic", "merge"), 1)},
    ),
    PatchCase(
        "order_of_folders",
        {f"{KUBELET}-a/x": None, f"{KUBELET}-a/{KUBELET}.yaml": "maxPods: 1\n", f"{KUBELET}.yaml": "maxPods: 2\n"},
    ),
)

_CONTENTS = (
    PatchCase("content_empty", {f"{KUBELET}.yaml": ""}),
    PatchCase("content_blank", {f"{KUBELET}.yaml": " \n\n"}),
    PatchCase("content_comment", {f"{KUBELET}.yaml": "# nothing\n"}),
    PatchCase("content_null", {f"{KUBELET}.yaml": "null\n"}),
    PatchCase("content_null_merge", {f"{KUBELET}+merge.yaml": "null\n"}),
    PatchCase("content_null_json", {f"{KUBELET}+json.yaml": "null\n"}),
    PatchCase("content_empty_mapping", {f"{KUBELET}.yaml": "{}\n"}),
    PatchCase("content_text", {f"{KUBELET}.yaml": "hello\n"}),
    PatchCase("content_text_merge", {f"{KUBELET}+merge.yaml": "hello\n"}),
    PatchCase("content_list", {f"{KUBELET}.yaml": "- a\n"}),
    PatchCase("content_list_merge", {f"{KUBELET}+merge.yaml": "- a\n"}),
    PatchCase("content_torn", {f"{KUBELET}.yaml": "maxPods: {\n"}),
    PatchCase("content_tab", {f"{KUBELET}.yaml": "maxPods:\t50\n\tx: 1\n"}),
    PatchCase("content_not_utf8", {f"{KUBELET}.yaml": "maxPods: 5\xff\n"}),
    PatchCase("content_binary", {f"{KUBELET}.yaml": "\x00\x01\x02"}),
    PatchCase("content_bom", {f"{KUBELET}.yaml": "\xef\xbb\xbfmaxPods: 50\n"}),
    PatchCase("content_windows", {f"{KUBELET}.yaml": "maxPods: 50\r\npodsPerCore: 3\r\n"}),
    PatchCase("content_no_end_of_line", {f"{KUBELET}.yaml": "maxPods: 50"}),
    PatchCase("content_json_in_yaml", {f"{KUBELET}.yaml": '{"maxPods": 50}'}),
    PatchCase("content_yaml_in_json", {f"{KUBELET}.json": _PODS}),
    PatchCase("content_torn_json", {f"{KUBELET}.json": '{"maxPods": 50'}),
    PatchCase("content_key_twice", {f"{KUBELET}.yaml": "maxPods: 1\nmaxPods: 2\n"}),
    PatchCase("content_anchor", {f"{KUBELET}.yaml": "kubeReserved: &a {cpu: '1'}\nsystemReserved: *a\n"}),
    PatchCase("documents", {f"{KUBELET}.yaml": "maxPods: 1\n---\nmaxPods: 2\npodsPerCore: 3\n"}),
    PatchCase("documents_empty", {f"{KUBELET}.yaml": "---\n---\nmaxPods: 2\n---\n# nothing\n---\n"}),
    PatchCase("documents_end", {f"{KUBELET}.yaml": "maxPods: 2\n...\n"}),
    PatchCase("documents_separator_comment", {f"{KUBELET}.yaml": "maxPods: 1\n--- # next\nmaxPods: 2\n"}),
    PatchCase(
        "documents_json",
        {
            f"{KUBELET}+json.yaml": "- {op: add, path: /maxPods, value: 1}\n---\n- {op: add, path: /podsPerCore, value: 2}\n"
        },
    ),
    PatchCase("documents_in_json", {f"{KUBELET}.json": '{"maxPods": 1}\n{"maxPods": 2}\n'}),
    PatchCase("documents_second_torn", {f"{KUBELET}.yaml": "maxPods: 1\n---\nmaxPods: {\n"}),
    PatchCase("documents_separator_in_text", {f"{KUBELET}.yaml": "clusterDomain: |\n  a\n  ---\n  b\n"}),
)

_RESULTS = (
    _kubelet("replaces_a_number", "healthzPort: 1\nmaxPods: 7\n"),
    _kubelet("nested", "authentication: {webhook: {cacheTTL: 90s}, x509: {clientCAFile: /x}}\n"),
    _kubelet("null_takes_away", "healthzPort: null\nauthentication: {anonymous: null}\n"),
    _kubelet("null_merge", "healthzPort: null\nauthentication: {anonymous: null}\nmaxPods: null\n", "merge"),
    _kubelet("null_nested_new", "evictionHard: {a: null, b: 5%}\n"),
    _kubelet("null_nested_new_merge", "evictionHard: {a: null, b: 5%}\n", "merge"),
    _kubelet("lists_replace", "clusterDNS: [10.0.0.1, 10.0.0.2]\n"),
    _kubelet("lists_replace_merge", "clusterDNS: [10.0.0.1, 10.0.0.2]\n", "merge"),
    _kubelet(
        "list_of_structs",
        "registerWithTaints: [{key: a, effect: NoSchedule}]\nreservedMemory: [{numaNode: 0, limits: {memory: 1Gi}}]\n",
    ),
    _kubelet("directive_delete", "authentication: {webhook: {$patch: delete}}\n"),
    _kubelet("directive_replace", "authentication: {webhook: {$patch: replace, enabled: false}}\n"),
    _kubelet(
        "directive_replace_all",
        "$patch: replace\nkind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n",
    ),
    _kubelet("directive_delete_all", "$patch: delete\n"),
    _kubelet("directive_unknown", "authentication: {$patch: other}\n"),
    _kubelet("directive_merge", "authentication: {$patch: merge}\n"),
    _kubelet("directive_on_list", "clusterDNS: [{$patch: delete}]\n"),
    _kubelet("directive_delete_from_list", "$deleteFromPrimitiveList/clusterDNS: [10.96.0.10]\n"),
    _kubelet("directive_delete_absent", "$deleteFromPrimitiveList/clusterDNS: [10.96.0.99]\n"),
    _kubelet(
        "directive_order", "$setElementOrder/clusterDNS: [10.0.0.2, 10.0.0.1]\nclusterDNS: [10.0.0.2, 10.0.0.1]\n"
    ),
    _kubelet("directive_order_wrong", "$setElementOrder/clusterDNS: [10.0.0.1]\nclusterDNS: [10.0.0.2]\n"),
    _kubelet("directive_retain_keys", "authentication: {webhook: {$retainKeys: [enabled], enabled: false}}\n"),
    _kubelet("directive_retain_keys_wrong", "authentication: {webhook: {$retainKeys: [cacheTTL], enabled: false}}\n"),
    _kubelet("directive_in_merge", "authentication: {webhook: {$patch: delete}}\n", "merge"),
    _kubelet("unknown_field", "flavour: sweet\nauthentication: {more: {a: [1]}}\n"),
    _kubelet("unknown_field_null", "flavour: null\n"),
    _kubelet("wrong_type_text_for_number", "maxPods: many\n"),
    _kubelet("wrong_type_quoted_number", "maxPods: '50'\n"),
    _kubelet("wrong_type_list", "authentication: [a]\n"),
    _kubelet("wrong_duration", "syncFrequency: soon\n"),
    _kubelet("other_kind", "kind: Other\n"),
    _kubelet("other_api_version", "apiVersion: v1\n"),
    _kubelet("no_kind", "kind: null\n"),
    _kubelet("wrong_case", "MaxPods: 5\n"),
    _kubelet("duration_kept", "syncFrequency: 90s\nfileCheckFrequency: 0.5h\n"),
    _kubelet(
        "number_spellings",
        "maxPods: 0x10\npodsPerCore: 1_0\nregistryBurst: 1e3\nmemoryThrottlingFactor: 0.90\neventBurst: 5.0\nkubeAPIBurst: 010\n",
    ),
    _kubelet(
        "number_spellings_merge",
        "maxPods: 0x10\nregistryBurst: 1e3\nmemoryThrottlingFactor: 0.90\neventBurst: 5.0\n",
        "merge",
    ),
    _kubelet("large_number", "maxOpenFiles: 9007199254740993\npodPidsLimit: 12345678\n"),
    _kubelet("large_number_merge", "maxOpenFiles: 9007199254740993\npodPidsLimit: 12345678\n", "merge"),
    _kubelet("booleans_of_people", "serverTLSBootstrap: yes\nprotectKernelDefaults: off\nclusterDomain: 'no'\n"),
    _kubelet(
        "texts_that_need_quotes",
        "kubeReserved: {cpu: '1', memory: '0x10', a: 'null', b: '<&>', c: \"tab\\there\", d: '1:30'}\n",
    ),
    _kubelet("unicode", 'clusterDomain: größe\nkubeReserved: {a: "\\U0001F600", b: "\\u2028"}\n'),
    _kubelet("endpoint", "containerRuntimeEndpoint: unix:///run/other.sock\n"),
    _kubelet("endpoint_null", "containerRuntimeEndpoint: null\n"),
    _kubelet("rotation_off", "rotateCertificates: false\n"),
    _kubelet("empty_values", "clusterDNS: []\nevictionHard: {}\nclusterDomain: ''\nhealthzPort: 0\n"),
    PatchCase(
        "three_types",
        {
            f"{KUBELET}0+merge.yaml": "maxPods: 1\npodsPerCore: 4\n",
            f"{KUBELET}1+strategic.yaml": "maxPods: 2\n",
            f"{KUBELET}2+json.json": '[{"op": "test", "path": "/maxPods", "value": 2}, {"op": "replace", "path": "/maxPods", "value": 3}]',
        },
    ),
)


def _operations(name: str, *operations: str) -> PatchCase:
    return _kubelet(f"json_{name}", "".join(f"- {operation}\n" for operation in operations), "json")


_OPERATIONS = (
    _operations("add", "{op: add, path: /maxPods, value: 5}"),
    _operations(
        "add_nested", "{op: add, path: /kubeReserved, value: {}}", "{op: add, path: /kubeReserved/cpu, value: '1'}"
    ),
    _operations("add_to_nothing", "{op: add, path: /kubeReserved/cpu, value: '1'}"),
    _operations("add_to_the_end", "{op: add, path: /clusterDNS/-, value: 10.0.0.1}"),
    _operations("add_at", "{op: add, path: /clusterDNS/0, value: 10.0.0.1}"),
    _operations("add_behind", "{op: add, path: /clusterDNS/5, value: 10.0.0.1}"),
    _operations("add_negative", "{op: add, path: /clusterDNS/-1, value: 10.0.0.1}"),
    _operations(
        "add_escaped", "{op: add, path: /kubeReserved, value: {}}", "{op: add, path: /kubeReserved/a~1b~0c, value: '1'}"
    ),
    _operations("add_without_value", "{op: add, path: /maxPods}"),
    _operations("add_whole", "{op: add, path: '', value: {kind: KubeletConfiguration}}"),
    _operations("remove", "{op: remove, path: /healthzPort}"),
    _operations("remove_absent", "{op: remove, path: /absent}"),
    _operations("remove_element", "{op: remove, path: /clusterDNS/0}"),
    _operations("replace", "{op: replace, path: /healthzPort, value: 1}"),
    _operations("replace_absent", "{op: replace, path: /absent, value: 1}"),
    _operations("replace_deep_absent", "{op: replace, path: /absent/x, value: 1}"),
    _operations("replace_element", "{op: replace, path: /clusterDNS/0, value: 10.0.0.9}"),
    _operations("replace_behind", "{op: replace, path: /clusterDNS/1, value: 10.0.0.9}"),
    _operations(
        "replace_whole",
        "{op: replace, path: '', value: {kind: KubeletConfiguration, apiVersion: kubelet.config.k8s.io/v1beta1}}",
    ),
    _operations("move", "{op: move, from: /healthzPort, path: /port}"),
    _operations("move_absent", "{op: move, from: /absent, path: /port}"),
    _operations("copy", "{op: copy, from: /healthzPort, path: /port}"),
    _operations("copy_absent", "{op: copy, from: /absent, path: /port}"),
    _operations("test", "{op: test, path: /healthzPort, value: 10248}"),
    _operations("test_fails", "{op: test, path: /healthzPort, value: 1}"),
    _operations("test_text", "{op: test, path: /healthzPort, value: '10248'}"),
    _operations("test_absent", "{op: test, path: /absent, value: null}"),
    _operations("null_value", "{op: add, path: /maxPods, value: null}"),
    _operations("unknown_operation", "{op: twist, path: /healthzPort}"),
    _operations("no_slash", "{op: add, path: maxPods, value: 5}"),
    _operations("no_path", "{op: add, value: 5}"),
    _operations("additional_member", "{op: add, path: /maxPods, value: 5, note: x}"),
    _operations("second_fails", "{op: add, path: /maxPods, value: 5}", "{op: remove, path: /absent}"),
    _kubelet("json_is_a_mapping", "op: add\npath: /maxPods\nvalue: 5\n", "json"),
    _kubelet("json_is_empty", "[]\n", "json"),
)


def _pod(name: str, content: str, kind: str = "", target: str = "kube-apiserver") -> PatchCase:
    return PatchCase(f"pod_{name}", {f"{target}{f'+{kind}' if kind else ''}.yaml": content}, target)


def _container(name: str, content: str, target: str = "kube-apiserver") -> PatchCase:
    return _pod(name, f"spec:\n  containers:\n  - name: {target}\n    {content}\n", target=target)


_POD_CASES = (
    *(
        PatchCase(f"pod_{target}", {}, target, None)
        for target in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
    ),
    *(
        _container(
            f"resources_{target}", "resources: {limits: {cpu: '2', memory: 0.5Gi}, requests: {cpu: 1500m}}", target
        )
        for target in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
    ),
    _pod("annotations", "metadata: {annotations: {a: b}, labels: {tier: null}}\n"),
    _container("env", "env: [{name: B, value: '1'}, {name: A, value: '2'}]"),
    _container("volume_mounts_first", "volumeMounts: [{name: more, mountPath: /more}]"),
    _container("volume_mount_changed", "volumeMounts: [{mountPath: /etc/ssl/certs, readOnly: false}]"),
    _container("volume_mount_deleted", "volumeMounts: [{mountPath: /etc/ssl/certs, $patch: delete}]"),
    _container("volume_mounts_replaced", "volumeMounts: [{$patch: replace}, {name: more, mountPath: /more}]"),
    _container("volume_mount_without_key", "volumeMounts: [{name: more}]"),
    _container("command_replaced", "command: [kube-apiserver, --v=5]"),
    _container("ports", "ports: [{containerPort: 6443, name: https, hostPort: 6443}]"),
    _container("probe", "livenessProbe: {httpGet: {port: 7, scheme: HTTP}, failureThreshold: 1}"),
    _container("probe_replaced", "livenessProbe: {$patch: replace, exec: {command: [a]}}"),
    _container("quantity_spellings", "resources: {requests: {cpu: 0.1, memory: '1024Mi', x: 1e3}}"),
    _container(
        "order", "$setElementOrder/volumeMounts: [{mountPath: /etc/kubernetes/pki}, {mountPath: /etc/ssl/certs}]"
    ),
    _container(
        "order_wrong", "$setElementOrder/volumeMounts: [{mountPath: /a}]\n    volumeMounts: [{mountPath: /b, name: x}]"
    ),
    _container("directive_unknown", "resources: {$patch: other}"),
    _container("wrong_type", "resources: 5"),
    _container("wrong_type_text", "image: 5"),
    _container("wrong_quantity", "resources: {limits: {cpu: many}}"),
    _container("unknown_field", "flavour: sweet"),
    _container("security_context", "securityContext: {runAsUser: 1000, capabilities: {add: [A], drop: [B]}}"),
    _pod("second_container", "spec: {containers: [{name: side, image: x}]}\n"),
    _pod("container_without_name", "spec: {containers: [{image: x}]}\n"),
    _pod("init_container", "spec: {initContainers: [{name: first, image: x, env: [{name: a, value: b}]}]}\n"),
    _pod("containers_merge", "spec: {containers: [{name: side, image: x}]}\n", "merge"),
    _pod("volume_retain_keys", "spec: {volumes: [{name: k8s-certs, $retainKeys: [name, emptyDir], emptyDir: {}}]}\n"),
    _pod("volume_added", "spec: {volumes: [{name: more, hostPath: {path: /more, type: DirectoryOrCreate}}]}\n"),
    _pod("volume_deleted", "spec: {volumes: [{name: k8s-certs, $patch: delete}]}\n"),
    _pod(
        "tolerations",
        "spec: {tolerations: [{key: a, operator: Exists}], hostAliases: [{ip: 10.0.0.1, hostnames: [b, a]}]}\n",
    ),
    _pod(
        "dns",
        "spec: {dnsPolicy: Default, dnsConfig: {nameservers: [1.1.1.1], options: [{name: a}]}, nodeSelector: {a: b}}\n",
    ),
    _pod(
        "spread",
        "spec: {topologySpreadConstraints: [{topologyKey: z, maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {a: b}}}]}\n",
    ),
    _pod(
        "affinity",
        "spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: [b]}]}]}}}}\n",
    ),
    _pod(
        "finalizers", "metadata: {finalizers: [a, b], ownerReferences: [{uid: u, name: n, kind: k, apiVersion: v1}]}\n"
    ),
    _pod("unknown_field", "flavour: sweet\nspec: {flavour: sweet}\n"),
    _pod("status", "status: {phase: Running}\n"),
    _pod("time", "metadata: {creationTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 5}\n"),
    _pod("spec_deleted", "spec: null\n"),
    _pod("spec_replaced", "spec: {$patch: replace, hostNetwork: true}\n"),
    _pod("other_kind", "kind: Deployment\napiVersion: apps/v1\n"),
    _pod("unknown_kind", "kind: Other\n"),
    _pod("no_kind", "kind: null\n"),
    _pod("deleted", "$patch: delete\n"),
    _pod("name_changed", "metadata: {name: other, namespace: default}\n"),
    _pod(
        "json",
        "- {op: add, path: /spec/containers/0/command/-, value: --v=4}\n- {op: replace, path: /spec/containers/0/livenessProbe/httpGet/port, value: 8}\n",
        "json",
    ),
    _pod("json_command_at", "- {op: add, path: /spec/containers/0/command/1, value: --v=4}\n", "json"),
    _pod("json_annotation", "- {op: add, path: /metadata/annotations/example.org~1a, value: 'yes'}\n", "json"),
    _pod(
        "json_remove_probe",
        "- {op: remove, path: /spec/containers/0/startupProbe}\n- {op: remove, path: /spec/priorityClassName}\n",
        "json",
    ),
    _pod("json_wrong_type", "- {op: replace, path: /spec/hostNetwork, value: maybe}\n", "json"),
    _pod("null_merge", "spec: {priorityClassName: null, securityContext: null}\n", "merge"),
    PatchCase(
        "pod_several",
        {
            "kube-apiserver0.yaml": "metadata: {annotations: {a: '0'}}\n",
            "kube-apiserver1+json.yaml": "- {op: test, path: /metadata/annotations/a, value: '0'}\n- {op: add, path: /metadata/annotations/b, value: '1'}\n",
            "kube-apiserver2+merge.json": '{"metadata": {"annotations": {"a": null}}}',
            "kube-scheduler.yaml": "metadata: {annotations: {c: d}}\n",
        },
        "kube-apiserver",
    ),
    PatchCase("pod_prefix", {"kube-scheduler-x.yaml": "metadata: {annotations: {c: d}}\n"}, "kube-scheduler"),
    _pod(
        "etcd_env",
        "spec: {containers: [{name: etcd, env: [{name: ETCD_X, value: '1'}], $setElementOrder/env: [{name: ETCD_X}]}]}\n",
        target="etcd",
    ),
)

PATCH_CASES = _NAMES + _CONTENTS + _RESULTS + _OPERATIONS + _POD_CASES
