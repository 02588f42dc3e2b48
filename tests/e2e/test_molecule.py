# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Molecule's scenarios run against the same kind of hosts, from outside their network."""

from __future__ import annotations

import json
import os
import pathlib
import re

import pytest

from .bed import E2eBed
from .play import COLLECTIONS, REPOSITORY, run_tool

pytestmark = pytest.mark.bed

FOLDER = REPOSITORY / "extensions/molecule"
#: The hosts of each scenario.
SCENARIOS = {
    "worker_join": ("w1", "w2"),
    "control_plane_join": ("cp2", "w1"),
    "worker_token_join": ("w1", "w2"),
    "check_half_joined": ("w1", "w2"),
}
#: Every run has these; the others are part of `make test-long`.
ALWAYS = ("worker_join", "control_plane_join")


def test_the_scenarios_are_listed() -> None:
    """Here and in the README."""
    folders = {path.parent.name for path in FOLDER.glob("*/molecule.yml")}
    assert folders == set(SCENARIOS)
    assert folders == set(re.findall(r"^\| `(\w+)`", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("scenario", SCENARIOS if os.environ.get("KUBEJOIN_MATRIX") else ALWAYS)
def test_a_scenario(machine: None, tmp_path: pathlib.Path, scenario: str) -> None:
    """create, converge, idempotence, verify, destroy; its hosts were really there."""
    command = ("molecule", "test", "--scenario-name", scenario)
    finished = run_tool(*command, timeout=420, MOLECULE_EPHEMERAL_DIRECTORY=str(tmp_path))
    assert finished.returncode == 0, finished.stdout
    for host in SCENARIOS[scenario]:
        assert any(
            re.search(rf"{host} .* changed=[1-9]\d* .* failed=0 ", line) for line in finished.stdout.splitlines()
        ), finished.stdout
    for step in ("create", "converge", "idempotence", "verify", "destroy"):
        assert f"{scenario} > {step}: Executed: Successful" in finished.stdout
    if scenario == "check_half_joined":
        # The token is created by way of the first host, w1.
        checked = finished.stdout.partition(f"[{scenario} > check] Executed")[0].rpartition(f"[{scenario} > check]")[2]
        assert "changed: [w2]" in checked and "changed: [w1]" not in checked, checked


def the_scenario_of_the_readme(machine: None, tmp_path: pathlib.Path) -> None:
    """As somebody copies it, but for the names of the hosts."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    files = dict(re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    assert {pathlib.Path(name).name for name in files} == {"molecule.yml", "hosts.yml", "converge.yml", "verify.yml"}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    with E2eBed("molecule", workers=["w1"]) as bed:
        known = json.loads(bed.inventory(outside=True))
        (tmp_path / "molecule/join/hosts.yml").write_text(json.dumps(known), encoding="utf-8")
        command = ("molecule", "test", "--scenario-name", "join")
        finished = run_tool(*command, cwd=tmp_path, ANSIBLE_HOST_KEY_CHECKING="False", PYTHONPATH=str(COLLECTIONS))
    assert finished.returncode == 0, finished.stdout
    assert re.search(r"w1 .* changed=[1-9]\d* .* failed=0 ", finished.stdout), finished.stdout


if os.environ.get("KUBEJOIN_MATRIX"):
    test_the_scenario_of_the_readme = the_scenario_of_the_readme
