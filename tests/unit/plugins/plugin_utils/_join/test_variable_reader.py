# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables in every spelling become one typed value, or an error with the place; nothing else comes of any value."""

from __future__ import annotations

import datetime
import json
import typing as t

import pytest
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.configuration import (
    read_input,
    read_secrets,
    read_settings,
)
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variable_reader import read_variables
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variables import (
    FLAGS,
    JOIN_VARIABLES,
)
from hypothesis import given
from hypothesis import strategies as st

TOKEN, PIN = "abcdef.0123456789abcdef", "sha256:" + "0" * 64
ARGUMENTS = [{"name": "node-ip", "value": "192.0.2.7"}, {"name": "v", "value": "2"}]
TAINTS = [{"key": "a", "value": "b", "effect": "NoSchedule"}, {"key": "c", "effect": "NoExecute"}]


class Tagged(int):
    """Ansible's numbers are of such a type, and its texts likewise."""


class NoFiles:
    """A controller without files."""

    def read_text(self, path: str, what: str) -> str:
        raise JoinError("file_not_read", f"Cannot read {what}.")

    def read_patches(self, path: str, *, kustomize: bool) -> list[dict[str, str]]:
        raise JoinError("patches_missing", "Cannot read patches.")


def read(name: str, value: t.Any) -> t.Any:
    """What a variable's value becomes, None if it is not set."""
    return read_variables({name: value}, JOIN_VARIABLES, what="VARIABLES").get(name)


def problem_of(name: str, value: t.Any) -> str:
    """The place and the problem."""
    with pytest.raises(JoinError) as caught:
        read(name, value)
    assert caught.value.code == "invalid_join_configuration"
    (problem,) = caught.value.details["problems"]
    return f"{problem['field']}: {problem['problem']}"


@pytest.mark.parametrize(
    ("name", "spellings", "expected"),
    [
        (
            "discovery_token_ca_cert_hashes",
            [[PIN, PIN], f"{PIN},{PIN}", f" {PIN}\n{PIN}\n", f"{PIN} {PIN}", json.dumps([PIN, PIN]), f"- {PIN}\n- {PIN}"],
            [PIN, PIN],
        ),
        ("ignore_preflight_errors", ["all", "all,", ["all"], '["all"]', "- all"], ["all"]),
        ("skip_phases", ["preflight, kubelet-start", "preflight\nkubelet-start"], ["preflight", "kubelet-start"]),
        (
            "taints",
            [
                "a=b:NoSchedule,c:NoExecute",
                "a=b:NoSchedule\r\nc:NoExecute",
                ["a=b:NoSchedule", TAINTS[1]],
                TAINTS,
                json.dumps(TAINTS),
                json.dumps(["a=b:NoSchedule", "c:NoExecute"]),
            ],
            TAINTS,
        ),
        (
            "kubelet_extra_args",
            [
                "--node-ip=192.0.2.7 --v=2",
                "--node-ip=192.0.2.7,--v=2",
                "--node-ip=192.0.2.7, --v=2",
                "node-ip=192.0.2.7\nv=2\n",
                "node-ip=192.0.2.7, v=2",
                "node-ip=192.0.2.7,\nv=2,\n",
                "node-ip='192.0.2.7' , v=2",
                '--node-ip="192.0.2.7" -v=2',
                ["--node-ip=192.0.2.7", "v=2"],
                {"v": 2, "node-ip": "192.0.2.7"},
                {"--v": "2", "node-ip": "192.0.2.7"},
                ARGUMENTS,
                [ARGUMENTS[0], {"name": "v", "value": 2}],
                json.dumps(ARGUMENTS),
                '{"node-ip": "192.0.2.7", "v": 2}',
            ],
            ARGUMENTS,
        ),
        (
            "kubelet_extra_args",
            ["--cloud-provider=", "cloud-provider=", {"cloud-provider": None}, {"cloud-provider": ""}]
            + [[{"name": "cloud-provider", "value": value}] for value in ("", None)]
            + [[{"name": "cloud-provider"}], ["--cloud-provider="]],
            [{"name": "cloud-provider", "value": ""}],
        ),
        (
            "kubelet_extra_args",
            ["--node-labels=a=b,c=d", "--node-labels=a=b,c=d,", "node-labels='a=b,c=d'", {"node-labels": "a=b,c=d"}],
            [{"name": "node-labels", "value": "a=b,c=d"}],
        ),
        (
            "kubelet_extra_args",
            [{"a": True, "b": 0.5, "c": -1}, "a=true b=0.5 c=-1", '{"a": true, "b": 0.5, "c": -1}'],
            [{"name": "a", "value": "true"}, {"name": "b", "value": "0.5"}, {"name": "c", "value": "-1"}],
        ),
        (
            "timeouts",
            [{"discovery": "90s"}, '{"discovery": "90s"}', "discovery: 90s", {"discovery": "1m30s", "etcdAPICall": None}],
            {"discovery": "1m30s"},
        ),
        ("apiserver_bind_port", [7443, "7443", " 7443 ", Tagged(7443)], 7443),
        ("wait_timeout", [0, "0"], 0),
        ("dry_run", [True, "true", "Yes", "on", "1", 1], True),
        ("image_pull_serial", [False, "false", "NO", "off", "0", 0], False),
        ("node_name", ["12", 12], "12"),
        ("shared_certificates", [{"ca.crt": "PEM"}, '{"ca.crt": "PEM"}'], {"ca.crt": "PEM"}),
        ("wait_for", ["none"], "none"),
    ],
)  # fmt: skip
def test_all_spellings_mean_the_same(name: str, spellings: list[t.Any], expected: t.Any) -> None:
    """Of lists, mappings, numbers and booleans."""
    for spelling in spellings:
        assert read(name, spelling) == expected, spelling


