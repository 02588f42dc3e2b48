# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the kubejoin.kubeadm collection: it can change or vanish in any release.

"""JoinConfiguration: kubeadm's file of any version, or its flags, as one mapping of the shape of v1beta4, complete.

What a complete one looks like is what `kubeadm config migrate` writes; tests/differential holds its answers.
"""

from __future__ import annotations

import typing as t

from ...module_utils._config.taint import parse_taint
from ...module_utils._core.defaults import API_SERVER_PORT
from ...module_utils._core.errors import JoinError
from ...module_utils._core.objects import render_taint
from ...module_utils._formats.go_quantities import parse_duration
from ...module_utils._formats.typed_documents import TypedDocument
from ...module_utils._formats.yaml_reader import YamlDocument, parse_yaml_documents
from ...module_utils._host.machine import CA_FILE
from .join_fields import join_fields

__all__ = (
    "TIMEOUTS",
    "join_configuration_of_flags",
    "options_of",
    "read_join_configuration",
    "secrets_of",
    "timeouts_of",
    "without_secrets",
)

JsonMapping = t.Mapping[str, t.Any]

_GROUP = "kubeadm.k8s.io"
_VERSIONS = ("v1beta1", "v1beta2", "v1beta3", "v1beta4", "v1")
_KIND = "JoinConfiguration"
_CODE = "invalid_join_configuration"

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

#: The flags of `kubeadm join` that say what a JoinConfiguration says, as variables without `join_`, and the field of each.
_FLAGS = {
    "apiserver_endpoint": "discovery.bootstrapToken.apiServerEndpoint",
    "discovery_token": "discovery.bootstrapToken.token",
    "discovery_token_ca_cert_hashes": "discovery.bootstrapToken.caCertHashes",
    "discovery_token_unsafe_skip_ca_verification": "discovery.bootstrapToken.unsafeSkipCAVerification",
    "discovery_file": "discovery.file.kubeConfigPath",
    "tls_bootstrap_token": "discovery.tlsBootstrapToken",
    "ca_cert_path": "caCertPath",
    "control_plane": "controlPlane",
    "apiserver_advertise_address": "controlPlane.localAPIEndpoint.advertiseAddress",
    "apiserver_bind_port": "controlPlane.localAPIEndpoint.bindPort",
    "certificate_key": "controlPlane.certificateKey",
    "node_name": "nodeRegistration.name",
    "cri_socket": "nodeRegistration.criSocket",
    "taints": "nodeRegistration.taints",
    "kubelet_extra_args": "nodeRegistration.kubeletExtraArgs",
    "ignore_preflight_errors": "nodeRegistration.ignorePreflightErrors",
    "image_pull_policy": "nodeRegistration.imagePullPolicy",
    "image_pull_serial": "nodeRegistration.imagePullSerial",
    "skip_phases": "skipPhases",
    "patches": "patches.directory",
    "dry_run": "dryRun",
    "timeouts": "timeouts",
}
#: Fields that hold secrets, by the variable that holds the same.
_SECRETS = {
    "discovery_token": "discovery.bootstrapToken.token",
    "tls_bootstrap_token": "discovery.tlsBootstrapToken",
    "certificate_key": "controlPlane.certificateKey",
}
#: Those that kubeadm lets stand beside `--config`: they take the place of the field, or add to it.
_BESIDE_A_FILE = ("node_name", "ignore_preflight_errors", "skip_phases", "dry_run")
#: What the command line of Ansible makes texts of.
_SWITCHES = ("control_plane", "discovery_token_unsafe_skip_ca_verification", "dry_run", "image_pull_serial")
_SAID = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
#: Ours: what the flow sets by itself. `expect_flow` wants the file to say the same.
_OF_THE_FLOW = ("control_plane",)


def read_join_configuration(source: str | JsonMapping, *, what: str) -> dict[str, t.Any]:
    """The JoinConfiguration in a text of YAML documents, or in data, as v1beta4 with all defaults that do not depend on a host.

    ``what`` names the source in refusals. Documents of other kinds are passed over. Unknown fields and values of a wrong
    type are refused, all at once, each with its path and line: kubeadm warns of the former and goes on without them.
    Raises ``invalid_join_configuration``.
    """
    return _complete(_find(source, what), what)


def _find(source: str | JsonMapping, what: str) -> YamlDocument:
    if isinstance(source, t.Mapping):
        documents = [YamlDocument(dict(source), {})]
    else:
        documents = parse_yaml_documents(source, what=what, code=_CODE)
    found = [
        document for document in documents if isinstance(document.value, dict) and document.value.get("kind") == _KIND
    ]
    if len(found) != 1:
        kinds = [str(d.value.get("kind")) if isinstance(d.value, dict) else "no mapping" for d in documents]
        raise JoinError(
            _CODE,
            f"Cannot use {what}: expected one document of kind {_KIND}, found {len(found)} "
            f"(its documents: {', '.join(kinds) or 'none'}).",
            what=what,
            kinds=kinds,
        )
    return found[0]


def _complete(document: YamlDocument, what: str) -> dict[str, t.Any]:
    typed = TypedDocument(document, what=what, code=_CODE, is_secret=True)
    version = typed.expect("apiVersion", *(f"{_GROUP}/{version}" for version in _VERSIONS)).rpartition("/")[2]
    return _defaulted(_converted(typed.read(join_fields(version), is_strict=True)))


