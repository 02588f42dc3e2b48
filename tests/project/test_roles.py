# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages of the roles: their examples are run, on hosts that answer as real ones, and their variables exist. The flows have all variables of the phases."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

import pytest
import yaml

from .fake_hosts import honest, run_play
from .programs import REPOSITORY

ROLES = REPOSITORY / "roles"
PAGES = sorted(ROLES.glob("*/README.md"))
TOKEN, KEY = "abcdef.0123456789abcdef", "1" * 64
#: The modules of each example that are executed on a host, and those on the control plane.
CALLS = {
    "control_plane_join": (["preflight_info", "control_plane_files", "kubelet", "etcd_member", "control_plane_node"], []),
    "invite": (["preflight_info", "kubelet"], ["cluster_discovery_info", "bootstrap_token", "nodes_info", "bootstrap_token"]),
    "join": (["preflight_info"], []),
    "worker_join": (["preflight_info", "kubelet"], []),
}  # fmt: skip


def options_of(role: str, entry: str) -> dict[str, t.Any]:
    text = (ROLES / role / "meta/argument_specs.yml").read_text(encoding="utf-8")
    return t.cast("dict[str, t.Any]", yaml.safe_load(text)["argument_specs"][entry]["options"])


@pytest.mark.parametrize("role", ["worker_join", "control_plane_join"])
def test_a_flow_has_the_variables_of_the_phases(role: str) -> None:
    """With the same descriptions, but for the one that the flow sets itself."""
    phases = options_of("join", "configuration")
    del phases["join_control_plane"]
    assert options_of(role, "main") == phases


@pytest.mark.parametrize("role", ["worker_join", "control_plane_join"])
def test_the_check_of_arguments_prints_no_secret(role: str, tmp_path: pathlib.Path) -> None:
    """Nor does the error of a template of another variable print one."""
    plays = [{"hosts": "h1", "gather_facts": False, "roles": [f"kubejoin.kubeadm.{role}"]}]
    (tmp_path / "site.yml").write_text(yaml.safe_dump(plays), encoding="utf-8")
    said = {
        "join_token": [TOKEN],
        "join_certificate_key": KEY,
        "join_shared_certificates": KEY,
        "join_node_name": "{{ 1 / 0 }}",
    }
    play = run_play(
        tmp_path, {"workers": {"h1": {}}}, {"h1": honest("h1")}, "-vvv", "-e", json.dumps(said), playbook="site.yml"
    )
    assert play.status != 0 and "Validating arguments against arg spec" in play.output
    assert TOKEN.split(".")[1] not in play.output and KEY not in play.output


def test_every_role_has_a_page() -> None:
    assert sorted(page.parent.name for page in PAGES) == sorted(path.name for path in ROLES.iterdir())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_variables_of_a_page_exist(page: pathlib.Path) -> None:
    named = set(re.findall(r"\b(?:join|invite)_\w+", page.read_text(encoding="utf-8")))
    known = {*options_of("join", "configuration"), *options_of("invite", "main")}
    assert named and named <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_example_of_a_page_works(page: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """Each host runs the modules of its flow, and no secret is printed."""
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "site.yml").write_text(example, encoding="utf-8")
    role = page.parent.name
    group = yaml.safe_load(example)[0]["hosts"]
    hosts = ("h1", "h2")
    answers = {host: honest(host, early=role != "invite") for host in ("cp1", *hosts)}
    play = run_play(
        tmp_path, {"control_plane": {"cp1": {}}, group: {host: {} for host in hosts}}, answers,
        "-e", f"vaulted_bootstrap_token={TOKEN}", "-e", f"vaulted_certificate_key={KEY}", playbook="site.yml",
    )  # fmt: skip
    assert play.status == 0, play.output
    on_hosts, on_control_plane = CALLS[role]
    for host in hosts:
        assert [call.module for call in play.on(host)] == on_hosts, play.output
    assert [call.module for call in play.on("cp1")] == on_control_plane
    assert TOKEN.split(".")[1] not in play.output and KEY not in play.output