@pytest.mark.parametrize("name", JOIN_VARIABLES)
def test_null_and_empty_are_not_set(name: str) -> None:
    """For a variable of any type, and of the role invite as well. No taints are a value."""
    kind = JOIN_VARIABLES[name].kind
    for value in (None, "", *(["  "] if isinstance(kind, list) else [])):
        assert read(name, value) is None, value
    for value in [[], "[]"] if isinstance(kind, list) else [{}, "{}"] if isinstance(kind, dict) else []:
        assert read(name, value) == ([] if name == "taints" else None), value


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("taints", ["a:NoSchedule", None], "taints[1]: it is empty"),
        ("taints", ["a:NoSchedule", ""], "taints[1]: it is empty"),
        ("taints", [7], "taints[0]: it is a number, expected a mapping"),
        ("taints", "nonsense", "taints[0]: expected key=value:Effect"),
        ("taints", [{"key": "a", "effekt": "x"}], "taints[0].effekt: there is no such field"),
        ("taints", "[a", "taints: it is a text, but not valid JSON or YAML at line 1"),
        ("taints", {"a": "b"}, "taints: it is a mapping, expected a list"),
        ("discovery_token_ca_cert_hashes", [PIN, None], "discovery_token_ca_cert_hashes[1]: it is empty"),
        ("skip_phases", [["preflight"]], "skip_phases[0]: it is a list, expected a text"),
        ("kubelet_extra_args", "--v", "kubelet_extra_args[0]: expected name=value"),
        ("kubelet_extra_args", "--a='b", "kubelet_extra_args: it has a quotation mark"),
        ("kubelet_extra_args", [None], "kubelet_extra_args[0]: it is empty"),
        ("kubelet_extra_args", 7, "kubelet_extra_args: it is a number, expected a list"),
        ("kubelet_extra_args", {"a": ["b"]}, "kubelet_extra_args.a: its value is a list, expected a text"),
        ("kubelet_extra_args", [{"name": "a", "valeu": "b"}], "kubelet_extra_args[0].valeu: there is no such field"),
        ("timeouts", {"discovry": "90s"}, "timeouts.discovry: there is no such field"),
        ("timeouts", {"discovery": 90}, "timeouts.discovery: it is a number, expected a duration such as 30s"),
        ("timeouts", "90s", "timeouts: it is a text, expected a mapping"),
        ("apiserver_bind_port", "6443.5", "apiserver_bind_port: it is a text, expected a whole number"),
        ("apiserver_bind_port", 2**40, "apiserver_bind_port: it is a number, expected a whole number of 32 bits"),
        ("wait_timeout", -5, "wait_timeout: expected at least 0"),
        ("wait_timeout", "-1", "wait_timeout: expected at least 0"),
        ("dry_run", "perhaps", "dry_run: it is a text, expected true or false"),
        ("node_name", True, "node_name: it is true or false, expected a text: put it in quotes"),
        ("node_name", 1.5, "node_name: it is a number, expected a text: put it in quotes"),
        ("wait_for", "soon", "wait_for: expected one of none, registered, ready"),
        ("image_pull_policy", datetime.date(2026, 1, 1), "image_pull_policy: it is a date, expected a text"),
        ("tokne", "x", "tokne: there is no such name, only"),
    ],
)  # fmt: skip
def test_an_error_names_the_place(name: str, value: t.Any, problem: str) -> None:
    assert problem_of(name, value).startswith(problem)


