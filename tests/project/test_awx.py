# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects for AWX, against the modules that create them, the code that injects credentials, and plays with answers to surveys."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import typing as t

import jinja2.sandbox
import jsonschema
import pytest
from ansible_collections.kubejoin.kubeadm.plugins.plugin_utils._join.variables import INVITE_VARIABLES, JOIN_VARIABLES

from .fake_awx import FakeAwx
from .fake_hosts import Play, honest, run_play

HERE = pathlib.Path(__file__).parent
REPOSITORY = HERE.parents[1]
EXTENSION = REPOSITORY / "extensions/awx"
PATTERN = REPOSITORY / "extensions/patterns/join_nodes"
PROGRAMS = pathlib.Path(sys.executable).parent

#: The modules of awx.awx that create the objects of a variable, by the variable, and their endpoints.
MODULES = {
    "controller_credential_types": ("credential_type", "credential_types"),
    "controller_execution_environments": ("execution_environment", "execution_environments"),
    "controller_projects": ("project", "projects"),
    "controller_inventories": ("inventory", "inventories"),
    "controller_inventory_sources": ("inventory_source", "inventory_sources"),
    "controller_templates": ("job_template", "job_templates"),
    "controller_workflows": ("workflow_job_template", "workflow_job_templates"),
}
#: The variables of the roles.
KNOWN = {
    **{f"join_{name}": variable for name, variable in JOIN_VARIABLES.items()},
    **{f"invite_{name}": variable for name, variable in INVITE_VARIABLES.items()},
}
#: Options that name another object, with its endpoint.
NAMES = {
    "organization": "organizations", "project": "projects", "source_project": "projects", "inventory": "inventories",
    "execution_environment": "execution_environments",
}  # fmt: skip
ADMINISTRATOR, TOKEN_TYPE, FILE = (
    f"Kubernetes {what} for kubejoin.kubeadm" for what in ("administrator", "bootstrap token", "discovery file")
)

TOKEN, DIGITS, KEY = "abcdef.0123456789abcdef", "012345.0123456789012345", "1" * 64
PINS = [f"sha256:{digit * 64}" for digit in "01"]
WORKERS: dict[str, dict[str, dict[str, t.Any]]] = {"control_plane": {"cp1": {}}, "workers": {"h1": {}}}


def run(*command: str, cwd: pathlib.Path = REPOSITORY, stdin: str = "", **environment: str) -> str:
    """What the command prints; fails with it when the command does."""
    finished = subprocess.run(
        command, cwd=cwd, input=stdin, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, f"{' '.join(command)}:\n{finished.stdout}{finished.stderr}"
    return finished.stdout


@pytest.fixture(scope="module")
def awx_python() -> str:
    """The Python with the libraries of AWX and Automation Hub."""
    return run("tools/venv", "3.13", "requirements-awx.txt").strip() + "/bin/python"


@pytest.fixture(scope="module")
def awx_collection() -> dict[str, str]:
    """The environment in which Ansible finds awx.awx and this collection."""
    path = run("tools/awx-collection", sys.executable).strip()
    return {"ANSIBLE_COLLECTIONS_PATH": f"{path}:{REPOSITORY / '.cache/collections'}"}


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, t.Any]]]:
    """The objects by variable, as Ansible reads them."""
    folder = tmp_path_factory.mktemp("objects")
    names = json.dumps({name: "{{ " + name + " }}" for name in MODULES})
    (folder / "read.yml").write_text(
        f"- hosts: localhost\n  connection: local\n  gather_facts: false\n"
        f"  vars_files: {json.dumps([str(path) for path in VARIABLES])}\n"
        f"  tasks: [{{ansible.builtin.copy: {{dest: {folder}/objects.json, content: {names}}}}}]\n",
        encoding="utf-8",
    )
    run(str(PROGRAMS / "ansible-playbook"), "read.yml", "-e", json.dumps(SETTINGS), cwd=folder)
    return t.cast(
        "dict[str, list[dict[str, t.Any]]]", json.loads((folder / "objects.json").read_text(encoding="utf-8"))
    )


