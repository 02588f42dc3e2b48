# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs on the controller: secrets stay out of results, and refusals have a code."""

from __future__ import annotations

import importlib
import json
import pathlib
import typing as t

import pytest
import yaml
from ansible.errors import AnsibleError, AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action import ActionBase
from ansible.template import Templar, trust_as_template
from ansible_collections.kubejoin.kubeadm.plugins.action import join_configuration_info, join_fleet_info
from ansible_collections.kubejoin.kubeadm.plugins.filter.join_secrets import join_secrets
from ansible_collections.kubejoin.kubeadm.plugins.lookup.patch_files import LookupModule
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._formats.go_structs import Fields
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join import join_configuration
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.join_configuration import (
    join_configuration_of_flags,
)
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.join_fields import join_fields
from ansible_collections.kubejoin.kubeadm.tests.unit.support.documentation import ACTIONS, PACKAGE, options_of, outline
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY

SECRET, OTHER, KEY = "0123456789abcdef", "fedcba9876543210", "0a" * 32
TEXT = f"""
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken: {{token: abcdef.{SECRET}, apiServerEndpoint: "api:6443", caCertHashes: ["sha256:{"0" * 64}"]}}
  tlsBootstrapToken: fedcba.{OTHER}
controlPlane: {{certificateKey: "{KEY}"}}
"""


class Task:
    check_mode = False
    async_val = 0
    diff = False

    def __init__(self, args: dict[str, t.Any]) -> None:
        self.args = args


def run(plugin: t.Any, variables: dict[str, t.Any] | None = None, **arguments: t.Any) -> dict[str, t.Any]:
    """What the action answers to a task's arguments."""
    action = plugin.ActionModule.__new__(plugin.ActionModule)
    action._task = Task(arguments)
    action.validate_argument_spec = lambda argument_spec: (None, {**defaults_of(argument_spec), **arguments})
    return t.cast("dict[str, t.Any]", action.run(None, variables))


def defaults_of(spec: dict[str, t.Any]) -> dict[str, t.Any]:
    return {name: option.get("default") for name, option in spec.items()}


@pytest.fixture(autouse=True)
def no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Ansible's own part would look at is not there."""
    monkeypatch.setattr(ActionBase, "run", lambda *args: {})


def test_secrets_are_read_by_the_filter_alone() -> None:
    """The result holds what the phases need, and none of the three secrets."""
    result = run(join_configuration_info, configuration=TEXT)
    assert result["discovery"] == "bootstrapToken"
    assert result["configuration"]["discovery"]["bootstrapToken"]["apiServerEndpoint"] == "api:6443"
    for secret in (SECRET, OTHER, KEY):
        assert secret not in json.dumps(result)
    assert join_secrets(TEXT) == {
        "discovery_token": f"abcdef.{SECRET}",
        "tls_bootstrap_token": f"fedcba.{OTHER}",
        "certificate_key": KEY,
    }


@pytest.mark.parametrize(
    ("flags", "discovery", "bootstrap"),
    [
        ({"apiserver_endpoint": "api:6443", "discovery_token": "d", "tls_bootstrap_token": "t"}, "d", "t"),
        ({"apiserver_endpoint": "api:6443", "discovery_token": "d"}, "d", "d"),
        ({"discovery_file": "/x", "discovery_token": "d"}, "", ""),
        ({"discovery_file": "/x", "tls_bootstrap_token": "t"}, "", "t"),
        ({}, "", ""),
    ],
)
def test_secrets_of_flags_are_those_that_kubeadm_would_use(
    flags: dict[str, str], discovery: str, bootstrap: str
) -> None:
    """A token for discovery is none for TLS bootstrap beside a file, as without an endpoint it says nothing."""
    assert join_secrets("", flags) == {
        "discovery_token": discovery,
        "tls_bootstrap_token": bootstrap,
        "certificate_key": "",
    }


def test_a_refusal_has_a_code_and_no_secret() -> None:
    """Also when it is the token that is wrong."""
    result = run(join_configuration_info, configuration=TEXT.replace("abcdef.", "ABCDEF."))
    assert result["failed"]
    assert result["error"]["code"] == "token_malformed"
    assert SECRET not in json.dumps(result)
    with pytest.raises(AnsibleFilterError) as caught:
        join_secrets(TEXT + "unknown: 1\n")
    assert SECRET not in str(caught.value)


def test_timeouts_are_told_in_seconds_and_taints_as_text() -> None:
    """As the options of modules want them."""
    flags = {"timeouts": {"discovery": "1m30s"}, "taints": [{"key": "a", "effect": "NoSchedule"}]}
    result = run(join_configuration_info, flags=flags)
    assert result["timeouts"]["discovery"] == 90.0
    assert result["options"]["taints"] == ["a:NoSchedule"]
    assert result["discovery"] == ""


def test_a_fleet_is_looked_at_through_registered_variables() -> None:
    """Duplicates are refused, and the account is printed at any verbosity."""
    settings = {"__join_settings": {"configuration": {"discovery": {}}}}
    node = {"__join_node": {"node_name": "n", "joined": False}, **settings}
    seen: dict[str, t.Any] = {"a": node, "b": {"__join_node": {"node_name": "m", "joined": True}, **settings}}
    answer = run(join_fleet_info, {"hostvars": seen}, hosts=["a", "b"])
    assert (answer["pending"], answer["askers"]) == (["a"], {"a": "a"})
    seen["b"]["__join_node"]["joined"] = False
    answer = run(join_fleet_info, {"hostvars": seen}, hosts=["a", "b"])
    assert answer["askers"] == {"a": "a", "b": "a"}
    seen["b"]["__join_node"]["node_name"] = "n"
    refused = run(join_fleet_info, {"hostvars": seen}, hosts=["a", "b"])
    assert refused["error"]["code"] == "node_name_duplicate"
    told = run(join_fleet_info, {"hostvars": seen}, hosts=["a", "b"], report=True)
    assert told["_ansible_verbose_always"]
    assert told["msg"] == ["not gone through to the end: 2 nodes (a, b)"]