@pytest.mark.parametrize("name", [name for name, variable in JOIN_VARIABLES.items() if variable.is_secret])
def test_a_secret_that_yaml_converted_is_not_guessed_back(name: str) -> None:
    """The error explains the cause and contains no digit of it."""
    for number in (1234567890123456, 123456.1234567890123456):
        value: t.Any = {"ca.key": number} if name == "shared_certificates" else number
        problem = problem_of(name, value)
        assert "put the value in quotes" in problem and "123456" not in problem


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(JoinError) as caught:
        read_variables({"dry_run": "perhaps", "taints": [None], "other": 1}, JOIN_VARIABLES, what="VARIABLES")
    assert [problem["field"] for problem in caught.value.details["problems"]] == ["dry_run", "taints[0]", "other"]


SECRETS: list[t.Any] = [TOKEN, [TOKEN], {"a": TOKEN}, {TOKEN: 1}]

HEADER = {"kind": "JoinConfiguration", "apiVersion": "kubeadm.k8s.io/v1beta4"}

#: Values of odd types and contents, each of which is tried for every variable, alone and as an item of a list.
ODD: list[t.Any] = [
    None, "", " ", "\n", "\0", ",", "=", ":", "--", "{", "[", "- ", "{}", "[null]", "{{", "ü", "²", "'", 0, 1, -1, 10**5000, 0.5,
    float("nan"), float("inf"), True, False, [], {}, [[]], [{}], [None], {"": None}, {None: None}, {1: 2}, {"name": None},
    {"key": None}, {"name": "a", "value": {}}, b"bytes", {1, 2}, (1, None), Tagged(7443), datetime.date(2026, 1, 1), object(), "9" * 5000, "x" * 70000,
]  # fmt: skip


def answer(configuration: t.Any, flags: t.Any) -> JoinError | None:
    """The error, if there is one; another exception fails the test."""
    try:
        source = read_input(configuration, flags, NoFiles())
        settings = read_settings(source, NoFiles())
        read_secrets(source, NoFiles())
    except JoinError as exc:
        return exc  # conftest.py searches it for secrets
    assert "0123456789abcdef" not in json.dumps({**settings, "options": {}, "configuration": {}})
    return None


@pytest.mark.parametrize("name", JOIN_VARIABLES)
def test_any_value_of_a_variable_is_accepted_or_refused(name: str) -> None:
    """Alone, in a list, in a mapping and beside what is needed for it to have an effect."""
    needed = {
        "control_plane": True,
        "apiserver_endpoint": "api:6443",
        "discovery_token_unsafe_skip_ca_verification": True,
    }
    for odd in [*ODD, *(SECRETS if JOIN_VARIABLES[name].is_secret else [])]:
        for value in (odd, [odd], ["a", odd], {"a": odd}, {"name": "a", "value": odd}, [{"name": "a", "value": odd}]):
            answer(None, {name: value})
            answer(None, {**needed, name: value})


@pytest.mark.parametrize("odd", [*ODD, *SECRETS], ids=range(len(ODD) + len(SECRETS)))
def test_any_document_is_accepted_or_refused(odd: t.Any) -> None:
    """And whatever the variables are."""
    answer(odd, {})
    answer([odd], {})
    answer({"kind": odd}, {})
    answer({"kind": "JoinConfiguration", "apiVersion": odd}, {})
    answer(
        {"kind": "JoinConfiguration", "apiVersion": "kubeadm.k8s.io/v1beta4", "nodeRegistration": {"taints": odd}}, {}
    )
    answer(None, odd)
    answer(None, {odd: 1} if isinstance(odd, (str, int, float)) else odd)


ITEMS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.binary(max_size=3) | st.dates()
)
VALUES = st.recursive(
    ITEMS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "value", "key", "effect", "discovery", "a"]) | ITEMS, inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(JOIN_VARIABLES)), VALUES, max_size=6), VALUES)
def test_anything_becomes_a_configuration_or_an_error(flags: dict[str, t.Any], configuration: t.Any) -> None:
    """Over variables and documents alike."""
    answer(None, flags)
    answer(configuration, flags)


@given(st.dictionaries(st.sampled_from(sorted(FLAGS)), VALUES, max_size=4))
def test_reading_what_was_read_changes_nothing(flags: dict[str, t.Any]) -> None:
    try:
        typed = read_variables(flags, JOIN_VARIABLES, what="VARIABLES")
    except JoinError:
        return
    assert read_variables(typed, JOIN_VARIABLES, what="VARIABLES") == typed