#: What an installation may set: an inventory in the project, and credentials.
SECRET = "certificate-of-an-administrator"
SETTINGS = {
    "kubejoin_inventory_path": "hosts.yml",
    "kubejoin_credentials": ["Administrator"],
    "controller_credentials": [
        {"name": "Administrator", "credential_type": ADMINISTRATOR, "inputs": {"kubeconfig": SECRET}}
    ],
}
VARIABLES = [EXTENSION / "settings.yml", *sorted((EXTENSION / "objects").glob("*.yml"))]


def set_up(awx: FakeAwx, awx_collection: dict[str, str], **settings: t.Any) -> int:
    """Run the playbook with these settings as well; returns how many tasks have changed something."""
    (awx.folder / "settings.json").write_text(json.dumps({**SETTINGS, **settings}), encoding="utf-8")
    printed = run(
        str(PROGRAMS / "ansible-playbook"), "extensions/awx/setup.yml", "-vvv", "-e", f"@{awx.folder}/settings.json", **awx_collection,
        CONTROLLER_HOST=awx.url, CONTROLLER_OAUTH_TOKEN="x", ANSIBLE_NOCOLOR="1",
    )  # fmt: skip
    changed = re.search(r"changed=(\d+)", printed)
    assert changed is not None and SECRET not in printed
    return int(changed[1])