def test_patches_are_read_on_the_controller(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the node would read them; of what is no patch, only the name travels."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more/etcd+json.yaml").write_text("[]")
    (tmp_path / "notes.txt").write_text("not for the node")
    kustomize = False
    lookup = LookupModule.__new__(LookupModule)
    monkeypatch.setattr(lookup, "set_options", lambda **_options: None)
    monkeypatch.setattr(lookup, "get_option", lambda name: {"kustomize": kustomize}[name])
    monkeypatch.setattr(lookup, "find_file_in_search_path", lambda *_arguments, **_options: None)
    (files,) = lookup.run([str(tmp_path)], variables={})
    assert sorted(file["name"] for file in files) == ["more/etcd+json.yaml", "notes.txt"]
    assert sorted(file["content"] for file in files) == ["", "[]"]
    with pytest.raises(AnsibleError, match="expected the absolute path of a folder"):
        lookup.run([str(tmp_path / "absent")], variables={})
    kustomize = True
    assert lookup.run([str(tmp_path)], variables={}) == [[{"name": "notes.txt", "content": "not for the node"}]]
    (tmp_path / "kustomization.yaml").write_text("patchesStrategicMerge: [more/etcd+json.yaml]")
    (files,) = lookup.run([str(tmp_path)], variables={})
    assert [file["name"] for file in files] == ["kustomization.yaml", "more/etcd+json.yaml"]


#: A value for each variable of the role that says what a JoinConfiguration says.
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


def fields(value: t.Any, prefix: str = "") -> set[str]:
    """Dotted paths of what is not a mapping."""
    if not isinstance(value, dict):
        return {prefix}
    return {path for name, part in value.items() for path in fields(part, f"{prefix}.{name}" if prefix else name)}


def field_paths(struct: Fields, prefix: str = "") -> set[str]:
    """Dotted paths of the fields that are no structs themselves."""
    paths: set[str] = set()
    for name, field in struct.items():
        is_struct = field.kind.lstrip("*") == "struct"
        paths |= field_paths(field.fields, f"{prefix}{name}.") if is_struct else {f"{prefix}{name}"}
    return paths


def test_every_field_is_a_variable_of_the_role() -> None:
    """What the role hands over from its variables makes every field that v1beta4 has, and every variable has a default."""
    role = REPOSITORY / "roles/join"
    handed_over = yaml.safe_load((role / "vars/main.yml").read_text())["__join_flag_names"]
    defaults = yaml.safe_load((role / "defaults/main.yml").read_text())
    documented = yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]["configuration"][
        "options"
    ]
    for name in handed_over:
        assert f"join_{name}" in defaults and f"join_{name}" in documented
    made = fields(join_configuration_of_flags({name: SAID[name] for name in handed_over}, None, what=""))
    assert made == field_paths(join_fields("v1beta4"))


def test_modules_are_told_by_the_names_of_their_options() -> None:
    """What is said reaches them, what is not is empty, and each option exists."""
    said = join_configuration.options_of(join_configuration_of_flags(SAID, None, what=""))
    renamed = {
        "endpoint": SAID["apiserver_endpoint"],
        "ca_cert_hashes": SAID["discovery_token_ca_cert_hashes"],
        "unsafe_skip_ca_verification": True,
    }
    assert said == {name: renamed[name] if name in renamed else SAID[name] for name in said}
    unsaid = join_configuration.options_of(join_configuration_of_flags({}, None, what=""))
    assert {name: value for name, value in unsaid.items() if value} == {
        "ca_cert_path": "/etc/kubernetes/pki/ca.crt",
        "apiserver_bind_port": 6443,
        "image_pull_policy": "IfNotPresent",
    }
    modules = ("preflight_info", "cluster_discovery_info", "control_plane_files", "kubelet")
    documented = [importlib.import_module(f"{PACKAGE}.modules.{name}").DOCUMENTATION for name in modules]
    assert set(said) <= {name for text in documented for name in options_of(yaml.safe_load(text))}


@pytest.mark.parametrize("name", ACTIONS)
def test_the_argument_spec_of_an_action_is_the_documentation(name: str) -> None:
    """What runs on the controller is documented by the module of its name."""
    spec = importlib.import_module(f"{PACKAGE}.action.{name}").ActionModule.spec
    documentation = importlib.import_module(f"{PACKAGE}.modules.{name}").DOCUMENTATION
    assert outline(spec, "options") == outline(options_of(yaml.safe_load(documentation)), "suboptions")


@pytest.mark.parametrize(
    ("hosts", "forks", "seconds"), [(1, 5, 1200), (5, 5, 1200), (6, 5, 1800), (300, 50, 4200), (0, 5, 600)]
)
def test_a_token_lives_as_long_as_its_fleet_needs(hosts: int, forks: int, seconds: int) -> None:
    """Ten minutes for each batch that Ansible works on at once, and ten more."""
    defaults = yaml.safe_load((REPOSITORY / "roles/invite/defaults/main.yml").read_text())
    variables = {"ansible_play_hosts": [f"w{n}" for n in range(hosts)], "ansible_forks": forks}
    template = trust_as_template(defaults["invite_token_ttl"])
    assert int(Templar(loader=DataLoader(), variables=variables).template(template)) == seconds
