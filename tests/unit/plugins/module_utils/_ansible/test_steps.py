# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several modules in one execution: each as if it ran alone, and none after a failure."""

from __future__ import annotations

import json
import sys
import types
import typing as t

import pytest
from ansible.module_utils.common import warnings
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible import module as adapter
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.module import answer
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._ansible.steps import run_steps
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._core.errors import JoinError
from ansible_collections.kubejoin.kubeadm.tests.unit.support.documentation import ENTRIES
from ansible_collections.kubejoin.kubeadm.tests.unit.support.module_call import displayed, patch_module_args

#: Not that of other tests: in one process, ansible-core 2.22 reports each secret once.
SECRET = "ghijkl.0123456789abcdef"


def greet(params: t.Mapping[str, t.Any], _host: t.Any) -> dict[str, t.Any]:
    if params["name"] == "nobody":
        raise JoinError("not_privileged", "Nobody is there.")
    if params["name"] == "crash":
        raise KeyError("crash")
    return {"greeting": f"Hello {params['name']} {params['token']}", "warnings": ["It is late."]}


def main() -> None:
    spec = {"name": {"type": "str", "required": True}, "token": {"type": "str", "no_log": True, "default": ""}}
    answer(greet, libraries=(), argument_spec=spec)


@pytest.fixture(autouse=True)
def module(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module greet_info."""
    monkeypatch.setitem(sys.modules, f"{ENTRIES}.greet_info", types.SimpleNamespace(main=main))  # type: ignore[arg-type]
    monkeypatch.setattr(adapter.AnsibleModule, "step", None)
    monkeypatch.setattr(warnings, "_global_warnings", type(warnings._global_warnings)())  # of this process


def run(
    capsys: pytest.CaptureFixture[str], *steps: dict[str, t.Any], module: str = "greet_info"
) -> list[dict[str, t.Any]]:
    always = {"name": "always"}
    asked = [{"module": module, "arguments": step, "always": step == always} for step in steps]
    # ansible-core 2.19 expects of each module that it exits
    with patch_module_args({"steps": asked}), pytest.raises(SystemExit):
        run_steps()
    results: list[dict[str, t.Any]] = displayed(capsys.readouterr().out)["results"]
    return results


def test_each_step_returns_what_the_module_returns(capsys: pytest.CaptureFixture[str]) -> None:
    """With its own arguments and secrets."""
    first, second = run(capsys, {"name": "w1"}, {"name": "w2", "token": SECRET})
    assert first["greeting"] == "Hello w1 "
    assert SECRET not in json.dumps(second) and second["greeting"].startswith("Hello w2 ")


def test_a_failure_is_the_last_step(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the module, or of Ansible, which validates its arguments."""
    for wrong in ({"name": "nobody"}, {"nme": "w1"}):
        results = run(capsys, {"name": "w1"}, wrong, {"name": "w2"})
        assert [result.get("failed", False) for result in results] == [False, True]
    assert results[0]["greeting"] == "Hello w1 " and "required arguments: name" in results[1]["msg"]


def test_a_step_can_follow_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    results = run(capsys, {"name": "nobody"}, {"name": "w1"}, {"name": "always"})
    assert [result.get("failed", False) for result in results] == [True, False]
    assert results[1]["greeting"] == "Hello always "


def test_a_crash_is_not_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError):
        run(capsys, {"name": "crash"})


@pytest.mark.parametrize("name", ["os.path", "..os", "Kubelet", "", "no_such_module"])
def test_only_modules_of_the_collection_are_run(capsys: pytest.CaptureFixture[str], name: str) -> None:
    with pytest.raises((ValueError, ImportError)):
        run(capsys, {}, module=name)