@pytest.fixture(scope="module")
def awx(awx_collection: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[FakeAwx]:
    """AWX after the playbook has run once."""
    served = FakeAwx(tmp_path_factory.mktemp("awx"))
    try:
        assert set_up(served, awx_collection) == 8
        yield served
    finally:
        served.close()


def test_the_playbook_creates_every_object_with_every_value(
    awx: FakeAwx, objects: dict[str, list[dict[str, t.Any]]]
) -> None:
    """Names of other objects are their numbers then. The credential is created for the templates."""
    (credential,) = awx.objects["credentials"].values()
    assert credential["inputs"] == {"kubeconfig": SECRET}
    numbers = {
        endpoint: {name: found["id"] for name, found in awx.named(endpoint).items()} for endpoint in set(NAMES.values())
    }
    for variable, (_module, endpoint) in MODULES.items():
        created = awx.named(endpoint)
        assert sorted(created) == sorted(item["name"] for item in objects[variable])
        for item in objects[variable]:
            own = created[item["name"]]
            for key, value in item.items():
                if key == "survey_spec":
                    assert awx.surveys[own["related"]["survey_spec"]] == value
                elif key in NAMES and not (endpoint == "inventory_sources" and key == "organization"):
                    assert own[key] == numbers[NAMES[key]][value], (item["name"], key)
                elif key in ("credentials", "instance_groups"):
                    known = {name: found["id"] for name, found in awx.named(key).items()}
                    assert awx.associations[f"{own['url']}{key}/"] == [known[name] for name in value]
                elif key == "extra_vars":
                    # A template of AWX, which Ansible must not evaluate here.
                    assert (
                        json.loads(own[key])
                        == value
                        == {"invite_withdraw_run": "{{ awx_workflow_job_id | default('') }}"}
                    )
                elif key not in ("workflow_nodes", "state", "organization"):
                    assert own[key] == value, (item["name"], key)


def test_the_workflow_checks_asks_joins_and_withdraws(awx: FakeAwx) -> None:
    """Each node is a template that was created, or an approval, and leads to the next one."""
    nodes = awx.named("workflow_job_template_nodes")
    of_number = {node["id"]: name for name, node in nodes.items()}
    followers = {
        (name, kind): [of_number[number] for number in awx.associations.get(f"{node['url']}{kind}_nodes/", [])]
        for name, node in nodes.items()
        for kind in ("success", "always", "failure")
    }
    assert {key: value for key, value in followers.items() if value} == {
        ("check", "success"): ["approval"],
        ("approval", "success"): ["join"],
        ("join", "always"): ["withdraw"],
    }
    templates = {
        found["id"]: found
        for endpoint in ("job_templates", "workflow_approval_templates")
        for found in awx.objects[endpoint].values()
    }
    run_by = {name: templates[node["unified_job_template"]] for name, node in nodes.items()}
    assert [run_by[name]["job_type"] for name in ("check", "join", "withdraw")] == ["check", "run", "run"]
    assert [run_by[name]["playbook"].rsplit("/")[-1] for name in ("check", "join", "withdraw")] == [
        "join.yml",
        "join.yml",
        "withdraw.yml",
    ]
    assert run_by["approval"]["type"] == "workflow_approval_template"
    (workflow,) = awx.objects["workflow_job_templates"].values()
    for prompt in ("ask_inventory_on_launch", "ask_limit_on_launch"):
        assert workflow[prompt] and all(run_by[name][prompt] for name in ("check", "join"))


def test_an_error_of_a_credential_is_displayed_without_its_secret(
    awx_collection: dict[str, str], tmp_path: pathlib.Path
) -> None:
    """Even if AWX repeats the secret, and at any verbosity."""
    served = FakeAwx(tmp_path)
    served.refused.add("credentials")
    try:
        with pytest.raises(AssertionError) as caught:
            set_up(served, awx_collection)
    finally:
        served.close()
    printed = str(caught.value)
    assert "This is not a kubeconfig" in printed and "(item=Administrator)" in printed, printed
    assert SECRET not in printed


def test_a_second_run_changes_only_what_differs(awx: FakeAwx, awx_collection: dict[str, str]) -> None:
    """Nothing at first, also after a new secret of a credential, which AWX does not return. The last test that uses these objects."""
    (credential,) = (dict(found, inputs={"kubeconfig": f"{SECRET}-2"}) for found in SETTINGS["controller_credentials"])
    assert set_up(awx, awx_collection, controller_credentials=[credential]) == 0
    changed = {"controller_credentials": [{**credential, "update_secrets": True}], "kubejoin_project": "renamed"}
    # The credential, the project, the source of the inventory, and the templates.
    assert set_up(awx, awx_collection, **changed) == 4
    assert awx.named("credentials")["Administrator"]["inputs"] == credential["inputs"]
    (source,) = awx.objects["inventory_sources"].values()
    assert source["source_project"] == awx.named("projects")["renamed"]["id"]


def test_every_key_is_an_option_of_awx(
    objects: dict[str, list[dict[str, t.Any]]], awx_collection: dict[str, str]
) -> None:
    """At every level, with a value that is one of the choices."""
    modules = [f"awx.awx.{module}" for module, _endpoint in MODULES.values()]
    documented = json.loads(run(str(PROGRAMS / "ansible-doc"), "-t", "module", "-j", *modules, **awx_collection))
    for variable, (module, _endpoint) in MODULES.items():
        for item in objects[variable]:
            _check_keys(item, documented[f"awx.awx.{module}"]["doc"]["options"], item["name"])


def _check_keys(item: dict[str, t.Any], options: dict[str, t.Any], where: str) -> None:
    for key, value in item.items():
        assert key in options, f"{where}: {key}"
        assert value in options[key].get("choices", [value]), f"{where}: {key}"
        inner = options[key].get("suboptions")
        for at, child in enumerate(value if isinstance(value, list) else [value]):
            if inner and isinstance(child, dict):
                _check_keys(child, inner, f"{where}: {key}[{at}]")


#: The rules of AWX for the inputs and the injectors of credential types. Without a type, a field is changed by AWX, and so by each run.
FIELD = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "label", "type"],
    "properties": {
        "id": {"type": "string", "pattern": "^(?!tower$)[a-zA-Z_][a-zA-Z0-9_]*$"},
        "type": {"enum": ["string", "boolean"]},
        "format": {"enum": ["ssh_private_key", "url"]},
        "choices": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
        **{name: {"type": "string"} for name in ("label", "help_text")},
        **{name: {"type": "boolean"} for name in ("multiline", "secret", "ask_at_runtime")},
    },
}
VALUES = {
    "type": "object",
    "additionalProperties": False,
    "patternProperties": {"^[a-zA-Z_][a-zA-Z0-9_]*$": {"type": "string"}},
}
CREDENTIAL_TYPE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "description", "kind", "inputs", "injectors"],
    "properties": {
        **{name: {"type": "string"} for name in ("name", "description")},
        "kind": {"enum": ["cloud", "net"]},
        "inputs": {
            "type": "object",
            "additionalProperties": False,
            "required": ["fields"],
            "properties": {"fields": {"type": "array", "items": FIELD}, "required": {"type": "array", "items": {"type": "string"}}},
        },
        "injectors": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "file": {
                    "type": "object",
                    "additionalProperties": False,
                    "patternProperties": {r"^template(\.[a-zA-Z_][a-zA-Z0-9_]*)?$": {"type": "string"}},
                },
                "env": VALUES,
                "extra_vars": VALUES,
            },
        },
    },
}  # fmt: skip


