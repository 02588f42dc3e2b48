# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the roles: one table, which defaults, documentation and tasks agree with; misspelt names are found."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variable_reader import read_variables
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variables import (
    HELPERS,
    INVITE_VARIABLES,
    JOIN_VARIABLES,
    Variable,
    check_variable_names,
)
from ansible_collections.kubejoin.kubeadm.tests.unit.support.places import REPOSITORY

ROLES = REPOSITORY / "roles"
TABLES: dict[str, dict[str, Variable]] = {
    "join": {"configuration": Variable("string"), **JOIN_VARIABLES},
    "invite": INVITE_VARIABLES,
}


def load(path: str) -> t.Any:
    return yaml.safe_load((ROLES / path).read_text(encoding="utf-8"))


def documented(role: str) -> dict[str, t.Any]:
    points = load(f"{role}/meta/argument_specs.yml")["argument_specs"].values()
    return {name: option for point in points for name, option in point["options"].items()}


@pytest.mark.parametrize("role", TABLES)
def test_there_is_one_list_of_variables(role: str) -> None:
    """The table, the defaults, the documentation and the mapping that the tasks pass have the same names."""
    names = {f"{role}_{name}" for name in TABLES[role]}
    assert set(load(f"{role}/defaults/main.yml")) == names
    assert set(documented(role)) == names
    if role == "invite":
        passed = load("invite/vars/main.yml")["__invite_variables"]
        assert {f"invite_{name}" for name in passed} == names
        assert all(re.search(rf"\binvite_{name}\b", template) for name, template in passed.items())


@pytest.mark.parametrize("role", TABLES)
def test_the_defaults_of_a_role_are_those_of_the_table(role: str) -> None:
    """So a variable that has its default counts as not set."""
    defaults = load(f"{role}/defaults/main.yml")
    values = {name: defaults[f"{role}_{name}"] for name in TABLES[role] if name != "configuration"}
    read = read_variables(values, TABLES[role], what="DEFAULTS")
    assert read == ({"control_plane": False} if role == "join" else {})


@pytest.mark.parametrize("role", TABLES)
def test_ansible_refuses_no_value_of_a_variable(role: str) -> None:
    """The role itself does, with a code. Ansible would print the specification, and with it the defaults."""
    options = documented(role)
    assert not [
        name for name, option in options.items() if {"default", "choices", "required", "elements"} & set(option)
    ]
    assert {option["type"] for option in options.values()} == {"str", "raw"}
    for value in (None, "", "a,b", "{}", "yes", "7", 7, True, [None], {"a": [1]}):
        assert not ArgumentSpecValidator(options).validate(dict.fromkeys(options, value)).error_messages


def test_no_secret_is_in_a_specification() -> None:
    """Nor the template of one."""
    for path in ROLES.glob("*/meta/argument_specs.yml"):
        assert "{{" not in path.read_text(encoding="utf-8")


def test_what_the_roles_set_for_others_is_known() -> None:
    """Every other name with the prefixes in roles and playbooks, and no more."""
    files = [*ROLES.glob("*/tasks/*.yml"), *ROLES.glob("*/vars/*.yml"), *REPOSITORY.glob("playbooks/*.yml")]
    text = "\n".join(re.sub(r"#.*|tags:.*|include_role.*", "", path.read_text(encoding="utf-8")) for path in files)
    used = set(re.findall(r"(?<![\w.$-])(?:join|invite)_\w+(?![\w.]*\.yml)", text)) - {"join_flow.yml"}
    variables = {f"{role}_{name}" for role, table in TABLES.items() for name in table}
    modules = {path.stem for path in (REPOSITORY / "plugins").glob("*/*.py")}
    assert used - variables - modules == set(HELPERS)


def test_few_variables_are_derived() -> None:
    """What else is to derive is a plugin, with tests."""
    assert len(load("join/vars/main.yml")) <= 15
    assert len(load("invite/vars/main.yml")) <= 15


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("join_taint", "join_taints"),
        ("join_tokne", "join_token"),
        ("join_kubelet_args", "join_kubelet_extra_args"),
        ("join_timeout", "join_timeouts"),
        ("join_controlplane", "join_control_plane"),
        ("join_ignore_errors", "join_ignore_preflight_errors"),
        ("invite_token_tll", "invite_token_ttl"),
        ("invite_certificate", "invite_certificates"),
    ],
)
def test_a_misspelt_variable_is_refused(name: str, nearest: str) -> None:
    """With the nearest one."""
    with pytest.raises(JoinError, match=f"there is no variable {name}, the nearest is {nearest}") as caught:
        check_variable_names(["join_token", name])
    assert [problem["field"] for problem in caught.value.details["problems"]] == [name]


@pytest.mark.parametrize("name", ["join_command", "join_hosts_file", "join_user", "invite_people", "join_"])
def test_a_variable_of_somebody_else_is_displayed(name: str) -> None:
    """It may be in the inventory for another purpose."""
    (warning,) = check_variable_names([name, "joined", "inventory_hostname", "__join_settings"])
    assert name in warning
    assert "The nearest is join_configuration." in check_variable_names(["join_config"])[0]


def test_every_real_variable_is_known() -> None:
    names = {f"{role}_{name}" for role, table in TABLES.items() for name in table}
    assert check_variable_names({*names, *HELPERS}) == []
