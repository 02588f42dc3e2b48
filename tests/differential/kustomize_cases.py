# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the golden files of kustomize are about: folders for `--experimental-kustomize`, and the static pod that they change."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from kustomize_chances import list_chances

__all__ = ("CHANCES", "KUSTOMIZE_CASES", "MINORS", "TARGETS", "KustomizeCase")

#: The last minors that have the flag. 1.16 knows no kustomization and takes every file for a patch.
MINORS = ("1.18", "1.19")
TARGETS = ("kube-scheduler", "etcd", "kube-apiserver", "kube-controller-manager")
FOLDER = "/kustomize"


@dataclass(frozen=True)
class KustomizeCase:
    """``files`` has contents by path below the folder, None for a folder, a list with the target of a link.

    ``patches`` are files for `--experimental-patches`, which 1.19 has as well.
    """

    name: str
    files: t.Mapping[str, t.Any]
    target: str = TARGETS[0]
    directory: str | None = FOLDER
    patches: t.Mapping[str, str] = field(default_factory=dict)
    minors: t.Sequence[str] = MINORS


def _pod(body: str, name: str = TARGETS[0]) -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: kube-system\n{body}"


def _container(body: str, name: str = TARGETS[0]) -> str:
    return _pod(f"spec:\n  containers:\n  - {{name: {name}, {body}}}\n", name)


_IMAGE = _container("image: x")
_TARGET = "{version: v1, kind: Pod, name: kube-scheduler, namespace: kube-system}"
_CLASS = "- {op: replace, path: /spec/priorityClassName, value: other}\n"


def _json_entry(path: str, target: str = _TARGET) -> str:
    return f"patchesJson6902:\n- target: {target}\n  path: {path}\n"


def _kustomized(name: str, kustomization: str, file: str = "kustomization.yaml") -> KustomizeCase:
    """With two patches, one for each of the lists."""
    return KustomizeCase(
        name, {file: kustomization, "a.yaml": _IMAGE, "b.yaml": _CLASS, "c.yaml": _container("tty: true")}
    )


def _strategic(name: str, *patches: str, target: str = TARGETS[0]) -> KustomizeCase:
    files = {f"{number}.yaml": patch for number, patch in enumerate(patches)}
    listed = "".join(f"- {file}\n" for file in files)
    return KustomizeCase(name, {"kustomization.yaml": f"patchesStrategicMerge:\n{listed}", **files}, target)


def _operations(name: str, *patches: str) -> KustomizeCase:
    files = {f"{number}.yaml": patch for number, patch in enumerate(patches)}
    listed = "".join(f"- target: {_TARGET}\n  path: {file}\n" for file in files)
    return KustomizeCase(name, {"kustomization.yaml": f"patchesJson6902:\n{listed}", **files})


_ONE = "patchesStrategicMerge: [a.yaml]\n"

