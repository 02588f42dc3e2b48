# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Input through Ansible itself: inventories, `--extra-vars` and surveys, to what the role's first task returns."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variables import INVITE_VARIABLES, JOIN_VARIABLES

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(sys.executable).parent
TOKEN, KEY, PEM = "abcdef.0123456789abcdef", "0a" * 32, "-----BEGIN KEY-----"
PINS = [f"sha256:{digit * 64}" for digit in "01"]
HEADER = {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "JoinConfiguration"}
READ = "kubejoin.kubeadm.join_configuration_info"
READ_INVITATION = "kubejoin.kubeadm.invite_configuration_info"

_ROLE = """
- hosts: all
  gather_facts: false
  tasks:
    - name: Read
      ansible.builtin.import_role:
        name: kubejoin.kubeadm.join
        tasks_from: configuration
      ignore_errors: true
"""
#: The secrets are printed to the record, and so only where it is compared.
_SECRETS = """
    - name: Secrets
      ansible.builtin.debug:
        msg: "{{ __join_secrets }}"
"""


class Unsafe(str):
    """A text as AWX passes the answer to a question."""

    __slots__ = ()


def _written(value: t.Any) -> str:
    """JSON, which is YAML, with the tag of unsafe texts."""
    return f"!unsafe {json.dumps(value)}" if isinstance(value, Unsafe) else json.dumps(value)