def credential_types(objects: dict[str, list[dict[str, t.Any]]]) -> dict[str, dict[str, t.Any]]:
    return {item["name"]: item for item in objects["controller_credential_types"]}


def test_credential_types_are_valid(objects: dict[str, list[dict[str, t.Any]]]) -> None:
    """Names are unique, required fields exist, templates name fields, and what is secret is a secret."""
    types = credential_types(objects)
    assert sorted(types) == sorted([ADMINISTRATOR, TOKEN_TYPE, FILE])
    for item in types.values():
        jsonschema.validate(item, CREDENTIAL_TYPE)
        fields = {field["id"]: field for field in item["inputs"]["fields"]}
        assert len(fields) == len(item["inputs"]["fields"]) and fields.keys() >= set(item["inputs"]["required"])
        known = {**dict.fromkeys(fields, "a value"), "tower": {"filename": "a path"}}
        sandbox = jinja2.sandbox.ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined)
        for group in item["injectors"].values():
            for template in group.values():
                sandbox.from_string(template).render(**known)
        assert set(item["injectors"]["extra_vars"]) <= set(KNOWN)
        assert {name for name, field in fields.items() if field.get("secret")} == fields.keys() - {
            "apiserver_endpoint",
            "ca_cert_hashes",
        }


@pytest.mark.parametrize(
    "injectors",
    [{"extra_vars": {"join_discovery_file_remote_src": False}}, {"extra_vars": {"0": ""}}, {"file": {"path": ""}}, {"vars": {}}],
    ids=["boolean", "name", "file", "kind"],
)  # fmt: skip
def test_the_rules_refuse(objects: dict[str, list[dict[str, t.Any]]], injectors: dict[str, t.Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**objects["controller_credential_types"][0], "injectors": injectors}, CREDENTIAL_TYPE)


def inject(awx_python: str, folder: pathlib.Path, kind: dict[str, t.Any], inputs: dict[str, str]) -> list[str]:
    """The arguments that AWX adds for a credential; the files are in the folder, which jobs see as /runner."""
    stated = json.dumps({"type": kind, "inputs": inputs})
    arguments = json.loads(run(awx_python, str(HERE / "inject_credential.py"), str(folder), stdin=stated))
    for path in (folder / "env").iterdir():
        path.chmod(path.stat().st_mode | 0o200)
        path.write_text(path.read_text(encoding="utf-8").replace("/runner/", f"{folder}/"), encoding="utf-8")
    return [argument.replace("/runner/", f"{folder}/") for argument in arguments]


def calls(play: Play, host: str, module: str) -> list[dict[str, t.Any]]:
    """The arguments of a module on a host."""
    return [call.arguments for call in play.on(host) if call.module == module]


def test_the_credential_of_an_administrator_invites_from_the_controller(
    tmp_path: pathlib.Path, awx_python: str, objects: dict[str, list[dict[str, t.Any]]]
) -> None:
    """With the kubeconfig in a file that only its owner reads."""
    arguments = inject(
        awx_python,
        tmp_path / "job",
        credential_types(objects)[ADMINISTRATOR],
        {"kubeconfig": "apiVersion: v1\nkind: Config"},
    )
    answers = {"localhost": honest("localhost"), "h1": honest("h1")}
    play = run_play(tmp_path / "play", {"workers": {"h1": {}}, "ungrouped": {"localhost": {}}}, answers, *arguments)
    assert play.status == 0, play.output
    (described,) = calls(play, "localhost", "cluster_discovery_info")
    kubeconfig = pathlib.Path(described["kubeconfig"])
    assert kubeconfig.read_text(encoding="utf-8") == "apiVersion: v1\nkind: Config"
    assert kubeconfig.stat().st_mode & 0o077 == 0
    assert [call.get("state", "present") for call in calls(play, "localhost", "bootstrap_token")] == [
        "present",
        "absent",
    ]
    assert "kind: Config" not in play.output


