# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""join_configuration_info: secrets stay out of the result, and errors have a code."""

from __future__ import annotations

import importlib
import json
import typing as t

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.action import join_configuration_info
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_structs import Fields
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.join_fields import join_fields
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variables import FLAGS, JOIN_VARIABLES
from ansible_collections.kubejoin.kubeadm.tests.unit.support.controller_action import WARNINGS, run_action
from ansible_collections.kubejoin.kubeadm.tests.unit.support.documentation import PACKAGE, options_of
from ansible_collections.kubejoin.kubeadm.tests.unit.support.join_goldens import configuration_of_flags
from ansible_collections.kubejoin.kubeadm.tests.unit.support.secret_configuration import KEY, OTHER, SECRET, TEXT


def test_secrets_are_only_named() -> None:
    """The result holds what the phases need, and none of the three secrets."""
    result = run_action(join_configuration_info, configuration=TEXT)
    assert result["discovery"] == "bootstrapToken"
    assert result["configuration"]["discovery"]["bootstrapToken"]["apiServerEndpoint"] == "api:6443"
    for secret in (SECRET, OTHER, KEY):
        assert secret not in json.dumps(result)
    assert result["secrets"] == ["discovery_token", "tls_bootstrap_token", "certificate_key"]


def test_a_refusal_has_a_code_and_no_secret() -> None:
    """Also when it is the token that is wrong."""
    result = run_action(join_configuration_info, configuration=TEXT.replace("abcdef.", "ABCDEF."))
    assert result["failed"]
    assert result["error"]["code"] == "token_malformed"
    assert SECRET not in json.dumps(result)


def test_timeouts_are_returned_in_seconds_and_taints_as_text() -> None:
    """As the options of modules want them."""
    flags = {"timeouts": {"discovery": "1m30s"}, "taints": [{"key": "a", "effect": "NoSchedule"}]}
    result = run_action(join_configuration_info, flags=flags)
    assert result["timeouts"]["discovery"] == 90.0
    assert result["options"]["taints"] == ["a:NoSchedule"]
    assert result["discovery"] == ""


def test_misspelt_variables_are_refused_and_foreign_ones_displayed() -> None:
    """By their names alone."""
    refused = run_action(join_configuration_info, dict.fromkeys(["join_taint", "join_taints", "other"]), of_role=True)
    assert refused["error"]["code"] == "invalid_join_configuration"
    assert "there is no variable join_taint, the nearest is join_taints" in refused["msg"]
    WARNINGS.clear()
    assert not run_action(join_configuration_info, {"join_command": "x"}, of_role=True).get("failed")
    assert [warning for warning in WARNINGS if "join_command" in warning] == WARNINGS != []


@pytest.mark.parametrize("name", [f"join_{name}" for name in JOIN_VARIABLES])
def test_a_host_does_not_configure_itself_by_facts(name: str) -> None:
    """They would choose files of the controller."""
    result = run_action(join_configuration_info, {"ansible_facts": {name: "/etc", "other": 1}}, flags={})
    assert result["error"]["code"] == "variable_from_host" and name in result["msg"]


def test_the_variables_of_the_role_are_read() -> None:
    """In place of the options, and null for the flow means a worker."""
    named = {"join_node_name": "n", "join_control_plane": None, "node_name": "m", "join_configuration": {}}
    result = run_action(join_configuration_info, named, of_role=True, flags={"node_name": "o"})
    assert (result["options"]["node_name"], result["options"]["control_plane"]) == ("n", False)
    named["join_configuration"] = TEXT
    assert run_action(join_configuration_info, named, of_role=True)["error"]["code"] == "configuration_mixed"


@pytest.mark.parametrize("variables", [{}, {"__join_by_groups": True, "join_worker_hosts": "all"}])
def test_a_stray_host_is_refused_in_the_playbook(variables: dict[str, t.Any]) -> None:
    """Unless the hosts are chosen by a variable."""
    groups = {"group_names": [], "groups": {"other": ["h"]}}
    refused = run_action(join_configuration_info, {**groups, "__join_by_groups": True}, of_role=True)
    assert refused["error"]["code"] == "group_missing"
    assert "error" not in run_action(join_configuration_info, {**groups, **variables}, of_role=True)


