# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tools that read the whole project: each is a test, so that one summary has all of them."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import typing as t

import pytest

from .. import cores
from .programs import COLLECTIONS, PROGRAMS, REPOSITORY, run


def test_ruff() -> None:
    """Lint rules, among them the ban on `ansible` outside the adapter."""
    run("ruff", "check", "--no-cache", ".")


def test_ruff_format() -> None:
    """One format."""
    run("ruff", "format", "--no-cache", "--check", ".")


def test_ruff_bans_ansible_in_the_library(tmp_path: pathlib.Path) -> None:
    """The ban is real: a util that imports Ansible is refused."""
    source = 'from ansible.module_utils.basic import AnsibleModule\n\n__all__ = ("AnsibleModule",)\n'
    finished = subprocess.run(
        [str(PROGRAMS / "ruff"), "check", "--no-cache", "--stdin-filename", "plugins/module_utils/_core/x.py", "-"],
        input=source, cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "TID251" in finished.stdout


def test_mypy() -> None:
    """Strict types in the library, the modules and the test bed."""
    package = "ansible_collections.kubejoin.kubeadm.plugins"
    options = ("--config-file", str(REPOSITORY / "mypy.ini"), "--cache-dir", str(REPOSITORY / ".cache/mypy"))
    run("mypy", *options, "-p", package, cwd=COLLECTIONS, MYPYPATH=str(COLLECTIONS))
    run("mypy", *options, "testbed")


def test_yamllint() -> None:
    """YAML of roles, playbooks and metadata."""
    run("yamllint", "--strict", ".")


@pytest.mark.parametrize(
    ("schema", "pattern", "count"),
    [
        ("github-workflows", "workflows/*.yml", 1),
        ("github-issue-forms", "ISSUE_TEMPLATE/[!c]*.yml", 2),
        ("github-issue-config", "ISSUE_TEMPLATE/config.yml", 1),
    ],
)
def test_github_reads_its_files(schema: str, pattern: str, count: int) -> None:
    """By its schemas, which come with the tool."""
    files = sorted((REPOSITORY / ".github").glob(pattern))
    assert len(files) == count
    run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files))


def test_ansible_lint() -> None:
    """The production profile."""
    run("ansible-lint", "--offline", "--strict", cwd=COLLECTIONS / "ansible_collections/kubejoin/kubeadm")


def test_reuse() -> None:
    """Every file says whose it is and under which licence."""
    run("reuse", "lint")


def test_changelog() -> None:
    """The fragments are well-formed."""
    run("antsibull-changelog", "lint", cwd=COLLECTIONS / "ansible_collections/kubejoin/kubeadm")


def test_docs() -> None:
    """The documentation of plugins and roles and the guides are well-formed, and their links lead somewhere."""
    run(
        "antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=self", ".",
        cwd=COLLECTIONS / "ansible_collections/kubejoin/kubeadm",
    )  # fmt: skip


def test_no_place_or_registry_is_named() -> None:
    """The project's files hold no path of a machine that it was made on, and no host of a package registry."""
    words = ("/wor" + "k/", "/root/.py" + "env", "pypi" + ".org", "proxy.golang" + ".org", "deb.debian" + ".org")
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    found = []
    for name in listed:
        path = REPOSITORY / name
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{name}: {word}" for word in words if word in text]
    assert found == []


def test_the_tarball_installs_and_documents_itself(
    copy: pathlib.Path, tarball: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """`ansible-galaxy collection build`, install of the tarball, `ansible-doc` of everything in it; no tests inside."""
    inside = run("tar", "tzf", str(tarball)).splitlines()
    assert "playbooks/join.yml" in inside
    assert not [name for name in inside if name.startswith(("tests/", "testbed/", ".ci", "tools/"))]
    run("ansible-galaxy", "collection", "install", "--offline", str(tarball), "-p", str(tmp_path / "installed"))
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "installed")}
    for kind, names in _documented(copy).items():
        run("ansible-doc", "-t", kind, *(f"kubejoin.kubeadm.{name}" for name in names), **environment)


def _documented(copy: pathlib.Path) -> dict[str, list[str]]:
    modules = [path.stem for path in (copy / "plugins/modules").glob("*.py")]
    roles = [path.name for path in (copy / "roles").iterdir()]
    lookups = [path.stem for path in (copy / "plugins/lookup").glob("*.py")]
    return {"lookup": sorted(lookups), "module": sorted(modules), "role": sorted(roles)}


@pytest.mark.slow
def test_the_library_runs_with_python_3_9_and_no_ansible() -> None:
    """Its unit tests, in an environment that has never heard of Ansible: of each every fifth case, and all in `make test-long`."""
    venv = run("tools/venv", "3.9", "requirements-py39.txt").strip().splitlines()[-1]
    absent = subprocess.run([f"{venv}/bin/python", "-c", "import ansible"], capture_output=True, check=False)
    assert absent.returncode != 0
    sample = "1" if os.environ.get("KUBEJOIN_MATRIX") else "5"
    printed = run("tools/run-pytest", venv, "-q", "tests/unit/plugins/module_utils", KUBEJOIN_SAMPLE=sample)
    assert " passed" in printed