_FOLDERS = (
    KustomizeCase("folder_empty", {"x": None}),
    KustomizeCase("folder_missing", {}, directory="/absent"),
    KustomizeCase("folder_is_a_file", {"a.yaml": _IMAGE}, directory="/kustomize/a.yaml"),
    KustomizeCase("folder_is_relative", {"a.yaml": _IMAGE}, directory="kustomize"),
    KustomizeCase("folder_is_a_link", {"real/a.yaml": _IMAGE, "link": ["real"]}, directory="/kustomize/link"),
    KustomizeCase("folder_is_remote", {}, directory="github.com/example/example"),
    KustomizeCase("plain", {"a.yaml": _IMAGE}),
    KustomizeCase("plain_any_name", {"notes.txt": _IMAGE}),
    KustomizeCase("plain_hidden", {".a.yaml": _IMAGE}),
    KustomizeCase("plain_json", {"a.json": '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "kube-scheduler", '
                                           '"namespace": "kube-system"}, "spec": {"hostNetwork": false}}'}),
    KustomizeCase("plain_operations", {"a.yaml": "- {op: remove, path: /spec/hostNetwork}\n"}),
    KustomizeCase("plain_prose", {"README.md": "about\n"}),
    KustomizeCase("plain_subfolder", {"more/a.yaml": _IMAGE}),
    KustomizeCase("plain_link", {"a.yaml": ["more/b"], "more/b": _IMAGE}),
    KustomizeCase("plain_link_to_nothing", {"a.yaml": ["nothing"]}),
    KustomizeCase("plain_link_to_folder", {"a.yaml": ["more"], "more/b": _IMAGE}),
    KustomizeCase("plain_order", {"b.yaml": _container("env: [{name: A}]"), "a.yaml": _container("env: [{name: B}]")}),
    KustomizeCase("plain_conflict", {"b.yaml": _IMAGE, "a.yaml": _container("image: z")}),
    *(
        KustomizeCase(f"plain_{target}", {"a.yaml": _container("image: x", target), "b.yaml": _IMAGE}, target)
        for target in TARGETS[1:]
    ),
    KustomizeCase("link_out_of_the_folder", {"k/kustomization.yaml": _ONE, "k/a.yaml": ["../a.yaml"], "a.yaml": _IMAGE},
                  directory="/kustomize/k"),
    KustomizeCase("path_out_of_the_folder", {"k/kustomization.yaml": _ONE.replace("a.", "../a."), "a.yaml": _IMAGE},
                  directory="/kustomize/k"),
    KustomizeCase("path_in_subfolder", {"kustomization.yaml": _ONE.replace("a.", "more/a."), "more/a.yaml": _IMAGE}),
    KustomizeCase("path_of_a_folder", {"kustomization.yaml": _ONE.replace("a.yaml", "more"), "more/a.yaml": _IMAGE}),
    KustomizeCase("kustomization_is_a_folder", {"kustomization.yaml/x": "", "a.yaml": _IMAGE}),
    KustomizeCase("kustomizations_two", {"kustomization.yaml": _ONE, "kustomization.yml": _ONE, "a.yaml": _IMAGE}),
    KustomizeCase("kustomization_with_other_files", {"kustomization.yaml": _ONE, "a.yaml": _IMAGE, "torn.yaml": "a: {"}),
    KustomizeCase("with_patches", {"a.yaml": _IMAGE}, minors=("1.19",), patches={
        "kube-scheduler+json.yaml": "- {op: test, path: /spec/containers/0/image, value: x}\n"
                                    "- {op: replace, path: /spec/containers/0/image, value: z}\n"}),
)  # fmt: skip