@pytest.mark.parametrize("key", ["", KEY], ids=["worker", "control plane"])
def test_the_credential_of_a_token_joins_without_an_invitation(
    tmp_path: pathlib.Path, awx_python: str, objects: dict[str, list[dict[str, t.Any]]], key: str
) -> None:
    """A token of digits stays a text, and an empty field is not set."""
    inputs = {
        "apiserver_endpoint": "api:6443",
        "token": DIGITS,
        "ca_cert_hashes": "\n".join(PINS),
        **({"certificate_key": key} if key else {}),
    }
    arguments = inject(awx_python, tmp_path / "job", credential_types(objects)[TOKEN_TYPE], inputs)
    groups: dict[str, t.Any] = {"control_plane": {"h1": {}, "h2": {}}} if key else {"workers": {"h1": {}}}
    play = run_play(tmp_path / "play", groups, {host: honest(host, early=True) for host in ("h1", "h2")}, *arguments)
    assert play.status == 0, play.output
    (looked,) = calls(play, "h1", "preflight_info")
    assert (looked["endpoint"], looked["discovery"]["token"], looked["ca_cert_hashes"]) == ("api:6443", DIGITS, PINS)
    assert calls(play, "h1", "kubelet")[0]["token"] == DIGITS
    assert [call["certificate_key"] for call in calls(play, "h1", "control_plane_files")] == [key] * bool(key)
    assert DIGITS.split(".")[1] not in play.output and KEY not in play.output


def test_the_credential_of_a_discovery_file_is_a_file_of_the_controller(
    tmp_path: pathlib.Path, awx_python: str, objects: dict[str, list[dict[str, t.Any]]]
) -> None:
    content = "apiVersion: v1\nkind: Config\nclusters: []"
    arguments = inject(awx_python, tmp_path / "job", credential_types(objects)[FILE], {"discovery_file": content})
    answers = {"h1": {**honest("h1"), "cluster_discovery_info": honest("h1")["cluster_discovery_info"]}}
    play = run_play(tmp_path / "play", {"workers": {"h1": {}}}, answers, *arguments)
    assert play.status == 0, play.output
    (discovered,) = calls(play, "h1", "cluster_discovery_info")
    assert discovered["discovery_kubeconfig"] == content and not discovered.get("discovery_file")


def surveys(objects: dict[str, list[dict[str, t.Any]]]) -> dict[str, list[dict[str, t.Any]]]:
    """The questions by template or workflow."""
    return {
        item["name"]: item["survey_spec"]["spec"]
        for item in (*objects["controller_templates"], *objects["controller_workflows"])
        if "survey_spec" in item
    }


#: What discovery with a token requires.
REQUIRED = {"join_apiserver_endpoint", "join_token", "join_discovery_token_ca_cert_hashes"}


def test_surveys_are_valid(objects: dict[str, list[dict[str, t.Any]]]) -> None:
    """By the rules of AWX: keys, types, choices and defaults. Every variable is one of the role, and every ignored check is in the guide.

    Lists have a line for each item.
    """
    guide = (REPOSITORY / "docs/docsite/rst/guide_preflight.rst").read_text(encoding="utf-8")
    for name, questions in surveys(objects).items():
        variables = [question["variable"] for question in questions]
        assert len(set(variables)) == len(variables) and set(variables) <= set(KNOWN), name
        for question in questions:
            assert question.keys() >= {"variable", "type", "question_name", "question_description", "required"}
            assert question["type"] in ("text", "textarea", "password", "multiplechoice", "multiselect") and isinstance(
                question["required"], bool
            )
            assert ("choices" in question) == question["type"].startswith("multi")
            assert question.get("default") in [None, *question.get("choices", [])]
            known = KNOWN[question["variable"]]
            assert (question["type"] == "password") == known.is_secret
            assert isinstance(known.kind, list) == (question["type"] in ("textarea", "multiselect"))
            assert question["required"] == (question["variable"] in REQUIRED)
            if question["variable"] == "join_ignore_preflight_errors":
                assert [choice for choice in question["choices"] if f"``{choice}``" not in guide] == []
            if question["variable"] == "join_wait_for":
                assert set(question["choices"]) == set(KNOWN["join_wait_for"].kind)


def test_no_survey_replaces_what_a_credential_sets(objects: dict[str, list[dict[str, t.Any]]]) -> None:
    """Answers, blank ones included, override the variables of credentials. A template that asks for these has no credentials by default."""
    injected = {name for item in objects["controller_credential_types"] for name in item["injectors"]["extra_vars"]}
    asking = {
        name
        for name, questions in surveys(objects).items()
        if injected & {question["variable"] for question in questions}
    }
    templates = {item["name"]: item for item in objects["controller_templates"]}
    assert asking == {"Join Kubernetes nodes with a token"}
    assert all("credentials" not in templates[name] for name in asking)
    assert all(templates[name]["credentials"] == ["Administrator"] for name in templates.keys() - asking)