def play(
    folder: pathlib.Path, hosts: dict[str, dict[str, t.Any]], *arguments: str, playbook: str = _ROLE + _SECRETS
) -> tuple[str, dict[str, list[dict[str, t.Any]]]]:
    """The output of the role's first task for some hosts with variables, and the results by host; no host is connected to."""
    folder.mkdir(exist_ok=True)
    lines = ["all:", "  hosts:"]
    for host, variables in hosts.items():
        lines.append(f"    {json.dumps(host)}:" + ("" if variables else " {}"))
        lines += [f"      {name}: {_written(value)}" for name, value in variables.items()]
    (folder / "inventory.yml").write_text("\n".join(lines), encoding="utf-8")
    (folder / "play.yml").write_text(playbook, encoding="utf-8")
    record = folder / "record"
    record.touch()
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / ".cache/collections"),
        "ANSIBLE_CALLBACK_PLUGINS": str(REPOSITORY / "tests/project/callbacks"),
        "ANSIBLE_CALLBACKS_ENABLED": "answers",
        "KUBEJOIN_ANSWERS": str(record),
    }
    finished = subprocess.run(
        [str(PROGRAMS / "ansible-playbook"), "-i", "inventory.yml", "play.yml", *arguments],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    results: dict[str, list[dict[str, t.Any]]] = {host: [] for host in hosts}
    for line in record.read_text(encoding="utf-8").splitlines():
        host, action, result = json.loads(line)
        if action in (READ, READ_INVITATION, "ansible.builtin.debug"):
            results[host].append(result)
    assert all(results.values()), finished.stdout
    return finished.stdout, results


#: A value for each variable that is a list, a mapping, a number or a boolean, and for secrets.
NATIVE: dict[str, t.Any] = {
    "apiserver_endpoint": "api:6443",
    "token": TOKEN,
    "discovery_token_ca_cert_hashes": PINS,
    "discovery_token_unsafe_skip_ca_verification": True,
    "discovery_file_remote_src": False,
    "control_plane": True,
    "certificate_key": KEY,
    "shared_certificates": {"ca.key": PEM},
    "apiserver_bind_port": 7443,
    "taints": [{"key": "a", "value": "b", "effect": "NoSchedule"}, {"key": "c", "effect": "NoExecute"}],
    "kubelet_extra_args": [{"name": "node-ip", "value": "192.0.2.7"}, {"name": "v", "value": "2"}],
    "ignore_preflight_errors": ["Swap", "NumCPU"],
    "image_pull_serial": False,
    "skip_phases": ["preflight", "check-etcd"],
    "only_phases": ["check-etcd", "kubelet-start"],
    "dry_run": True,
    "patches_remote_src": False,
    "experimental_kustomize_remote_src": False,
    "timeouts": {"discovery": "1m30s"},
    "wait_timeout": 30,
    "install_requirements": False,
}


def texts(separator: str) -> dict[str, str]:
    """The same values as texts; lists with this separator, or as JSON if there is none."""
    lists = {
        "discovery_token_ca_cert_hashes": PINS,
        "taints": ["a=b:NoSchedule", "c:NoExecute"],
        "kubelet_extra_args": ["--node-ip=192.0.2.7", "--v=2"],
        "ignore_preflight_errors": NATIVE["ignore_preflight_errors"],
        "skip_phases": NATIVE["skip_phases"],
        "only_phases": NATIVE["only_phases"],
    }
    written = {}
    for name, value in NATIVE.items():
        if name in lists and separator:
            written[name] = separator.join(lists[name])
        elif isinstance(value, bool):
            written[name] = "yes" if value else "no"
        else:
            written[name] = value if isinstance(value, str) else json.dumps(value)
    return written


def named(values: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {f"join_{name}": value for name, value in values.items()}


def extra(values: t.Mapping[str, t.Any]) -> list[str]:
    """As `-e name=value`, whose values are all texts."""
    return [part for name, value in named(values).items() for part in ("-e", f"{name}='{value}'")]


def without(values: t.Mapping[str, t.Any], *names: str) -> dict[str, t.Any]:
    return {name: value for name, value in values.items() if name not in names}


def test_the_table_has_every_variable_that_is_not_a_text() -> None:
    assert {name for name, variable in JOIN_VARIABLES.items() if variable.kind != "string"} - set(NATIVE) == {
        "wait",
        "wait_for",
    }


def test_variables_of_an_inventory_and_of_surveys(tmp_path: pathlib.Path) -> None:
    """As data, lines, words, and JSON, which templates and AWX make; all mean the same."""
    hosts = {"native": named(NATIVE)}
    for name, separator in {"lines": "\n", "commas": ",", "blanks": " ", "both": ", ", "json": ""}.items():
        hosts[name] = named(texts(separator))
        hosts[f"survey_{name}"] = {key: Unsafe(value) for key, value in named(texts(separator)).items()}
    output, results = play(tmp_path / "set", hosts)
    (settings, secrets) = results["native"]
    assert settings["options"]["taints"] == ["a=b:NoSchedule", "c:NoExecute"], output
    assert settings["phases"] == ["kubelet-start"]
    assert secrets["msg"]["tls_bootstrap_token"] == TOKEN and secrets["msg"]["shared_certificates"] == {"ca.key": PEM}
    for host in hosts:
        assert results[host] == results["native"], host


@pytest.mark.parametrize("separator", ["\n", ",", " ", ""], ids=["lines", "commas", "blanks", "json"])
def test_variables_of_the_command_line(tmp_path: pathlib.Path, separator: str) -> None:
    """Every value is a text there."""
    _output, results = play(tmp_path / "typed", {"native": named(NATIVE)})
    _output, found = play(tmp_path / "texts", {"native": {}}, *extra(texts(separator)))
    assert found == results


def test_null_and_empty_mean_not_set(tmp_path: pathlib.Path) -> None:
    """In an inventory, on the command line and for a blank answer to a survey: as if there were no variables."""
    names = {"configuration": "", **dict.fromkeys(JOIN_VARIABLES, "")}
    hosts: dict[str, dict[str, t.Any]] = {
        "unset": {},
        "null": named(dict.fromkeys(names)),
        "empty": named(names),
        "survey": {name: Unsafe("") for name in named(names)},
    }
    _output, results = play(tmp_path / "inventory", hosts)
    for host in hosts:
        assert results[host] == results["unset"], host
    for at, arguments in enumerate((extra(names), ["-e", json.dumps(named(dict.fromkeys(names)))])):
        assert play(tmp_path / str(at), {"unset": {}}, *arguments)[1]["unset"] == results["unset"]


#: By name of a host: variables, and the code of the error or what the options have then.
CASES: dict[str, tuple[dict[str, t.Any], str | dict[str, t.Any]]] = {
    "text-for-list-with-a-file": (
        {"join_configuration": "join.yaml", "join_ignore_preflight_errors": "all"},
        {"ignore_preflight_errors": ["all"], "node_name": "edge-7"},
    ),
    "kubelet-args-as-text": (
        {"join_kubelet_extra_args": "--node-ip=192.0.2.7 --v=2"},
        {"kubelet_extra_args": NATIVE["kubelet_extra_args"]},
    ),
    "kubelet-arg-without-value": (
        {"join_configuration": {**HEADER, "nodeRegistration": {"kubeletExtraArgs": [{"name": "cloud-provider", "value": None}]}}},
        {"kubelet_extra_args": [{"name": "cloud-provider", "value": ""}]},
    ),
    "kubelet-arg-with-empty-value": (
        {"join_kubelet_extra_args": "--cloud-provider="},
        {"kubelet_extra_args": [{"name": "cloud-provider", "value": ""}]},
    ),
    "configuration-on-one-line": (
        {
            "node_configuration": {
                **HEADER,
                "discovery": {
                    "bootstrapToken": {"token": TOKEN, "apiServerEndpoint": "192.0.2.1:6443", "unsafeSkipCAVerification": True}
                },
            },
            "join_configuration": "{{ node_configuration | to_json }}",
        },
        {"endpoint": "192.0.2.1:6443", "unsafe_skip_ca_verification": True},
    ),
    "empty-item-in-pins": (
        {
            "join_configuration": {
                **HEADER,
                "discovery": {
                    "bootstrapToken": {"token": TOKEN, "apiServerEndpoint": "a:1", "caCertHashes": [None], "unsafeSkipCAVerification": True}
                },
            }
        },
        "pin_malformed",
    ),
    "number-for-token": ({"join_apiserver_endpoint": "a:1", "join_token": 123456.1234567890123456}, "invalid_join_configuration"),
    "number-for-key": ({"join_control_plane": True, "join_certificate_key": int("1" * 64)}, "invalid_join_configuration"),
    "token-without-endpoint": ({"join_token": TOKEN}, "discovery_missing"),
    "token-for-a-path": ({"join_configuration": TOKEN}, "file_not_read"),
    "misspelt": ({"join_tokne": TOKEN, "join_taint": []}, "invalid_join_configuration"),
    "somebody-else's": ({"join_command": f"kubeadm join a:1 --token {TOKEN}"}, {"node_name": ""}),
    "unknown-field": ({"join_configuration": {**HEADER, "patchs": {"token": TOKEN}}}, "invalid_join_configuration"),
    "wait-for-a-word": ({"join_wait_for": "soon", "join_apiserver_endpoint": "a:1", "join_token": TOKEN}, "invalid_join_configuration"),
    "list-for-bool": ({"join_dry_run": [True]}, "invalid_join_configuration"),
    "mapping-for-text": ({"join_node_name": {"a": 1}}, "invalid_join_configuration"),
    "null-in-a-list": ({"join_taints": [None]}, "invalid_join_configuration"),
    "whole-number-for-text": ({"join_node_name": 12}, {"node_name": "12"}),
    "unsafe-template": ({"join_node_name": Unsafe("{{ lookup('env', 'HOME') }}")}, "invalid_join_configuration"),
}  # fmt: skip


def test_what_failed_or_crashed_before(tmp_path: pathlib.Path) -> None:
    """Each gives a configuration, or an error with a code; and no secret is printed at any verbosity, as Ansible's own check fails for none."""
    (tmp_path / "join.yaml").write_text(
        json.dumps({**HEADER, "nodeRegistration": {"name": "edge-7"}}), encoding="utf-8"
    )
    hosts = {name: variables for name, (variables, _expected) in CASES.items()}
    output, results = play(tmp_path, hosts, "-vvv", playbook=_ROLE)
    for host, (_variables, expected) in CASES.items():
        (result,) = results[host]
        if isinstance(expected, str):
            assert result["error"]["code"] == expected, (host, result)
        else:
            assert result["options"] | expected == result["options"], (host, result)
    assert "there is no variable join_tokne, the nearest is join_token" in output
    assert "The variable join_command is not one of the roles" in output
    for secret in ("0123456789abcdef", "1234567890123", "123456.12", "1" * 64):
        assert secret not in output


#: Variables for which every text is a value, and so part of the result.
ANY_TEXT = (
    "discovery_token", "experimental_kustomize", "ignore_preflight_errors", "patches", "rootfs", "tls_bootstrap_token",
)  # fmt: skip


@pytest.mark.parametrize("verbosity", [(), ("-vvv",)], ids=["quiet", "verbose"])
def test_no_wrong_value_prints_a_secret(tmp_path: pathlib.Path, verbosity: tuple[str, ...]) -> None:
    """For each variable wrong values that have secrets themselves, with all the secrets that a host can have."""
    secret, pem = TOKEN.split(".")[1], "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE"
    secrets = {"join_token": TOKEN, "join_certificate_key": KEY, "join_shared_certificates": {"ca.key": pem}}
    known = {
        **secrets,
        "join_apiserver_endpoint": "api:6443",
        "join_discovery_token_ca_cert_hashes": PINS,
        "join_control_plane": True,
    }
    hosts: dict[str, dict[str, t.Any]] = {}
    for name in ("configuration", *JOIN_VARIABLES):
        hosts[f"{name}-mapping"] = {**known, f"join_{name}": {"a": {KEY: [TOKEN, pem]}}}
        if name not in ANY_TEXT:
            hosts[f"{name}-command"] = {**known, f"join_{name}": f"kubeadm join --token {TOKEN}"}
    output, results = play(tmp_path, hosts, *verbosity, playbook=_ROLE)
    codes = {host: result["error"]["code"] for host, (result,) in results.items() if "error" in result}
    assert (
        hosts.keys() - codes.keys() <= {"shared_certificates-mapping"}
        and codes["wait_for-command"] == "invalid_join_configuration"
    )
    for text in (secret, KEY, "MHcCAQEE"):
        assert text not in output
        assert text not in json.dumps(results)


def test_an_invitation_reads_its_variables(tmp_path: pathlib.Path) -> None:
    """From null, empty texts and words. A wrong value is an error with a code."""
    hosts: dict[str, dict[str, t.Any]] = {
        "unset": {},
        "null": {f"invite_{name}": None for name in INVITE_VARIABLES},
        "survey": {f"invite_{name}": Unsafe("") for name in INVITE_VARIABLES},
        "texts": {
            "invite_certificates": "yes",
            "invite_token_groups": "a b",
            "invite_become": "no",
            "invite_token_ttl": "90",
        },
        "wrong": {"invite_token_ttl": "soon"},
    }
    playbook = "".join(
        f"""
- hosts: "{host}"
  gather_facts: false
  tasks:
    - name: Read
      ansible.builtin.include_role: {{name: kubejoin.kubeadm.invite, tasks_from: configuration}}
"""
        for host in hosts
    )
    output, results = play(tmp_path, hosts, playbook=playbook)
    assert results["unset"] == results["null"] == results["survey"], output
    unset, found, wrong = (results[host][0] for host in ("unset", "texts", "wrong"))
    assert (unset["host"], unset["candidates"], unset["become"], unset["token_ttl"]) == ("", [], True, None)
    assert found == {**unset, "certificates": True, "token_groups": ["a", "b"], "become": False, "token_ttl": 90}
    assert wrong["error"]["code"] == "invalid_join_configuration" and "token_ttl: " in wrong["msg"]