_KUSTOMIZATIONS = (
    _kustomized("kustomization", _ONE),
    _kustomized("kustomization_yml", _ONE, "kustomization.yml"),
    _kustomized("kustomization_without_extension", _ONE, "Kustomization"),
    _kustomized("kustomization_in_capitals", _ONE, "Kustomization.yaml"),
    _kustomized("kustomization_empty", ""),
    _kustomized("kustomization_comment", "# nothing\n"),
    _kustomized("kustomization_null", "null\n"),
    _kustomized("kustomization_empty_mapping", "{}\n"),
    _kustomized("kustomization_text", "hello\n"),
    _kustomized("kustomization_torn", "patchesStrategicMerge: [\n"),
    _kustomized("kustomization_key_twice", _ONE + _ONE),
    _kustomized("kustomization_two_documents", f"{_ONE}---\n{_ONE}"),
    _kustomized("kustomization_of_its_kind", f"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n{_ONE}"),
    _kustomized("kustomization_of_other_version", f"apiVersion: kustomize.config.k8s.io/v1\n{_ONE}"),
    _kustomized("kustomization_of_other_kind", f"kind: Component\n{_ONE}"),
    _kustomized("list_null", "patchesStrategicMerge: null\n"),
    _kustomized("list_empty", "patchesStrategicMerge: []\npatchesJson6902: []\n"),
    _kustomized("list_is_a_text", "patchesStrategicMerge: a.yaml\n"),
    _kustomized("list_of_mappings", "patchesStrategicMerge: [{path: a.yaml}]\n"),
    _kustomized("list_with_the_patch_itself", f"patchesStrategicMerge:\n- |\n  {_IMAGE.rstrip().replace(chr(10), chr(10) + '  ')}\n"),
    _kustomized("path_missing", "patchesStrategicMerge: [nothing.yaml]\n"),
    _kustomized("path_twice", "patchesStrategicMerge: [a.yaml, a.yaml]\n"),
    _kustomized("path_with_dot", "patchesStrategicMerge: [./a.yaml]\n"),
    _kustomized("path_absolute", "patchesStrategicMerge: [/kustomize/a.yaml]\n"),
    _kustomized("both_lists", _ONE + _json_entry("b.yaml")),
    _kustomized("operations", _json_entry("b.yaml")),
    _kustomized("operations_with_group", _json_entry("b.yaml", _TARGET.replace("{", '{group: "", '))),
    *(
        _kustomized(f"operations_without_{name}", _json_entry("b.yaml", _TARGET.replace(part, "")))
        for name, part in (("version", "version: v1, "), ("kind", "kind: Pod, "), ("name", "name: kube-scheduler, "),
                           ("namespace", ", namespace: kube-system"))
    ),
    _kustomized("operations_without_target", "patchesJson6902:\n- path: b.yaml\n"),
    _kustomized("operations_without_path", f"patchesJson6902:\n- target: {_TARGET}\n"),
    _kustomized("operations_with_the_patch_itself", f"patchesJson6902:\n- target: {_TARGET}\n  patch: '[]'\n"),
    _kustomized("operations_with_selector", _json_entry("b.yaml", _TARGET.replace("{", "{labelSelector: a=b, "))),
    _kustomized("operations_with_unknown", f"{_json_entry('b.yaml')}  options: {{}}\n"),
    _kustomized("operations_missing", _json_entry("nothing.yaml")),
    _kustomized("operations_for_another", _json_entry("b.yaml", _TARGET.replace("scheduler", "apiserver"))),
    _kustomized("resources", f"{_ONE}resources: [c.yaml]\n"),
    _kustomized("resources_missing", f"{_ONE}resources: [nothing.yaml]\n"),
    *(
        _kustomized(f"unsupported_{text.split(':')[0]}", f"{_ONE}{text}\n")
        for text in (
            "bases: [more]", "commonAnnotations: {a: b}", "commonLabels: {a: b}", "components: [more]",
            "configMapGenerator: [{name: a, literals: [b=c]}]", "crds: [c.yaml]", "generators: [c.yaml]",
            "images: [{name: x, newTag: z}]", "namePrefix: a-", "nameSuffix: -a", "namespace: other", "patches: [c.yaml]",
            "replicas: [{name: a, count: 2}]", "secretGenerator: [{name: a, literals: [b=c]}]", "transformers: [c.yaml]",
            "unknown: a", "vars: [{name: A, objref: {kind: Pod, name: kube-scheduler, apiVersion: v1}}]",
        )
    ),
    _kustomized("unsupported_patches_with_path", f"{_ONE}patches: [{{path: c.yaml}}]\n"),
    _kustomized("unsupported_and_nothing_else", "commonLabels: {a: b}\n"),
)  # fmt: skip

_FILES = (
    _strategic("file_empty", ""),
    _strategic("file_comment", "# nothing\n"),
    _strategic("file_null", "null\n"),
    _strategic("file_list", "- a\n"),
    _strategic("file_text", "hello\n"),
    _strategic("file_torn", "a: {\n"),
    _strategic("file_key_twice", _pod("  labels: {a: b, a: c}\n")),
    _strategic("file_anchor", _pod("  labels: &l {a: b}\n  annotations: *l\n")),
    _strategic("file_windows", _IMAGE.replace("\n", "\r\n")),
    _strategic("documents", f"{_IMAGE}---\n{_pod('  labels: {a: b}')}\n"),
    _strategic("documents_empty", f"---\n---\n{_IMAGE}---\n# nothing\n---\n"),
    _strategic(
        "documents_list", f"apiVersion: v1\nkind: List\nitems:\n- {_IMAGE.rstrip().replace(chr(10), chr(10) + '  ')}\n"
    ),
    _strategic(
        "documents_pod_list",
        f"apiVersion: v1\nkind: PodList\nitems:\n- {_IMAGE.rstrip().replace(chr(10), chr(10) + '  ')}\n",
    ),
    _strategic("documents_list_empty", "apiVersion: v1\nkind: List\nitems: []\n"),
    _strategic("documents_list_with_null", "apiVersion: v1\nkind: List\nitems: [null]\n"),
    _strategic("without_api_version", _IMAGE.replace("apiVersion: v1\n", "")),
    _strategic("without_kind", _IMAGE.replace("kind: Pod\n", "")),
    _strategic("without_metadata", "apiVersion: v1\nkind: Pod\nspec: {hostNetwork: false}\n"),
    _strategic("without_name", _IMAGE.replace("  name: kube-scheduler\n", "", 1)),
    _strategic("without_namespace", _IMAGE.replace("  namespace: kube-system\n", "")),
    _strategic("for_other_version", _IMAGE.replace("v1", "apps/v1")),
    _strategic("for_other_kind", _IMAGE.replace("Pod", "Deployment")),
    _strategic("for_other_name", _IMAGE.replace("name: kube-scheduler", "name: kube-proxy")),
    _strategic("for_other_namespace", _IMAGE.replace("kube-system", "default")),
    _operations("operations_empty_file", ""),
    _operations("operations_empty", "[]\n"),
    _operations("operations_null", "null\n"),
    _operations("operations_mapping", "op: add\n"),
    _operations("operations_json", '[{"op": "remove", "path": "/spec/hostNetwork"}]'),
    _operations("operations_torn_json", '[{"op": "remove"'),
    _operations("operations_two_documents", f"{_CLASS}---\n- {{op: remove, path: /spec/hostNetwork}}\n"),
)

