# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tools/venv: an environment that it prints is whole, even if several callers ask for it at once or a build was killed.

What is in it is in a lock, and has the hash that the lock states.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pip
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"
DIST_INFO = "tiny-1.0.dist-info"


class Project:
    """A project with this repository's tools/venv, and one requirement that comes from a folder."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.builds = folder / "builds"
        self.slow = folder / "slow"
        (folder / "tools").mkdir()
        shutil.copy2(TOOLS / "venv", folder / "tools/venv")
        _write_program(folder / "tools/find-python", f"echo {folder}/python")
        # Records each build, and waits between its two halves while the file `slow` exists. The link saves the time of ensurepip.
        _write_program(
            folder / "python",
            f'echo build >>{self.builds}\n{sys.executable} "$@" --without-pip\n'
            f'ln -s {pathlib.Path(pip.__file__).parent} "$3"/lib/python*/site-packages/\n'
            f"while [ -e {self.slow} ]; do sleep 0.05; done",
        )
        _write_wheel(folder)
        (folder / "tools/locks").mkdir()
        self.lock = folder / "tools/locks/3.0-tiny.txt"
        digest = hashlib.sha256((folder / "tiny-1.0-py3-none-any.whl").read_bytes()).hexdigest()
        self.lock.write_text(f"tiny==1.0 --hash=sha256:{digest}\n", encoding="utf-8")

    def start(self, *options: str) -> subprocess.Popen[str]:
        """A caller, in a process group of its own."""
        command = (
            "tools/venv",
            "3.0",
            "requirements-tiny.txt",
            "--no-index",
            "--find-links",
            str(self.folder),
            *options,
        )
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=self.folder, stdout=pipe, stderr=pipe, text=True, start_new_session=True)

    def started(self, count: int) -> bool:
        """Whether this many builds have made a folder with a Python in it."""
        built = self.builds.read_text(encoding="utf-8").count("build") if self.builds.exists() else 0
        return built >= count and bool(list(self.folder.glob(".cache/venv/*/bin/python")))


def _write_program(path: pathlib.Path, text: str) -> None:
    path.write_text(f"#!/usr/bin/env bash\nset -e\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def _write_wheel(folder: pathlib.Path) -> None:
    with zipfile.ZipFile(folder / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "def main():\n    print('tiny works')\n")
        wheel.writestr(f"{DIST_INFO}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr(f"{DIST_INFO}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{DIST_INFO}/entry_points.txt", "[console_scripts]\ntiny = tiny:main\n")
        wheel.writestr(f"{DIST_INFO}/RECORD", "")


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return Project(tmp_path)


def wait_until_started(project: Project, count: int) -> None:
    deadline = time.monotonic() + 60
    while not project.started(count):
        assert time.monotonic() < deadline, "no build started"
        time.sleep(0.02)


def printed_by(caller: subprocess.Popen[str]) -> pathlib.Path:
    output, errors = caller.communicate(timeout=120)
    assert caller.returncode == 0, errors
    return pathlib.Path(output.strip())


def assert_whole(venv: pathlib.Path) -> None:
    """It is marked as complete, and the script of what was installed runs."""
    assert (venv / "complete").exists()
    run = subprocess.run([venv / "bin/tiny"], capture_output=True, text=True, check=False)
    assert run.stdout == "tiny works\n", run.stderr


def test_callers_at_once_get_one_environment(project: Project) -> None:
    """One builds, the others wait for it."""
    project.slow.touch()
    first = project.start()
    wait_until_started(project, 1)
    others = [project.start(), project.start()]
    time.sleep(0.3)
    project.slow.unlink()
    [venv] = {printed_by(caller) for caller in (first, *others)}
    assert_whole(venv)
    assert project.builds.read_text(encoding="utf-8").count("build") == 1


def test_a_killed_build_starts_anew(project: Project) -> None:
    """What a build left behind is never taken for an environment."""
    project.slow.touch()
    killed = project.start()
    wait_until_started(project, 1)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    project.slow.unlink()
    assert_whole(printed_by(project.start()))
    assert project.builds.read_text(encoding="utf-8").count("build") == 2


def test_what_a_killed_caller_left_running_is_waited_for(project: Project) -> None:
    """Only the script is killed: its child goes on writing into the folder, and nobody builds beside it."""
    project.slow.touch()
    killed = project.start()
    wait_until_started(project, 1)
    killed.kill()
    killed.wait()
    second = project.start()
    time.sleep(0.5)
    assert project.builds.read_text(encoding="utf-8").count("build") == 1
    project.slow.unlink()
    assert_whole(printed_by(second))
    assert project.builds.read_text(encoding="utf-8").count("build") == 2


def test_an_environment_outlives_the_link_that_it_was_asked_for_by(project: Project) -> None:
    """Where clones share a cache by links, one clone may go: scripts begin with the real path."""
    (project.folder / ".cache").mkdir()
    (project.folder / "shared").mkdir()
    (project.folder / ".cache/venv").symlink_to("../shared")
    venv = printed_by(project.start())
    (project.folder / ".cache/venv").unlink()
    assert venv.parent == project.folder.resolve() / "shared"
    assert_whole(venv)


def test_pip_options_make_another_environment(project: Project) -> None:
    """What is installed depends on them."""
    assert printed_by(project.start()) != printed_by(project.start("--no-deps"))


def test_only_what_has_the_hash_is_installed(project: Project) -> None:
    """Another package of the same version is refused, and one without a hash."""
    locked = project.lock.read_text(encoding="utf-8")
    for text in (locked.replace("sha256:", "sha256:0")[:-2], locked.partition(" ")[0]):
        project.lock.write_text(text, encoding="utf-8")
        caller = project.start()
        _output, errors = caller.communicate(timeout=120)
        assert caller.returncode != 0 and "hash" in errors.lower(), errors


def test_without_a_lock_nothing_is_installed(project: Project) -> None:
    """And the error names the command that writes it."""
    project.lock.unlink()
    caller = project.start()
    assert "tools/lock 3.0 requirements-tiny.txt" in caller.communicate(timeout=120)[1] and caller.returncode == 1


LOCKS = sorted((TOOLS / "locks").glob("*.txt"))


def test_every_file_of_requirements_has_a_lock() -> None:
    files = {path.name for path in TOOLS.parent.glob("requirements-*.txt")}
    assert {f"requirements-{path.name.partition('-')[2]}" for path in LOCKS} == files


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_has_the_versions_of_its_requirements(path: pathlib.Path) -> None:
    """All of them that are for its Python, and every package has hashes. Otherwise, run tools/lock."""
    version, _, name = path.name.partition("-")
    lines = (TOOLS.parent / f"requirements-{name}").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    environment = {"python_version": version, "python_full_version": f"{version}.0"}
    pinned = {
        (canonicalize_name(each.name), str(each.specifier))
        for each in wanted
        if each.marker is None or each.marker.evaluate(environment)
    }
    packages = re.findall(
        r"^([\w.-]+)(?:\[[\w,]+\])?(==\S+)((?: \\\n +--hash=sha256:[0-9a-f]{64})*)$",
        path.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert pinned and pinned <= {(canonicalize_name(package), found) for package, found, _hashes in packages}
    assert [package for package, _found, hashes in packages if not hashes] == []


def test_pythons_are_found_where_the_project_installs_them(tmp_path: pathlib.Path) -> None:
    """What tools/install-python has made; of a version that is not there, the error has the next step."""
    (tmp_path / "tools").mkdir()
    shutil.copy2(TOOLS / "find-python", tmp_path / "tools")
    place = tmp_path / ".cache/python/3.0/usr/bin"
    place.mkdir(parents=True)
    _write_program(place / "python3.0", "echo 3.0")
    find = [str(tmp_path / "tools/find-python")]
    found = subprocess.run([*find, "3.0"], capture_output=True, text=True, check=True)
    assert found.stdout == f"{place}/python3.0\n"
    missing = subprocess.run([*find, "3.1"], capture_output=True, text=True, check=False)
    assert missing.returncode == 1 and "tools/install-python 3.1" in missing.stderr