def written(folder: pathlib.Path, answers: dict[str, t.Any]) -> list[str]:
    """Answers as AWX passes them: in a file, each text unsafe."""
    folder.mkdir(exist_ok=True)
    lines = []
    for name, answer in answers.items():
        if isinstance(answer, list):
            lines += [f"{name}:" + ("" if answer else " []"), *(f"- !unsafe {json.dumps(item)}" for item in answer)]
        else:
            lines.append(f"{name}: !unsafe {json.dumps(answer)}")
    (folder / "extravars").write_text("\n".join(lines), encoding="utf-8")
    return ["-e", f"@{folder / 'extravars'}"]


#: An answer to each question, and what the modules get.
ANSWERS: dict[str, t.Any] = {
    "join_apiserver_endpoint": "api:6443",
    "join_token": TOKEN,
    "join_discovery_token_ca_cert_hashes": "\n".join(PINS) + "\n",
    "join_certificate_key": "",
    "join_taints": "a=b:NoSchedule\nc:NoExecute\n",
    "join_kubelet_extra_args": "--v=2 --node-ip=192.0.2.7",
    "join_ignore_preflight_errors": ["NumCPU", "Swap"],
    "join_wait_for": "registered",
}


def settings_of(play: Play) -> dict[str, t.Any]:
    """What the answers decide, in the arguments of modules on the host."""
    (looked,), (joined,) = calls(play, "h1", "preflight_info"), calls(play, "h1", "kubelet")
    (awaited, *_others) = [*calls(play, "cp1", "nodes_info"), joined]
    return {
        "ignored": looked["ignore_preflight_errors"],
        "wait_for": awaited["wait_for"],
        **{name: joined.get(name) for name in ("taints", "kubelet_extra_args")},
    }


def test_answers_to_surveys_join(tmp_path: pathlib.Path, objects: dict[str, list[dict[str, t.Any]]]) -> None:
    """Every question of every survey, answered with texts, lines and choices."""
    joining = {name: questions for name, questions in surveys(objects).items() if not name.startswith("Withdraw")}
    for at, (name, questions) in enumerate(joining.items()):
        by_token = name.endswith("token")
        chosen = {question["variable"]: ANSWERS[question["variable"]] for question in questions}
        groups = {"workers": {"h1": {}}} if by_token else WORKERS
        hosts = {host: honest(host, early=by_token) for host in ("cp1", "h1")}
        play = run_play(tmp_path / str(at), groups, hosts, *written(tmp_path / f"answers-{at}", chosen))
        assert play.status == 0, play.output
        found = settings_of(play)
        assert found["taints"] == ["a=b:NoSchedule", "c:NoExecute"] and found["ignored"] == ["NumCPU", "Swap"], name
        assert found["wait_for"] == "registered"
        assert found["kubelet_extra_args"] == [{"name": "v", "value": "2"}, {"name": "node-ip", "value": "192.0.2.7"}]
        if by_token:
            (looked,) = calls(play, "h1", "preflight_info")
            assert (looked["endpoint"], looked["discovery"]["token"], looked["ca_cert_hashes"]) == (
                "api:6443",
                TOKEN,
                PINS,
            )
            assert TOKEN.split(".")[1] not in play.output


def test_blank_answers_count_as_not_set(tmp_path: pathlib.Path, objects: dict[str, list[dict[str, t.Any]]]) -> None:
    """Blank texts and no choice: as if there were no survey."""
    questions = surveys(objects)["Join Kubernetes nodes"]
    blank = {question["variable"]: [] if question["type"] == "multiselect" else "" for question in questions}
    hosts = {host: honest(host) for host in ("cp1", "h1")}
    unset = run_play(tmp_path / "unset", WORKERS, hosts)
    play = run_play(tmp_path / "blank", WORKERS, hosts, *written(tmp_path / "answers", blank))
    assert play.status == unset.status == 0, play.output
    assert settings_of(play) == settings_of(unset)