#: A value for each variable of the role that is a field of JoinConfiguration.
SAID: dict[str, t.Any] = {
    "apiserver_advertise_address": "10.0.0.2",
    "apiserver_bind_port": 7443,
    "apiserver_endpoint": "api:6443",
    "ca_cert_path": "/x.crt",
    "certificate_key": "0a" * 32,
    "control_plane": True,
    "cri_socket": "unix:///x",
    "discovery_file": "/x",
    "discovery_token": "d",
    "discovery_token_ca_cert_hashes": ["sha256:00"],
    "discovery_token_unsafe_skip_ca_verification": True,
    "dry_run": True,
    "ignore_preflight_errors": ["Swap"],
    "image_pull_policy": "Never",
    "image_pull_serial": False,
    "kubelet_extra_args": [{"name": "v", "value": "4"}],
    "node_name": "n",
    "patches": "/patches",
    "skip_phases": ["preflight"],
    "taints": ["a:NoSchedule"],
    "tls_bootstrap_token": "t",
    "timeouts": dict.fromkeys(join_fields("v1beta4")["timeouts"].fields, "7s"),
}


#: Those of the values that the rules for a JoinConfiguration do not allow, valid.
VALID: dict[str, t.Any] = {
    "discovery_token": f"abcdef.{SECRET}",
    "tls_bootstrap_token": f"fedcba.{OTHER}",
    "discovery_token_ca_cert_hashes": ["sha256:" + "0" * 64],
    "ca_cert_path": "/x.crt",
}


def fields(value: t.Any, prefix: str = "") -> set[str]:
    """Dotted paths of what is not a mapping."""
    if not isinstance(value, dict):
        return {prefix}
    return {path for name, part in value.items() for path in fields(part, f"{prefix}.{name}" if prefix else name)}


def field_paths(struct: Fields, prefix: str = "") -> set[str]:
    """Dotted paths of the fields that are not structs themselves."""
    paths: set[str] = set()
    for name, field in struct.items():
        is_struct = field.kind.lstrip("*") == "struct"
        paths |= field_paths(field.fields, f"{prefix}{name}.") if is_struct else {f"{prefix}{name}"}
    return paths


def test_every_field_is_a_variable_of_the_role() -> None:
    """The variables that are flags make every field of v1beta4."""
    assert set(SAID) == set(FLAGS)
    assert fields(configuration_of_flags(SAID)) == field_paths(join_fields("v1beta4"))


def test_options_have_the_names_of_module_options() -> None:
    """What is set reaches the modules, what is not is empty, and each option exists."""
    said = run_action(join_configuration_info, flags={**SAID, "discovery_file": ""} | VALID)["options"]
    renamed = {
        "endpoint": SAID["apiserver_endpoint"],
        "ca_cert_hashes": VALID["discovery_token_ca_cert_hashes"],
        "unsafe_skip_ca_verification": True,
    }
    others = {
        "patch_files": [],
        "kustomize_files": [],
        "experimental_kustomize": "",
        "rootfs": "",
        "discovery_file": "",
    }
    others |= {"wait_for": "ready", "wait_timeout": 7}
    assert said == {name: {**SAID, **VALID, **renamed, **others}[name] for name in said}
    unsaid = run_action(join_configuration_info)["options"]
    assert {name: value for name, value in unsaid.items() if value} == {
        "ca_cert_path": "/etc/kubernetes/pki/ca.crt",
        "apiserver_bind_port": 6443,
        "image_pull_policy": "IfNotPresent",
        "wait_for": "ready",
        "wait_timeout": 240,
    }
    modules = ("preflight_info", "cluster_discovery_info", "control_plane_files", "kubelet")
    documented = [importlib.import_module(f"{PACKAGE}.modules.{name}").DOCUMENTATION for name in modules]
    assert set(said) <= {name for text in documented for name in options_of(yaml.safe_load(text))}
