# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules are wiring: options become values, and the library does the work."""

from __future__ import annotations

import ast
import pathlib
import re

import pytest
import yaml
from ansible_collections.kubejoin.kubeadm.plugins.doc_fragments.requirements import ModuleDocFragment
from ansible_collections.kubejoin.kubeadm.plugins.module_utils._system.requirements import LIBRARIES

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"


@pytest.mark.parametrize("path", sorted((PLUGINS / "modules").glob("*.py")), ids=lambda path: path.stem)
def test_a_module_is_documentation(path: pathlib.Path) -> None:
    """Its code is in a file of the same name, or in an action plugin."""
    entry = f'"""\n\nfrom ..module_utils._modules.{path.stem} import main\n\nif __name__ == "__main__":\n    main()\n'
    text = path.read_text(encoding="utf-8")
    if (PLUGINS / "module_utils/_modules" / path.name).exists():
        assert text.endswith(entry)
    elif path.stem != "node":  # it runs the others
        assert text.endswith('"""\n') and (PLUGINS / "action" / path.name).exists()


@pytest.mark.parametrize("path", sorted((PLUGINS / "module_utils/_modules").glob("*.py")), ids=lambda path: path.stem)
def test_the_code_of_a_module_is_wiring(path: pathlib.Path) -> None:
    """At most 60 lines of code beside header and imports; no files, no fail_json, no loops."""
    text = path.read_text(encoding="utf-8")
    code = text[text.index("\n\nimport") :].splitlines()[2:]
    lines = [line for line in code if line.strip() and not line.strip().startswith(("from ", "import "))]
    assert len(lines) <= 60
    tree = ast.parse(text)
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))]
    assert "fail_json" not in text
    assert "open(" not in text


#: Where variables of other hosts are read. Nothing else of a host may reach another one.
OF_OTHER_HOSTS = {
    # whether a host has a discovery of its own, which the controller has read from its variables
    ("roles/join/vars/main.yml", "join_needs_invitation:"),
    # whether it has the shared certificates or their key, and whether it only reports, of the same
    ("playbooks/join.yml", "{{"),
    ("roles/join/vars/main.yml", "ansible_play_batch"),
    # the package manager of a control plane, which becomes a fact of that host alone
    ("roles/invite/tasks/requirements.yml", "delegate_facts:"),
    # what hosts have registered, unevaluated
    ("plugins/plugin_utils/_controller.py", "def"),
    ("plugins/plugin_utils/_controller.py", "variables:"),
    # of that, names, machine ids and whether hosts have joined
    ("plugins/action/join_fleet_info.py", "nodes"),
    # the names of nodes that have been started, to wait for them
    ("plugins/action/join_wait_info.py", "hosts"),
    # whether a control plane has a discovery of its own, which decides whether it is one of the hosts of a play
    ("plugins/lookup/join_hosts.py", "hostvars"),
    ("plugins/lookup/join_hosts.py", "return"),
    # the host that creates the invitation, as the controller has chosen it in an earlier play
    ("plugins/action/invite_configuration_info.py", "earlier"),
    # the report
    ("plugins/action/join_report.py", "variables"),
    # the inventory's variables of the host of the task
    ("plugins/action/node.py", "self._enable_pipelining(action,"),
}


def test_hosts_read_nothing_of_each_other() -> None:
    """No role, playbook or plugin uses the variables of another host, but for what is listed."""
    found = set()
    for folder in ("roles", "playbooks", "plugins/action", "plugins/lookup", "plugins/plugin_utils"):
        for path in sorted((PLUGINS.parent / folder).rglob("*.*")):
            for line in path.read_text(encoding="utf-8").splitlines() if path.suffix in (".yml", ".py") else ():
                if re.search(
                    r"hostvars|delegate_facts|registered_variables\(|\bextract\b|ansible_delegated_vars",
                    line.split("# ")[0],
                ):
                    found.add((path.relative_to(PLUGINS.parent).as_posix(), line.split()[0]))
    assert found == OF_OTHER_HOSTS


def test_every_module_on_hosts_runs_by_the_same_action() -> None:
    """It keeps arguments from the disk of the host and takes nothing but a result."""
    routing = yaml.safe_load((PLUGINS.parent / "meta/runtime.yml").read_text(encoding="utf-8"))["plugin_routing"]
    modules = {path.stem for path in (PLUGINS / "modules").glob("*.py")}
    on_hosts = modules - {path.stem for path in (PLUGINS / "action").glob("*.py")}
    assert routing == {"modules": {name: {"action_plugin": "kubejoin.kubeadm.node"} for name in sorted(on_hosts)}}


TASKS = sorted((PLUGINS.parent / "roles/join/tasks").glob("*.yml"))


@pytest.mark.parametrize("path", TASKS, ids=lambda path: path.stem)
def test_the_timeouts_of_a_module_are_those_of_kubeadm(path: pathlib.Path) -> None:
    """Each option that is one of kubeadm's `timeouts` by its documentation is set to that one."""
    for task in yaml.safe_load(path.read_text(encoding="utf-8")):
        for module in sorted(name for name in task if name.startswith("kubejoin.kubeadm.")):
            text = (PLUGINS / f"modules/{module.rpartition('.')[2]}.py").read_text(encoding="utf-8")
            options = yaml.safe_load(text.split('DOCUMENTATION = r"""')[1].split('"""')[0])["options"]
            named = {name: re.findall(r"C\(timeouts\.(\w+)\)", str(option)) for name, option in options.items()}
            expected = {
                name: f"{{{{ __join_settings.timeouts.{found[0]} }}}}" for name, found in named.items() if found
            }
            assert {name: task[module].get(name) for name in expected} == expected


SPECS = sorted((PLUGINS.parent / "roles").glob("*/meta/argument_specs.yml"))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parts[-3])
def test_a_spec_refuses_nothing(path: pathlib.Path) -> None:
    """Ansible prints a whole spec, defaults with their templates filled in, when a role's arguments are refused."""
    for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values():
        for name, option in entry["options"].items():
            assert option.keys() == {"type", "description"}, name
            assert option["type"] in ("str", "raw"), name


@pytest.mark.parametrize("path", sorted((PLUGINS / "modules").glob("*.py")), ids=lambda path: path.stem)
def test_a_module_documents_the_libraries_that_it_needs(path: pathlib.Path) -> None:
    """Those that it requires before it does anything, or later if it requires none at first, in the versions of meta/ee-requirements.txt."""
    text = path.read_text(encoding="utf-8")
    (kind,) = re.findall(r"^  - kubejoin\.kubeadm\.requirements(?:\.(\w+))?$", text, re.MULTILINE)
    documented = yaml.safe_load(getattr(ModuleDocFragment, kind.upper() or "DOCUMENTATION"))["requirements"]
    if (PLUGINS / "action" / path.name).exists():
        assert kind == "controller" and "on the controller" in documented[0]
        return
    code = (PLUGINS / "module_utils/_modules" / path.name).read_text(encoding="utf-8")
    stated = re.findall(r"libraries=(\(.*?\)),", code)
    libraries = ast.literal_eval(stated[0]) if stated else ()
    names = {"yaml": "PyYAML"}
    packages = {names.get(library, library) for library in libraries or LIBRARIES}
    lines = (PLUGINS.parent / "meta/ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    oldest = [line.replace(">=", " >= ") for line in lines if line.partition(">=")[0] in packages]
    assert documented == ["python >= 3.9", *oldest]
