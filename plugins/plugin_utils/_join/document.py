# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""JoinConfiguration: kubeadm's file of any version, or its flags, as one mapping of the shape of v1beta4, complete.

A complete one is what `kubeadm config migrate` writes; its answers are in tests/differential.
"""

from __future__ import annotations

import re
import typing as t

from ...module_utils._api.endpoint import is_secret_url, render_url
from ...module_utils._core.defaults import API_SERVER_PORT
from ...module_utils._core.errors import JoinError
from ...module_utils._core.objects import render_taint, text_at
from ...module_utils._formats.go_quantities import parse_duration
from ...module_utils._formats.go_structs import Path, kind_of, render_path
from ...module_utils._formats.typed_documents import TypedDocument
from ...module_utils._formats.yaml_reader import YamlDocument, parse_yaml_documents
from ...module_utils._host.machine import CA_FILE, cri_socket_url
from .display import displayable
from .join_fields import join_fields
from .variables import FLAGS, SECRETS

__all__ = (
    "TIMEOUTS",
    "configuration_of",
    "options_of",
    "read_join_configuration",
    "secrets_of",
    "timeouts_of",
    "without_secrets",
)

JsonMapping = t.Mapping[str, t.Any]

_GROUP = "kubeadm.k8s.io"
#: The API version of a document that is not one of the core group.
_GROUP_VERSION = re.compile("[^/]+/[^/]+")
_VERSIONS = ("v1beta1", "v1beta2", "v1beta3", "v1beta4", "v1")
_KIND = "JoinConfiguration"
_CODE = "invalid_join_configuration"
_REMEDY = "correct it there, and put a text that looks like a number or a boolean in quotes"

#: kubeadm's defaults of `timeouts`.
TIMEOUTS = {
    "controlPlaneComponentHealthCheck": "4m0s",
    "discovery": "5m0s",
    "etcdAPICall": "2m0s",
    "kubeletHealthCheck": "4m0s",
    "kubernetesAPICall": "1m0s",
    "tlsBootstrap": "5m0s",
    "upgradeManifests": "5m0s",
}
_CONTROL_PLANE_TAINT = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}

#: The variables that kubeadm allows with `--config`: they replace the field, or are added to it.
_WITH_A_FILE = ("node_name", "ignore_preflight_errors", "skip_phases", "dry_run")
#: Set by the flow itself. `expect_flow` compares it with the file.
_OF_THE_FLOW = ("control_plane",)
#: Which of these are set says that there is a token, which is of no use without the other ones.
_TOKENS = ("token", "discovery_token", "tls_bootstrap_token")
_DISCOVERIES = ("apiserver_endpoint", "discovery_file")


def read_join_configuration(source: t.Any, *, what: str) -> dict[str, t.Any]:
    """The JoinConfiguration in a text of YAML documents, or in data, as v1beta4 with all defaults that do not depend on a host.

    ``what`` names the source in errors. Documents of other kinds are ignored, if all have an apiVersion with a group and a kind, and none has
    the kind of another one. Unknown fields and values of a wrong
    type are refused, all at once, each with its path and line: kubeadm only warns about the former.
    Raises ``invalid_join_configuration``.
    """
    return _complete(_find(source, what), what)


def _find(source: t.Any, what: str) -> YamlDocument:
    if isinstance(source, t.Mapping):
        documents = [YamlDocument(dict(source), {})]
    elif isinstance(source, str):
        documents = parse_yaml_documents(source, what=what, code=_CODE, is_strict=True)
    else:
        raise JoinError(_CODE, f"Cannot use {what}: it is {kind_of(source)}, expected a text or a mapping.", what=what)
    kinds = [_kind_in(document.value) for document in documents]
    if kinds.count(_KIND) != 1:
        raise JoinError(
            _CODE,
            f"Cannot use {what}: expected one document of kind {_KIND}, found {kinds.count(_KIND)} "
            f"(its documents: {', '.join(kinds) or 'none'}).",
            what=what,
            kinds=kinds,
        )
    unnamed = [at for at, document in enumerate(documents, 1) if not _is_named(document.value)]
    repeated = sorted({kind for kind in kinds if kinds.count(kind) > 1})
    if unnamed or repeated:
        problem = (
            f"its document {unnamed[0]} has no apiVersion with a group, or no kind"
            if unnamed
            else f"several of its documents have the kind {repeated[0]}"
        )
        raise JoinError(
            _CODE, f"Cannot use {what}: {problem}; correct it, or remove what is not a {_KIND}.", what=what, kinds=kinds
        )
    return documents[kinds.index(_KIND)]


def _is_named(document: t.Any) -> bool:
    """Whether kubeadm can determine what a document is."""
    return bool(_GROUP_VERSION.fullmatch(text_at(document, "apiVersion")) and text_at(document, "kind"))


def _kind_in(document: t.Any) -> str:
    """What a document says that it is."""
    if not isinstance(document, t.Mapping):
        return "not a mapping"
    kind = document.get("kind")
    return displayable(kind if kind.isalnum() else None) if isinstance(kind, str) and kind else "without a kind"


def _complete(document: YamlDocument, what: str) -> dict[str, t.Any]:
    _expect_names(document.value, what)
    typed = TypedDocument(document, what=what, code=_CODE, remedy=_REMEDY)
    version = typed.expect("apiVersion", *(f"{_GROUP}/{version}" for version in _VERSIONS)).rpartition("/")[2]
    return _defaulted(_converted(typed.read(join_fields(version), is_strict=True)))


def _expect_names(value: t.Any, what: str, path: Path = ()) -> None:
    """Refuse keys that an error cannot repeat, as data can hold any."""
    items = value.items() if isinstance(value, t.Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        if not isinstance(name, (str, int)) or displayable(name) != str(name):
            field, problem = render_path(path), f"a key is {kind_of(name)} that is not a field's name"
            raise JoinError(
                _CODE,
                f"Cannot use {what}: {field or 'the whole'}: {problem}.",
                what=what,
                problems=[{"field": field, "line": None, "problem": problem}],
            )
        _expect_names(item, what, (*path, name))


def configuration_of(provided: JsonMapping, file: JsonMapping | None, *, what: str) -> dict[str, t.Any]:
    """The complete configuration that variables make, alone or with a complete one from a ``file``, which ``what`` names.

    ``provided`` is what ``read_variables`` has read. As in kubeadm, flags of control planes have no effect without the one that makes
    the host one. Raises ``configuration_mixed`` for flags that kubeadm does not allow with a file, ``discovery_missing`` and
    ``invalid_join_configuration``.
    """
    token = (
        {"discovery_token": provided["token"], "tls_bootstrap_token": provided["token"]} if "token" in provided else {}
    )
    flags = {**token, **{name: value for name, value in provided.items() if name in FLAGS}}
    if file is None:
        _expect_use_of_tokens(provided)
        return _of_flags_alone(flags)
    mixed = sorted(name for name in provided if name in (*FLAGS, "token") and name not in _WITH_A_FILE + _OF_THE_FLOW)
    if mixed:
        raise JoinError(
            "configuration_mixed",
            f"Cannot use {' and '.join(mixed)} with {what}: as with `kubeadm join --config`, only "
            f"{', '.join(_WITH_A_FILE)} may be set as well; set it in one place.",
            variables=mixed,
        )
    return _with_file(flags, file)


def _expect_use_of_tokens(provided: JsonMapping) -> None:
    """Refuse a token that nothing would be asked with."""
    tokens = [name for name in _TOKENS if name in provided]
    if tokens and not any(name in provided for name in _DISCOVERIES):
        problem = f"{' and '.join(tokens)} {'is' if len(tokens) == 1 else 'are'} set, but apiserver_endpoint is not"
        raise JoinError(
            "discovery_missing",
            f"Cannot use the variables: {problem}, so nothing says which cluster the token is for; set apiserver_endpoint, or "
            "discovery_file, or remove the token to join by an invitation. Nothing was changed.",
            problems=[{"field": "discovery", "line": None, "problem": problem}],
        )


def _of_flags_alone(flags: JsonMapping) -> dict[str, t.Any]:
    document: dict[str, t.Any] = {"apiVersion": f"{_GROUP}/v1beta4", "kind": _KIND}
    needed = {
        "discovery.bootstrapToken.": "apiserver_endpoint" in flags,
        "controlPlane.": flags.get("control_plane"),
    }
    for name in sorted(flags, key=lambda name: FLAGS[name].field):
        field = FLAGS[name].field
        if all(there for prefix, there in needed.items() if f"{field}.".startswith(prefix)):
            _put(document, field, {} if name == "control_plane" else flags[name])
    return _complete(YamlDocument(document, {}), "the variables")


def _with_file(flags: JsonMapping, file: JsonMapping) -> dict[str, t.Any]:
    configuration = {**file, "nodeRegistration": {**file["nodeRegistration"]}}
    node = configuration["nodeRegistration"]
    if "node_name" in flags:
        node["name"] = flags["node_name"].strip().lower()
    if "ignore_preflight_errors" in flags:
        node["ignorePreflightErrors"] = [*node.get("ignorePreflightErrors", ()), *flags["ignore_preflight_errors"]]
    if "skip_phases" in flags:
        configuration["skipPhases"] = flags["skip_phases"]
    if "dry_run" in flags:
        configuration["dryRun"] = True
    return configuration


def options_of(configuration: JsonMapping) -> dict[str, t.Any]:
    """What a complete configuration says to modules, by the names of their options; empty where it says nothing. No secrets."""
    node = configuration["nodeRegistration"]
    token = configuration["discovery"].get("bootstrapToken", {})
    endpoint = configuration.get("controlPlane", {}).get("localAPIEndpoint", {})
    return {
        "endpoint": token.get("apiServerEndpoint", ""),
        "ca_cert_hashes": token.get("caCertHashes", []),
        "unsafe_skip_ca_verification": token.get("unsafeSkipCAVerification", False),
        "discovery_file": configuration["discovery"].get("file", {}).get("kubeConfigPath", ""),
        "ca_cert_path": configuration["caCertPath"],
        "control_plane": "controlPlane" in configuration,
        "apiserver_advertise_address": endpoint.get("advertiseAddress", ""),
        "apiserver_bind_port": endpoint.get("bindPort", API_SERVER_PORT),
        "node_name": _node_name(node),
        "cri_socket": node.get("criSocket", ""),
        "image_pull_policy": node["imagePullPolicy"],
        "ignore_preflight_errors": node.get("ignorePreflightErrors", []),
        "kubelet_extra_args": node.get("kubeletExtraArgs", []),
        "taints": [render_taint(taint) for taint in node["taints"] or ()],
        "patches": configuration.get("patches", {}).get("directory", ""),
    }


def _node_name(node: JsonMapping) -> str:
    """The name that the node is to have: an argument for the kubelet overrides kubeadm's."""
    names = [
        arg["value"] for arg in node.get("kubeletExtraArgs", ()) if arg["name"].replace("_", "-") == "hostname-override"
    ]
    return str(names[-1] if names else node.get("name", "")).strip().lower()