def test_the_pattern_has_the_templates(objects: dict[str, list[dict[str, t.Any]]], awx_python: str) -> None:
    """galaxy-importer accepts it without a warning, and its templates and surveys are those for AWX."""
    imported = json.loads(run(awx_python, str(HERE / "import_patterns.py"), str(REPOSITORY)))
    assert imported["warnings"] == []
    assert imported["contents"] == [
        f"patterns.join_nodes.{name}"
        for name in ("README.md", "meta.pattern.json", "playbooks.join.yml", "playbooks.withdraw.yml")
    ]
    (pattern,) = imported["patterns"]
    assert pattern["name"] == PATTERN.name
    templates = pattern["aap_resources"]["controller_job_templates"]
    assert [template["name"] for template in templates if template["primary"]] == ["Join Kubernetes nodes"]
    for template, item in zip(templates, objects["controller_templates"], strict=True):
        assert template["playbook"] == pathlib.Path(item["playbook"]).name
        assert template.get("survey") == item.get("survey_spec")
        keys = [
            key
            for key in item
            if key in ("name", "description", "job_type", "diff_mode", "survey_enabled") or key.startswith("ask_")
        ]
        assert {key: template.get(key) for key in keys} == {key: item[key] for key in keys}
        assert template["execution_environment"] == pattern["aap_resources"]["controller_execution_environment"]["name"]
    (environment,) = objects["controller_execution_environments"]
    described = pattern["aap_resources"]["controller_execution_environment"]
    assert f"/{described['image_name']}:" in environment["image"]
    assert {key: described[key] for key in ("name", "description", "pull")} == {
        key: environment[key] for key in ("name", "description", "pull")
    }


def test_the_playbooks_of_the_templates_exist(objects: dict[str, list[dict[str, t.Any]]]) -> None:
    """AWX lists a file as a playbook if a line begins with `hosts` or `import_playbook`. Ansible finds what they import."""
    listed = re.compile(r"^\s*-?\s*(hosts|ansible\.builtin\.import_playbook):", re.MULTILINE)
    for playbook in {item["playbook"] for item in objects["controller_templates"]}:
        assert listed.search((REPOSITORY / playbook).read_text(encoding="utf-8"))
        run(
            str(PROGRAMS / "ansible-playbook"), "-i", "cp1,", "--syntax-check", playbook,
            ANSIBLE_COLLECTIONS_PATH=str(REPOSITORY / ".cache/collections"),
        )  # fmt: skip


@pytest.mark.parametrize("definition", ["execution-environment.yml", "execution-environment-debian.yml"])
def test_the_definitions_of_execution_environments_are_valid(
    tmp_path: pathlib.Path, awx_python: str, definition: str
) -> None:
    """ansible-builder accepts them. They install this collection, and differ where the guide says so."""
    builder = str(pathlib.Path(awx_python).with_name("ansible-builder"))
    run(builder, "create", "--file", definition, "--context", str(tmp_path), cwd=EXTENSION)
    container = (tmp_path / "Containerfile").read_text(encoding="utf-8")
    debian = "debian" in definition
    python, manager = ("/usr/bin/python3", "apt-get") if debian else ("/usr/bin/python3.12", "microdnf")
    assert f'PYCMD="{python}"' in container and f'PKGMGR="/usr/bin/{manager}"' in container
    assert ("/output/scripts/pip_install" in container) != debian
    assert 'ANSIBLE_INSTALL_REFS="ansible-core>=2.16 ansible-runner>=2.4"' in container
    assert "kubejoin.kubeadm" in (tmp_path / "_build/requirements.yml").read_text(encoding="utf-8")


def test_the_guide_has_every_object_and_setting(objects: dict[str, list[dict[str, t.Any]]]) -> None:
    """By the names of the objects. Each setting that it names exists, and each statistic."""
    guide = " ".join((REPOSITORY / "docs/docsite/rst/guide_awx.rst").read_text(encoding="utf-8").split())
    sources = [item["name"] for item in objects["controller_inventory_sources"]]
    names = {item["name"].removesuffix(" for kubejoin.kubeadm") for items in objects.values() for item in items}
    assert [name for name in sorted(names - set(sources)) if name not in guide] == []
    places = (EXTENSION / "settings.yml", REPOSITORY / "plugins/modules/join_report.py")
    stated = {
        name
        for path in places
        for name in re.findall(r"^ *(kubejoin_\w+):", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert set(re.findall(r"kubejoin_\w+", guide)) <= stated