_RESULTS = (
    _strategic("null_takes_away", _pod("spec: {hostNetwork: null}\n")),
    _strategic("false_is_left_out", _pod("spec: {hostNetwork: false}\n")),
    _strategic("unknown_field", _pod("spec: {foo: 5}\n")),
    _strategic("field_in_wrong_case", _pod("spec: {HostNetwork: false}\n")),
    _strategic("wrong_type", _pod("spec: {hostNetwork: 5}\n")),
    _strategic("wrong_type_list", _pod("spec: {containers: 5}\n")),
    _strategic("wrong_type_quoted_number", _pod("spec: {priority: '5'}\n")),
    _strategic("boolean_of_old_yaml", _pod("  labels: {a: y}\n")),
    _strategic("command_is_replaced", _container("command: [a, b]")),
    _strategic("new_container", _pod("spec:\n  containers: [{name: side, image: z}]\n")),
    _strategic("new_volume", _pod("spec:\n  volumes: [{name: a, emptyDir: {}}]\n"), target="kube-scheduler"),
    _strategic("volume_changed", _pod("spec:\n  volumes: [{name: etcd-data, hostPath: {path: /data}}]\n", "etcd"), target="etcd"),
    _strategic("new_mount", _container("volumeMounts: [{name: a, mountPath: /a}]")),
    _strategic("probe", _container("livenessProbe: {timeoutSeconds: 1, httpGet: {host: null}}")),
    _strategic("resources_of_container", _container("resources: {limits: {memory: 1024Mi}, requests: {cpu: 0.5}}")),
    _strategic("status", _pod("status: {phase: Running}\n")),
    _strategic("directive_delete_all", _pod("$patch: delete\n")),
    _strategic("directive_replace_all", _pod("$patch: replace\nspec: {}\n")),
    _strategic("directive_unknown", _pod("$patch: merge\n")),
    _strategic("directive_delete_container", _container("$patch: delete")),
    _strategic("directive_order", _pod("spec:\n  $setElementOrder/volumes: [{name: kubeconfig}, {name: a}]\n"
                                       "  volumes: [{name: a, emptyDir: {}}]\n")),
    _strategic("directive_retain_keys", _pod("spec:\n  volumes:\n  - name: kubeconfig\n    $retainKeys: [name, emptyDir]\n"
                                             "    emptyDir: {}\n")),
    _strategic("directive_delete_element_of_nothing", _container("env: [{name: A, $patch: delete}]")),
    _strategic("directive_order_empty", _pod("spec:\n  $setElementOrder/volumes: []\n  volumes: [{name: a, emptyDir: {}}]\n")),
    _strategic("null_where_nothing_is", _container("resources: {limits: {cpu: null}}")),
    _strategic("element_twice", _container("env: [{name: A, value: a}, {name: A, value: b}]")),
    _strategic("directive_delete_from_list", _pod("  $deleteFromPrimitiveList/finalizers: [a]\n")),
    _strategic("several", _IMAGE, _container("imagePullPolicy: Always"), _pod("  labels: {a: b}\n")),
    _strategic("several_same", _IMAGE, _IMAGE),
    _strategic("several_elements", _container("env: [{name: A, value: a}]"), _container("env: [{name: B, value: b}]")),
    _strategic("several_empty_lists", _pod("  finalizers: []\n"), _pod("  finalizers: []\n")),
    _strategic("several_and_an_order", _pod("spec:\n  volumes: [{name: a, emptyDir: {}}]\n"),
               _pod("spec:\n  $setElementOrder/volumes: [{name: a}, {name: b}]\n  volumes: [{name: b, emptyDir: {}}]\n")),
    _strategic("several_and_a_deletion", _pod("spec:\n  volumes: [{name: a, emptyDir: {}}]\n"),
               _pod("spec:\n  volumes: [{name: kubeconfig, $patch: delete}]\n")),
    _strategic("conflict", _IMAGE, _container("image: z")),
    _strategic("conflict_of_first_and_third", _IMAGE, _pod("  labels: {a: b}\n"), _container("image: z")),
    _strategic("conflict_in_list", _container("command: [a]"), _container("command: [b]")),
    _strategic("conflict_in_element", _container("env: [{name: A, value: a}]"), _container("env: [{name: A, value: b}]")),
    _strategic("conflict_of_null", _pod("  labels: {a: null}\n"), _pod("  labels: {a: b}\n")),
    _strategic("conflict_of_directive", _container("$patch: delete"), _IMAGE),
    _strategic("conflict_of_types", _pod("spec: {hostNetwork: 1}\n"), _pod("spec: {hostNetwork: true}\n")),
    _operations("operations_add", "- {op: add, path: /spec/containers/0/command/-, value: --v=4}\n"),
    _operations("operations_add_without_value", "- {op: add, path: /spec/hostNetwork}\n"),
    _operations("operations_copy", "- {op: copy, from: /spec/priorityClassName, path: /spec/schedulerName}\n"),
    _operations("operations_move", "- {op: move, from: /spec/priorityClassName, path: /spec/schedulerName}\n"),
    _operations("operations_negative_index", "- {op: remove, path: /spec/containers/0/command/-1}\n"),
    _operations("operations_replace_missing", "- {op: replace, path: /spec/schedulerName, value: a}\n"),
    _operations("operations_remove_missing", "- {op: remove, path: /spec/schedulerName}\n"),
    _operations("operations_test_fails", "- {op: test, path: /spec/hostNetwork, value: false}\n"),
    _operations("operations_unknown", "- {op: merge, path: /spec/hostNetwork}\n"),
    _operations("operations_whole", "- {op: replace, path: '', value: {}}\n"),
    _operations("operations_other_kind", "- {op: replace, path: /kind, value: Deployment}\n"),
    _operations("operations_rename", "- {op: replace, path: /metadata/name, value: other}\n"),
    _operations("operations_unknown_field", "- {op: add, path: /spec/foo, value: 5}\n"),
    _operations("operations_wrong_type", "- {op: replace, path: /spec/hostNetwork, value: 5}\n"),
    _operations("operations_several", _CLASS, "- {op: remove, path: /spec/hostNetwork}\n"),
    _operations("operations_same", _CLASS, _CLASS),
    _operations("operations_conflict", _CLASS, _CLASS.replace("other", "another")),
    _operations("operations_need_each_other", "- {op: add, path: /metadata/annotations, value: {}}\n",
                "- {op: add, path: /metadata/annotations/a, value: b}\n"),
    _operations("operations_conflict_in_the_middle", _CLASS, _CLASS.replace("other", "another"), _CLASS),
    _kustomized("operations_come_last", f"{_json_entry('d.yaml')}{_ONE}"),
)  # fmt: skip

#: Patches for one pod by chance, always the same ones.
CHANCES = tuple(KustomizeCase(f"chance_{number}", files) for number, files in enumerate(list_chances(300)))

KUSTOMIZE_CASES = (*_FOLDERS, *_KUSTOMIZATIONS, *_FILES, *_RESULTS)