def secrets_of(configuration: JsonMapping) -> dict[str, str]:
    """The tokens and keys of a complete configuration, by variable; an empty text for what is not there."""
    return {name: str(_at(configuration, field) or "") for name, field in SECRETS.items()}


def without_secrets(configuration: JsonMapping) -> dict[str, t.Any]:
    """The configuration without the fields that hold tokens and keys, and with URLs as they are displayed."""

    def pruned(value: t.Any, prefix: str) -> t.Any:
        if isinstance(value, str) and is_secret_url(value):
            return render_url(value)
        if not isinstance(value, dict):
            return value
        return {
            name: pruned(item, f"{prefix}{name}.")
            for name, item in value.items()
            if f"{prefix}{name}" not in SECRETS.values()
        }

    return t.cast("dict[str, t.Any]", pruned(dict(configuration), ""))


def timeouts_of(configuration: JsonMapping) -> dict[str, float]:
    """The timeouts of a complete configuration in seconds."""
    return {name: parse_duration(text) for name, text in configuration["timeouts"].items()}


def _at(configuration: t.Any, field: str) -> t.Any:
    for name in field.split("."):
        configuration = configuration.get(name, {})
    return configuration


def _put(document: dict[str, t.Any], field: str, value: t.Any) -> None:
    *parents, name = field.split(".")
    for parent in parents:
        document = document.setdefault(parent, {})
    document[name] = value