def join_configuration_of_flags(
    flags: JsonMapping, file: t.Mapping[str, t.Any] | None, *, what: str
) -> dict[str, t.Any]:
    """The complete configuration that flags make, alone or beside a complete one from a ``file``.

    ``flags`` has the keys of kubeadm's flags with underscores; empty ones count as not given, and as in kubeadm, token
    discovery needs an endpoint to exist; flags of control planes count for nothing without the one that makes it one.
    Taints may be `key=value:Effect`, extra arguments a mapping, switches words as `false`. Raises ``configuration_mixed`` for flags that kubeadm does
    not let stand beside a file, and ``invalid_join_configuration``.
    """
    said = {name: _switch(value) if name in _SWITCHES else value for name, value in flags.items()}
    provided = {
        name: value for name, value in said.items() if value not in ("", [], {}, None, name == "image_pull_serial")
    }
    if file is None:
        return _of_flags_alone(provided)
    mixed = sorted(f"join_{name}" for name in provided if name not in _BESIDE_A_FILE + _OF_THE_FLOW)
    if mixed:
        raise JoinError(
            "configuration_mixed",
            f"Cannot take {' and '.join(mixed)} beside {what}: as with `kubeadm join --config`, only "
            f"{', '.join(f'join_{name}' for name in _BESIDE_A_FILE)} can stand beside it; say it in one place.",
            variables=mixed,
        )
    return _beside(provided, file)


def _of_flags_alone(provided: dict[str, t.Any]) -> dict[str, t.Any]:
    document: dict[str, t.Any] = {"apiVersion": f"{_GROUP}/v1beta4", "kind": _KIND}
    needed = {
        "discovery.bootstrapToken.": "apiserver_endpoint" in provided,
        "controlPlane.": "control_plane" in provided,
    }
    for name in sorted(provided, key=lambda name: _FLAGS[name]):
        field, value = _FLAGS[name], provided[name]
        if all(there for prefix, there in needed.items() if field.startswith(prefix)):
            _put(document, field, _CONVERT.get(name, lambda same: same)(value))
    return _complete(YamlDocument(document, {}), "the variables of the role join")


def _beside(provided: dict[str, t.Any], file: JsonMapping) -> dict[str, t.Any]:
    configuration = {**file, "nodeRegistration": {**file["nodeRegistration"]}}
    node = configuration["nodeRegistration"]
    if "node_name" in provided:
        node["name"] = str(provided["node_name"]).strip().lower()
    if "ignore_preflight_errors" in provided:
        node["ignorePreflightErrors"] = [*node.get("ignorePreflightErrors", ()), *provided["ignore_preflight_errors"]]
    if "skip_phases" in provided:
        configuration["skipPhases"] = provided["skip_phases"]
    if "dry_run" in provided:
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
        "node_name": node.get("name", ""),
        "cri_socket": node.get("criSocket", ""),
        "image_pull_policy": node["imagePullPolicy"],
        "ignore_preflight_errors": node.get("ignorePreflightErrors", []),
        "kubelet_extra_args": node.get("kubeletExtraArgs", []),
        "taints": [render_taint(taint) for taint in node["taints"] or ()],
        "patches": configuration.get("patches", {}).get("directory", ""),
    }


def secrets_of(configuration: JsonMapping) -> dict[str, str]:
    """The tokens and keys of a complete configuration, by variable; an empty text for what is not there."""
    return {name: str(_at(configuration, field) or "") for name, field in _SECRETS.items()}


def without_secrets(configuration: JsonMapping) -> dict[str, t.Any]:
    """The configuration without the fields that hold tokens and keys."""

    def pruned(value: t.Any, prefix: str) -> t.Any:
        if not isinstance(value, dict):
            return value
        return {
            name: pruned(item, f"{prefix}{name}.")
            for name, item in value.items()
            if f"{prefix}{name}" not in _SECRETS.values()
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


def _taints(values: t.Any) -> t.Any:
    return [parse_taint(value) if isinstance(value, str) else value for value in values]


def _args(values: t.Any) -> t.Any:
    """A mapping as the list that kubeadm makes of it; numbers and booleans as the kubelet takes them."""
    if isinstance(values, t.Mapping):
        values = [{"name": name, "value": values[name]} for name in sorted(values)]
    return [{**argument, "value": _argument(argument.get("value", ""))} for argument in values]


def _argument(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _switch(value: t.Any) -> t.Any:
    return _SAID.get(value.lower(), value) if isinstance(value, str) else value


def _number(value: t.Any) -> t.Any:
    """What the command line of Ansible makes a text of."""
    return int(value) if isinstance(value, str) and value.isdigit() else value


_CONVERT: dict[str, t.Callable[[t.Any], t.Any]] = {
    "taints": _taints,
    "kubelet_extra_args": _args,
    "apiserver_bind_port": _number,
    "control_plane": lambda _is_one: {},
}


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
        node["kubeletExtraArgs"] = _args(arguments)
    converted["nodeRegistration"] = node
    return converted


def _defaulted(value: dict[str, t.Any]) -> dict[str, t.Any]:
    """With kubeadm's defaults; name and socket stay absent when they are not given, as only the host knows them."""
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
    if socket and not socket.startswith("unix://"):
        node["criSocket"] = f"unix://{socket}"
    node.setdefault("imagePullPolicy", "IfNotPresent")
    node["imagePullSerial"] = provided.get("imagePullSerial", True)
    # An empty list is no taints at all, none given is kubeadm's choice.
    taints = provided.get("taints")
    if taints is None and is_control_plane:
        taints = [_CONTROL_PLANE_TAINT]
    node["taints"] = taints and [{"effect": "", **_without_empty(taint)} for taint in taints]


def _without_empty(value: t.Any) -> t.Any:
    if not isinstance(value, dict):
        return value
    filled = {name: _without_empty(item) for name, item in value.items()}
    return {name: item for name, item in filled.items() if item not in ("", 0, [], {}, None)}