def test_the_modules_run_with_the_oldest_python() -> None:
    """Of a managed node, where there is nothing of ansible-core but what the controller sends."""
    options = ("--no-deps", "--ignore-requires-python")
    venv = run("tools/venv", "3.9", "requirements-core-2.19.txt", *options).strip().splitlines()[-1]
    run_modules(venv)


@pytest.mark.parametrize("core", cores.OTHERS, ids=str)
def test_the_modules_run_with_other_cores(core: cores.Core) -> None:
    """And with the Pythons of these environments."""
    run_modules(str(core.venv()))


def run_modules(venv: str) -> None:
    tests = ("modules/test_modules.py", "module_utils/_ansible/test_module.py", "module_utils/_ansible/test_steps.py")
    assert " passed" in run("tools/run-pytest", venv, "-q", *(f"tests/unit/plugins/{name}" for name in tests))


@pytest.mark.slow
@pytest.mark.parametrize("core", cores.OTHERS, ids=str)
def test_whole_plays_run_with_other_cores(core: cores.Core) -> None:
    """On the controller, also with a file there."""
    tests = ("test_play.py", "test_node_wait.py", "test_hostile_hosts.py")
    a_file = "test_control_plane.py::test_one_execution_does_what_the_tasks_do[discovery file of the controller]"
    assert " passed" in run(
        "tools/run-pytest", str(core.venv()), "-q", *(f"tests/project/{name}" for name in (*tests, a_file))
    )


#: The cores whose sanity tests are run; None is this session's.
_CORES: list[cores.Core | None] = [None, *(cores.OTHERS if os.environ.get("KUBEJOIN_MATRIX") else ())]


@pytest.mark.slow
@pytest.mark.parametrize("core", _CORES, ids=lambda core: str(core or "newest"))
def test_sanity(tarball: pathlib.Path, tmp_path: pathlib.Path, core: cores.Core | None) -> None:
    """`ansible-test sanity` on what users get, with no ignore file."""
    programs = core.programs() if core else PROGRAMS
    shipped = tmp_path / "ansible_collections/kubejoin/kubeadm"
    shipped.mkdir(parents=True)
    run("tar", "xzf", str(tarball), "-C", str(shipped))
    assert not list(shipped.glob("tests/sanity/ignore*"))
    run("git", "init", "--quiet", cwd=shipped)
    run("git", "add", "--all", cwd=shipped)
    home = tmp_path / "home"
    cache = home / ".ansible/test/cache"
    cache.mkdir(parents=True)
    _pip_starter(cache)
    skipped = _NOT_POSSIBLE.get(core.version, ()) if core else ()
    skips = [word for name in (*_SKIPPED, *skipped) for word in ("--skip-test", name)]
    command = (str(programs / "ansible-test"), "sanity", "--color", "no", "--requirements", *skips)
    path = f"{programs}:{PROGRAMS}:{os.environ['PATH']}"
    run(*command, "--python", core.python if core else "3.13", cwd=shipped, HOME=str(home), PATH=path)


#: pslint reads PowerShell, which there is none of.
_SKIPPED: t.Final = ("pslint",)
#: By core: what it expects of modules for Python 2, and what requires files that are in no package index.
_NOT_POSSIBLE: t.Final = {"2.16": ("future-import-boilerplate", "metaclass-boilerplate"), "2.22": ("pylint",)}


def _pip_starter(cache: pathlib.Path) -> None:
    """ansible-test starts pip by a script that it would download: this one runs the wheel that comes with Python."""
    import ensurepip

    bundled = next((pathlib.Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))
    text = (
        f"import runpy, sys\nsys.path.insert(0, {str(bundled)!r})\nunknown = ('--no-setuptools', '--no-wheel')\n"
        "sys.argv[1:] = ['install', '--upgrade', *(word for word in sys.argv[1:] if word not in unknown)]\n"
        "runpy.run_module('pip', run_name='__main__')\n"
    )
    for name in ("get_pip_25_2.py", "get_pip_24_2.py", "get_pip_23_1_2.py"):
        (cache / name).write_text(text, encoding="utf-8")


def test_tags_choose_what_phases_need_as_well() -> None:
    """The plays of control planes and of workers, by Ansible's own list of tasks, which has no tasks that are included later."""
    hosts = ("--inventory", "cp1,w1", "--extra-vars", "join_control_plane_hosts=cp1 join_worker_hosts=w1")
    listed = run("ansible-playbook", *hosts, "playbooks/join.yml", "--list-tasks", "--tags", "join_kubelet_start")
    task = re.compile(r"^ {6}(?:kubejoin\.kubeadm\.join : )?([^|\t]+?)(?: \|.*)?\t", re.MULTILINE)
    plays = [task.findall(play) for play in listed.split("tasks:")]
    needed = [
        "Configuration",
        "Describe the cluster",
        "Preflight",
        "Fleet",
        "Invite the hosts that have not joined",
    ]
    assert plays[1:] == [
        [*needed, "Phases of a control plane"],
        [*needed, "Phases of a worker", "Node wait", "Node wait"],
    ]