def _converted(value: dict[str, t.Any]) -> dict[str, t.Any]:
    """An older or newer version's fields where v1beta4 has them."""
    converted = {**value, "apiVersion": f"{_GROUP}/v1beta4"}
    discovery = {**value["discovery"]}
    timeout = discovery.pop("timeout", None)
    if timeout is not None:
        converted["timeouts"] = {"discovery": timeout}
    converted["discovery"] = discovery
    node = {**value["nodeRegistration"]}
    arguments = node.get("kubeletExtraArgs")
    if isinstance(arguments, dict):
        arguments = [{"name": name, "value": arguments[name]} for name in sorted(arguments)]
    if arguments is not None:
        # An argument without a value is one with an empty value.
        node["kubeletExtraArgs"] = [{"name": "", "value": "", **argument} for argument in arguments]
    converted["nodeRegistration"] = node
    return converted


def _defaulted(value: dict[str, t.Any]) -> dict[str, t.Any]:
    """With kubeadm's defaults; name and socket stay absent when they are not set, as only the host knows them."""
    complete: dict[str, t.Any] = _without_empty(value)
    complete.setdefault("caCertPath", CA_FILE)
    discovery = complete.setdefault("discovery", {})
    token = value["discovery"].get("bootstrapToken", {}).get("token")
    if token:
        discovery.setdefault("tlsBootstrapToken", token)
    for mode in ("bootstrapToken", "file"):
        if mode in value["discovery"]:
            discovery.setdefault(mode, {})
    if "patches" in value:
        complete.setdefault("patches", {})
    path = discovery.get("file", {}).get("kubeConfigPath", "")
    if path.startswith("file:"):
        discovery["file"]["kubeConfigPath"] = path[len("file:") :].replace("//", "", 1)
    node = complete.setdefault("nodeRegistration", {})
    _default_node(node, value["nodeRegistration"], is_control_plane="controlPlane" in value)
    if "controlPlane" in value:
        endpoint = complete.setdefault("controlPlane", {}).setdefault("localAPIEndpoint", {})
        endpoint.setdefault("bindPort", API_SERVER_PORT)
    complete["timeouts"] = {**TIMEOUTS, **value.get("timeouts", {})}
    return complete


def _default_node(node: dict[str, t.Any], provided: JsonMapping, *, is_control_plane: bool) -> None:
    if "name" in node:
        node["name"] = node["name"].strip().lower()
    socket = node.get("criSocket", "")
    if socket:
        node["criSocket"] = cri_socket_url(socket)
    node.setdefault("imagePullPolicy", "IfNotPresent")
    node["imagePullSerial"] = provided.get("imagePullSerial", True)
    # An empty list means that there are no taints. Without a list, kubeadm decides.
    taints = provided.get("taints")
    if taints is None and is_control_plane:
        taints = [_CONTROL_PLANE_TAINT]
    node["taints"] = taints and [{"key": "", "effect": "", **_without_empty(taint)} for taint in taints]


def _without_empty(value: t.Any) -> t.Any:
    if not isinstance(value, dict):
        return value
    filled = {name: _without_empty(item) for name, item in value.items()}
    return {name: item for name, item in filled.items() if item not in ("", 0, [], {}, None)}
