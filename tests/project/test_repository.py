# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What GitHub and pre-commit read."""

from __future__ import annotations

import re
import shlex
import typing as t

import pytest
import yaml

from .programs import REPOSITORY, run


def load(name: str) -> t.Any:
    return yaml.safe_load((REPOSITORY / name).read_text(encoding="utf-8"))


def test_the_workflow_runs_what_continuous_integration_runs() -> None:
    """As root, with every Python that the tests use, and with no more rights than it needs."""
    workflow = load(".github/workflows/ci.yml")
    (job,) = workflow["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert [command.split()[-1] for command in runs] == [".ci/run"] and (REPOSITORY / ".ci/run").stat().st_mode & 0o111
    assert workflow["permissions"] == {"contents": "read"}
    (pythons,) = (
        step["with"]["python-version"].split() for step in job["steps"] if "setup-python" in step.get("uses", "")
    )
    assert {path.name.partition("-")[0] for path in (REPOSITORY / "tools/locks").glob("*.txt")} <= set(pythons)


@pytest.mark.parametrize("name", ["bug", "feature"])
def test_the_forms_of_issues_are_forms(name: str) -> None:
    """With the keys and kinds that GitHub knows, and unique names of fields."""
    form = load(f".github/ISSUE_TEMPLATE/{name}.yml")
    assert {"name", "description", "body"} <= form.keys() <= {"name", "description", "body", "labels"}
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in fields} <= {"input", "textarea", "dropdown", "checkboxes"}
    assert len({field["id"] for field in fields}) == len(fields) and all(
        field["attributes"]["label"] for field in fields
    )
    if name == "bug":
        (code,) = (field for field in fields if field["attributes"]["label"] == "error.code")
        assert code["validations"] == {"required": True}
        guide = (REPOSITORY / "docs/docsite/rst/guide_troubleshooting.rst").read_text(encoding="utf-8")
        assert f"_`{code['attributes']['placeholder']}`" in guide


def test_the_form_of_pull_requests_asks_for_the_code_of_an_error() -> None:
    assert "error.code" in (REPOSITORY / ".github/PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8")


def test_everything_has_an_owner() -> None:
    lines = (REPOSITORY / ".github/CODEOWNERS").read_text(encoding="utf-8").splitlines()
    assert any(re.fullmatch(r"\* @[\w-]+/[\w-]+", line) for line in lines)


@pytest.mark.parametrize("hook", load(".pre-commit-config.yaml")["repos"][0]["hooks"], ids=lambda hook: hook["id"])
def test_a_hook_of_pre_commit_accepts_the_project(hook: dict[str, t.Any]) -> None:
    """By its own command."""
    assert hook["language"] == "system" and hook["pass_filenames"] is False
    run(*shlex.split(hook["entry"]))
